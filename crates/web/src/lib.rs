//! The page shell that every page of the house shares: layout, components,
//! texts, cookies and the headers that keep a browser honest.
//!
//! Pages are plain HTML made on the server. They fetch nothing from anybody else,
//! work without a script, and from 320 CSS pixels upwards. A crate that shows
//! pages writes askama templates that extend `layout.html` (its `askama.toml`
//! names this crate's `templates` folder), keeps its own texts in two files that
//! [`Texts`] reads, and answers through [`Shell`]. The gallery
//! ([`gallery_routes`]) shows every component with its data.

// Templates of this crate name its types as templates of other crates do.
extern crate self as niims_web;

mod shell;

mod page;

mod components;

mod pictures;

mod forms;

mod problem;

mod gallery;

mod language;

mod texts;

mod words;

mod when;

mod visitor;

mod cookies;

mod keys;

mod headers;

mod assets;

pub use assets::{Module, routes as asset_routes};
pub use components::*;
pub use cookies::{Cookie, Cookies};
pub use forms::{AnswerWords, FormFields, Posted, SectionRows, posted_answers};
pub use gallery::routes as gallery_routes;
pub use headers::{private_picture, secure};
pub use keys::{Entropy, Keys};
pub use language::Language;
pub use page::{Footer, Header, Page};
pub use pictures::{
    BarChart, Histogram, LegendEntry, LineChart, MOST_SERIES, MapTile, Picture, Series, TileMap,
};
pub use problem::ProblemPage;
pub use shell::{Shell, ShellSettings};
pub use texts::{Texts, TextsError, used_keys, used_keys_in};
pub use visitor::Visitor;
pub use when::{date, date_time};
pub use words::Words;

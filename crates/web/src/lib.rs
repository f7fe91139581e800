//! The page shell that every page of the house shares: layout, components,
//! texts, cookies and the headers that keep a browser honest.
//!
//! Pages are plain HTML made on the server. They carry no script, fetch nothing
//! from anybody else, and work from 320 CSS pixels upwards. A crate that shows
//! pages writes askama templates that extend `layout.html` (its `askama.toml`
//! names this crate's `templates` folder), keeps its own texts in two files that
//! [`Texts`] reads, and answers through [`Shell`].

mod assets;
mod components;
mod cookies;
mod headers;
mod keys;
mod language;
mod page;
mod problem;
mod shell;
mod texts;
mod visitor;
mod when;
mod words;

pub use assets::routes as asset_routes;
pub use components::{Pagination, Row, Tag, TagColour, TextInput};
pub use cookies::{Cookie, Cookies};
pub use headers::secure;
pub use keys::{Entropy, Keys};
pub use language::Language;
pub use page::{Footer, Header, Page};
pub use problem::ProblemPage;
pub use shell::{Shell, ShellSettings};
pub use texts::{Texts, TextsError, used_keys};
pub use visitor::Visitor;
pub use when::{date, date_time};
pub use words::Words;

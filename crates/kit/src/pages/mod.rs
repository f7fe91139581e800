//! The pages of a kit: served to the browser on the same laptop, and to nobody else.
//!
//! [`router`] takes an open [`Kit`](crate::Kit) and serves until the program ends. Every gate
//! of a page is decided again by the kit: pages only show what the kit says.

mod state;

mod router;

mod set_up;

mod host;

mod guest;

mod texts;

mod view;

mod refusals;

mod seat;

mod officers;

mod first_pin;

mod home;

mod begin;

mod corrections;

mod correction;

mod interview;

mod age;
mod approve;

mod notice;

mod guardian;

mod consent;

mod question;

mod place;

mod part;

mod prefill;

mod prefill_view;

mod documents;

mod document_picture;

mod body;

mod scan;

mod scan_view;

mod preview;

mod missing;

mod trouble;

mod own_fingers;

mod own_pin;

mod vouch;

mod check;

mod card;

mod day;

mod slip;

mod sender;

pub use router::router;
pub use set_up::{KitSetUp, router_of_folder};
pub use state::{PagesSetup, Station};

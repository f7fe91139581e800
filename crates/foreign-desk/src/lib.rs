//! The foreign desk: cases of ours for another desk, and cases of other platforms for ours, in the
//! form of MOSIP's manual adjudication queue.
//!
//! Nothing is decided here. `messages` and `document` are what is written and read, `queue` keeps a
//! connection to a broker in each direction, [`share_router`] gives out what was asked for. The
//! register decides, through [`niims_wire::desk::OutsideDesks`] and
//! [`niims_wire::desk::ForeignCases`]. `docs/FOREIGN_DESK.md` says how to plug it in.

mod messages;

mod document;

mod queue;
mod shares;

mod settings;

pub use queue::{Sends, Serves, send, serve};
pub use settings::{Described, Settings, SharesDescribed};
pub use shares::{SHARES_PATH, ShareState, share_router};

//! The ABIS API of MOSIP, version 1.1: over a broker's queues and over HTTP.
//!
//! A caller sends a reference and the address of a share. The share is fetched, opened, read and
//! enrolled; later the reference is searched for. `docs/MOSIP.md` says how to plug it in.

pub mod messages;

pub use niims_mosip::{cbeff, share};

mod handle;

mod http;
pub mod queue;

mod settings;

pub use handle::{Edge, EdgeParts};
pub use http::http_router;
pub use settings::{Settings, SettingsError};

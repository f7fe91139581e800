//! The other side of the interface: keys, certificates and answers as a device makes them. The
//! simulator speaks with it, and tests bend it.

mod keys;
mod received;
mod speak;

pub use keys::{KeyKind, MakerError, Validity, Workshop};
pub use received::{Received, ReceivedBio};
pub use speak::{Capture, Device, Identity, answer, biometric, error_element, stream_error};

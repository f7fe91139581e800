//! What devices there are and what they say of themselves: MOSIPDISC and MOSIPDINFO.

mod digital_id;
mod discovery;
mod info;
mod words;

#[cfg(test)]
mod tests;

pub use digital_id::DigitalId;
pub use discovery::{Found, discovery_request, read_discovery};
pub(crate) use info::signed_digital_id;
pub use info::{DeviceInfo, read_info};
#[cfg(feature = "maker")]
pub(crate) use words::Texts;
pub(crate) use words::{Text, read_time};

//! Biometric samples in CBEFF XML, the patron format of ISO/IEC 19785-3 as MOSIP writes it.
//!
//! One `BIR` around all, and in it one `BIR` for each sample: what it is (`BDBInfo`), its record
//! (`BDB`, base64), and remarks (`others`), of which `EXCEPTION` says that there is no finger to
//! take. The records inside are not opened here, only carried.

mod error;

mod base64;
mod words;

mod draft;
mod tag;

mod read;
mod write;

#[cfg(test)]
mod tests;

use core::fmt;

pub use base64::decode_base64;
pub use error::CbeffError;
pub use read::{LARGEST_DOCUMENT, MOST_SAMPLES, read};
pub use words::SampleKind;
pub use write::write;

/// Which eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eye {
    /// The right one.
    Right,
    /// The left one.
    Left,
}

/// One sample: what it says it is, and its record.
#[derive(Clone, PartialEq, Eq)]
pub struct Sample {
    /// Which part of the body.
    pub kind: SampleKind,
    /// Format type of the record: 2 minutiae, 7 finger image, 8 face, 9 iris.
    pub format: Option<u16>,
    /// Quality that the capturing software stated, 0 to 100.
    pub quality: Option<u8>,
    /// Whether the sample stands for a part of the body that is missing or cannot be captured.
    pub exception: bool,
    /// The record; empty for an exception.
    pub record: Vec<u8>,
}

/// Biometric data: only its size is shown.
impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sample({:?}, {} bytes)", self.kind, self.record.len())
    }
}

//! Irises: kept as they came and given back.

use super::IntakeError;
use crate::modality::{Eye, IrisRecord};
use crate::service::error::LONGEST_IRIS;

/// How an iris may begin: ISO/IEC 19794-6, PNG, JPEG, JPEG 2000 as a file and as a bare stream.
const BEGINNINGS: [&[u8]; 5] = [
    b"IIR\0",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"\0\0\0\x0cjP  \r\n\x87\n",
    b"\xff\x4f\xff\x51",
];

/// An iris record or picture, kept unread. Only its length and beginning are looked at.
///
/// # Errors
/// [`IntakeError::Empty`], [`IntakeError::TooLarge`], [`IntakeError::Format`].
pub fn iris_record(bytes: &[u8], eye: Eye, quality: u8) -> Result<IrisRecord, IntakeError> {
    match bytes.len() {
        0 => return Err(IntakeError::Empty),
        found if found > LONGEST_IRIS => {
            return Err(IntakeError::TooLarge { found, limit: LONGEST_IRIS });
        }
        _ => {}
    }
    if BEGINNINGS.iter().any(|beginning| bytes.starts_with(beginning)) {
        Ok(IrisRecord { eye, quality: quality.min(100), record: bytes.to_vec() })
    } else {
        Err(IntakeError::Format)
    }
}

//! The finger minutiae record of ANSI/INCITS 378-2004.
//!
//! It differs from the ISO/IEC record of 2005 in the length field (two bytes, or six when those
//! are zero), in the product identifier behind it, and in angles of two degrees. Both begin alike,
//! so that only the stated length tells them apart.

use super::Record;
use super::error::RecordError;
use super::iso2005::{MAGIC, read_common, write_common};
use super::minutiae::AngleUnit;
use crate::fields::Fields;

/// Where the length field begins, and how long its usual form is.
const LENGTH_AT: usize = MAGIC.len();
const SHORT_LENGTH: usize = 2;

/// Writes a record. Its header states the largest width and height of the views.
///
/// # Errors
/// [`RecordError::Views`] or [`RecordError::Field`] when a value does not fit its field, or when
/// views differ in resolution, which this standard states once.
pub fn write(record: &Record) -> Result<Vec<u8>, RecordError> {
    let mut body = record.product.to_be_bytes().to_vec();
    write_common(record, AngleUnit::TwoDegrees, &mut body)?;
    let mut out = MAGIC.to_vec();
    let short = LENGTH_AT + SHORT_LENGTH + body.len();
    if let Ok(length) = u16::try_from(short) {
        out.extend_from_slice(&length.to_be_bytes());
    } else {
        out.extend_from_slice(&[0; SHORT_LENGTH]);
        out.extend_from_slice(&(short as u32 + 4).to_be_bytes());
    }
    out.extend_from_slice(&body);
    Ok(out)
}

/// Reads a record.
///
/// Extended data is skipped; what it says about ridge counts, cores and deltas is not used.
///
/// # Errors
/// [`RecordError`] for anything that the standard does not allow.
pub fn read(bytes: &[u8]) -> Result<Record, RecordError> {
    let mut fields = Fields(bytes.strip_prefix(&MAGIC).ok_or(RecordError::Header)?);
    let truncated = RecordError::Truncated { view: 0 };
    let stated = match fields.word().ok_or(truncated)? {
        0 => fields.long().ok_or(truncated)?,
        short => short.into(),
    };
    if u64::from(stated) != bytes.len() as u64 {
        return Err(RecordError::Length { stated: stated.into(), found: bytes.len() });
    }
    let product = fields.long().ok_or(truncated)?;
    read_common(fields, product, AngleUnit::TwoDegrees)
}

/// Whether bytes that begin like both standards state their length as this one does.
pub(super) fn states_own_length(bytes: &[u8]) -> bool {
    let Some(mut fields) = bytes.get(LENGTH_AT..).map(Fields) else { return false };
    match fields.word() {
        Some(0) => fields.long().is_some_and(|long| u64::from(long) == bytes.len() as u64),
        // An ISO record of under 64 KiB has zeros here.
        Some(_) => Fields(&bytes[LENGTH_AT..])
            .long()
            .is_none_or(|iso| u64::from(iso) != bytes.len() as u64),
        None => false,
    }
}

//! The finger minutiae record of ISO/IEC 19794-2:2011, clause 8.
//!
//! | bytes | what, once a record |
//! |---|---|
//! | 4, 4 | `FMR`, `030` |
//! | 4 | record length |
//! | 2 | number of representations |
//! | 1 | 1 when representations carry certification blocks |
//!
//! | bytes | what, for each representation |
//! |---|---|
//! | 4 | its length |
//! | 9 | time of capture |
//! | 1, 2, 2 | capture device: technology, vendor, type |
//! | 1 + 5 *q* | quality blocks: score, vendor, algorithm |
//! | 1 + 3 *c* | certification blocks, when the record carries them |
//! | 1, 1 | finger position, number of the view |
//! | 2, 2 | pixels per centimetre along x and y |
//! | 1 | impression type |
//! | 2, 2 | image width and height |
//! | 1 | 4 bits length of a minutia (5 or 6) + 4 bits kind of ridge ending |
//! | 1 | number of minutiae *n* |
//! | 5 *n* or 6 *n* | minutiae |
//! | 2 + *e* | extended data |

use super::error::{RecordError, field};
use super::minutiae::{self, AngleUnit};
use super::view::{View, read_position};
use super::{MAX_VIEWS, Record};
use crate::fields::Fields;

/// Format identifier and version.
pub(super) const MAGIC: [u8; 8] = *b"FMR\x00030\x00";
/// Year to millisecond of a capture nobody stated: all ones.
const NO_TIME: [u8; 9] = [0xff; 9];
/// Six bytes a minutia, and endings where the ridge ends (the type of this crate's extraction;
/// type 0 places them where the valley skeleton forks).
const LENGTH_AND_ENDING: u8 = 6 << 4 | 1;
/// The highest impression type of table 8 of the standard ("unknown").
const MAX_IMPRESSION: u8 = 29;
/// A quality score of a computation that failed.
const FAILED: u8 = 255;

/// Writes a record. Time of capture, device and quality algorithm are written as not stated.
///
/// # Errors
/// [`RecordError::Views`] or [`RecordError::Field`] when a value does not fit its field.
pub fn write(record: &Record) -> Result<Vec<u8>, RecordError> {
    if record.views.len() > MAX_VIEWS {
        return Err(RecordError::Views(record.views.len()));
    }
    let mut out = Vec::new();
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&(record.views.len() as u16).to_be_bytes());
    out.push(0);
    for view in &record.views {
        view.check(MAX_IMPRESSION)?;
        let begin = out.len();
        out.extend_from_slice(&[0; 4]);
        write_representation(view, &mut out);
        let length = (out.len() - begin) as u32;
        out[begin..begin + 4].copy_from_slice(&length.to_be_bytes());
    }
    let length = out.len() as u32;
    out[8..12].copy_from_slice(&length.to_be_bytes());
    Ok(out)
}

fn write_representation(view: &View, out: &mut Vec<u8>) {
    out.extend_from_slice(&NO_TIME);
    // Technology, vendor and type of the device: unknown.
    out.extend_from_slice(&[0; 5]);
    // One quality block; vendor and algorithm not stated.
    out.extend_from_slice(&[1, view.quality, 0, 0, 0, 0]);
    out.extend_from_slice(&[view.position.code(), view.number]);
    out.extend_from_slice(&view.x_resolution.to_be_bytes());
    out.extend_from_slice(&view.y_resolution.to_be_bytes());
    out.push(view.impression);
    out.extend_from_slice(&view.width.to_be_bytes());
    out.extend_from_slice(&view.height.to_be_bytes());
    out.extend_from_slice(&[LENGTH_AND_ENDING, view.minutiae.len() as u8]);
    minutiae::write(&view.minutiae, AngleUnit::Turn256, out);
    out.extend_from_slice(&[0; 2]);
}

/// Reads a record.
///
/// Time, device, certifications and extended data are skipped. Of several quality blocks the first
/// that holds a score counts.
///
/// # Errors
/// [`RecordError`] for anything that the standard does not allow.
pub fn read(bytes: &[u8]) -> Result<Record, RecordError> {
    let mut fields = Fields(bytes.strip_prefix(&MAGIC).ok_or(RecordError::Header)?);
    let truncated = RecordError::Truncated { view: 0 };
    let stated = fields.long().ok_or(truncated)?;
    if u64::from(stated) != bytes.len() as u64 {
        return Err(RecordError::Length { stated: stated.into(), found: bytes.len() });
    }
    let views = usize::from(fields.word().ok_or(truncated)?);
    if views > MAX_VIEWS {
        return Err(RecordError::Views(views));
    }
    let certified = fields.byte().ok_or(truncated)?;
    field("certification flag", certified.into(), 1)?;
    let mut record = Record { product: 0, equipment: 0, views: Vec::new() };
    for index in 0..views {
        let truncated = RecordError::Truncated { view: index };
        let length = fields.long().ok_or(truncated)? as usize;
        // The stated length includes its own four bytes.
        let body = length.checked_sub(4).and_then(|rest| fields.take(rest)).ok_or(truncated)?;
        let mut body = Fields(body);
        let view = read_representation(&mut body, certified == 1).ok_or(truncated)??;
        if !body.0.is_empty() {
            return Err(RecordError::Trailing(body.0.len()));
        }
        record.views.push(view);
    }
    if fields.0.is_empty() { Ok(record) } else { Err(RecordError::Trailing(fields.0.len())) }
}

/// One representation behind its length; `None` when the bytes end inside it.
fn read_representation(
    fields: &mut Fields<'_>,
    certified: bool,
) -> Option<Result<View, RecordError>> {
    fields.take(NO_TIME.len() + 5)?;
    let blocks = fields.byte()?;
    let mut scores = fields.take(5 * usize::from(blocks))?.chunks_exact(5).map(|block| block[0]);
    let quality = scores.find(|score| *score != FAILED).unwrap_or(0);
    if certified {
        let blocks = fields.byte()?;
        fields.take(3 * usize::from(blocks))?;
    }
    let code = fields.byte()?;
    let number = fields.byte()?;
    let x_resolution = fields.word()?;
    let y_resolution = fields.word()?;
    let impression = fields.byte()?;
    let width = fields.word()?;
    let height = fields.word()?;
    let (length, ending) = fields.byte().map(|byte| (byte >> 4, byte & 15))?;
    let count = fields.byte()?;
    if !matches!(length, 5 | 6) {
        return Some(Err(RecordError::Field { field: "minutia length", value: length.into() }));
    }
    let minutiae = minutiae::read(fields, count.into(), length.into(), AngleUnit::Turn256)?;
    let extended = fields.word()?;
    fields.take(extended.into())?;
    let checked = || {
        field("kind of ridge ending", ending.into(), 1)?;
        let position = read_position(code)?;
        View {
            position,
            number,
            impression,
            quality,
            width,
            height,
            x_resolution,
            y_resolution,
            minutiae: minutiae?,
        }
        .checked(MAX_IMPRESSION)
    };
    Some(checked())
}

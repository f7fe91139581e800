//! The finger minutiae record of ISO/IEC 19794-2:2005, clause 7.

use super::error::{RecordError, field};
use super::minutiae::{self, AngleUnit};
use super::view::{View, read_position};
use super::{MAX_VIEWS, Record};
use crate::fields::Fields;

/// Format identifier and version, which ANSI/INCITS 378-2004 shares.
pub(super) const MAGIC: [u8; 8] = *b"FMR\0 20\0";
/// Bytes of a minutia: kind and x, y, angle, quality.
const PER_MINUTIA: usize = 6;
/// The field of the impression type has four bits.
const MAX_IMPRESSION: u8 = 15;

/// Writes a record. Its header states the largest width and height of the views.
///
/// # Errors
/// [`RecordError::Views`] or [`RecordError::Field`] when a value does not fit its field, or when
/// views differ in resolution, which this edition states once.
pub fn write(record: &Record) -> Result<Vec<u8>, RecordError> {
    let mut out = Vec::new();
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&[0; 4]);
    write_common(record, AngleUnit::Turn256, &mut out)?;
    let length = out.len() as u32;
    out[8..12].copy_from_slice(&length.to_be_bytes());
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
    let stated = fields.long().ok_or(RecordError::Truncated { view: 0 })?;
    if u64::from(stated) != bytes.len() as u64 {
        return Err(RecordError::Length { stated: stated.into(), found: bytes.len() });
    }
    read_common(fields, 0, AngleUnit::Turn256)
}

/// Everything behind the record length, which ISO/IEC 19794-2:2005 and ANSI/INCITS 378-2004 write
/// alike save for the unit of angles.
pub(super) fn write_common(
    record: &Record,
    unit: AngleUnit,
    out: &mut Vec<u8>,
) -> Result<(), RecordError> {
    if record.views.len() > MAX_VIEWS {
        return Err(RecordError::Views(record.views.len()));
    }
    let geometry = record.shared_geometry()?;
    out.extend_from_slice(&record.equipment.to_be_bytes());
    out.extend(geometry.iter().flat_map(|number| number.to_be_bytes()));
    out.extend_from_slice(&[record.views.len() as u8, 0]);
    for view in &record.views {
        view.check(MAX_IMPRESSION)?;
        out.extend_from_slice(&[
            view.position.code(),
            view.number << 4 | view.impression,
            view.quality,
            view.minutiae.len() as u8,
        ]);
        minutiae::write(&view.minutiae, unit, out);
        // The length of the extended data, of which there is none.
        out.extend_from_slice(&[0; 2]);
    }
    Ok(())
}

/// Reads what [`write_common`] writes.
pub(super) fn read_common(
    mut fields: Fields<'_>,
    product: u32,
    unit: AngleUnit,
) -> Result<Record, RecordError> {
    let truncated = RecordError::Truncated { view: 0 };
    let mut word = || fields.word().ok_or(truncated);
    let equipment = word()?;
    let geometry = [word()?, word()?, word()?, word()?];
    let views = usize::from(fields.byte().ok_or(truncated)?);
    if views > MAX_VIEWS {
        return Err(RecordError::Views(views));
    }
    field("reserved byte", fields.byte().ok_or(truncated)?.into(), 0)?;
    let mut record = Record { product, equipment, views: Vec::new() };
    for index in 0..views {
        let view = read_view(&mut fields, geometry, unit);
        record.views.push(view.ok_or(RecordError::Truncated { view: index })??);
    }
    if fields.0.is_empty() { Ok(record) } else { Err(RecordError::Trailing(fields.0.len())) }
}

/// One view; `None` when the bytes end inside it.
fn read_view(
    fields: &mut Fields<'_>,
    [width, height, x_resolution, y_resolution]: [u16; 4],
    unit: AngleUnit,
) -> Option<Result<View, RecordError>> {
    let code = fields.byte()?;
    let numbers = fields.byte()?;
    let quality = fields.byte()?;
    let count = fields.byte()?;
    let minutiae = minutiae::read(fields, count.into(), PER_MINUTIA, unit)?;
    let extended = fields.word()?;
    fields.take(extended.into())?;
    let checked = || {
        let position = read_position(code)?;
        let (number, impression) = (numbers >> 4, numbers & 15);
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

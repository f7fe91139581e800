//! The finger minutiae record of ISO/IEC 19794-2:2005 (record format, clause 7), read and written.
//!
//! A record holds up to 16 views here; the standard allows ten fingers of 16 views each, but one
//! record of ours is one ten-print at most with a spare view for some fingers.

use thiserror::Error;

use super::bytes::{kind_bits, kind_of_bits, word};
use super::{MAX_MINUTIAE, Minutia, MinutiaKind, SUBPIXEL, Template, TemplateError};
use crate::finger::FingerPosition;

const MAGIC: [u8; 8] = *b"FMR\0 20\0";
const HEADER: usize = 24;
const VIEW_HEADER: usize = 4;
const PER_MINUTIA: usize = 6;
/// Length of the extended-data field that closes each view, even when it is zero.
const EXTENDED_LENGTH: usize = 2;
const MAX_VIEWS: usize = 16;
/// The nearest whole number of pixels per centimetre to 500 dpi (196.85).
const PIXELS_PER_CM: u16 = 197;
/// 14 bits.
const MAX_COORDINATE: u16 = 0x3fff;

/// A whole record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Four bits of capture-equipment certifications and twelve of device type.
    pub equipment: u16,
    /// Image width, pixels.
    pub width: u16,
    /// Image height, pixels.
    pub height: u16,
    /// Pixels per centimetre along x.
    pub x_resolution: u16,
    /// Pixels per centimetre along y.
    pub y_resolution: u16,
    /// The views in the order of the record.
    pub views: Vec<View>,
}

/// One view of one finger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Which finger.
    pub position: FingerPosition,
    /// 0 for the first view of a finger, up to 15.
    pub number: u8,
    /// Impression type, 0 live-scan plain, 1 live-scan rolled, …, up to 15.
    pub impression: u8,
    /// Finger quality, 0 to 100.
    pub quality: u8,
    /// Minutiae in whole pixels of the record's own resolution.
    pub minutiae: Vec<RecordMinutia>,
}

/// A minutia as the record holds it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RecordMinutia {
    /// Ending, bifurcation or other.
    pub kind: MinutiaKind,
    /// Pixels rightwards, 14 bits.
    pub x: u16,
    /// Pixels downwards, 14 bits.
    pub y: u16,
    /// 256ths of a turn, counter-clockwise.
    pub angle: u8,
    /// 1 to 100; 0 not stated.
    pub quality: u8,
}

/// A minutia is biometric data: nothing of it is shown.
impl std::fmt::Debug for RecordMinutia {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecordMinutia(redacted)")
    }
}

/// Why a record was refused. No variant holds a minutia.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RecordError {
    /// Not a minutiae record of the 2005 edition.
    #[error(
        "the bytes do not begin with a minutiae record of ISO/IEC 19794-2:2005 (\"FMR\", \" 20\")"
    )]
    Header,
    /// The stated length is not the length.
    #[error("the record states {stated} bytes and has {found}")]
    Length {
        /// Bytes stated in the header.
        stated: u64,
        /// Bytes found.
        found: usize,
    },
    /// The record ends inside a view.
    #[error("the record ends inside view {view}")]
    Truncated {
        /// Which view, from 0.
        view: usize,
    },
    /// Bytes are left after the last view.
    #[error("{0} bytes follow the last view")]
    Trailing(usize),
    /// Too many views.
    #[error("the record states {0} views; at most {MAX_VIEWS} are accepted")]
    Views(usize),
    /// A field holds a value that the standard does not allow.
    #[error("{field} is {value}, outside the range of ISO/IEC 19794-2:2005")]
    Field {
        /// Which field.
        field: &'static str,
        /// Its value.
        value: u32,
    },
    /// A view does not make a template.
    #[error("a view of the record breaks the bounds of a template")]
    Template(#[source] TemplateError),
}

impl RecordError {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Header => "iso19794.header",
            Self::Length { .. } => "iso19794.length",
            Self::Truncated { .. } => "iso19794.truncated",
            Self::Trailing(_) => "iso19794.trailing",
            Self::Views(_) => "iso19794.views",
            Self::Field { .. } => "iso19794.field",
            Self::Template(_) => "iso19794.template",
        }
    }
}

/// Writes a record.
///
/// # Errors
/// [`RecordError::Views`] or [`RecordError::Field`] when a value does not fit its field.
pub fn write(record: &Record) -> Result<Vec<u8>, RecordError> {
    check_header(record)?;
    let mut out = Vec::new();
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&[0; 4]);
    for number in
        [record.equipment, record.width, record.height, record.x_resolution, record.y_resolution]
    {
        out.extend_from_slice(&number.to_be_bytes());
    }
    out.extend_from_slice(&[record.views.len() as u8, 0]);
    for view in &record.views {
        write_view(view, record, &mut out)?;
    }
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
    if bytes.len() < HEADER || bytes[..8] != MAGIC {
        return Err(RecordError::Header);
    }
    let stated = u64::from(word(bytes, 8)) << 16 | u64::from(word(bytes, 10));
    if stated != bytes.len() as u64 {
        return Err(RecordError::Length { stated, found: bytes.len() });
    }
    let mut record = Record {
        equipment: word(bytes, 12),
        width: word(bytes, 14),
        height: word(bytes, 16),
        x_resolution: word(bytes, 18),
        y_resolution: word(bytes, 20),
        views: Vec::new(),
    };
    let views = usize::from(bytes[22]);
    if views > MAX_VIEWS {
        return Err(RecordError::Views(views));
    }
    field("reserved byte", bytes[23].into(), 0)?;
    let mut rest = &bytes[HEADER..];
    for index in 0..views {
        let (view, after) = read_view(rest, index, &record)?;
        record.views.push(view);
        rest = after;
    }
    check_header(&record)?;
    if rest.is_empty() { Ok(record) } else { Err(RecordError::Trailing(rest.len())) }
}

impl Record {
    /// The templates of one person as a record at 197 pixels per centimetre, one view per finger.
    ///
    /// # Errors
    /// [`RecordError::Views`] for more than sixteen.
    pub fn from_templates(templates: &[(FingerPosition, &Template)]) -> Result<Self, RecordError> {
        if templates.len() > MAX_VIEWS {
            return Err(RecordError::Views(templates.len()));
        }
        let side = |f: fn(&Template) -> u16| templates.iter().map(|(_, t)| f(t)).max().unwrap_or(1);
        Ok(Self {
            equipment: 0,
            width: side(Template::width),
            height: side(Template::height),
            x_resolution: PIXELS_PER_CM,
            y_resolution: PIXELS_PER_CM,
            views: templates
                .iter()
                .map(|(position, template)| view_of(*position, template))
                .collect(),
        })
    }

    /// The template of one view, at 500 dpi.
    ///
    /// # Errors
    /// [`RecordError::Field`] when the record has no such view, [`RecordError::Template`] when the
    /// print is larger than a template may be.
    pub fn template(&self, view: usize) -> Result<Template, RecordError> {
        let Some(source) = self.views.get(view) else {
            return Err(RecordError::Field { field: "view", value: view as u32 });
        };
        let width = to_500_dpi(self.width, self.x_resolution, 1);
        let height = to_500_dpi(self.height, self.y_resolution, 1);
        let size = RecordError::Template(TemplateError::Size { width, height });
        let (Ok(wide), Ok(high)) = (u16::try_from(width.max(1)), u16::try_from(height.max(1)))
        else {
            return Err(size);
        };
        let minutiae = source
            .minutiae
            .iter()
            .map(|m| Minutia {
                x: quarter_pixels(m.x, self.x_resolution, wide),
                y: quarter_pixels(m.y, self.y_resolution, high),
                direction: m.angle,
                kind: m.kind,
                quality: m.quality,
            })
            .collect();
        Template::new(wide, high, source.quality, minutiae).map_err(RecordError::Template)
    }
}

fn view_of(position: FingerPosition, template: &Template) -> View {
    View {
        position,
        number: 0,
        impression: 0,
        quality: template.quality(),
        minutiae: template
            .minutiae()
            .iter()
            .map(|m| RecordMinutia {
                kind: m.kind,
                x: m.x / SUBPIXEL,
                y: m.y / SUBPIXEL,
                angle: m.direction,
                quality: m.quality,
            })
            .collect(),
    }
}

/// `value` pixels at `resolution` pixels per centimetre, in 1/`parts` pixels at 500 dpi, rounded.
///
/// 196 and 197 pixels per centimetre are what devices state for 500 dpi, and count as such.
fn to_500_dpi(value: u16, resolution: u16, parts: u32) -> u32 {
    if matches!(resolution, 196 | 197) {
        return u32::from(value) * parts;
    }
    // 500 dpi are 25,000/127 pixels per centimetre.
    let divisor = 127 * u64::from(resolution.max(1));
    ((u64::from(value) * u64::from(parts) * 25_000 + divisor / 2) / divisor) as u32
}

fn quarter_pixels(value: u16, resolution: u16, side: u16) -> u16 {
    // The middle of a whole pixel, kept inside a print whose size was rounded down.
    let limit = u32::from(side) * u32::from(SUBPIXEL) - 1;
    (to_500_dpi(value, resolution, u32::from(SUBPIXEL)) + u32::from(SUBPIXEL) / 2).min(limit) as u16
}

fn check_header(record: &Record) -> Result<(), RecordError> {
    if record.views.len() > MAX_VIEWS {
        return Err(RecordError::Views(record.views.len()));
    }
    for (name, value) in [
        ("image width", record.width),
        ("image height", record.height),
        ("x resolution", record.x_resolution),
        ("y resolution", record.y_resolution),
    ] {
        if value == 0 {
            return Err(RecordError::Field { field: name, value: 0 });
        }
    }
    Ok(())
}

fn write_view(view: &View, record: &Record, out: &mut Vec<u8>) -> Result<(), RecordError> {
    field("view number", view.number.into(), 15)?;
    field("impression type", view.impression.into(), 15)?;
    field("finger quality", view.quality.into(), 100)?;
    field("number of minutiae", view.minutiae.len() as u32, MAX_MINUTIAE as u32)?;
    out.extend_from_slice(&[
        view.position.code(),
        view.number << 4 | view.impression,
        view.quality,
        view.minutiae.len() as u8,
    ]);
    for minutia in &view.minutiae {
        check_minutia(*minutia, record)?;
        out.extend_from_slice(&(kind_bits(minutia.kind) << 14 | minutia.x).to_be_bytes());
        out.extend_from_slice(&minutia.y.to_be_bytes());
        out.extend_from_slice(&[minutia.angle, minutia.quality]);
    }
    out.extend_from_slice(&[0; EXTENDED_LENGTH]);
    Ok(())
}

fn read_view<'a>(
    bytes: &'a [u8],
    index: usize,
    record: &Record,
) -> Result<(View, &'a [u8]), RecordError> {
    let truncated = RecordError::Truncated { view: index };
    let (head, rest) = bytes.split_at_checked(VIEW_HEADER).ok_or(truncated)?;
    let Some(position) = FingerPosition::from_code(head[0]) else {
        return Err(RecordError::Field { field: "finger position", value: head[0].into() });
    };
    field("finger quality", head[2].into(), 100)?;
    let length = PER_MINUTIA * usize::from(head[3]);
    let (body, rest) = rest.split_at_checked(length).ok_or(truncated)?;
    let minutiae: Vec<RecordMinutia> = body.chunks_exact(PER_MINUTIA).map(read_minutia).collect();
    for minutia in &minutiae {
        check_minutia(*minutia, record)?;
    }
    if let Some(reserved) = body.chunks_exact(PER_MINUTIA).find(|six| six[2] >> 6 != 0) {
        return Err(RecordError::Field {
            field: "reserved bits",
            value: (reserved[2] >> 6).into(),
        });
    }
    let (extended, rest) = rest.split_at_checked(EXTENDED_LENGTH).ok_or(truncated)?;
    let (_, rest) = rest.split_at_checked(word(extended, 0).into()).ok_or(truncated)?;
    let (number, impression, quality) = (head[1] >> 4, head[1] & 15, head[2]);
    Ok((View { position, number, impression, quality, minutiae }, rest))
}

fn read_minutia(six: &[u8]) -> RecordMinutia {
    RecordMinutia {
        kind: kind_of_bits(six[0] >> 6),
        x: word(six, 0) & MAX_COORDINATE,
        y: word(six, 2) & MAX_COORDINATE,
        angle: six[4],
        quality: six[5],
    }
}

fn check_minutia(minutia: RecordMinutia, record: &Record) -> Result<(), RecordError> {
    field(
        "minutia x",
        minutia.x.into(),
        u32::from(record.width.min(MAX_COORDINATE + 1)).max(1) - 1,
    )?;
    field(
        "minutia y",
        minutia.y.into(),
        u32::from(record.height.min(MAX_COORDINATE + 1)).max(1) - 1,
    )?;
    field("minutia quality", minutia.quality.into(), 100)
}

fn field(name: &'static str, value: u32, most: u32) -> Result<(), RecordError> {
    if value <= most { Ok(()) } else { Err(RecordError::Field { field: name, value }) }
}

#[cfg(test)]
#[path = "iso19794_tests.rs"]
mod tests;

//! One view of one finger: minutiae in pixels of the record, and the way to a template.

use super::error::{RecordError, field};
use crate::finger::FingerPosition;
use crate::template::{MAX_MINUTIAE, Minutia, MinutiaKind, SUBPIXEL, Template, TemplateError};

/// The nearest whole number of pixels per centimetre to 500 dpi (196.85).
pub(super) const PIXELS_PER_CM: u16 = 197;
/// Coordinates have 14 bits in every edition.
pub(super) const MAX_COORDINATE: u16 = 0x3fff;

/// One view of one finger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Which finger.
    pub position: FingerPosition,
    /// 0 for the first view of a finger, up to 15.
    pub number: u8,
    /// Impression type, 0 live-scan plain, 1 live-scan rolled, …; up to 15, in the 2011 edition
    /// up to 29.
    pub impression: u8,
    /// Finger quality, 0 to 100; 0 also when a record of 2011 states none.
    pub quality: u8,
    /// Image width, pixels.
    pub width: u16,
    /// Image height, pixels.
    pub height: u16,
    /// Pixels per centimetre along x.
    pub x_resolution: u16,
    /// Pixels per centimetre along y.
    pub y_resolution: u16,
    /// Minutiae in whole pixels of the view's own resolution.
    pub minutiae: Vec<RecordMinutia>,
}

/// A minutia as a record holds it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RecordMinutia {
    /// Ending, bifurcation or other.
    pub kind: MinutiaKind,
    /// Pixels rightwards, 14 bits.
    pub x: u16,
    /// Pixels downwards, 14 bits.
    pub y: u16,
    /// 256ths of a turn, counter-clockwise. A record of ANSI/INCITS 378 holds steps of two
    /// degrees, so there it comes back within one unit.
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

/// The finger of a position code.
pub(super) fn read_position(code: u8) -> Result<FingerPosition, RecordError> {
    FingerPosition::from_code(code)
        .ok_or(RecordError::Field { field: "finger position", value: code.into() })
}

impl View {
    /// A template as the view `number` of its finger, at 197 pixels per centimetre.
    pub(super) fn of_template(position: FingerPosition, number: u8, template: &Template) -> Self {
        let minutia = |m: &Minutia| RecordMinutia {
            kind: m.kind,
            x: m.x / SUBPIXEL,
            y: m.y / SUBPIXEL,
            angle: m.direction,
            quality: m.quality,
        };
        Self {
            position,
            number,
            impression: 0,
            quality: template.quality(),
            width: template.width(),
            height: template.height(),
            x_resolution: PIXELS_PER_CM,
            y_resolution: PIXELS_PER_CM,
            minutiae: template.minutiae().iter().map(minutia).collect(),
        }
    }

    /// The template of this view, at 500 dpi.
    ///
    /// # Errors
    /// [`RecordError::Template`] when the print is larger than a template may be.
    pub fn template(&self) -> Result<Template, RecordError> {
        let width = to_500_dpi(self.width, self.x_resolution, 1).max(1);
        let height = to_500_dpi(self.height, self.y_resolution, 1).max(1);
        let (Ok(wide), Ok(high)) = (u16::try_from(width), u16::try_from(height)) else {
            return Err(RecordError::Template(TemplateError::Size { width, height }));
        };
        // Checked before minutiae are placed, so that a side in quarter pixels fits 16 bits.
        Template::new(wide, high, 0, Vec::new()).map_err(RecordError::Template)?;
        let minutiae = self
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
        Template::new(wide, high, self.quality, minutiae).map_err(RecordError::Template)
    }

    /// The view, when its values are within their bounds.
    pub(super) fn checked(self, most_impression: u8) -> Result<Self, RecordError> {
        self.check(most_impression)?;
        Ok(self)
    }

    /// Checks the values that are bounded alike in every edition.
    pub(super) fn check(&self, most_impression: u8) -> Result<(), RecordError> {
        for (name, value) in [
            ("image width", self.width),
            ("image height", self.height),
            ("x resolution", self.x_resolution),
            ("y resolution", self.y_resolution),
        ] {
            if value == 0 {
                return Err(RecordError::Field { field: name, value: 0 });
            }
        }
        field("view number", self.number.into(), 15)?;
        field("impression type", self.impression.into(), most_impression.into())?;
        field("finger quality", self.quality.into(), 100)?;
        field("number of minutiae", self.minutiae.len() as u32, MAX_MINUTIAE as u32)?;
        for minutia in &self.minutiae {
            let last = |side: u16| u32::from(side.min(MAX_COORDINATE + 1)) - 1;
            field("minutia x", minutia.x.into(), last(self.width))?;
            field("minutia y", minutia.y.into(), last(self.height))?;
            field("minutia quality", minutia.quality.into(), 100)?;
        }
        Ok(())
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

/// The middle of a whole pixel, kept inside a print whose size was rounded down.
fn quarter_pixels(value: u16, resolution: u16, side: u16) -> u16 {
    let limit = u32::from(side) * u32::from(SUBPIXEL) - 1;
    let middle = to_500_dpi(1, resolution, u32::from(SUBPIXEL)) / 2;
    (to_500_dpi(value, resolution, u32::from(SUBPIXEL)) + middle).min(limit) as u16
}

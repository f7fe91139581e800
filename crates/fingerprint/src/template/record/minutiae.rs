//! Minutiae as bytes: six each, five where quality is left out, angles in the edition's unit.

use super::error::{RecordError, field};
use super::view::{MAX_COORDINATE, RecordMinutia};
use crate::fields::Fields;
use crate::template::bytes::{kind_bits, kind_of_bits};

/// The unit of an angle byte.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AngleUnit {
    /// 360/256 degrees, 0 to 255: ISO/IEC 19794-2.
    Turn256,
    /// Two degrees, 0 to 179: ANSI/INCITS 378-2004.
    TwoDegrees,
}

/// Writes minutiae with their quality, six bytes each.
pub(super) fn write(minutiae: &[RecordMinutia], unit: AngleUnit, out: &mut Vec<u8>) {
    for minutia in minutiae {
        out.extend_from_slice(&(kind_bits(minutia.kind) << 14 | minutia.x).to_be_bytes());
        out.extend_from_slice(&minutia.y.to_be_bytes());
        out.extend_from_slice(&[unit.byte_of(minutia.angle), minutia.quality]);
    }
}

/// Reads `count` minutiae of six bytes, or of five when the edition lets quality be left out.
///
/// The memory taken is bounded by the bytes at hand, not by what a header states.
pub(super) fn read(
    fields: &mut Fields<'_>,
    count: usize,
    length: usize,
    unit: AngleUnit,
) -> Option<Result<Vec<RecordMinutia>, RecordError>> {
    let body = fields.take(count * length)?;
    Some(body.chunks_exact(length).map(|bytes| read_one(bytes, unit)).collect())
}

fn read_one(bytes: &[u8], unit: AngleUnit) -> Result<RecordMinutia, RecordError> {
    let word = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
    field("reserved bits", u32::from(bytes[2] >> 6), 0)?;
    Ok(RecordMinutia {
        kind: kind_of_bits(bytes[0] >> 6),
        x: word(0) & MAX_COORDINATE,
        y: word(2),
        angle: unit.angle_of(bytes[4])?,
        quality: bytes.get(5).copied().unwrap_or(0),
    })
}

impl AngleUnit {
    /// The byte for `angle` 256ths of a turn, rounded.
    fn byte_of(self, angle: u8) -> u8 {
        match self {
            Self::Turn256 => angle,
            Self::TwoDegrees => ((u32::from(angle) * 180 + 128) / 256 % 180) as u8,
        }
    }

    /// The angle that a byte states, in 256ths of a turn, rounded.
    fn angle_of(self, byte: u8) -> Result<u8, RecordError> {
        if self == Self::Turn256 {
            return Ok(byte);
        }
        field("minutia angle", byte.into(), 179)?;
        Ok(((u32::from(byte) * 256 + 90) / 180) as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_degrees_and_256ths_agree_to_half_a_step() {
        for byte in 0..180u8 {
            let angle = AngleUnit::TwoDegrees.angle_of(byte).unwrap();
            let degrees = f64::from(angle) * 360.0 / 256.0;
            assert!((degrees - 2.0 * f64::from(byte)).abs() <= 360.0 / 512.0, "{byte}");
            assert_eq!(AngleUnit::TwoDegrees.byte_of(angle), byte);
        }
        for angle in 0..=255u8 {
            let byte = AngleUnit::TwoDegrees.byte_of(angle);
            let again = AngleUnit::TwoDegrees.angle_of(byte).unwrap();
            let off = angle.wrapping_sub(again) as i8;
            assert!(off.abs() <= 1, "{angle} came back as {again}");
        }
        assert!(AngleUnit::TwoDegrees.angle_of(180).is_err());
    }
}

//! The compact card format of ISO/IEC 19794-2:2005, clause 8: three bytes a minutia, no header.
//!
//! Places are tenths of a millimetre in one byte, so a window of 25.6 mm; angles have 64 steps.
//! Finger, size and quality are not in it: a card keeps them beside it.

use super::RecordError;
use crate::template::bytes::{kind_bits, kind_of_bits};
use crate::template::{MAX_MINUTIAE, Minutia, SUBPIXEL, Template};

const PER_MINUTIA: usize = 3;
/// Sides of the window, pixels at 500 dpi: 25.6 mm.
const WINDOW: u16 = 504;
/// Quarter pixels at 500 dpi in 254 tenths of a millimetre (one inch), for whole-number ratios.
const QUARTERS_PER_INCH: u32 = 500 * SUBPIXEL as u32;
const TENTHS_PER_INCH: u32 = 254;

/// The first `most` minutiae (best first in a template from [`crate::extract`]) that lie in a
/// window of 25.6 mm around the middle of all, by x and then y as cards expect them.
pub fn write(template: &Template, most: usize) -> Vec<u8> {
    let origin = |of: fn(&Minutia) -> u16| {
        let (least, last) = template
            .minutiae()
            .iter()
            .map(of)
            .fold((u16::MAX, 0), |(least, last), at| (least.min(at), last.max(at)));
        u32::from(least.min(last)).midpoint(last.into()).saturating_sub(to_quarters(128))
    };
    let (left, upper) = (origin(|m| m.x), origin(|m| m.y));
    let tenths = |at: u16, origin: u32| {
        let from_origin = u32::from(at).checked_sub(origin)?;
        let tenths = (from_origin * TENTHS_PER_INCH + QUARTERS_PER_INCH / 2) / QUARTERS_PER_INCH;
        u8::try_from(tenths).ok()
    };
    let mut triples: Vec<[u8; PER_MINUTIA]> = template
        .minutiae()
        .iter()
        .filter_map(|m| {
            let kind = (kind_bits(m.kind) as u8) << 6;
            let angle = ((u16::from(m.direction) + 2) / 4 % 64) as u8;
            Some([tenths(m.x, left)?, tenths(m.y, upper)?, kind | angle])
        })
        .take(most.min(MAX_MINUTIAE))
        .collect();
    triples.sort_unstable();
    triples.concat()
}

/// Reads what a card holds, as a print of 25.6 mm without a quality.
///
/// # Errors
/// [`RecordError::Trailing`] when the bytes are not whole minutiae, [`RecordError::Template`] for
/// more than [`MAX_MINUTIAE`].
pub fn read(bytes: &[u8]) -> Result<Template, RecordError> {
    let (triples, rest) = bytes.as_chunks::<PER_MINUTIA>();
    if !rest.is_empty() {
        return Err(RecordError::Trailing(rest.len()));
    }
    let last = WINDOW * SUBPIXEL - 1;
    let minutiae = triples
        .iter()
        .map(|[x, y, kind_and_angle]| Minutia {
            x: (to_quarters(*x) as u16).min(last),
            y: (to_quarters(*y) as u16).min(last),
            direction: (kind_and_angle & 63) * 4,
            kind: kind_of_bits(kind_and_angle >> 6),
            quality: 0,
        })
        .collect();
    Template::new(WINDOW, WINDOW, 0, minutiae).map_err(RecordError::Template)
}

fn to_quarters(tenths: u8) -> u32 {
    (u32::from(tenths) * QUARTERS_PER_INCH + TENTHS_PER_INCH / 2) / TENTHS_PER_INCH
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::MinutiaKind;

    fn minutia(x: u16, y: u16, direction: u8, kind: MinutiaKind) -> Minutia {
        Minutia { x, y, direction, kind, quality: 50 }
    }

    #[test]
    fn a_card_keeps_places_to_a_twentieth_of_a_millimetre() {
        let minutiae: Vec<Minutia> = (0..60u16)
            .map(|i| {
                let kind = if i % 2 == 0 { MinutiaKind::Ending } else { MinutiaKind::Bifurcation };
                minutia(400 + i * 20, 700 + i * 17 % 900, (i * 4) as u8, kind)
            })
            .collect();
        let template = Template::new(500, 500, 80, minutiae.clone()).unwrap();
        let bytes = write(&template, 100);
        assert_eq!(bytes.len(), 3 * minutiae.len());
        let again = read(&bytes).unwrap();
        let mut sorted = minutiae;
        sorted.sort_by_key(|m| m.x);
        // The card's origin is its own; only differences are kept.
        let shift = |before: u16, after: u16| i32::from(before) - i32::from(after);
        let (first, placed) = (sorted[0], again.minutiae()[0]);
        let (dx, dy) = (shift(first.x, placed.x), shift(first.y, placed.y));
        for (before, after) in sorted.iter().zip(again.minutiae()) {
            assert!(shift(before.x, after.x).abs_diff(dx) <= 8);
            assert!(shift(before.y, after.y).abs_diff(dy) <= 8);
            assert_eq!((before.kind, before.direction), (after.kind, after.direction));
        }
    }

    #[test]
    fn what_a_card_cannot_hold_is_left_out() {
        let far = [(0, 0), (2000, 2000), (4000, 2000)]
            .map(|(x, y)| minutia(x, y, 0, MinutiaKind::Unknown));
        let template = Template::new(1200, 1200, 80, far.to_vec()).unwrap();
        assert_eq!(write(&template, 100).len(), 3, "only the middle one lies in the window");
        assert_eq!(write(&template, 0).len(), 0);
        let none = Template::new(100, 100, 0, Vec::new()).unwrap();
        assert_eq!(write(&none, 10).len(), 0);
    }

    #[test]
    fn part_of_a_minutia_is_refused() {
        assert_eq!(read(&[1, 2, 3, 4]), Err(RecordError::Trailing(1)));
        assert_eq!(read(&[0; 3 * 256]).unwrap_err().code(), "record.template");
        assert_eq!(read(&[255; 3 * 255]).unwrap().minutiae().len(), 255);
    }
}

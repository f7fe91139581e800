//! Makes an encounter light before it is saved: prints go as WSQ, the form in which the world's
//! registers exchange them. Ten prints as PNG weigh 850 kB, a day's worth of a village line.

use niims_fingerprint::{ImageLimits, decode_image, encode_wsq};
use niims_packet::{CaptureOutcome, Encounter, Image};

/// Bits a pixel, range 0.5 to 3. Twice what the FBI asks for (0.75, about 15:1), so that nothing
/// of the compression is seen by an examiner; ten prints come to some 200 kB.
const BITS_A_PIXEL: f64 = 1.5;

/// WSQ is defined for prints of 500 dots per inch (ISO/IEC 19794-4, level 31); others stay PNG.
const WSQ_DPI: u16 = 500;

/// The same encounter with its prints compressed. One that cannot be, or gains nothing by it,
/// stays as it is.
pub(crate) fn lighten(mut encounter: Encounter) -> Encounter {
    for finger in &mut encounter.fingers {
        let CaptureOutcome::Captured { image, dpi, second, .. } = &mut finger.outcome else {
            continue;
        };
        let second = second.as_mut().map(|second| (&mut second.image, second.dpi));
        for (image, dpi) in core::iter::once((image, *dpi)).chain(second) {
            if let Some(light) = as_wsq(image, dpi) {
                *image = light;
            }
        }
    }
    encounter
}

fn as_wsq(image: &Image, dpi: u16) -> Option<Image> {
    if dpi != WSQ_DPI || image.media_type != "image/png" {
        return None;
    }
    let picture = decode_image(&image.bytes, &ImageLimits::default()).ok()?;
    let bytes = encode_wsq(&picture, Some(dpi), BITS_A_PIXEL).ok()?;
    let lighter = bytes.len() < image.bytes.len();
    lighter.then(|| Image { media_type: "image/x-wsq".to_owned(), bytes })
}

#[cfg(test)]
mod tests {
    use niims_fingerprint::synthetic::{ImpressionConditions, MasterFinger, PersonTraits};
    use niims_fingerprint::{FingerPosition, Prepared, compare, encode_png, extract};
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;

    #[test]
    fn a_print_is_a_quarter_and_compares_as_before() {
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        let traits = PersonTraits::adult(&mut rng);
        let finger = MasterFinger::grow([5; 32], FingerPosition::RightIndex, &traits);
        let picture = finger.impression(&mut rng, &ImpressionConditions::good());
        let other = finger.impression(&mut rng, &ImpressionConditions::good());
        let image = Image { media_type: "image/png".to_owned(), bytes: encode_png(&picture) };
        assert_eq!(as_wsq(&image, 1_000), None);
        let light = as_wsq(&image, 500).unwrap();
        assert!(light.bytes.len() * 3 < image.bytes.len(), "{} bytes", light.bytes.len());
        let again = decode_image(&light.bytes, &ImageLimits::default()).unwrap();
        let prepared = |picture| Prepared::new(&extract(picture, 500).unwrap().template);
        let probe = prepared(&other);
        let (before, after) =
            (compare(&probe, &prepared(&picture)), compare(&probe, &prepared(&again)));
        assert!(after.score * 10 > before.score * 9, "the score fell");
    }
}

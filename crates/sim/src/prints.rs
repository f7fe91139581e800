//! The prints that a resident leaves on the scanner.

use niims_fingerprint::synthetic::{ImpressionConditions, MasterFinger, PersonTraits};
use niims_fingerprint::{FingerPosition, encode_png};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use crate::chance;
use crate::images::{ImagesError, RealImages};
use crate::village::Resident;

/// Resolution of synthetic prints, dots per inch.
const SYNTHETIC_DPI: u16 = 500;
/// Of a thousand impressions, how many are poor although the operator was trained. Range 0 to
/// 100; field programmes report a few in a hundred below usable quality.
const POOR_PERMILLE: u64 = 30;
/// Below this age fingers have a child's finer ridges.
const CHILD_BELOW: usize = 13;
/// From this age skin is worn by years.
const ELDERLY_FROM: usize = 65;
/// Of a thousand younger adults, how many have ridges worn by manual work. Range 0 to 200.
const WORN_PERMILLE: u64 = 60;
/// How hands without readable prints lie on the glass: the skin is smooth, and only the middle
/// of each pad touches lightly. Without the last two, one print in six still shows a line or
/// two that an extractor follows (measured over twelve fingers).
const SMOOTH: ImpressionConditions =
    ImpressionConditions { pressure: -1.0, contact: 0.4, ..ImpressionConditions::unusable() };
/// Stream of the generator from which a person's traits are drawn; fingers have the streams of
/// their codes 1 to 10, impressions those from [`IMPRESSION_STREAM`] on.
const TRAITS_STREAM: u64 = 0;
/// First stream of impressions; each visit takes sixteen.
const IMPRESSION_STREAM: u64 = 1 << 16;

/// Whether a resident's fingers leave readable prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hands {
    /// They do.
    Usable,
    /// All ten are worn smooth; the scanner sees no ridges.
    Unusable,
}

/// Where prints come from.
pub enum PrintSource {
    /// Grown from each resident's seed.
    Synthetic,
    /// Dealt from a folder of images of real fingers.
    Folder(RealImages),
}

/// One print as it came from the scanner.
pub struct Print {
    /// Which finger.
    pub position: FingerPosition,
    /// The image file.
    pub bytes: Vec<u8>,
    /// Ending of its name: `png`, `tif`, `tiff`, `bmp` or `pgm`.
    pub ending: &'static str,
    /// Dots per inch; the same for all prints of one capture.
    pub dpi: u16,
}

impl core::fmt::Debug for Print {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Print({}, {} bytes)", self.position, self.bytes.len())
    }
}

impl PrintSource {
    /// The prints that the resident leaves on visit `visit`, counted from zero, in the order of
    /// the finger codes. Another visit is another impression of the same fingers. Fingers
    /// without an image are left out. Unusable hands leave synthetic blurs from either source.
    ///
    /// # Errors
    /// [`ImagesError`] when an image of a folder cannot be read, or the resident was dealt none.
    pub fn capture(
        &self,
        resident: &Resident,
        visit: u32,
        hands: Hands,
    ) -> Result<Vec<Print>, ImagesError> {
        match (self, hands) {
            (Self::Folder(images), Hands::Usable) => images.capture(resident, visit),
            _ => Ok(FingerPosition::all()
                .into_iter()
                .map(|position| print(resident, position, visit, hands))
                .collect()),
        }
    }
}

/// A synthetic print of one finger.
fn print(resident: &Resident, position: FingerPosition, visit: u32, hands: Hands) -> Print {
    let mut seed = [0; 32];
    stream(resident, u64::from(position.code())).fill_bytes(&mut seed);
    let finger = MasterFinger::grow(seed, position, &traits(resident));
    let occasion = IMPRESSION_STREAM + u64::from(visit) * 16 + u64::from(position.code());
    let rng = &mut stream(resident, occasion);
    let conditions = match hands {
        Hands::Unusable => SMOOTH,
        Hands::Usable if chance::permille(POOR_PERMILLE, rng) => ImpressionConditions::poor(),
        Hands::Usable => ImpressionConditions::typical(),
    };
    let bytes = encode_png(&finger.impression(rng, &conditions));
    Print { position, bytes, ending: "png", dpi: SYNTHETIC_DPI }
}

fn traits(resident: &Resident) -> PersonTraits {
    let rng = &mut stream(resident, TRAITS_STREAM);
    let worn = chance::permille(WORN_PERMILLE, rng) || resident.age >= ELDERLY_FROM;
    match resident.age {
        age if age < CHILD_BELOW => PersonTraits::child(rng),
        _ if worn => PersonTraits::worn(rng),
        _ => PersonTraits::adult(rng),
    }
}

fn stream(resident: &Resident, stream: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::from_seed(resident.fingers);
    rng.set_stream(stream);
    rng
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use niims_fingerprint::{ImageLimits, Prepared, compare, decode_image, extract};

    use super::*;
    use crate::census::Census;
    use crate::village::{Setting, resident};

    fn somebody(seed: u8, age: usize) -> Resident {
        let setting = Setting { county: "019", today: date(2026, 11, 22) };
        let rng = &mut ChaCha8Rng::from_seed([seed; 32]);
        resident(0, age, true, setting, &Census::embedded().unwrap(), rng)
    }

    fn prepared(print: &Print) -> Prepared {
        let image = decode_image(&print.bytes, &ImageLimits::default()).unwrap();
        Prepared::new(&extract(&image, print.dpi).unwrap().template)
    }

    #[test]
    fn another_visit_is_another_print_of_the_same_finger() {
        let (one, other) = (somebody(1, 30), somebody(2, 30));
        let take =
            |resident, visit| print(resident, FingerPosition::RightIndex, visit, Hands::Usable);
        assert_eq!(take(&one, 0).bytes, take(&one, 0).bytes, "the same visit is the same print");
        assert_ne!(take(&one, 0).bytes, take(&one, 1).bytes);
        let first = prepared(&take(&one, 0));
        let own = compare(&first, &prepared(&take(&one, 1))).score;
        let strange = compare(&first, &prepared(&take(&other, 0))).score;
        assert!(own > 0 && own > strange + 4_000, "own {own}, strange {strange} millinats");
    }

    #[test]
    fn hands_without_ridges_give_nothing_that_the_kit_would_keep() {
        for seed in 3..6 {
            let resident = somebody(seed, 50);
            for print in PrintSource::Synthetic.capture(&resident, 0, Hands::Unusable).unwrap() {
                let image = decode_image(&print.bytes, &ImageLimits::default()).unwrap();
                let quality = extract(&image, print.dpi).map_or(0, |found| found.quality.score);
                assert_eq!(quality, 0, "seed {seed}, {}", print.position);
            }
        }
    }
}

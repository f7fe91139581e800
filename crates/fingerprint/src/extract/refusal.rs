//! What is not a print of one finger, refused as soon as the stages know it: most after the first
//! pass, when half of the work is still saved.

use super::clarity::Clarity;
use super::endings::Ending;
use super::fixed::FixedPlane;
use super::flow::Flow;
use super::orientation::Field;
use super::plane::Plane;
use super::segmentation::{Mask, Other};
use super::{ExtractError, LEAST_AREA, enhancement, normalisation, orientation, period, several};

/// Least share of the segmented area that must be ridges. Range 0 to 1.
///
/// Measured: of 717 real prints, five sensors, the least is 0.145 and one in twenty is below 0.62;
/// a page of text has 0.05, drawn photographs 0.02, white noise 0, brown noise 0.09. None of the
/// 717 is refused, nor any of them resampled to 250, 400 and 1000 dpi.
const LEAST_SHARE: f32 = 0.10;
/// Where ridges are believed on less than this share, their directions must agree; see
/// [`LEAST_AGREEMENT`]. Range 0 to 1.
const CLEAR_SHARE: f32 = 0.5;
/// Least [`Flow::agreement`] of an unclear print. Range 0 to 1.
///
/// Measured: 18 of 717 real prints are unclear, of which the least has 0.62; noise that holds only
/// waves of the period of ridges has 0.43 to 0.60 in most drawings.
const LEAST_AGREEMENT: f32 = 0.55;
/// Most [`Flow::parallel`] of a print of at least [`BENDING_AREA`]. Range 0 to 1.
///
/// Measured: 717 real prints have 0.83 at the most; stripes 0.999, lines of letters 0.95 and more.
const MOST_PARALLEL: f32 = 0.93;
/// Area over which the ridges of every finger bend, square pixels: 100 mm².
const BENDING_AREA: usize = 38_750;
/// Least minutiae a square pixel of ridges: 0.02 a mm².
///
/// Measured: 717 real prints have 0.08 a mm² at the least, 0.24 at the median; stripes and circles
/// none.
const LEAST_MINUTIAE: f32 = 0.02 * PIXEL * PIXEL;
/// Most ends of ridges and valleys before false ones are removed. Range 1,000 to 5,000: 717 real
/// prints have 127 at the most, and each is held against each other.
const MOST_ENDINGS: usize = 2_000;
/// A second finger has at least this share of the first one's ridges.
const SECOND_SHARE: f32 = 0.35;
/// Side of a pixel at 500 dpi, millimetres.
const PIXEL: f32 = 0.0508;

/// What the first pass has seen of a region.
pub(super) struct Seen<'a> {
    pub(super) mask: &'a Mask,
    pub(super) field: &'a Field,
    pub(super) clarity: &'a Clarity,
}

impl Seen<'_> {
    /// Square pixels on which ridges are believed.
    fn ridges(&self) -> usize {
        self.clarity.ridge_area(self.field, self.mask)
    }
}

/// After the first pass: refuses what has no ridges, too few, or the outline of several fingers.
pub(super) fn check_ridges(seen: &Seen<'_>) -> Result<(), ExtractError> {
    let (area, ridges) = (seen.mask.area(), seen.ridges());
    // Of a small region the border is most, and there nothing can be told.
    if area > 2 * LEAST_AREA && (ridges as f32) < LEAST_SHARE * area as f32 {
        return Err(ExtractError::NoRidges);
    }
    if ridges < LEAST_AREA {
        let square_millimetres = (ridges as f32 * PIXEL * PIXEL) as u16;
        return Err(ExtractError::LittleRidgeArea { square_millimetres });
    }
    if several::is_too_wide(seen.mask) || several::has_waist(seen.mask) {
        return Err(ExtractError::SeveralFingers);
    }
    Ok(())
}

/// After the field was measured again: refuses ridges that run as no finger's do, and those of
/// several fingers.
pub(super) fn check_flow(
    seen: &Seen<'_>,
    field: &Field,
    other: Option<&Other>,
    print: &Plane,
) -> Result<(), ExtractError> {
    let (area, ridges) = (seen.mask.area(), seen.ridges());
    let flow = Flow::of(field, seen.field, seen.clarity, seen.mask);
    let unclear = (ridges as f32) < CLEAR_SHARE * area as f32;
    if (area >= BENDING_AREA && flow.parallel > MOST_PARALLEL)
        || (unclear && flow.agreement < LEAST_AGREEMENT)
    {
        return Err(ExtractError::NoRidges);
    }
    let mut centres = several::centres(field, seen.field, seen.clarity, seen.mask);
    let mut beside = false;
    if let Some(other) = other {
        let (area, further) = look_at(print, &other.mask);
        beside = other.beside && area >= LEAST_AREA && area as f32 >= SECOND_SHARE * ridges as f32;
        centres.extend(further);
    }
    if beside || several::are_of_two_fingers(&centres) {
        return Err(ExtractError::SeveralFingers);
    }
    Ok(())
}

/// Before false endings are removed: refuses more than any finger has.
pub(super) fn check_endings(found: &[Ending]) -> Result<(), ExtractError> {
    if found.len() > MOST_ENDINGS { Err(ExtractError::NoRidges) } else { Ok(()) }
}

/// At the end: refuses lines that hardly ever end or fork.
pub(super) fn check_minutiae(found: &[Ending], seen: &Seen<'_>) -> Result<(), ExtractError> {
    if found.is_empty() || (found.len() as f32) < LEAST_MINUTIAE * seen.ridges() as f32 {
        return Err(ExtractError::NoMinutiae);
    }
    Ok(())
}

/// Square pixels of ridges in another region and the centres of its flow: the stages up to here,
/// which few pictures pay for.
fn look_at(print: &Plane, mask: &Mask) -> (usize, Vec<(f32, f32)>) {
    let normal = normalisation::normalise(print, mask);
    let field = orientation::estimate_adaptive(&normal, mask);
    let fixed = FixedPlane::from_plane(&normal);
    let period = period::estimate(&fixed, &field, mask);
    let first = enhancement::first_pass(&fixed, &field, &period, mask);
    let clarity = Clarity::of(&normal, &first);
    let second = orientation::estimate(&normalisation::level(&first), mask);
    let centres = several::centres(&second, &field, &clarity, mask);
    (clarity.ridge_area(&field, mask), centres)
}

#[cfg(test)]
mod tests {
    use std::f32::consts::TAU;

    use rand_chacha::ChaCha8Rng;
    use rand_core::{Rng, SeedableRng};

    use crate::extract::extract;
    use crate::image::GrayImage;

    fn picture(width: u32, height: u32, grey: impl FnMut((f32, f32)) -> f32) -> GrayImage {
        let places = (0..width * height).map(|i| ((i % width) as f32, (i / width) as f32));
        let pixels = places.map(grey).map(|grey| grey.clamp(0.0, 255.0) as u8).collect();
        GrayImage::new(width, height, pixels).unwrap()
    }

    fn outcome(picture: &GrayImage) -> &'static str {
        extract(picture, 500).map_or_else(|error| error.code(), |_| "template")
    }

    /// Bent ridges of nine pixels on a disc, every sixth part of which has a ridge that ends.
    fn disc(x: f32, y: f32, centre: (f32, f32), radius: f32) -> f32 {
        let (u, v) = (x - centre.0, y - centre.1);
        // Around each place the phase turns once: on one side there is a ridge more.
        let ends = [(-40.0, -30.0), (35.0, -42.0), (0.0, 12.0), (-38.0, 30.0), (42.0, 34.0)];
        let turns: f32 = ends.iter().map(|(a, b): &(f32, f32)| (v - b).atan2(u - a)).sum();
        let wave = TAU * (v + 0.003 * u * u) / 9.0 + turns;
        if u.hypot(v) < radius { 130.0 + 90.0 * wave.cos() } else { 240.0 }
    }

    fn grain(seed: u8) -> impl FnMut() -> f32 {
        let mut rng = ChaCha8Rng::from_seed([seed; 32]);
        move || (rng.next_u32() >> 24) as f32
    }

    #[test]
    fn what_is_no_print_is_refused() {
        let mut noise = grain(1);
        let noise = picture(300, 300, |_| noise());
        let mut film = grain(2);
        // A head with eyes and a mouth before a wall, out of focus and with the grain of a film.
        let photograph = picture(360, 360, |(x, y)| {
            let soft = |x0: f32, y0: f32, radius: f32| {
                1.0 / (1.0 + (((x - x0).hypot(y - y0) - radius) / 3.0).exp())
            };
            170.0 + 40.0 * soft(180.0, 190.0, 120.0)
                - 120.0 * soft(140.0, 150.0, 14.0)
                - 120.0 * soft(220.0, 150.0, 14.0)
                - 60.0 * soft(180.0, 250.0, 25.0)
                + 0.08 * film()
        });
        let mut letter = grain(3);
        let strokes: Vec<f32> = (0..9000).map(|_| letter()).collect();
        // Lines of letters, each of five by seven dots of three pixels, as a matrix printer sets.
        let page = picture(360, 360, |(x, y)| {
            let (column, row) = ((x / 21.0) as usize, (y / 30.0) as usize);
            let (u, v) = ((x % 21.0 / 3.0) as usize, (y % 30.0 / 3.0) as usize);
            let inked = u < 5 && v < 7 && strokes[row * 700 + column * 35 + v * 5 + u] > 140.0;
            if inked { 20.0 } else { 245.0 }
        });
        assert_eq!(outcome(&noise), "extract.no_ridges");
        assert_eq!(outcome(&photograph), "extract.no_ridges");
        assert_eq!(outcome(&page), "extract.no_ridges");
        assert_eq!(outcome(&picture(10, 10, |_| 128.0)), "extract.size");
        assert_eq!(outcome(&picture(3000, 100, |_| 128.0)), "extract.size");
        assert_eq!(outcome(&picture(300, 300, |_| 128.0)), "extract.no_finger");
    }

    #[test]
    fn two_fingers_side_by_side_are_refused_and_a_phalanx_below_is_not() {
        let two = |a, b| picture(360, 360, |(x, y)| disc(x, y, a, 75.0).min(disc(x, y, b, 75.0)));
        assert_eq!(outcome(&two((90.0, 180.0), (270.0, 200.0))), "extract.several_fingers");
        assert_eq!(
            outcome(&two((90.0, 180.0), (236.0, 190.0))),
            "extract.several_fingers",
            "touch"
        );
        assert_eq!(outcome(&two((180.0, 90.0), (190.0, 270.0))), "template");
        assert_eq!(outcome(&two((180.0, 180.0), (180.0, 180.0))), "template");
    }

    #[test]
    fn lines_that_are_no_skin_are_refused() {
        let wave = |phase: f32| 128.0 + 90.0 * (TAU * phase).sin();
        for period in [5.0, 7.0, 9.0, 12.0, 16.0] {
            let stripes = picture(360, 400, |(x, y)| wave((0.9 * x + 0.4 * y) / period));
            assert_eq!(outcome(&stripes), "extract.no_ridges", "stripes of {period}");
            let circles = picture(360, 400, |(x, y)| wave((x - 180.0).hypot(y - 200.0) / period));
            assert_eq!(outcome(&circles), "extract.no_minutiae", "circles of {period}");
        }
    }

    #[test]
    fn too_little_of_a_finger_is_refused() {
        let small = picture(300, 300, |(x, y)| disc(x, y, (150.0, 150.0), 20.0));
        assert_eq!(outcome(&small), "extract.no_finger");
        let mut noise = grain(4);
        let smudge = picture(300, 300, |(x, y)| {
            let grey = noise();
            if (x - 150.0).hypot(y - 150.0) < 42.0 { grey } else { 240.0 }
        });
        assert_eq!(outcome(&smudge), "extract.little_ridge_area");
    }
}

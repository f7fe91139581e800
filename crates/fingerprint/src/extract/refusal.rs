//! What is not a print of one finger, refused after the first pass: the picture is then known well
//! enough, and half of the work is still saved.

use super::clarity::Clarity;
use super::fixed::FixedPlane;
use super::orientation::Field;
use super::plane::Plane;
use super::segmentation::Mask;
use super::{ExtractError, LEAST_AREA, enhancement, normalisation, orientation, period};

/// Least share of the segmented area that must be ridges. Range 0 to 1.
///
/// Measured: of 717 real prints, five sensors, the least is 0.145 and one in twenty is below 0.62;
/// a page of text has 0.05, drawn photographs 0.02, white noise 0, brown noise 0.09. None of the
/// 717 is refused, nor any of 400 of them resampled to 250, 400, 569 and 1000 dpi.
const LEAST_SHARE: f32 = 0.10;
/// A second finger has at least this share of the first one's ridges.
const SECOND_SHARE: f32 = 0.35;
/// Side of a pixel at 500 dpi, millimetres.
const PIXEL: f32 = 0.0508;

/// Refuses what has no ridges, too few, or those of several fingers.
pub(super) fn check(
    clarity: &Clarity,
    field: &Field,
    mask: &Mask,
    beside: Option<&Mask>,
    print: &Plane,
) -> Result<(), ExtractError> {
    let ridges = clarity.ridge_area(field, mask);
    // Of a small region the border is most, and there nothing can be told.
    if mask.area() > 2 * LEAST_AREA && (ridges as f32) < LEAST_SHARE * mask.area() as f32 {
        return Err(ExtractError::NoRidges);
    }
    if ridges < LEAST_AREA {
        let square_millimetres = (ridges as f32 * PIXEL * PIXEL) as u16;
        return Err(ExtractError::LittleRidgeArea { square_millimetres });
    }
    let second = beside.map_or(0, |beside| ridges_on(print, beside));
    if second >= LEAST_AREA && second as f32 >= SECOND_SHARE * ridges as f32 {
        return Err(ExtractError::SeveralFingers);
    }
    Ok(())
}

/// Square pixels of ridges in another region: the stages up to here, which few pictures pay for.
fn ridges_on(print: &Plane, mask: &Mask) -> usize {
    let normal = normalisation::normalise(print, mask);
    let field = orientation::estimate_adaptive(&normal, mask);
    let fixed = FixedPlane::from_plane(&normal);
    let period = period::estimate(&fixed, &field, mask);
    let first = enhancement::first_pass(&fixed, &field, &period, mask);
    Clarity::of(&normal, &first).ridge_area(&field, mask)
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

    /// Gently bent ridges of nine pixels on a disc.
    fn disc(x: f32, y: f32, centre: (f32, f32), radius: f32) -> f32 {
        let away = (x - centre.0).hypot(y - centre.1);
        if away < radius { 130.0 + 90.0 * (TAU * (y + 0.0004 * x * x) / 9.0).cos() } else { 240.0 }
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
        assert_eq!(outcome(&two((180.0, 90.0), (190.0, 270.0))), "template");
        assert_eq!(outcome(&two((180.0, 180.0), (180.0, 180.0))), "template");
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

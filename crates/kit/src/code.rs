//! QR codes in pictures. Nothing of a picture is kept.

use std::panic::{AssertUnwindSafe, catch_unwind};

use image::imageops::{FilterType, resize};
use image::{DynamicImage, GrayImage};

use crate::capture::EnrolRefused;
use crate::capture::picture::decoded;

/// Smallest picture that is looked at, pixels a side: a code of 65 modules needs two pixels for each.
const LEAST_SIDE: u32 = 130;
/// Greatest side at which codes are looked for, pixels: 1,600. Telephones take pictures four times
/// as large; the search takes some 60 ms at this size, and more pixels find no more codes.
const SEARCHED_SIDE: u32 = 1_600;
/// Most codes that are read in one picture: more than one page holds.
const MOST_CODES: usize = 16;

/// The texts of the codes in a PNG or JPEG.
///
/// # Errors
/// `image.…` for what is no picture; a picture without a code is no error.
pub(crate) fn texts_in(bytes: &[u8]) -> Result<Vec<String>, EnrolRefused> {
    let picture = fitted(&decoded("the photograph", bytes, LEAST_SIDE)?);
    let found = search(&picture);
    if !found.is_empty() || picture.width().min(picture.height()) < 2 * LEAST_SIDE {
        return Ok(found);
    }
    // Noise of a dim camera hides the corners; at half the size it is averaged out.
    let half = resize(&picture, picture.width() / 2, picture.height() / 2, FilterType::Triangle);
    Ok(search(&half))
}

fn fitted(picture: &DynamicImage) -> GrayImage {
    let greatest = picture.width().max(picture.height());
    if greatest <= SEARCHED_SIDE {
        return picture.to_luma8();
    }
    picture.thumbnail(SEARCHED_SIDE, SEARCHED_SIDE).to_luma8()
}

fn search(picture: &GrayImage) -> Vec<String> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    // The reader has panicked on strange patterns before; such a pattern is no code.
    let found = catch_unwind(AssertUnwindSafe(|| {
        let pixels = picture.as_raw();
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
            pixels[y * width + x]
        });
        let grids = prepared.detect_grids();
        let texts = grids.iter().take(MOST_CODES).filter_map(|grid| grid.decode().ok());
        texts.map(|(_, text)| text).collect::<Vec<String>>()
    }));
    let mut texts = found.unwrap_or_default();
    texts.dedup();
    texts
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use niims_paper::{QUIET_ZONE, QrMatrix};
    use rand_chacha::ChaCha8Rng;
    use rand_core::{Rng, SeedableRng};

    use super::*;

    /// A code as a camera sees it: `pixels` a module, turned by some degrees, on grey, with noise.
    fn seen(text: &str, pixels: f32, degrees: f32, noise: u8) -> Vec<u8> {
        let code = QrMatrix::of(text).unwrap();
        let side = (code.size() + 2 * QUIET_ZONE) as f32 * pixels;
        let whole = (side * 1.5) as u32;
        let (sin, cos) = degrees.to_radians().sin_cos();
        let rng = &mut ChaCha8Rng::from_seed([3; 32]);
        let picture = GrayImage::from_fn(whole, whole, |x, y| {
            let middle = whole as f32 / 2.0;
            let (dx, dy) = (x as f32 - middle, y as f32 - middle);
            let (u, v) = (cos * dx + sin * dy + side / 2.0, cos * dy - sin * dx + side / 2.0);
            let at = |value: f32| (value / pixels).floor() as i64 - QUIET_ZONE as i64;
            let inside = (0.0..side).contains(&u) && (0.0..side).contains(&v);
            let dark = match (usize::try_from(at(u)), usize::try_from(at(v))) {
                (Ok(column), Ok(row)) => code.is_dark(column, row),
                _ => false,
            };
            let light: u8 = if !inside {
                150
            } else if dark {
                40
            } else {
                215
            };
            let random = (rng.next_u32() % (2 * u32::from(noise) + 1)) as i16 - i16::from(noise);
            image::Luma([(i16::from(light) + random).clamp(0, 255) as u8])
        });
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn codes_are_read_turned_small_and_noisy() {
        let text = format!("NIIMS1:{}", "AB7 $%".repeat(60));
        for (pixels, degrees, noise) in
            [(4.0, 0.0, 0), (3.0, 17.0, 10), (5.0, 90.0, 20), (8.0, 181.0, 35), (30.0, 5.0, 5)]
        {
            let found = texts_in(&seen(&text, pixels, degrees, noise)).unwrap();
            assert_eq!(found, std::slice::from_ref(&text), "{pixels} {degrees} {noise}");
        }
    }

    #[test]
    fn what_is_no_picture_is_refused_and_noise_holds_no_code() {
        assert_eq!(texts_in(b"no picture").unwrap_err().code(), "image.format");
        let rng = &mut ChaCha8Rng::from_seed([4; 32]);
        for side in [130_u32, 400, 641] {
            let noise = GrayImage::from_fn(side, side, |x, y| {
                let block = rng.next_u32() as u8;
                image::Luma([if (x / 7 + y / 7) % 2 == 0 { block } else { 255 - block / 2 }])
            });
            let mut bytes = Cursor::new(Vec::new());
            noise.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
            assert_eq!(texts_in(&bytes.into_inner()).unwrap(), Vec::<String>::new());
        }
    }
}

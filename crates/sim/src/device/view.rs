//! What is held before the camera, as its preview shows it.

use std::io::Cursor;

use image::imageops::{FilterType, overlay, resize};
use image::{GrayImage, ImageFormat, Luma};

/// Width and height of a frame, pixels: those of the plainest webcams.
const FRAME: (u32, u32) = (640, 480);
/// Light of the wall behind.
const WALL: u8 = 120;

/// A frame in which this picture, PNG or JPEG, is held up in the middle. `None` for no picture.
pub(super) fn seen(bytes: &[u8]) -> Option<Vec<u8>> {
    let picture = image::load_from_memory(bytes).ok()?.to_luma8();
    let (width, height) = picture.dimensions();
    let scale = (f64::from(FRAME.0) / f64::from(width.max(1)))
        .min(f64::from(FRAME.1) / f64::from(height.max(1)));
    let fitted = |side: u32| ((f64::from(side) * scale) as u32).max(1);
    let held = resize(&picture, fitted(width), fitted(height), FilterType::Triangle);
    let mut frame = GrayImage::from_pixel(FRAME.0, FRAME.1, Luma([WALL]));
    let middle = |whole: u32, part: u32| i64::from(whole.saturating_sub(part) / 2);
    let place = (middle(FRAME.0, held.width()), middle(FRAME.1, held.height()));
    overlay(&mut frame, &held, place.0, place.1);
    let mut jpeg = Cursor::new(Vec::new());
    frame.write_to(&mut jpeg, ImageFormat::Jpeg).ok()?;
    Some(jpeg.into_inner())
}

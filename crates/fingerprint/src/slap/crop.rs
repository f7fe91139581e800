//! Boxes around fingertips, and the pictures in them.

use super::SlapFinger;
use super::mask::CELL;
use super::regions::Region;
use crate::image::GrayImage;

/// What is left around a fingertip, pixels at 500 dpi (1.6 mm): two cells, since the outermost
/// ridges lie in cells that are half bare.
const MARGIN: f32 = 2.0 * CELL as f32;
/// Least side of a box, pixels at 500 dpi: what an extraction takes.
const LEAST_SIDE: f32 = 100.0;

/// The box of a fingertip in pixels of the picture, which has `scale` times 500 dpi.
pub(super) fn around(region: &Region, scale: f32, (width, height): (u32, u32)) -> SlapFinger {
    let span = |low: f32, high: f32, limit: u32| {
        let missing = (LEAST_SIDE - (high - low + 2.0 * MARGIN)).max(0.0) / 2.0;
        let low = ((low - MARGIN - missing) * scale).max(0.0) as u32;
        let high = (((high + MARGIN + missing) * scale).max(0.0) as u32).min(limit);
        (low.min(limit), high.saturating_sub(low))
    };
    let (x, wide) = span(region.left, region.right, width);
    let (y, high) = span(region.upper, region.lower, height);
    SlapFinger { x, y, width: wide, height: high }
}

/// The pixels of a box; nothing when it lies outside the picture.
pub(super) fn cut(finger: &SlapFinger, picture: &GrayImage) -> Option<GrayImage> {
    let right = finger.x.saturating_add(finger.width).min(picture.width());
    let lower = finger.y.saturating_add(finger.height).min(picture.height());
    let (width, height) =
        (right.checked_sub(finger.x)?, lower.checked_sub(finger.y).filter(|rows| *rows > 0)?);
    let row = |y: u32| {
        let start = y as usize * picture.width() as usize + finger.x as usize;
        picture.pixels()[start..start + width as usize].iter().copied()
    };
    let pixels: Vec<u8> = (finger.y..lower).flat_map(row).collect();
    GrayImage::new(width, height, pixels).ok()
}

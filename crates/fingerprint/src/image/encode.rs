//! Grey picture to PNG bytes.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};

use super::GrayImage;

/// The picture as an 8-bit grey PNG, without loss.
///
/// # Panics
/// Never: memory takes every byte, and the size was checked when the picture was made.
#[expect(
    clippy::expect_used,
    reason = "writing to memory, with a size checked at construction, cannot fail"
)]
pub fn encode_png(picture: &GrayImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Adaptive)
        .write_image(picture.pixels(), picture.width(), picture.height(), ExtendedColorType::L8)
        .expect("a grey picture of matching size is encoded into memory");
    bytes
}

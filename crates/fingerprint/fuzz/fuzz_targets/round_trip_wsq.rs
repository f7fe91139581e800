//! Any pixels to WSQ and back.

#![no_main]

use libfuzzer_sys::fuzz_target;
use niims_fingerprint::image::encode_wsq;
use niims_fingerprint::{GrayImage, ImageLimits, decode_image};

fuzz_target!(|bytes: &[u8]| {
    let [width, rate, pixels @ ..] = bytes else { return };
    let width = usize::from(*width).max(1);
    let height = pixels.len() / width;
    if height == 0 {
        return;
    }
    let pixels = pixels[..width * height].to_vec();
    let Ok(picture) = GrayImage::new(width as u32, height as u32, pixels) else { return };
    let limits = ImageLimits { min_side: 1, max_width: 1 << 16, ..ImageLimits::default() };
    let written = encode_wsq(&picture, None, f64::from(*rate) / 32.0);
    let read = decode_image(&written.expect("a small picture"), &limits).expect("our own file");
    assert_eq!((read.width(), read.height()), (picture.width(), picture.height()));
});

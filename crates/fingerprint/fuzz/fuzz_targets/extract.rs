//! Any pixels of up to 200 × 200 as a print; a template that is found survives every form.

#![no_main]

use libfuzzer_sys::fuzz_target;
use niims_fingerprint::{FingerPosition, GrayImage, TemplateFormat, extract, read_any};

fuzz_target!(|bytes: &[u8]| {
    let [width, dpi, pixels @ ..] = bytes else { return };
    let width = usize::from(*width).clamp(1, 200);
    // The fuzzer's bytes are repeated, so that few of them make a whole picture.
    let height = (pixels.len() / 8).clamp(1, 200);
    if pixels.is_empty() {
        return;
    }
    let repeated = pixels.iter().copied().cycle().take(width * height).collect();
    let Ok(picture) = GrayImage::new(width as u32, height as u32, repeated) else { return };
    let Ok(found) = extract(&picture, 250 + 3 * u16::from(*dpi)) else { return };
    for format in TemplateFormat::ALL {
        let written = format.write(&[(FingerPosition::Unknown, &found.template)]);
        assert!(read_any(&written.expect("one finger")).is_ok());
    }
});

//! Any bytes as a picture file or a record of pictures.

#![no_main]

use libfuzzer_sys::fuzz_target;
use niims_fingerprint::image::finger_record::read_pictures;
use niims_fingerprint::{ImageLimits, decode_image, stated_resolution};

/// Small enough that a run is spent on headers and not on pixels.
const LIMITS: ImageLimits =
    ImageLimits { max_file_bytes: 1 << 20, max_width: 512, max_height: 512, min_side: 1 };

fuzz_target!(|bytes: &[u8]| {
    let _ = stated_resolution(bytes);
    if let Ok(picture) = decode_image(bytes, &LIMITS) {
        assert!(picture.width() <= LIMITS.max_width && picture.height() <= LIMITS.max_height);
    }
    for picture in read_pictures(bytes).unwrap_or_default() {
        let _ = picture.decode(&LIMITS);
    }
});

//! Any bytes behind the start of a JPEG 2000 codestream.

#![no_main]

use libfuzzer_sys::fuzz_target;
use niims_fingerprint::{ImageLimits, decode_image};

/// Small enough that a run is spent on headers and packets and not on pixels.
const LIMITS: ImageLimits =
    ImageLimits { max_file_bytes: 1 << 20, max_width: 256, max_height: 256, min_side: 1 };

fuzz_target!(|bytes: &[u8]| {
    let file = if bytes.starts_with(b"\xff\x4f\xff\x51") || bytes.starts_with(b"\0\0\0\x0cjP") {
        bytes.to_vec()
    } else {
        [b"\xff\x4f\xff\x51", bytes].concat()
    };
    if let Ok(picture) = decode_image(&file, &LIMITS) {
        assert!(picture.width() <= LIMITS.max_width && picture.height() <= LIMITS.max_height);
    }
});

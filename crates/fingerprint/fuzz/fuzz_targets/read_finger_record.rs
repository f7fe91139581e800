//! Any bytes as a record of pictures, with its length made right; what is read can be written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use niims_fingerprint::ImageLimits;
use niims_fingerprint::image::finger_record::{RecordEdition, read_pictures, write_pictures};

/// Small enough that a run is spent on headers and not on pixels.
const LIMITS: ImageLimits =
    ImageLimits { max_file_bytes: 1 << 20, max_width: 256, max_height: 256, min_side: 1 };

fuzz_target!(|bytes: &[u8]| {
    let mut record = bytes.to_vec();
    let length = (record.len() as u32).to_be_bytes();
    if record.starts_with(b"FIR\x00010\0") && record.len() > 14 {
        record[10..14].copy_from_slice(&length);
    } else if record.starts_with(b"FIR\x00020\0") && record.len() > 12 {
        record[8..12].copy_from_slice(&length);
    }
    let Ok(pictures) = read_pictures(&record) else { return };
    for picture in &pictures {
        let _ = picture.decode(&LIMITS);
    }
    for edition in [RecordEdition::Iso2005, RecordEdition::Iso2011] {
        if let Ok(written) = write_pictures(&pictures, edition) {
            let again = read_pictures(&written).expect("our own record");
            assert_eq!(again.len(), pictures.len());
        }
    }
});

//! Any bytes as a template of any form; what is read can be written and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use niims_fingerprint::template::record::card;
use niims_fingerprint::{TemplateFormat, read_any};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(template) = card::read(bytes) {
        let _ = card::write(&template, usize::MAX);
    }
    let Ok(file) = read_any(bytes) else { return };
    let fingers: Vec<_> = file.fingers.iter().map(|(finger, t)| (*finger, t)).collect();
    for format in TemplateFormat::ALL {
        if let Ok(written) = format.write(&fingers) {
            assert!(read_any(&written).is_ok());
        }
    }
});

//! Any bytes as a template of this crate's own form, with its checksum made right.

#![no_main]

use libfuzzer_sys::fuzz_target;
use niims_fingerprint::{Prepared, Template, compare};

fuzz_target!(|bytes: &[u8]| {
    let mut file = [b"NFT", bytes].concat();
    let crc = crc32fast::hash(&file);
    file.extend_from_slice(&crc.to_be_bytes());
    let Ok(template) = Template::from_bytes(&file) else { return };
    assert!(Template::from_bytes(&template.to_bytes()).is_ok_and(|again| again == template));
    let prepared = Prepared::new(&template);
    let _ = compare(&prepared, &prepared);
});

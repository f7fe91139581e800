//! Any bytes as a segment of an index, with both checksums made right.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use niims_fingerprint::index::{Index, IndexKey, Parameters};

/// Bytes of a header, its checksum last.
const HEADER: usize = 68;
/// Of a segment, bytes.
const LIMIT: u64 = 1 << 22;

/// The fixed part of a header, which names the key and the parameters.
static START: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut index = index();
    index.seal();
    let mut out = Vec::new();
    for segment in index.segments() {
        let _ = index.write_segment(segment, &mut out);
    }
    out.truncate(28);
    out
});

fn index() -> Index {
    Index::new(&IndexKey::new([1; 32]), Parameters::default())
}

fuzz_target!(|bytes: &[u8]| {
    let mut file = bytes.to_vec();
    if file.len() < HEADER + 4 {
        return;
    }
    file[..START.len()].copy_from_slice(&START);
    let crc = crc32fast::hash(&file[..HEADER - 4]);
    file[HEADER - 4..HEADER].copy_from_slice(&crc.to_le_bytes());
    let end = file.len() - 4;
    let crc = crc32fast::hash(&file[HEADER..end]);
    file[end..].copy_from_slice(&crc.to_le_bytes());
    let mut index = index();
    if index.read_segment(&mut &file[..], LIMIT).is_ok() {
        for segment in index.segments() {
            let mut out = Vec::new();
            index.write_segment(segment, &mut out).expect("memory takes every byte");
        }
    }
});

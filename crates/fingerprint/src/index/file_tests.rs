//! Tests of segment files: round trips, damage, lies about lengths.

use proptest::prelude::*;

use super::super::tests::{PROBES, everybody, key, reference};
use super::*;
use crate::index::{IndexKey, Parameters, SearchOptions};

const LIMIT: u64 = 1 << 24;

/// An index of two segments, and its segments as bytes.
fn written() -> (Index, Vec<Vec<u8>>) {
    let mut seal = [false; 48];
    seal[40] = true;
    let mut index = everybody(&seal);
    index.seal();
    let segments = index.segments().map(|segment| bytes(&index, segment)).collect();
    (index, segments)
}

fn bytes(index: &Index, segment: &Segment) -> Vec<u8> {
    let mut out = Vec::new();
    index.write_segment(segment, &mut out).unwrap();
    out
}

fn read(bytes: &[u8]) -> Result<Index, SegmentError> {
    let mut index = Index::new(&key(), Parameters::default());
    index.read_segment(&mut &*bytes, LIMIT).map(|()| index)
}

#[test]
fn what_is_written_is_read() {
    let (index, segments) = written();
    assert!(segments.len() > 1);
    let mut copy = Index::new(&key(), Parameters::default());
    for segment in &segments {
        copy.read_segment(&mut segment.as_slice(), LIMIT).unwrap();
    }
    let again: Vec<Vec<u8>> = copy.segments().map(|segment| bytes(&copy, segment)).collect();
    assert!(again == segments && copy.len() == index.len());
    let options = SearchOptions::default();
    for probe in PROBES.iter().take(5) {
        assert_eq!(copy.search(probe, &options), index.search(probe, &options));
    }
    assert!(copy.remove(reference(2)) && copy.len() == 47);
    let error = copy.read_segment(&mut segments[0].as_slice(), LIMIT).unwrap_err();
    assert_eq!(error.code(), "segment.order");
}

#[test]
fn other_keys_parameters_and_limits_are_refused() {
    let (_, segments) = written();
    let bytes = &segments[0];
    let parameters = |parameters: Parameters, key: IndexKey, limit: u64| {
        let mut index = Index::new(&key, parameters);
        index.read_segment(&mut bytes.as_slice(), limit).unwrap_err().code()
    };
    let usual = Parameters::default;
    assert_eq!(parameters(usual(), IndexKey::new([1; 32]), LIMIT), "segment.other_index");
    assert_eq!(parameters(Parameters { rows: 4, ..usual() }, key(), LIMIT), "segment.other_index");
    let renewed = Parameters { permutation_seed: 1, ..usual() };
    assert_eq!(parameters(renewed, key(), LIMIT), "segment.other_index");
    assert_eq!(parameters(usual(), key(), 1_000), "segment.too_large");
}

/// Someone who can compute checksums still meets the bounds.
#[test]
fn forged_segments_are_refused() {
    let (_, segments) = written();
    let forge = |at: usize, value: u8| {
        let mut bytes = segments[0].clone();
        bytes[at] = value;
        let header = crc32fast::hash(&bytes[..HEADER - 4]).to_le_bytes();
        bytes[HEADER - 4..HEADER].copy_from_slice(&header);
        let end = bytes.len() - 4;
        let body = crc32fast::hash(&bytes[HEADER..end]).to_le_bytes();
        bytes[end..].copy_from_slice(&body);
        read(&bytes).map(|_| ()).unwrap_err().code()
    };
    let people = usize::from(segments[0][32]);
    let counts = HEADER + 24 * people;
    for (at, value, code) in [
        (4, 1, "segment.header"),
        (28, 200, "segment.too_large"),
        (34, 1, "segment.read"),
        (35, 1, "segment.too_large"),
        (39, 255, "segment.too_large"),
        (48, 0, "segment.inconsistent"),
        (HEADER + 16 * people, 255, "segment.inconsistent"),
        (counts + 1, 0, "segment.inconsistent"),
        (counts + 1, 255, "segment.inconsistent"),
        (segments[0].len() - 100, 0, "segment.inconsistent"),
    ] {
        assert_eq!(forge(at, value), code, "{at} {value}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn damage_is_noticed(at in any::<prop::sample::Index>(), bit in 0u8..8, cut in any::<bool>()) {
        let (_, segments) = written();
        let mut bytes = segments[1].clone();
        let at = at.index(bytes.len());
        if cut {
            bytes.truncate(at);
        } else {
            bytes[at] ^= 1 << bit;
        }
        prop_assert!(read(&bytes).is_err());
    }

    #[test]
    fn noise_never_panics(noise in prop::collection::vec(any::<u8>(), 0..200), sound in any::<bool>()) {
        let (_, segments) = written();
        let mut bytes = if sound { segments[1][..HEADER].to_vec() } else { Vec::new() };
        bytes.extend(noise);
        prop_assert!(read(&bytes).is_err());
    }
}

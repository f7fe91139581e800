//! The search of all faces against the plainest one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use niims_face::embedding::similarity;
use niims_face::{Embedding, testing};
use niims_record::GalleryReference;
use proptest::prelude::*;

use super::FaceMatching;
use super::rows::Rows;
use crate::modality::{Biometrics, FaceTemplate};
use crate::search::{Among, Change, Effort, SearchOutcome, SearchRequest};

const LENGTH: usize = 16;

fn matching(threshold: i32, room: usize) -> FaceMatching {
    FaceMatching::new(testing::tiny(), threshold, room)
}

fn who(number: u8) -> GalleryReference {
    GalleryReference::from_bytes([number; 16])
}

fn face(matching: &FaceMatching, parts: &[i8]) -> FaceTemplate {
    FaceTemplate { quality: 80, model: matching.model().fingerprint(), embedding: parts.to_vec() }
}

fn request(below: u64, among: Among, most: usize) -> SearchRequest {
    SearchRequest {
        below_sequence: below,
        among,
        effort: Effort::Usual,
        most_candidates: most,
        threshold: 0,
    }
}

/// What happens to one of a few people.
#[derive(Debug, Clone)]
enum Step {
    Enrol(u8, [i8; LENGTH]),
    OldModel(u8),
    Fingers(u8),
    Erase(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0u8..9, any::<[i8; LENGTH]>()).prop_map(|(who, parts)| Step::Enrol(who, parts)),
        1 => (0u8..9).prop_map(Step::OldModel),
        1 => (0u8..9).prop_map(Step::Fingers),
        2 => (0u8..9).prop_map(Step::Erase),
    ];
    proptest::collection::vec(step, 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is enrolled, replaced and erased: those found are those of a plain comparison, and
    /// somebody who cannot be compared is never passed over in silence.
    #[test]
    fn rows_agree_with_a_plain_list(
        steps in steps(),
        probe: [i8; LENGTH],
        below in 0u64..70,
        only in proptest::option::of(proptest::collection::btree_set(0u8..9, 0..5)),
        most in 1usize..5,
    ) {
        let matching = matching(100, 1 << 20);
        let (mut rows, mut plain) = (Rows::default(), BTreeMap::new());
        for (sequence, step) in (1..).zip(steps) {
            let (number, faces) = match step {
                Step::Enrol(number, parts) => (number, vec![face(&matching, &parts)]),
                Step::OldModel(number) => {
                    let old = FaceTemplate { model: [0; 32], ..face(&matching, &[1; LENGTH]) };
                    (number, vec![old])
                }
                Step::Fingers(number) => (number, Vec::new()),
                Step::Erase(number) => {
                    plain.remove(&number);
                    let change = Change::Removed { sequence, reference: who(number) };
                    rows.apply(vec![change], &matching);
                    continue;
                }
            };
            plain.insert(number, (sequence, faces.clone()));
            let biometrics = Biometrics { faces, ..Biometrics::default() };
            let change = Change::Inserted { sequence, reference: who(number), biometrics };
            rows.apply(vec![change], &matching);
        }
        let among = only.clone().map_or(Among::Everyone, |only| {
            Among::Only(Arc::new(only.into_iter().map(who).collect::<BTreeSet<_>>()))
        });
        let own = Embedding { model: matching.model().fingerprint(), parts: probe.to_vec() };
        let (mut want, mut beyond) = (Vec::new(), 0);
        for (number, (sequence, faces)) in &plain {
            let asked = *sequence < below && only.as_ref().is_none_or(|only| only.contains(number));
            let Some(face) = faces.first().filter(|_| asked) else { continue };
            let theirs = Embedding { model: face.model, parts: face.embedding.clone() };
            match similarity(&own, &theirs) {
                Some(likeness) if likeness >= 100 => want.push((likeness, who(*number))),
                Some(_) => {}
                None => beyond += 1,
            }
        }
        want.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        want.truncate(most);
        let (complete, found) = match rows.search(&probe, &request(below, among, most), 100) {
            SearchOutcome::Complete { candidates } => (true, candidates),
            SearchOutcome::Incomplete { candidates, .. } => (false, candidates),
        };
        prop_assert_eq!(complete, beyond == 0);
        let found: Vec<_> = found.iter().map(|one| (one.score, one.reference)).collect();
        prop_assert_eq!(found, want);
    }
}

#[test]
fn who_finds_no_room_makes_a_search_incomplete() {
    let matching = matching(1, 3 * LENGTH);
    let mut rows = Rows::default();
    let insert = |number: u8| Change::Inserted {
        sequence: number.into(),
        reference: who(number),
        biometrics: Biometrics {
            faces: vec![face(&matching, &[number as i8; LENGTH])],
            ..Biometrics::default()
        },
    };
    rows.apply((1..=3).map(insert).collect(), &matching);
    let search = |rows: &Rows| rows.search(&[1; LENGTH], &request(99, Among::Everyone, 9), 1);
    assert!(
        matches!(search(&rows), SearchOutcome::Complete { candidates } if candidates.len() == 3)
    );
    rows.apply(vec![insert(4)], &matching);
    let SearchOutcome::Incomplete { candidates, covered_permille } = search(&rows) else {
        panic!("the fourth is passed over");
    };
    assert_eq!((candidates.len(), covered_permille), (3, 750));
    // Once there is room again the next one who is enrolled takes it.
    let erased = |number: u8| Change::Removed { sequence: 9, reference: who(number) };
    rows.apply(vec![erased(1), erased(4), insert(5)], &matching);
    assert!(
        matches!(search(&rows), SearchOutcome::Complete { candidates } if candidates.len() == 3)
    );
    assert_eq!(rows.len(), 3);
}

/// `cargo test --release -p niims-abis cost_of_faces -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn cost_of_faces() {
    const PEOPLE: u64 = 1_000_000;
    const PARTS: usize = 512;
    let matching = matching(1_000, usize::MAX >> 1);
    let mut rows = Rows::default();
    let mut state = 88_172_645_463_325_252u64;
    for sequence in 1..=PEOPLE {
        let parts: Vec<i8> = (0..PARTS)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 56) as i8
            })
            .collect();
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&sequence.to_be_bytes());
        let reference = GalleryReference::from_bytes(bytes);
        let faces = vec![face(&matching, &parts)];
        let biometrics = Biometrics { faces, ..Biometrics::default() };
        rows.apply(vec![Change::Inserted { sequence, reference, biometrics }], &matching);
    }
    let begun = std::time::Instant::now();
    for _ in 0..10 {
        rows.search(&[1; PARTS], &request(u64::MAX, Among::Everyone, 9), 1_000);
    }
    println!("{PEOPLE} faces of {PARTS} numbers: {:?} a search", begun.elapsed() / 10);
}

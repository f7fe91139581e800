//! Tests of the messages: they read back, and nothing else reads.

use niims_fingerprint::{Assignment, FingerPosition};
use proptest::prelude::*;

use super::*;
use crate::cascade::{LevelCount, Phase, PhasedSearch, Ranked};
use crate::shard::placement::Slot;

fn request() -> Request {
    let search = PhasedSearch {
        id: [1; 16],
        fingers: vec![FingerTemplate {
            position: FingerPosition::LeftRing,
            quality: 50,
            template: vec![0, 255, 7],
        }],
        assignment: Assignment::NeighboursExchanged(FingerPosition::LeftIndex),
        below_sequence: u64::MAX,
        among: Some([GalleryReference::from_bytes([9; 16])].into()),
        threshold: -5,
        most_candidates: 20,
    };
    let phase = Phase::Narrow { cuts: vec![4_095, 0] };
    let slots = Slot::all().step_by(3).collect();
    Request { slots, budget_ms: 500, ask: Ask::Phase(PhaseQuestion { search, phase }) }
}

fn reply() -> Reply {
    let ranked = Ranked {
        reference: GalleryReference::from_bytes([3; 16]),
        sequence: 7,
        votes: 255,
        likeness: 1 << 40,
    };
    let told = Told::Phase(vec![
        PhaseAnswer::Begun { persons: 5, levels: vec![LevelCount { level: 9, persons: 5 }] },
        PhaseAnswer::Ranking(vec![ranked, Ranked { votes: 0, ..ranked }]),
        PhaseAnswer::Ranking(Vec::new()),
    ]);
    Reply { table: TableNote { version: 3, shards: vec![1, 2] }, outcome: Ok(told) }
}

#[test]
fn messages_read_back() {
    let bytes = encode(&request()).unwrap();
    let read: Request = decode(&bytes).unwrap();
    let (Ask::Phase(ours), Ask::Phase(theirs)) = (request().ask, read.ask) else { unreachable!() };
    assert_eq!((ours, request().slots, request().budget_ms), (theirs, read.slots, read.budget_ms));

    let bytes = encode(&reply()).unwrap();
    let read: Reply = decode(&bytes).unwrap();
    let (Ok(Told::Phase(ours)), Ok(Told::Phase(theirs))) = (reply().outcome, read.outcome) else {
        unreachable!()
    };
    assert_eq!((ours, reply().table), (theirs, read.table));
}

#[test]
fn cut_and_lengthened_messages_do_not_read() {
    let bytes = encode(&request()).unwrap();
    for cut in 0..bytes.len() {
        assert!(decode::<Request>(&bytes[..cut]).is_err(), "{cut}");
    }
    assert!(decode::<Request>(&[bytes, vec![0]].concat()).is_err());
    let nested = vec![0x81; 100_000];
    assert!(decode::<Request>(&nested).is_err());
}

#[test]
fn nothing_shows_what_is_asked() {
    let shown = format!("{:?}", request());
    assert!(!shown.contains("255") && !shown.contains("0909"), "{shown}");
}

proptest! {
    /// A forger without the key never gets so far; a holder gone wrong might.
    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = decode::<Request>(&bytes);
        let _ = decode::<Reply>(&bytes);
    }

    #[test]
    fn an_altered_message_is_read_without_panic(place in 0usize..600, byte in any::<u8>()) {
        let mut bytes = encode(&request()).unwrap();
        let place = place % bytes.len();
        bytes[place] = byte;
        let _ = decode::<Request>(&bytes);
    }
}

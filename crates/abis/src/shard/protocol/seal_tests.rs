//! Tests of the seals: nothing opens but what was meant, for whom it was meant, in its time.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::*;
use crate::shard::placement::{Seat, Shard};

const HERE: Purpose = Purpose::Request { to: Address { shard: Shard(7), seat: Seat::A } };
const ANSWER: Purpose = Purpose::Answer {
    from: Address { shard: Shard(7), seat: Seat::A },
    request: MessageId([5; 16]),
};

struct Bench {
    seals: Seals,
    /// Milliseconds since 1970.
    time: Arc<AtomicI64>,
}

fn bench(key: u8) -> Bench {
    let time = Arc::new(AtomicI64::new(1_000_000));
    let clock = Arc::clone(&time);
    let clock = Clock::new(move || {
        Timestamp::from_millisecond(clock.load(Ordering::Relaxed)).unwrap_or_default()
    });
    let rng = Mutex::new(ChaCha20Rng::from_seed([key; 32]));
    let entropy = Entropy::new(move |bytes| rng.lock().unwrap().fill_bytes(bytes));
    Bench { seals: Seals::new(&CourierKey::from_bytes([key; 32]), clock, entropy), time }
}

fn sealed(bench: &Bench, purpose: &Purpose, plain: &[u8]) -> Vec<Vec<u8>> {
    let id = bench.seals.draw();
    bench.seals.seal(id, purpose, Duration::from_secs(1), plain).unwrap()
}

#[test]
fn messages_of_any_length_come_back() {
    let bench = bench(1);
    for length in [0, 1, PAYLOAD - 1, PAYLOAD, PAYLOAD + 1, 3 * PAYLOAD] {
        let plain: Vec<u8> = (0..length).map(|at| (at * 7) as u8).collect();
        let frames = sealed(&bench, &HERE, &plain);
        assert_eq!(frames.len(), length.div_ceil(PAYLOAD).max(1));
        let opened = frames.iter().map(|frame| bench.seals.open(&HERE, frame).unwrap());
        let joined: Vec<u8> = opened.flat_map(|frame| frame.bytes).collect();
        assert!(joined == plain, "{length}");
        assert!(frames.iter().all(|frame| frame.len() < 1024 * 1024));
    }
    let most = vec![0; MOST_PARTS * PAYLOAD + 1];
    let refused = bench.seals.seal(bench.seals.draw(), &HERE, Duration::from_secs(1), &most);
    assert_eq!(refused, Err(SealError::TooLong));
}

#[test]
fn a_frame_opens_only_for_whom_it_was_sealed() {
    let (ours, others) = (bench(1), bench(2));
    let frame = &sealed(&ours, &HERE, b"probe")[0];
    assert_eq!(ours.seals.open(&HERE, frame).unwrap().bytes, b"probe");
    let check = |bench: &Bench, purpose: &Purpose, frame: &[u8]| {
        assert_eq!(bench.seals.open(purpose, frame).map(|_| ()), Err(SealError::Forged));
    };
    check(&others, &HERE, frame);
    for (shard, seat) in [(7, Seat::B), (8, Seat::A), (77, Seat::A)] {
        check(&ours, &Purpose::Request { to: Address { shard: Shard(shard), seat } }, frame);
    }
    check(&ours, &ANSWER, frame);
    let answer = &sealed(&ours, &ANSWER, b"nobody")[0];
    let other = Purpose::Answer {
        from: Address { shard: Shard(7), seat: Seat::A },
        request: MessageId([6; 16]),
    };
    check(&ours, &other, answer);
    for place in HEADER..frame.len() {
        let mut altered = frame.clone();
        altered[place] ^= 1;
        check(&ours, &HERE, &altered);
    }
}

#[test]
fn no_altered_or_cut_frame_opens() {
    let bench = bench(1);
    let frame = &sealed(&bench, &HERE, b"probe")[0];
    for place in 0..frame.len() {
        for bit in 0..8 {
            let mut altered = frame.clone();
            altered[place] ^= 1 << bit;
            assert!(bench.seals.open(&HERE, &altered).is_err(), "{place} {bit}");
        }
        assert!(bench.seals.open(&HERE, &frame[..place]).is_err(), "{place}");
    }
    let long = [frame.clone(), vec![0; PAYLOAD + 1]].concat();
    assert_eq!(bench.seals.open(&HERE, &long).map(|_| ()), Err(SealError::Form));
}

#[test]
fn frames_are_good_for_their_time_only() {
    let bench = bench(1);
    let frame = &sealed(&bench, &HERE, b"probe")[0];
    let open = |at: i64| {
        bench.time.store(at, Ordering::Relaxed);
        bench.seals.open(&HERE, frame).map(|_| ())
    };
    assert_eq!(open(1_006_000), Ok(()));
    assert_eq!(open(1_006_001), Err(SealError::Late));
    assert_eq!(open(1_001_000 - 605_000), Ok(()));
    assert_eq!(open(1_001_000 - 605_001), Err(SealError::Ahead));
}

#[test]
fn secrets_and_contents_are_not_shown() {
    let bench = bench(1);
    let frame = bench.seals.open(&HERE, &sealed(&bench, &HERE, b"probe")[0]).unwrap();
    let shown = format!("{:?} {frame:?} {:?}", bench.seals, CourierKey::from_bytes([42; 32]));
    assert!(!shown.contains("42") && !shown.contains("112"), "{shown}");
    assert_eq!(bench.seals.tag().len(), 16);
    assert_eq!(MessageId::from_hex(&MessageId([171; 16]).to_hex()), Some(MessageId([171; 16])));
    assert_eq!(MessageId::from_hex("+1"), None);
}

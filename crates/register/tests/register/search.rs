//! No number is given after a search that was not whole.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use async_trait::async_trait;
use jiff::SignedDuration;
use niims_abis::InProcessAbis;
use niims_record::GalleryReference;
use niims_store::testing::TestDatabase;
use niims_wire::abis::{Abis, AbisError, FingerTemplate, Identification, LentFinger};
use niims_wire::{Clock, Entropy};

use crate::fixture::{Person, World};

/// A matcher that can lose a part of its gallery.
struct Torn {
    whole: Arc<dyn Abis>,
    torn: Arc<AtomicBool>,
}

#[async_trait]
impl Abis for Torn {
    async fn identify(
        &self,
        probe: Vec<FingerTemplate>,
        below_sequence: u64,
    ) -> Result<Identification, AbisError> {
        if self.torn.load(Ordering::Relaxed) {
            return Ok(Identification::Incomplete { covered_permille: 999 });
        }
        self.whole.identify(probe, below_sequence).await
    }

    async fn lent_fingers(
        &self,
        probe: Vec<FingerTemplate>,
        people: Vec<GalleryReference>,
    ) -> Result<Vec<LentFinger>, AbisError> {
        self.whole.lent_fingers(probe, people).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_incomplete_search_never_gives_a_number() {
    for test in TestDatabase::each().await.unwrap() {
        let torn = Arc::new(AtomicBool::new(true));
        let switch = Arc::clone(&torn);
        let world =
            World::over(test, move |whole| Arc::new(Torn { whole, torn: switch }) as _).await;
        let application = world.submit(&Person::adult(0)).await;
        for _ in 0..20 {
            world.run_due().await;
            world.pass(SignedDuration::from_secs(6));
        }
        assert_eq!(world.state(application).await.name(), "demographics_searched");
        assert_eq!(world.numbers_given().await, 0);
        torn.store(false, Ordering::Relaxed);
        world.drain().await;
        assert!(world.number_of(application).await.is_some());
    }
}

/// Whatever a matcher has in memory, a search sees exactly those before it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_sees_those_before_it_and_nobody_after() {
    for test in TestDatabase::each().await.unwrap() {
        let world = World::over(test, |whole| whole).await;
        let (first, _) = world.carry(&Person::adult(0)).await;
        let (second, _) = world.carry(&Person::adult(0).disguised(1)).await;
        let mut tx = world.read().await;
        let mut entries = Vec::new();
        for application in [first, second] {
            let reference = world.test.database.keyring().gallery_reference(application);
            entries.push(niims_store::gallery::get(&mut tx, reference).await.unwrap().unwrap());
        }
        let probe = niims_wire::abis::decode_fingers(&entries[1].templates).unwrap();
        let seen = async |matcher: &InProcessAbis, below| {
            let found = matcher.identify(probe.clone(), below).await.unwrap();
            let Identification::Complete { candidates } = found else { panic!("one gallery") };
            candidates.into_iter().map(|c| c.reference).collect::<Vec<_>>()
        };
        let (one, two) = (entries[0].sequence, entries[1].sequence);
        let elsewhere = tempfile::tempdir().unwrap();
        let fresh = InProcessAbis::new(
            world.test.database.clone(),
            elsewhere.path().to_owned(),
            Clock::new(|| jiff::Timestamp::UNIX_EPOCH),
            counting(),
        );
        assert_eq!(seen(&fresh, one).await, []);
        assert_eq!(seen(&fresh, two).await, [entries[0].reference]);
        let mut both = seen(&fresh, two + 1).await;
        both.sort();
        let mut all = [entries[0].reference, entries[1].reference];
        all.sort();
        assert_eq!(both, all);
        // Searching the past again with the whole gallery in memory.
        assert_eq!(seen(&fresh, one + 1).await, [entries[0].reference]);
        assert_eq!(seen(&fresh, one).await, []);
    }
}

/// Bytes that differ from draw to draw, since searches are told apart by them.
fn counting() -> Entropy {
    let drawn = AtomicU64::new(0);
    Entropy::new(move |bytes| {
        for chunk in bytes.chunks_mut(8) {
            let next = drawn.fetch_add(1, Ordering::Relaxed).to_le_bytes();
            chunk.copy_from_slice(&next[..chunk.len()]);
        }
    })
}

//! Counts, from the centre's own database, what survived.

use std::collections::BTreeMap;

use jiff::Timestamp;
use niims_record::application::Application;
use niims_store::{Database, Keyring, Tx, applications, jobs, numbers, people};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use super::world::{KITS, World};

/// What the centre holds after all kills.
#[derive(Debug)]
pub struct Counted {
    /// Slips handed out.
    pub saved: usize,
    /// Slips whose application the centre does not have.
    pub lost: usize,
    /// People in the register.
    pub people: u64,
    /// Numbers given.
    pub numbers: u64,
    /// Residents behind more than one number. A resident whose slip was cut off by
    /// a kill comes again, and must then wait for people to decide.
    pub doubled_numbers: usize,
    /// Applications that no receipt stands for.
    pub unreceipted: usize,
    /// Steps that failed for good.
    pub parked: u64,
}

pub fn count(world: &World) -> Counted {
    block_on(async {
        let db = open(world).await;
        let mut tx = db.read().await.unwrap();
        let mut lost = 0;
        for slip in &world.saved {
            let found = applications::by_application_number(&mut tx, slip).await.unwrap();
            lost += usize::from(found.is_none());
        }
        Counted {
            saved: world.saved.len(),
            lost,
            people: people::count(&mut tx).await.unwrap(),
            numbers: numbers::count(&mut tx).await.unwrap(),
            doubled_numbers: doubled(&mut tx).await,
            unreceipted: unreceipted(world),
            parked: jobs::counts(&mut tx, Timestamp::now()).await.unwrap().parked,
        }
    })
}

/// Jobs that are still to be done.
pub fn unfinished(world: &World) -> u64 {
    block_on(async {
        let db = open(world).await;
        let mut tx = db.read().await.unwrap();
        let counts = jobs::counts(&mut tx, Timestamp::now()).await.unwrap();
        counts.waiting + counts.leased
    })
}

/// Numbered applications whose name and date of birth stand behind two numbers.
async fn doubled(tx: &mut Tx) -> usize {
    let mut holders: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    for application in applications::list_by_state(tx, "numbered", None, 1_000).await.unwrap() {
        assert!(matches!(application.state, Application::Numbered { .. }));
        let record = niims_store::search::records(tx, &[application.id]).await.unwrap();
        *holders.entry(record[0].1.clone()).or_default() += 1;
    }
    holders.values().filter(|count| **count > 1).count()
}

/// Packets still on the kits: after a whole day without kills there must be none,
/// because a kit deletes only what is receipted.
fn unreceipted(world: &World) -> usize {
    (0..KITS).map(|kit| std::fs::read_dir(world.kit(kit).join("outbox")).unwrap().count()).sum()
}

async fn open(world: &World) -> Database {
    let text = std::fs::read_to_string(world.centre().join("keys/root.key")).unwrap();
    let mut root = [0; 32];
    hex::decode_to_slice(text.trim(), &mut root).unwrap();
    let keyring = Keyring::from_root(&root, ChaCha20Rng::from_seed([7; 32]));
    let url = format!("sqlite:{}", world.centre().join("register.db").display());
    Database::open(&url, keyring, 2).await.unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

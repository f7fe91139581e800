//! The coordinator: one searcher over all shards.
//!
//! It leads a search as the search of one process is led, by the same code; only the questions of each
//! phase go to holders instead of to a part in memory. So the answer is the same, bit for bit. Where a
//! shard does not answer, the outcome is "incomplete" with the share that did.

mod exchange;

mod failover;
mod health;

mod scope;

mod search;

use core::fmt;
use core::time::Duration;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use niims_wire::{Clock, Entropy};

use super::courier::{self, CourierError};
use super::placement::{Seat, Table};
use super::protocol::{Address, CourierKey, Request, Seals, TableNote};
use exchange::Exchange;
pub(super) use exchange::Silence;
use health::Health;

/// How a coordinator reaches the holders.
#[derive(Clone)]
pub struct CoordinatorConfig {
    /// The broker, as `nats://HOST:4222`; may hold a name and a password.
    pub broker: String,
    /// The secret that all processes of the gallery share.
    pub key: CourierKey,
    /// The table in force, as far as the operator knows. A newer one is learnt from the holders.
    pub table: Table,
    /// How long a search may take. Range 0.1 s to 10 min; 5 s is usual. What has not answered by then
    /// is not covered.
    pub deadline: Duration,
    /// How long one holder of a shard may be silent before the other one is asked too. Range 10 ms to
    /// the deadline; several times the usual time of a search, else much is searched twice.
    pub patience: Duration,
}

impl CoordinatorConfig {
    /// With the usual deadline, 5 s, and patience, 1 s.
    pub fn new(broker: String, key: CourierKey, table: Table) -> Self {
        let (deadline, patience) = (Duration::from_secs(5), Duration::from_secs(1));
        Self { broker, key, table, deadline, patience }
    }
}

/// The broker's address may hold a password.
impl fmt::Debug for CoordinatorConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CoordinatorConfig({:?}, deadline {:?})", self.table, self.deadline)
    }
}

/// A searcher over all shards of a gallery. Clones share everything.
#[derive(Clone)]
pub struct Coordinator(Arc<Inner>);

impl fmt::Debug for Coordinator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Coordinator({:?})", self.0.table())
    }
}

/// What its searches share.
struct Inner {
    exchange: Arc<Exchange>,
    health: Health,
    entropy: Entropy,
    table: RwLock<Arc<Table>>,
    /// The newest version known to be in force: a holder said so, or a move ended with it.
    in_force: AtomicU64,
    deadline: Duration,
    patience: Duration,
}

impl Coordinator {
    /// A coordinator that has asked nobody yet. Broken connections are made anew.
    ///
    /// # Errors
    /// [`CourierError`] where the broker cannot be used at all.
    pub async fn connect(
        config: CoordinatorConfig,
        clock: Clock,
        entropy: Entropy,
    ) -> Result<Self, CourierError> {
        let client = courier::connect(&config.broker).await?;
        let seals = Seals::new(&config.key, clock, entropy.clone());
        let inner = Inner {
            exchange: Exchange::open(client, seals).await?,
            health: Health::default(),
            entropy,
            table: RwLock::new(Arc::new(config.table)),
            in_force: AtomicU64::new(0),
            deadline: config.deadline,
            patience: config.patience,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// The table by which it searches now.
    pub fn table(&self) -> Arc<Table> {
        self.0.table()
    }

    /// Searches by another table from now on, if it is newer.
    pub(super) fn adopt(&self, table: Table) {
        self.0.in_force.fetch_max(table.version(), Ordering::Relaxed);
        self.0.adopt(table);
    }

    /// Asks one holder about itself.
    pub(super) async fn tell(
        &self,
        to: Address,
        request: &Request,
    ) -> Result<super::protocol::Reply, Silence> {
        self.0.exchange.ask(to, request).await
    }
}

impl Inner {
    fn table(&self) -> Arc<Table> {
        Arc::clone(&self.table.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn adopt(&self, table: Table) {
        let mut current = self.table.write().unwrap_or_else(PoisonError::into_inner);
        if table.version() > current.version() {
            tracing::info!(version = table.version(), "searching by a newer table");
            *current = Arc::new(table);
        }
    }

    /// Takes note of the table that a holder knows to be in force; says whether it is newer than the
    /// one asked by.
    fn learn(&self, asked_by: &Table, heard: &TableNote) -> bool {
        self.in_force.fetch_max(heard.version, Ordering::Relaxed);
        if heard.version <= asked_by.version() {
            return false;
        }
        if let Ok(table) = heard.table() {
            self.adopt(table);
        }
        true
    }

    /// Whether a holder that knows an older table may be told to let go of what ours gives to others:
    /// only where ours is in force, and not merely written in somebody's configuration.
    fn may_release(&self, ours: &Table, theirs: &TableNote) -> bool {
        theirs.version < ours.version() && ours.version() <= self.in_force.load(Ordering::Relaxed)
    }

    /// A seat drawn at random, so that both holders of a shard have as much to do.
    fn wished_seat(&self) -> Seat {
        use rand_core::TryRng;
        let Ok(word) = self.entropy.rng().try_next_u32();
        if word & 1 == 0 { Seat::A } else { Seat::B }
    }
}

/// Whole milliseconds, as messages state them.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

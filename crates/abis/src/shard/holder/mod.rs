//! The holder: a process that keeps one shard of a gallery and answers questions about it.
//!
//! The truth is the database. A holder reads the changes of its slots from there, and can lose all it
//! has: it reads them again, and refuses questions until then, so that the other holder of the shard is
//! asked.

mod answering;

mod holding;

mod filling;
mod slot_feed;

mod folder;
mod piece;

use core::fmt;
use core::future::Future;
use core::time::Duration;
use std::sync::Arc;

use async_nats::{Client, Message};
use niims_wire::{Clock, Entropy};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_stream::StreamExt;

use super::courier::{self, CourierError};
use super::placement::Table;
use super::protocol::{
    Address, Ask, CourierKey, Inbox, MessageId, Purpose, Refusal, Reply, Request, Seals, TableNote,
    Told, decode, encode,
};
use crate::search::ChangeFeed;
pub use folder::FolderPieces;
use holding::Holding;
pub use piece::{Piece, Pieces};
pub use slot_feed::SlotFeed;

/// Requests that wait at one holder. Range 16 to 4,096; more are refused at once, so that the other
/// holder is asked.
const MOST_WAITING: usize = 256;
/// How often messages whose time is over are forgotten.
const TIDY: Duration = Duration::from_secs(30);

/// Who a holder is.
#[derive(Clone)]
pub struct HolderConfig {
    /// The broker, as `nats://HOST:4222`; may hold a name and a password.
    pub broker: String,
    /// The secret that all processes of the gallery share.
    pub key: CourierKey,
    /// Which shard, and which of its two holders.
    pub address: Address,
    /// The table in force, as far as the operator knows; one that is to come is brought by
    /// [`super::Coordinator::move_to`] and not written here before. What it gives to this shard is read
    /// at once.
    pub table: Table,
    /// Questions that are worked on at the same time, 1 to 64.
    pub at_once: usize,
}

/// The broker's address may hold a password.
impl fmt::Debug for HolderConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HolderConfig({}, {:?})", self.address, self.table)
    }
}

/// What a holder works with.
#[derive(Clone)]
pub struct HolderParts {
    /// Where the truth is read.
    pub feed: Arc<dyn ChangeFeed>,
    /// Where people are kept.
    pub pieces: Arc<dyn Pieces>,
    /// The time.
    pub clock: Clock,
    /// Random bytes.
    pub entropy: Entropy,
}

/// Holds a shard until `stop` is ready. Broken connections are made anew.
///
/// # Errors
/// [`CourierError`] where the broker cannot be used at all.
pub async fn run_holder(
    config: HolderConfig,
    parts: HolderParts,
    stop: impl Future<Output = ()>,
) -> Result<(), CourierError> {
    let seals = Seals::new(&config.key, parts.clock.clone(), parts.entropy.clone());
    let client = courier::connect(&config.broker).await?;
    let subject = courier::requests_subject(&seals, config.address);
    let mut requests = client.subscribe(subject).await.map_err(CourierError::Subscribe)?;
    let holder = Arc::new(Holder {
        holding: Arc::new(Holding::new(config.address.shard, config.table.clone())),
        waiting: Semaphore::new(MOST_WAITING),
        working: Arc::new(Semaphore::new(config.at_once.clamp(1, 64))),
        address: config.address,
        client,
        seals,
        parts,
    });
    let mut tasks = JoinSet::new();
    holder.fill(&config.table, &mut tasks);
    let mut inbox = Inbox::default();
    let mut tidy = tokio::time::interval(TIDY);
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            _ = tidy.tick() => inbox.forget(holder.seals.now()),
            Some(_) = tasks.join_next() => {}
            message = requests.next() => match message {
                Some(message) => holder.take(&mut inbox, message, &mut tasks),
                None => break,
            },
        }
    }
    Ok(())
}

struct Holder {
    address: Address,
    client: Client,
    seals: Seals,
    holding: Arc<Holding>,
    parts: HolderParts,
    waiting: Semaphore,
    working: Arc<Semaphore>,
}

impl Holder {
    /// Takes a frame; once it completes a message, sets to work.
    fn take(self: &Arc<Self>, inbox: &mut Inbox, message: Message, tasks: &mut JoinSet<()>) {
        let purpose = Purpose::Request { to: self.address };
        let frame = match self.seals.open(&purpose, &message.payload) {
            Ok(frame) => frame,
            Err(error) => {
                tracing::warn!(code = error.code(), "a frame was passed over");
                return;
            }
        };
        // An answer goes to a coordinator of this gallery and to nobody else.
        let prefix = courier::answers_prefix(&self.seals);
        let Some(reply_to) = message.reply.filter(|to| to.as_str().starts_with(&prefix)) else {
            return;
        };
        let id = frame.message;
        let Some(bytes) = inbox.take(frame, self.seals.now()) else { return };
        let Ok(request) = decode::<Request>(&bytes) else {
            tracing::warn!("a request does not read; is a process of another version?");
            return;
        };
        if let Ask::Hold(note) = &request.ask
            && let Ok(table) = note.table()
        {
            self.fill(&table, tasks);
        }
        let holder = Arc::clone(self);
        tasks.spawn(async move {
            let good_for = Duration::from_millis(request.budget_ms);
            let outcome = holder.answer(request).await;
            if let Err(refusal) = outcome {
                tracing::debug!(code = refusal.code(), "refused");
            }
            holder.send(reply_to, id, good_for, outcome).await;
        });
    }

    /// Begins to fill what a table gives and is not there yet.
    fn fill(&self, table: &Table, tasks: &mut JoinSet<()>) {
        if let Some((slots, feed)) = self.holding.hold(table, &self.parts.feed) {
            let (holding, pieces) = (Arc::clone(&self.holding), Arc::clone(&self.parts.pieces));
            tasks.spawn(filling::fill(holding, pieces, slots, feed));
        }
    }

    async fn answer(&self, request: Request) -> Result<Told, Refusal> {
        match &request.ask {
            Ask::Hold(note) => {
                note.table().map_err(|_| Refusal::Unanswerable)?;
                Ok(Told::Report(Box::new(self.holding.report())))
            }
            Ask::Release(note) => answering::release(&self.holding, note).await,
            _ => {
                let _waiting = self.waiting.try_acquire().map_err(|_| Refusal::Busy)?;
                let budget = Duration::from_millis(request.budget_ms);
                let turn = Arc::clone(&self.working).acquire_owned();
                let turn = tokio::time::timeout(budget, turn).await.map_err(|_| Refusal::Busy)?;
                let turn = turn.map_err(|_| Refusal::Busy)?;
                answering::answer(&self.holding, request, turn).await
            }
        }
    }

    async fn send(
        &self,
        to: async_nats::Subject,
        request: MessageId,
        good_for: Duration,
        outcome: Result<Told, Refusal>,
    ) {
        let table = TableNote::of(&self.holding.table());
        let reply = Reply { table: table.clone(), outcome };
        let frames = self.seal(request, good_for, &reply).or_else(|()| {
            let reply = Reply { table, outcome: Err(Refusal::Unanswerable) };
            self.seal(request, good_for, &reply)
        });
        for frame in frames.unwrap_or_default() {
            if self.client.publish(to.clone(), frame.into()).await.is_err() {
                tracing::warn!("an answer could not be handed to the broker");
            }
        }
    }

    fn seal(
        &self,
        request: MessageId,
        good_for: Duration,
        reply: &Reply,
    ) -> Result<Vec<Vec<u8>>, ()> {
        let purpose = Purpose::Answer { from: self.address, request };
        let bytes = encode(reply).map_err(|_| ())?;
        self.seals.seal(self.seals.draw(), &purpose, good_for, &bytes).map_err(|_| ())
    }
}

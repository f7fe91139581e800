//! What a holder has: its pieces, which of them are complete, and the newest table it knows.

use std::sync::{Arc, Mutex, PoisonError};

use super::piece::Piece;
use super::slot_feed::SlotFeed;
use crate::search::ChangeFeed;
use crate::shard::placement::{Shard, SlotSet, Table};
use crate::shard::protocol::{Refusal, Report};

/// The pieces of one holder.
pub(super) struct Holding {
    shard: Shard,
    state: Mutex<State>,
}

struct State {
    /// The newest table heard of.
    table: Table,
    /// Disjoint in their slots.
    held: Vec<Held>,
    /// Rises with every slot let go of.
    released: u64,
}

struct Held {
    slots: SlotSet,
    /// None while it is being made.
    piece: Option<Arc<dyn Piece>>,
    feed: Arc<SlotFeed>,
    /// Whether it has once read everything there was. From then on it is kept up.
    complete: bool,
    /// Whether people of slots that were struck off may still be in the piece.
    forgetting: bool,
    up_to: u64,
}

/// A piece, and the slots of which people are still in it that are not to be.
struct Shrunk {
    piece: Arc<dyn Piece>,
    gone: SlotSet,
}

/// The pieces that together are the slots asked for, and when they were looked up.
pub(super) struct Asked {
    pub(super) pieces: Vec<Arc<dyn Piece>>,
    released: u64,
}

impl Holding {
    /// Nothing yet.
    pub(super) fn new(shard: Shard, table: Table) -> Self {
        Self { shard, state: Mutex::new(State { table, held: Vec::new(), released: 0 }) }
    }

    /// The newest table heard of.
    pub(super) fn table(&self) -> Table {
        self.lock().table.clone()
    }

    /// The pieces that hold these slots, all of them and no others.
    pub(super) fn pieces(&self, slots: &SlotSet) -> Result<Asked, Refusal> {
        let state = self.lock();
        let mut covered = SlotSet::default();
        let mut pieces = Vec::new();
        for held in state.held.iter().filter(|held| !held.slots.intersection(slots).is_empty()) {
            let ready = held.complete && !held.forgetting;
            let Some(piece) = held.piece.as_ref().filter(|_| ready) else {
                return Err(if held.forgetting { Refusal::Moving } else { Refusal::NotHeld });
            };
            covered = covered.union(&held.slots);
            pieces.push(Arc::clone(piece));
        }
        // More than was asked for would be counted here and at the shard that has it now.
        if covered != *slots {
            return Err(Refusal::NotHeld);
        }
        Ok(Asked { pieces, released: state.released })
    }

    /// Whether nothing was let go of since; else an answer may lack somebody.
    pub(super) fn still(&self, asked: &Asked) -> bool {
        self.lock().released == asked.released
    }

    /// Which slots of a table are new here and have to be filled, and from where. They are noted as
    /// being filled. The table is not in force by that; one older than that in force is passed over.
    pub(super) fn hold(
        &self,
        table: &Table,
        feed: &Arc<dyn ChangeFeed>,
    ) -> Option<(SlotSet, Arc<SlotFeed>)> {
        let mut state = self.lock();
        if table.version() < state.table.version() {
            return None;
        }
        let has = state.held.iter().fold(SlotSet::default(), |all, held| all.union(&held.slots));
        let new = table.slots_of(self.shard).without(&has);
        if new.is_empty() {
            return None;
        }
        let feed = Arc::new(SlotFeed::new(Arc::clone(feed), new.clone()));
        state.held.push(Held::new(new.clone(), Arc::clone(&feed)));
        Some((new, feed))
    }

    /// A piece for slots that [`Self::hold`] gave was made.
    ///
    /// What was let go of while it was made is given back to be forgotten; none when all of it was.
    pub(super) fn made(
        &self,
        feed: &Arc<SlotFeed>,
        of: &SlotSet,
        piece: &Arc<dyn Piece>,
    ) -> Option<SlotSet> {
        let mut state = self.lock();
        let held = state.held.iter_mut().find(|held| Arc::ptr_eq(&held.feed, feed))?;
        held.piece = Some(Arc::clone(piece));
        Some(of.without(&held.slots))
    }

    /// A piece could not be made or filled: its slots may be asked for anew.
    pub(super) fn failed(&self, feed: &Arc<SlotFeed>) {
        self.lock().held.retain(|held| !Arc::ptr_eq(&held.feed, feed));
    }

    /// A piece has read everything up to a sequence number; false when it is not held any more.
    pub(super) fn reached(&self, piece: &Arc<dyn Piece>, up_to: u64) -> bool {
        let mut state = self.lock();
        let Some(held) = state.of(piece) else { return false };
        if !held.complete {
            tracing::info!(slots = held.slots.len(), up_to, "a piece of the gallery is complete");
        }
        held.complete = true;
        held.up_to = up_to;
        true
    }

    /// Lets go of everything that a table does not give to this holder. From when this is called
    /// nobody is answered about those slots.
    ///
    /// # Errors
    /// [`Refusal::NotHeld`] for a table older than one heard of; [`Refusal`] where files cannot be written.
    pub(super) async fn release(&self, table: &Table) -> Result<(), Refusal> {
        let mut worst = Ok(());
        for Shrunk { piece, gone } in self.let_go(table)? {
            let forgotten = piece.forget(&gone).await;
            self.forgotten(&piece, forgotten.is_ok());
            worst = worst.and(forgotten.map_err(Refusal::from));
        }
        worst
    }

    /// What is complete, up to where, and what is still being filled.
    pub(super) fn report(&self) -> Report {
        let state = self.lock();
        let join = |complete: bool| {
            let some = state.held.iter().filter(move |held| held.complete == complete);
            some.fold(SlotSet::default(), |all, held| all.union(&held.slots))
        };
        let up_to = state.held.iter().filter(|held| held.complete).map(|held| held.up_to).min();
        Report { complete: join(true), up_to: up_to.unwrap_or(0), filling: join(false) }
    }

    /// Strikes slots off, and gives the pieces that still have people in them.
    fn let_go(&self, table: &Table) -> Result<Vec<Shrunk>, Refusal> {
        let mut state = self.lock();
        if table.version() < state.table.version() {
            return Err(Refusal::NotHeld);
        }
        state.learn(table);
        let keeps = table.slots_of(self.shard);
        let mut shrunk = Vec::new();
        let mut released = 0;
        for held in &mut state.held {
            let gone = held.slots.without(&keeps);
            if gone.is_empty() {
                continue;
            }
            held.feed.leave_out(&gone);
            held.slots = held.slots.intersection(&keeps);
            held.forgetting = held.piece.is_some();
            released += 1;
            shrunk.extend(held.piece.clone().map(|piece| Shrunk { piece, gone }));
        }
        state.released += released;
        state.held.retain(|held| !held.slots.is_empty());
        Ok(shrunk)
    }

    /// A piece that could not let go is given up: nobody knows who is in it.
    fn forgotten(&self, piece: &Arc<dyn Piece>, done: bool) {
        let mut state = self.lock();
        if let Some(held) = state.of(piece) {
            held.forgetting = !done;
        }
        state.held.retain(|held| {
            !held.forgetting || held.piece.as_ref().is_none_or(|p| !Arc::ptr_eq(p, piece))
        });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn new(slots: SlotSet, feed: Arc<SlotFeed>) -> Self {
        Self { slots, piece: None, feed, complete: false, forgetting: false, up_to: 0 }
    }
}

impl State {
    fn of(&mut self, piece: &Arc<dyn Piece>) -> Option<&mut Held> {
        let same = |held: &&mut Held| held.piece.as_ref().is_some_and(|p| Arc::ptr_eq(p, piece));
        self.held.iter_mut().find(same)
    }

    fn learn(&mut self, table: &Table) {
        if table.version() > self.table.version() {
            self.table = table.clone();
        }
    }
}

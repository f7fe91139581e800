//! One shard asked: first one holder, then the other, until one answers or the time is over.

use core::time::Duration;
use std::sync::Arc;

use tokio::task::JoinSet;
use tokio::time::Instant;

use super::exchange::Silence;
use super::{Inner, millis};
use crate::search::SearchError;
use crate::shard::placement::{Seat, Shard, SlotSet, Table};
use crate::shard::protocol::{Address, Ask, Refusal, Reply, Request, TableNote, Told};

/// Pause before a holder that is letting go of slots is asked again. Range 5 to 500 ms.
const MOMENT: Duration = Duration::from_millis(20);

/// Why a shard gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// A holder found fault with the question itself: the other one would too.
    Template,
    /// A table in force gives these slots to others.
    Moved,
    /// Neither holder answered.
    Silent,
}

impl From<Lost> for SearchError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Template => Self::Template,
            Lost::Moved | Lost::Silent => Self::Unreachable,
        }
    }
}

/// What one shard is asked.
#[derive(Clone)]
pub(super) struct Question {
    pub(super) table: Arc<Table>,
    pub(super) shard: Shard,
    pub(super) slots: SlotSet,
    pub(super) ask: Ask,
    pub(super) until: Instant,
}

impl Inner {
    /// Asks the holder on the first seat; the other one as soon as that fails, or is silent for longer
    /// than the patience. The first answer counts. Says which seat gave it.
    pub(super) async fn ask_shard(
        self: &Arc<Self>,
        question: Question,
        first: Seat,
    ) -> Result<(Seat, Told), Lost> {
        let mut tries = JoinSet::new();
        let mut next = Some(first.other());
        self.try_seat(&mut tries, &question, first);
        let mut patience = Instant::now() + self.patience;
        let mut lost = Lost::Silent;
        loop {
            tokio::select! {
                ended = tries.join_next() => match ended {
                    Some(Ok((seat, Ok(told)))) => return Ok((seat, told)),
                    Some(Ok((_, Err(Lost::Template)))) => return Err(Lost::Template),
                    Some(ended) => {
                        if let Ok((_, Err(Lost::Moved))) = ended {
                            lost = Lost::Moved;
                        }
                        match next.take() {
                            Some(other) => self.try_seat(&mut tries, &question, other),
                            None if tries.is_empty() => return Err(lost),
                            None => {}
                        }
                    }
                    None => return Err(lost),
                },
                () = tokio::time::sleep_until(patience), if next.is_some() => {
                    self.health.note(question.address(first), false, Instant::now());
                    if let Some(other) = next.take() {
                        self.try_seat(&mut tries, &question, other);
                    }
                    patience += self.patience;
                }
                () = tokio::time::sleep_until(question.until) => return Err(lost),
            }
        }
    }

    fn try_seat(
        self: &Arc<Self>,
        tries: &mut JoinSet<(Seat, Result<Told, Lost>)>,
        question: &Question,
        seat: Seat,
    ) {
        let (inner, question) = (Arc::clone(self), question.clone());
        tries.spawn(async move {
            let told = inner.ask_seat(&question, seat).await;
            (seat, told)
        });
    }

    async fn ask_seat(&self, question: &Question, seat: Seat) -> Result<Told, Lost> {
        let address = question.address(seat);
        let mut reply = self.ask_once(question, address, &question.ask).await?;
        if reply.outcome.as_ref().err() == Some(&Refusal::NotHeld)
            && self.may_release(&question.table, &reply.table)
        {
            // It has not heard of the table in force. It is told, and asked again.
            let release = Ask::Release(TableNote::of(&question.table));
            self.ask_once(question, address, &release).await?;
            reply = self.ask_once(question, address, &question.ask).await?;
        }
        while reply.outcome.as_ref().err() == Some(&Refusal::Moving) {
            tokio::time::sleep(MOMENT).await;
            reply = self.ask_once(question, address, &question.ask).await?;
        }
        let newer = self.learn(&question.table, &reply.table);
        match reply.outcome {
            Ok(told) => Ok(told),
            Err(Refusal::Template) => Err(Lost::Template),
            Err(Refusal::NotHeld) if newer => Err(Lost::Moved),
            Err(refusal) => {
                tracing::warn!(%address, code = refusal.code(), "a holder refused");
                self.health.note(address, false, Instant::now());
                Err(Lost::Silent)
            }
        }
    }

    async fn ask_once(&self, of: &Question, address: Address, ask: &Ask) -> Result<Reply, Lost> {
        let left = of.until.saturating_duration_since(Instant::now());
        let request =
            Request { slots: of.slots.clone(), budget_ms: millis(left), ask: ask.clone() };
        let reply = self.exchange.ask(address, &request).await;
        self.health.note(address, reply.is_ok(), Instant::now());
        reply.map_err(|silence: Silence| {
            tracing::debug!(%address, ?silence, "no answer");
            Lost::Silent
        })
    }
}

impl Question {
    fn address(&self, seat: Seat) -> Address {
        Address { shard: self.shard, seat }
    }
}

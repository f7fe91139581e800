//! One search over all shards: who was lost in any phase stays out of the rest of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::Inner;
use super::failover::{Lost, Question};
use crate::cascade::{Gathered, Parts, Phase, PhaseQuestion};
use crate::search::SearchError;
use crate::shard::placement::{SLOTS, Seat, Shard, Slot, SlotSet, Table};
use crate::shard::protocol::{Ask, Told};

/// The shards of one table, for the time of one search.
pub(super) struct Scope {
    inner: Arc<Inner>,
    table: Arc<Table>,
    shards: BTreeMap<Shard, SlotSet>,
    until: Instant,
    /// Who answered last: it has kept its work.
    seats: Mutex<BTreeMap<Shard, Seat>>,
    lost: Mutex<BTreeSet<Shard>>,
    moved: AtomicBool,
}

impl Scope {
    pub(super) fn new(inner: Arc<Inner>, table: Arc<Table>, wished: Seat) -> Self {
        let now = Instant::now();
        let shards: BTreeMap<Shard, SlotSet> =
            table.shards().iter().map(|shard| (*shard, table.slots_of(*shard))).collect();
        let seat = |shard: &Shard| (*shard, inner.health.first(*shard, wished, now));
        let seats = Mutex::new(shards.keys().map(seat).collect());
        let until = now + inner.deadline;
        let lost = Mutex::default();
        Self { inner, table, shards, until, seats, lost, moved: AtomicBool::new(false) }
    }

    /// Whether a holder refused because a newer table is in force.
    pub(super) fn moved(&self) -> bool {
        self.moved.load(Ordering::Relaxed)
    }

    /// Puts a question to every shard that was not lost, in the form that `for_shard` gives it;
    /// shards for which it gives none have nothing to say.
    pub(super) async fn scatter(
        &self,
        for_shard: impl Fn(Shard, &SlotSet) -> Option<Ask>,
    ) -> Result<Vec<Told>, SearchError> {
        // A shard that is silent takes half of the time left and not all of it, so that the others can
        // still answer the questions that follow.
        let now = Instant::now();
        let until = now + self.until.saturating_duration_since(now) / 2;
        let mut asked = JoinSet::new();
        for (shard, slots) in &self.shards {
            if self.lost().contains(shard) {
                continue;
            }
            let Some(ask) = for_shard(*shard, slots) else { continue };
            let (shard, table) = (*shard, Arc::clone(&self.table));
            let question = Question { table, shard, slots: slots.clone(), ask, until };
            let (inner, first) = (Arc::clone(&self.inner), self.seat(shard));
            asked.spawn(async move { (shard, inner.ask_shard(question, first).await) });
        }
        let mut answers = Vec::new();
        while let Some(ended) = asked.join_next().await {
            // A task of ours does not panic; if one should, nobody is taken for covered.
            let Ok((shard, answer)) = ended else { return Err(SearchError::Unreachable) };
            match answer {
                Ok((seat, told)) => {
                    self.seats.lock().unwrap_or_else(PoisonError::into_inner).insert(shard, seat);
                    answers.push(told);
                }
                Err(Lost::Template) => return Err(SearchError::Template),
                Err(lost) => {
                    self.moved.fetch_or(lost == Lost::Moved, Ordering::Relaxed);
                    self.lost().insert(shard);
                }
            }
        }
        if self.lost().len() == self.shards.len() {
            return Err(SearchError::Unreachable);
        }
        Ok(answers)
    }

    /// Thousandths of the gallery that answered every question so far; 1,000 for all of it.
    pub(super) fn covered_permille(&self) -> u16 {
        let lost: usize = self.lost().iter().map(|shard| self.shards[shard].len()).sum();
        if lost == 0 { 1_000 } else { Table::permille(SLOTS - lost) }
    }

    fn seat(&self, shard: Shard) -> Seat {
        let seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        seats.get(&shard).copied().unwrap_or(Seat::A)
    }

    fn lost(&self) -> std::sync::MutexGuard<'_, BTreeSet<Shard>> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Parts for Scope {
    async fn ask(&self, question: &PhaseQuestion) -> Result<Gathered, SearchError> {
        let told = self.scatter(|_, slots| part_of(question, slots).map(Ask::Phase)).await?;
        let mut answers = Vec::new();
        for told in told {
            match told {
                Told::Phase(of_shard) => answers.extend(of_shard),
                // A holder of another mind than its version says.
                _ => return Err(SearchError::Unreachable),
            }
        }
        Ok(Gathered { answers, covered_permille: self.covered_permille() })
    }
}

/// A question with the people of these slots only; none where nobody is left to ask about.
fn part_of(question: &PhaseQuestion, slots: &SlotSet) -> Option<PhaseQuestion> {
    let mut part = question.clone();
    if let Some(among) = &mut part.search.among {
        among.retain(|reference| slots.contains(Slot::of(reference)));
    }
    if let Phase::Compare { shortlist } = &mut part.phase {
        shortlist.retain(|ranked| slots.contains(Slot::of(&ranked.reference)));
        if shortlist.is_empty() {
            return None;
        }
    }
    Some(part)
}

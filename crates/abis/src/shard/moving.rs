//! Shards come and go while searches run.
//!
//! Whoever gets slots reads them first, while everybody answers by the old table. Only when both
//! holders of every shard that gains have them completely does the new table come into force; then
//! the others let go of what they gave away. A search that meets a holder which has let go already is
//! led again by the new table. Nothing is copied from holder to holder: the truth is the database.

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

use tokio::task::JoinSet;
use tokio::time::Instant;

use super::coordinator::{Coordinator, millis};
use super::placement::{Seat, Shard, SlotSet, Table};
use super::protocol::{Address, Ask, Report, Request, TableNote, Told};

/// Pause between two questions whether the new holders are ready.
const PAUSE: Duration = Duration::from_millis(200);
/// How long one holder may take to say how far it is, or to let go. Letting go of a million people
/// takes some seconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// How far a move is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Holders that gain slots and have all of them.
    pub ready: Vec<Address>,
    /// Holders that gain slots and have not all of them yet, or do not answer.
    pub waiting: Vec<Address>,
}

/// Why a table did not come into force. The old one still is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoveError {
    /// Tables follow one another.
    #[error("the table in force has version {in_force}; give the new one a higher version")]
    Version {
        /// The present version.
        in_force: u64,
    },
    /// Holders were not ready in time. They go on filling; ask again.
    #[error(
        "{} holders have not read all of their slots, the first of them {}; see whether they run, and \
         ask again",
        .0.len(), .0.first().map_or_else(String::new, ToString::to_string)
    )]
    NotReady(Vec<Address>),
}

impl MoveError {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Version { .. } => "abis.table_version",
            Self::NotReady(_) => "abis.shards_not_ready",
        }
    }
}

impl Coordinator {
    /// Brings a table into force, and waits for it at most so long. Searches go on meanwhile. Their
    /// holders must run: those of new shards are started before.
    ///
    /// # Errors
    /// [`MoveError`]; the old table stays in force.
    pub async fn move_to(&self, to: &Table, at_most: Duration) -> Result<(), MoveError> {
        let from = self.table();
        if to.version() <= from.version() {
            return Err(MoveError::Version { in_force: from.version() });
        }
        let end = Instant::now() + at_most;
        loop {
            let reports = self.tell_all(to.shards(), &Ask::Hold(TableNote::of(to)), to).await;
            let progress = progress(&from, to, &reports);
            if progress.waiting.is_empty() {
                break;
            }
            if Instant::now() + PAUSE > end {
                return Err(MoveError::NotReady(progress.waiting));
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.adopt(to.clone());
        // A holder that is not reached now is told by the first search that meets it.
        let everybody: BTreeSet<Shard> = to.shards().iter().chain(from.shards()).copied().collect();
        self.tell_all(&everybody, &Ask::Release(TableNote::of(to)), to).await;
        Ok(())
    }

    /// Tells something to both holders of these shards, and gathers what they have.
    async fn tell_all(
        &self,
        shards: impl IntoIterator<Item = &Shard>,
        ask: &Ask,
        to: &Table,
    ) -> BTreeMap<Address, Report> {
        let mut told = JoinSet::new();
        for (shard, seat) in shards.into_iter().flat_map(|shard| Seat::BOTH.map(|s| (*shard, s))) {
            let (coordinator, address) = (self.clone(), Address { shard, seat });
            let request = Request {
                slots: to.slots_of(shard),
                budget_ms: millis(PATIENCE),
                ask: ask.clone(),
            };
            told.spawn(async move { (address, coordinator.tell(address, &request).await) });
        }
        let mut reports = BTreeMap::new();
        while let Some(ended) = told.join_next().await {
            if let Ok((address, Ok(reply))) = ended
                && let Ok(Told::Report(report)) = reply.outcome
            {
                reports.insert(address, *report);
            }
        }
        reports
    }
}

/// Which holders are ready for a new table: a pure function of what they reported.
///
/// Only holders that gain slots count. Both of a shard have to be ready, so that every slot is held
/// twice from the first moment.
pub fn progress(from: &Table, to: &Table, reports: &BTreeMap<Address, Report>) -> Progress {
    let mut progress = Progress { ready: Vec::new(), waiting: Vec::new() };
    for shard in to.shards() {
        let slots = to.slots_of(*shard);
        if slots.within(&from.slots_of(*shard)) {
            continue;
        }
        for seat in Seat::BOTH {
            let address = Address { shard: *shard, seat };
            let has = reports.get(&address).map_or_else(SlotSet::default, |r| r.complete.clone());
            let list = if slots.within(&has) { &mut progress.ready } else { &mut progress.waiting };
            list.push(address);
        }
    }
    progress
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shard::placement::Slot;

    fn table(version: u64, shards: &[u16]) -> Table {
        let shards: Vec<Shard> = shards.iter().map(|number| Shard(*number)).collect();
        Table::new(version, &shards).unwrap()
    }

    fn report(complete: SlotSet) -> Report {
        Report { complete, up_to: 9, filling: SlotSet::default() }
    }

    #[test]
    fn only_those_who_gain_have_to_be_ready() {
        let (from, to) = (table(1, &[1, 2]), table(2, &[1, 2, 3]));
        let gaining = Seat::BOTH.map(|seat| Address { shard: Shard(3), seat });
        let mut reports = BTreeMap::new();
        assert_eq!(progress(&from, &to, &reports).waiting, gaining);
        reports.insert(gaining[0], report(to.slots_of(Shard(3))));
        assert_eq!(progress(&from, &to, &reports).waiting, gaining[1..]);
        // One slot is missing.
        let missing = Slot::all().find(|slot| to.shard_of(*slot) == Shard(3)).unwrap();
        let short = to.slots_of(Shard(3)).without(&[missing].into_iter().collect());
        reports.insert(gaining[1], report(short));
        assert_eq!(progress(&from, &to, &reports).waiting, gaining[1..]);
        reports.insert(gaining[1], report(SlotSet::all()));
        assert_eq!(
            progress(&from, &to, &reports),
            Progress { ready: gaining.to_vec(), waiting: vec![] }
        );
    }

    #[test]
    fn all_others_gain_when_one_leaves() {
        let (from, to) = (table(1, &[1, 2, 3]), table(2, &[1, 3]));
        let waiting = progress(&from, &to, &BTreeMap::new()).waiting;
        assert_eq!(waiting.len(), 4);
        assert!(waiting.iter().all(|address| address.shard != Shard(2)));
    }

    #[test]
    fn a_move_that_was_not_made_says_why() {
        let waiting = vec![Address { shard: Shard(3), seat: Seat::B }];
        let text = MoveError::NotReady(waiting).to_string();
        assert!(text.starts_with("1 holders") && text.contains("3.b"), "{text}");
    }
}

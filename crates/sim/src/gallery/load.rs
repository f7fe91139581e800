//! Searches and insertions that arrive at a rate, whether the matcher keeps up or not.

use std::sync::Arc;
use std::time::{Duration, Instant};

use niims_abis::search::{SearchError, SearchOutcome, Searcher};
use tokio::task::JoinSet;
use tokio::time::sleep_until;

use super::SyntheticGallery;
use super::meter::{Meter, Spent, quantile};
use super::people::ProbeKind;
use super::searches::request;

/// Probes that are drawn before the clock starts, and used in turn.
const PROBES: u64 = 500;
/// One probe in so many is somebody enrolled: what a register sees is mostly new people.
const MATED_ONE_IN: u64 = 20;

/// What arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadPlan {
    /// Searches a second.
    pub searches: u32,
    /// Insertions a second.
    pub inserts: u32,
    /// For so long.
    pub lasting: Duration,
}

/// How it went.
#[derive(Debug, Clone)]
pub struct LoadReport {
    /// Searches that arrived, all answered.
    pub searches: u64,
    /// People enrolled meanwhile.
    pub inserts: u64,
    /// From arrival to answer, half of the searches.
    pub p50: Duration,
    /// 99 of 100.
    pub p99: Duration,
    /// Until the last answer; longer than the plan where the matcher fell behind.
    pub spent: Spent,
    /// Searches for somebody enrolled that did not find anybody.
    pub missed: u64,
}

impl SyntheticGallery {
    /// Lets searches arrive at even distances, and insertions with them: every search sees who was enrolled
    /// before it.
    ///
    /// # Errors
    /// [`SearchError`] where the gallery fails.
    pub async fn load(&self, plan: LoadPlan) -> Result<LoadReport, SearchError> {
        let people = self.feed.enrolled();
        let probes: Vec<_> = (0..PROBES)
            .map(|number| {
                let is_mate = number % MATED_ONE_IN == 0;
                let kind = if is_mate { ProbeKind::Mates } else { ProbeKind::Strangers };
                (Arc::new(kind.probe(1 + number * people / PROBES).0), is_mate)
            })
            .collect();
        let total = u64::from(plan.searches) * plan.lasting.as_secs();
        let (meter, start) = (Meter::start(), Instant::now());
        let mut running = JoinSet::new();
        for number in 0..total {
            let arrival = start + Duration::from_secs(1) * number as u32 / plan.searches.max(1);
            sleep_until(arrival.into()).await;
            let due = number * u64::from(plan.inserts) / u64::from(plan.searches.max(1));
            while self.feed.enrolled() - people < due {
                self.feed.enrol_one();
            }
            let (probe, is_mate) = &probes[(number % PROBES) as usize];
            let (searcher, probe, is_mate) = (self.searcher.clone(), Arc::clone(probe), *is_mate);
            running.spawn(async move {
                let outcome = searcher.search(&probe, &request()).await?;
                let found = match outcome {
                    SearchOutcome::Complete { candidates } => !candidates.is_empty(),
                    SearchOutcome::Incomplete { .. } => false,
                };
                Ok::<_, SearchError>((arrival.elapsed(), is_mate && !found))
            });
        }
        let (mut times, mut missed) = (Vec::new(), 0);
        while let Some(ended) = running.join_next().await {
            let (time, was_missed) = ended.map_err(|_| SearchError::Storage)??;
            times.push(time);
            missed += u64::from(was_missed);
        }
        times.sort();
        Ok(LoadReport {
            searches: total,
            inserts: self.feed.enrolled() - people,
            p50: quantile(&times, 0.5),
            p99: quantile(&times, 0.99),
            spent: meter.stop(),
            missed,
        })
    }
}

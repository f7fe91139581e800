//! Replies that were given, so that a request that comes again is answered the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::SignedDuration;
use niims_store::Database;
use niims_store::abis::replies::{self, Remembered};
use niims_wire::Clock;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Failure;
use crate::mosip::messages::{Analytics, Candidate, FailureReason, Modality, Outcome};

/// Hours for which a reply is remembered. A broker sends again within minutes; an operator who
/// restores a broker's store sends again within days.
const KEPT_HOURS: i64 = 72;

/// After how many replies old ones are looked for, and how many are dropped at a time: more are
/// dropped than come, so that the table falls to what three days bring.
const SWEEP_EVERY: u64 = 256;
const SWEEP: usize = 1_024;

/// Where a request's reply is remembered.
pub(super) struct Place {
    /// Hash of the request's bytes.
    mark: [u8; 32],
    /// The same, and whether scores may be shown: a reply with scores is never given to a caller
    /// without the right to them.
    key: [u8; 32],
}

impl Place {
    pub(super) fn of(bytes: &[u8], sees_scores: bool) -> Self {
        let mark: [u8; 32] =
            Sha256::new().chain_update(b"mosip request").chain_update(bytes).finalize().into();
        let key = Sha256::new().chain_update([u8::from(sees_scores)]).chain_update(mark);
        Self { mark, key: key.finalize().into() }
    }

    /// What tells an enrolment by this request from one by another.
    pub(super) fn mark(&self) -> &[u8] {
        &self.mark
    }
}

/// The memory of replies. Cheap to clone.
#[derive(Clone)]
pub(super) struct Memory {
    db: Database,
    clock: Clock,
    given: Arc<AtomicU64>,
}

/// An outcome as it is remembered.
#[derive(Serialize, Deserialize)]
enum Kept {
    Done,
    Candidates(Vec<(String, Modality, String, String)>),
    Failed(u8),
}

impl Memory {
    pub(super) fn new(db: Database, clock: Clock) -> Self {
        Self { db, clock, given: Arc::default() }
    }

    /// The outcome that was given, if one was; otherwise whether the request was begun.
    pub(super) async fn recall(&self, place: &Place) -> Result<(Option<Outcome>, bool), Failure> {
        let mut tx = self.db.read().await?;
        let found = replies::find(&mut tx, &place.key).await?;
        tx.commit().await?;
        Ok(match found {
            None => (None, false),
            Some(Remembered::Intended) => (None, true),
            Some(Remembered::Answered(bytes)) => (read(&bytes), true),
        })
    }

    /// Notes that a request is about to have its effect.
    pub(super) async fn intend(&self, place: &Place) -> Result<(), Failure> {
        let mut tx = self.db.write().await?;
        replies::intend(&mut tx, &place.key, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Keeps an outcome.
    pub(super) async fn remember(&self, place: &Place, outcome: &Outcome) -> Result<(), Failure> {
        let Some(bytes) = write(outcome) else {
            return Ok(());
        };
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        replies::answer(&mut tx, &place.key, &bytes, now).await?;
        if self.given.fetch_add(1, Ordering::Relaxed).is_multiple_of(SWEEP_EVERY)
            && let Ok(before) = now.checked_sub(SignedDuration::from_hours(KEPT_HOURS))
        {
            replies::forget(&mut tx, before, SWEEP).await?;
        }
        Ok(tx.commit().await?)
    }
}

fn write(outcome: &Outcome) -> Option<Vec<u8>> {
    let kept = match outcome {
        Outcome::Done => Kept::Done,
        Outcome::Candidates(candidates) => Kept::Candidates(
            candidates
                .iter()
                .map(|one| {
                    let Analytics { confidence, internal_score } = one.analytics.clone();
                    (one.reference_id.clone(), one.modality, confidence, internal_score)
                })
                .collect(),
        ),
        Outcome::Failed(reason) => Kept::Failed(reason.number()),
        // These are true for a moment only.
        Outcome::PendingJobs(_) | Outcome::ReferenceCount(_) => return None,
    };
    serde_json::to_vec(&kept).ok()
}

fn read(bytes: &[u8]) -> Option<Outcome> {
    Some(match serde_json::from_slice(bytes).ok()? {
        Kept::Done => Outcome::Done,
        Kept::Candidates(candidates) => Outcome::Candidates(
            candidates
                .into_iter()
                .map(|(reference_id, modality, confidence, internal_score)| Candidate {
                    reference_id,
                    modality,
                    analytics: Analytics { confidence, internal_score },
                })
                .collect(),
        ),
        Kept::Failed(number) => Outcome::Failed(
            FailureReason::ALL.into_iter().find(|reason| reason.number() == number)?,
        ),
    })
}

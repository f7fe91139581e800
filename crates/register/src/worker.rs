//! Workers: each takes one job at a time from the queue and runs its step.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use niims_record::ApplicationId;
use niims_record::application::Step;
use niims_store::{StoreError, jobs};

use crate::Register;
use crate::steps::{Outcome, StepError};

/// How long a worker may hold a job before another may take it over. The slowest
/// step extracts ten fingers, about two seconds; a minute covers a loaded machine.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// First pause after a failure; it doubles with each attempt, up to an hour.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(1);
/// How long a worker sleeps when the queue is empty and nobody rings.
const IDLE: Duration = Duration::from_millis(500);

impl Register {
    /// Runs jobs until `stop` is set, sleeping when there are none.
    pub async fn work(self: Arc<Self>, name: String, stop: tokio::sync::watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.work_once(&name).await {
                Ok(true) => {}
                Ok(false) => self.rest().await,
                Err(error) => {
                    tracing::warn!(code = error.code(), "the queue cannot be read");
                    tokio::time::sleep(IDLE).await;
                }
            }
        }
    }

    /// Gives places in the log and publishes it until `stop` is set.
    pub async fn keep_log(self: Arc<Self>, stop: tokio::sync::watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.publish_log().await {
                tracing::warn!(%error, "the transparency log was not published");
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Takes one job and runs it; false when none was due.
    pub async fn work_once(&self, worker: &str) -> Result<bool, StoreError> {
        let kinds = Step::ALL.map(Step::name);
        let mut tx = self.db.write().await?;
        let claimed = jobs::claim(&mut tx, worker, self.clock.now(), LEASE, &kinds).await?;
        tx.commit().await?;
        let Some(job) = claimed else { return Ok(false) };
        let Some(step) = Step::from_name(&job.kind) else { return Ok(false) };
        let subject = ApplicationId::from_bytes(job.subject);
        let ended = self.run_step(worker, job.id, step, subject).await;
        self.settle(worker, &job, ended).await?;
        Ok(true)
    }

    async fn settle(
        &self,
        worker: &str,
        job: &jobs::Job,
        ended: Result<Outcome, StepError>,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        match ended {
            Ok(Outcome::Done) => {}
            Ok(Outcome::Wait { code, again_in }) => {
                tracing::info!(job = %job.id, code, "a step waits");
                jobs::postpone(&mut tx, job.id, worker, now + again_in).await?;
            }
            // A writer was in the way; nothing is wrong with the job.
            Err(StepError::Store(error)) if error.is_retryable() => {
                jobs::postpone(&mut tx, job.id, worker, now + FIRST_PAUSE).await?;
            }
            Err(StepError::Overtaken) => {
                jobs::postpone(&mut tx, job.id, worker, now).await?;
            }
            Err(error) => {
                tracing::warn!(job = %job.id, step = job.kind, code = error.code(), "a step failed");
                let pause = FIRST_PAUSE * (1 << job.attempts.min(12));
                jobs::retry_later(&mut tx, job.id, worker, error.code(), now + pause).await?;
            }
        }
        tx.commit().await
    }

    async fn rest(&self) {
        tokio::select! {
            () = self.bell.notified() => {}
            () = tokio::time::sleep(IDLE) => {}
        }
    }
}

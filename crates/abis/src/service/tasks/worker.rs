//! Workers: each takes one job at a time, runs a task or delivers its result, and clears up.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use niims_record::JobId;
use niims_store::abis::tasks::{self, Delivery, TaskState};
use niims_store::jobs::{self, Job, Retry};
use tokio::sync::watch;

use super::redeliver::Delivered;
use super::run::Ran;
use super::{CallbackForms, DELIVER, RUN};
use crate::service::{Service, ServiceError};

/// How long a worker may hold a job before another may take it over. Range 30 to 600 seconds; an
/// exhaustive search of a whole country is the slowest, and one taken over is only done twice.
const LEASE: SignedDuration = SignedDuration::from_secs(120);
/// First pause after a failure; it doubles with each try. Ten tries span about 17 minutes.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(1);
/// Pause of a task whose turn has not come. Range 5 to 500 ms: a change takes a few milliseconds.
const TURN_PAUSE: SignedDuration = SignedDuration::from_millis(20);
/// How long a worker sleeps when the queue is empty. Range 20 to 1,000 ms: what a task waits on an
/// idle server, against two small queries each time.
const IDLE: Duration = Duration::from_millis(100);
/// Idle rounds between two clearings, ten seconds.
const CLEARING_ROUNDS: u32 = 100;
/// How long answers and dead tokens are kept after their end.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// Most rows of one clearing.
const CLEARED_AT_ONCE: usize = 100;

/// What a worker came to.
#[derive(PartialEq, Eq)]
enum Turn {
    /// It did a job.
    Worked,
    /// It took a job whose turn has not come.
    NotYet,
    /// Nothing was due.
    Idle,
}

impl Service {
    /// Runs tasks until `stop` is set, sleeping when there are none. `worker` must name this
    /// worker alone, also among those of other processes.
    pub async fn work(
        self,
        worker: String,
        forms: Arc<CallbackForms>,
        stop: watch::Receiver<bool>,
    ) {
        let mut idle_rounds = 0;
        while !*stop.borrow() {
            match self.take_turn(&worker, &forms).await {
                Ok(Turn::Worked) => continue,
                // Others are at work on what it waits for: to claim the next one, and the next,
                // would only keep them from it.
                Ok(Turn::NotYet) => {
                    tokio::time::sleep(TURN_PAUSE.unsigned_abs()).await;
                    continue;
                }
                Ok(Turn::Idle) => {}
                Err(error) => tracing::warn!(code = error.code(), "the queue cannot be worked on"),
            }
            if idle_rounds % CLEARING_ROUNDS == 0
                && let Err(error) = self.clear_up().await
            {
                tracing::warn!(code = error.code(), "ended tasks were not cleared up");
            }
            idle_rounds += 1;
            tokio::time::sleep(IDLE).await;
        }
    }

    /// Takes one job and does it, or puts it back where its turn has not come; `false` where none was
    /// due.
    ///
    /// # Errors
    /// Those of the database; what goes wrong with a task is its own answer.
    pub async fn work_once(
        &self,
        worker: &str,
        forms: &CallbackForms,
    ) -> Result<bool, ServiceError> {
        Ok(self.take_turn(worker, forms).await? != Turn::Idle)
    }

    async fn take_turn(&self, worker: &str, forms: &CallbackForms) -> Result<Turn, ServiceError> {
        let now = self.parts.clock.now();
        let mut tx = self.db().write().await?;
        let claimed = jobs::claim(&mut tx, worker, now, LEASE, &[RUN, DELIVER]).await?;
        tx.commit().await?;
        let Some(job) = claimed else { return Ok(Turn::Idle) };
        if job.kind == RUN {
            match self.run(&job, worker).await {
                Ok(Ran::Ended) => {}
                Ok(Ran::NotYet) => {
                    self.postpone(&job, worker, TURN_PAUSE).await?;
                    return Ok(Turn::NotYet);
                }
                Err(error) => self.try_later(&job, worker, &error).await?,
            }
        } else {
            let id = JobId::from_bytes(job.subject);
            match self.deliver(id, forms).await {
                Ok(Delivered::Done) => self.delivered(&job, worker).await?,
                Ok(Delivered::NotTaken) => self.retry(&job, worker, "abis.not_delivered").await?,
                Err(error) => self.try_later(&job, worker, &error).await?,
            }
        }
        Ok(Turn::Worked)
    }

    /// Erases what ended long ago, and ends tasks whose jobs were given up: their workers died each
    /// time, and nothing may wait for them.
    pub(in crate::service) async fn clear_up(&self) -> Result<(), ServiceError> {
        let now = self.parts.clock.now();
        let before = now.checked_sub(KEPT).unwrap_or(jiff::Timestamp::MIN);
        let mut tx = self.db().write().await?;
        tasks::purge(&mut tx, before, CLEARED_AT_ONCE, now).await?;
        niims_store::abis::clients::purge_tokens(&mut tx, before).await?;
        for job in jobs::list_parked(&mut tx, CLEARED_AT_ONCE).await? {
            if job.kind == RUN || job.kind == DELIVER {
                self.give_up(&mut tx, &job).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    /// Ends the task of a parked job; the job then finds nothing left to do, and is removed.
    async fn give_up(&self, tx: &mut niims_store::Tx, job: &Job) -> Result<(), ServiceError> {
        let id = JobId::from_bytes(job.subject);
        let code = job.last_error.as_deref().unwrap_or(jobs::LEASE_LOST);
        if job.kind == RUN {
            self.end(tx, id, Err(code), None).await?;
        } else {
            tasks::set_delivery(tx, id, Delivery::GivenUp).await?;
        }
        jobs::unpark(tx, job.id, self.parts.clock.now()).await?;
        Ok(())
    }

    async fn delivered(&self, job: &Job, worker: &str) -> Result<(), ServiceError> {
        let id = JobId::from_bytes(job.subject);
        let mut tx = self.db().write().await?;
        if jobs::complete(&mut tx, job.id, worker).await? {
            let task = tasks::get(&mut tx, id).await?;
            let is_due = |task: &tasks::Task| {
                task.delivery == Delivery::Due && task.state != TaskState::Waiting
            };
            if task.as_ref().is_some_and(is_due) {
                tasks::set_delivery(&mut tx, id, Delivery::Delivered).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    async fn try_later(
        &self,
        job: &Job,
        worker: &str,
        error: &ServiceError,
    ) -> Result<(), ServiceError> {
        if *error == ServiceError::Busy {
            return self.postpone(job, worker, FIRST_PAUSE).await;
        }
        tracing::warn!(job = %job.id, kind = job.kind, code = error.code(), "a task failed");
        self.retry(job, worker, error.code()).await
    }

    async fn postpone(
        &self,
        job: &Job,
        worker: &str,
        pause: SignedDuration,
    ) -> Result<(), ServiceError> {
        let mut tx = self.db().write().await?;
        jobs::postpone(&mut tx, job.id, worker, self.parts.clock.now() + pause).await?;
        Ok(tx.commit().await?)
    }

    async fn retry(&self, job: &Job, worker: &str, code: &str) -> Result<(), ServiceError> {
        let again = self.parts.clock.now() + FIRST_PAUSE * (1 << job.attempts.min(12));
        let mut tx = self.db().write().await?;
        let retry = jobs::retry_later(&mut tx, job.id, worker, code, again).await?;
        if retry == Retry::Parked {
            let parked = Job { last_error: Some(code.to_owned()), ..job.clone() };
            self.give_up(&mut tx, &parked).await?;
        }
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
impl Service {
    /// Runs a job that was claimed before, as a worker does that was slow.
    pub(in crate::service) async fn run_again(&self, job: &Job, worker: &str) {
        if let Err(error) = self.run(job, worker).await {
            assert!(error.is_passing(), "{error}");
        }
    }
}

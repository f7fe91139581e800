//! Doing one task: its effect, its answer and the end of its job commit together.

use niims_record::JobId;
use niims_store::Tx;
use niims_store::abis::{sequence, tasks};
use niims_store::jobs::{self, Job};

use super::{Answer, DELIVER, Operation, decode, encode};
use crate::service::capture::Checked;
use crate::service::galleries::unreadable;
use crate::service::{Service, ServiceError};

/// What became of a job that a worker took.
pub(super) enum Ran {
    /// It is ended.
    Ended,
    /// A change that was asked for before it is not made yet.
    NotYet,
}

/// What a task did.
struct Effect {
    answer: Answer,
    /// The place of its change, if it made one.
    place: Option<u64>,
}

impl Service {
    /// Does the task of a job, unless its turn has not come or it is done.
    pub(super) async fn run(&self, job: &Job, worker: &str) -> Result<Ran, ServiceError> {
        let id = JobId::from_bytes(job.subject);
        let mut tx = self.db().read().await?;
        let Some(task) = tasks::get(&mut tx, id).await? else {
            drop(tx);
            return self.forget(job, worker).await;
        };
        let Some(request) = task.request else {
            drop(tx);
            return self.forget(job, worker).await;
        };
        let (actor, operation): (String, Operation) = decode(&request)?;
        if tasks::waits_before(&mut tx, task.number, operation.waits_for()).await? {
            return Ok(Ran::NotYet);
        }
        // One unchanging view: every change asked for before is made, and of those asked for after
        // the first one that is made bounds what a search may see.
        let below = match tasks::first_change_after(&mut tx, task.number).await? {
            Some(first) => first,
            None => sequence::last(&mut tx).await? + 1,
        };
        drop(tx);
        let service = Self { actor: actor.into(), ..self.clone() };
        let done = if operation.is_change() {
            service.change(operation, id, job, worker).await
        } else {
            service.question(operation, below, id, job, worker).await
        };
        match done {
            Err(error) if !error.is_passing() => self.refuse(id, &error, job, worker).await?,
            other => other?,
        }
        Ok(Ran::Ended)
    }

    /// Ends a task that failed for good.
    pub(super) async fn refuse(
        &self,
        id: JobId,
        error: &ServiceError,
        job: &Job,
        worker: &str,
    ) -> Result<(), ServiceError> {
        let mut tx = self.db().write().await?;
        if jobs::complete(&mut tx, job.id, worker).await? {
            self.end(&mut tx, id, Err(error.code()), None).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn change(
        &self,
        operation: Operation,
        id: JobId,
        job: &Job,
        worker: &str,
    ) -> Result<(), ServiceError> {
        let checked = match &operation {
            Operation::Insert(_, new) | Operation::Update(_, new) => Some(self.check(new).await?),
            _ => None,
        };
        let mut tx = self.db().write().await?;
        let effect = self.make(&mut tx, operation, checked).await?;
        self.finish(tx, id, effect, job, worker).await
    }

    async fn make(
        &self,
        tx: &mut Tx,
        operation: Operation,
        checked: Option<Checked>,
    ) -> Result<Effect, ServiceError> {
        let place = match (operation, checked) {
            (Operation::Insert(key, new), Some(checked)) => {
                let inserted = self.insert_in(tx, &key, new, checked).await?;
                let place = Some(inserted.sequence);
                return Ok(Effect { answer: Answer::Inserted(inserted), place });
            }
            (Operation::Update(key, new), Some(checked)) => {
                let updated = self.update_in(tx, &key, new, checked).await?;
                let place = Some(updated.sequence);
                return Ok(Effect { answer: Answer::Inserted(updated), place });
            }
            (Operation::Delete(key), _) => self.delete_in(tx, &key).await?,
            (Operation::DeletePerson(person), _) => self.delete_person_in(tx, &person).await?,
            (Operation::Merge { target, source }, _) => self.merge_in(tx, &target, &source).await?,
            (Operation::Move { target, source, encounter }, _) => {
                self.move_in(tx, &target, &source, &encounter).await?
            }
            (Operation::SetStatus(key, status), _) => self.set_status_in(tx, &key, status).await?,
            (Operation::SetGalleries(key, galleries), _) => {
                self.set_galleries_in(tx, &key, &galleries).await?
            }
            _ => return Err(unreadable()),
        };
        Ok(Effect { answer: Answer::Done, place: Some(place) })
    }

    async fn question(
        &self,
        operation: Operation,
        below: u64,
        id: JobId,
        job: &Job,
        worker: &str,
    ) -> Result<(), ServiceError> {
        let answer = match operation {
            Operation::Read(key) => Answer::Encounters(vec![self.read(&key).await?]),
            Operation::ReadPerson(person) => Answer::Encounters(self.read_person(&person).await?),
            Operation::Identify(mut question) => {
                question.below_sequence = Some(question.below_sequence.unwrap_or(below).min(below));
                Answer::Identified(self.identify(question).await?)
            }
            Operation::Verify(question) => Answer::Verified(self.verify(question).await?),
            Operation::Galleries => Answer::Galleries(self.galleries().await?),
            Operation::GalleryContent { name, offset, limit } => {
                Answer::GalleryContent(self.gallery_content(&name, offset, limit).await?)
            }
            Operation::Everybody { offset, limit } => {
                Answer::GalleryContent(self.everybody(offset, limit).await?)
            }
            _ => return Err(unreadable()),
        };
        let tx = self.db().write().await?;
        self.finish(tx, id, Effect { answer, place: None }, job, worker).await
    }

    /// Commits an effect with its answer, unless another worker has the job by now: then nothing
    /// of it happened.
    async fn finish(
        &self,
        mut tx: Tx,
        id: JobId,
        effect: Effect,
        job: &Job,
        worker: &str,
    ) -> Result<(), ServiceError> {
        if !jobs::complete(&mut tx, job.id, worker).await? {
            return Ok(tx.rollback().await?);
        }
        let answer = encode(&effect.answer)?;
        if self.end(&mut tx, id, Ok(&answer), effect.place).await? {
            Ok(tx.commit().await?)
        } else {
            Ok(tx.rollback().await?)
        }
    }

    pub(super) async fn end(
        &self,
        tx: &mut Tx,
        id: JobId,
        outcome: Result<&[u8], &str>,
        place: Option<u64>,
    ) -> Result<bool, ServiceError> {
        let now = self.parts.clock.now();
        let ended = tasks::end(tx, id, outcome, place, now).await?;
        let told = tasks::get(tx, id).await?.is_some_and(|task| task.callback.is_some());
        if ended && told {
            jobs::enqueue(tx, DELIVER, *id.as_bytes(), now).await?;
        }
        Ok(ended)
    }

    async fn forget(&self, job: &Job, worker: &str) -> Result<Ran, ServiceError> {
        let mut tx = self.db().write().await?;
        jobs::complete(&mut tx, job.id, worker).await?;
        tx.commit().await?;
        Ok(Ran::Ended)
    }
}

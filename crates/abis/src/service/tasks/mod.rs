//! Operations asked for now and done later: they survive a crash, and one that is begun twice
//! counts once.
//!
//! A task is a row with its operation sealed, and a job in the store's queue. Whatever the number
//! of workers, tasks give what they would give one after the other in the order in which they were
//! asked for. An answer, its effect, the end of the job and the delivery that it makes due commit
//! together. A delivery is tried until it is taken or has failed too often, so whoever receives it
//! may receive it twice.

mod answer;
mod callback;
mod operation;
mod redeliver;
mod run;
mod standing;
mod submit;
mod worker;

pub use answer::{Answer, JobStatus};
pub use callback::{
    Callback, CallbackForm, CallbackForms, CallbackHosts, CallbackMessage, EndedTask,
};
pub use operation::{JobRequest, Operation};
pub use standing::{Standing, TaskStanding};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ServiceError;
use crate::search::SearchError;

/// Job kind: run a task.
const RUN: &str = "abis.run";
/// Job kind: deliver the result of a task.
const DELIVER: &str = "abis.deliver";

fn encode(value: &impl Serialize) -> Result<Vec<u8>, ServiceError> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes)
        .map_err(|_| ServiceError::Search(SearchError::Template))?;
    Ok(bytes)
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ServiceError> {
    ciborium::from_reader(bytes).map_err(|_| ServiceError::Search(SearchError::Storage))
}

//! What the handlers share, and the ways through which every request goes.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use niims_record::ClientId;
use niims_wire::Entropy;
use rand_core::Rng;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::call::Call;
use super::callback;
use super::fault::Fault;
use super::how::How;
use super::refusal::Refusal;
use super::telling::Telling;
use crate::access::Scope;
use crate::service::clients::Caller;
use crate::service::tasks::{Answer, JobRequest, Operation};
use crate::service::{Service, ServiceError};

/// Requests whose pictures are read at a time. Range 1 to the number of processors: each takes a core
/// for about a second and holds up to ten pictures; the others wait their turn.
const READERS: usize = 4;

/// What the handlers share. Cheap to clone.
#[derive(Clone)]
pub struct OsiaState {
    pub(super) service: Service,
    entropy: Entropy,
    readers: Arc<Semaphore>,
}

impl OsiaState {
    /// The interface to this service; ids that clients leave to the server are drawn from `entropy`.
    pub fn new(service: Service, entropy: Entropy) -> Self {
        Self { service, entropy, readers: Arc::new(Semaphore::new(READERS)) }
    }

    /// Who asks, if they may do this. Nothing else of the request is looked at before.
    pub(super) fn admit(
        &self,
        call: &Call,
        needed: Scope,
    ) -> impl Future<Output = Result<Caller, Refusal>> + Send + use<> {
        // A body that is not read yet cannot be shared between threads, so the call stays outside.
        let (service, token) = (self.service.clone(), call.token().map(ToOwned::to_owned));
        async move { Ok(service.authorise(token.as_deref(), needed).await?) }
    }

    /// Reads biometrics beside the threads that serve requests, not more than a few at a time.
    pub(super) async fn reading<T: Send + 'static>(
        &self,
        read: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Refusal> {
        // Neither can happen: the semaphore is never closed, and the readers do not panic.
        let _turn = self.readers.acquire().await.map_err(|_| Refusal::unreadable())?;
        let read = tokio::task::spawn_blocking(read).await.map_err(|_| Refusal::unreadable())?;
        Ok(read?)
    }

    /// Does an operation now and tells its answer, or takes it as a task where there is a callback.
    pub(super) async fn answer(
        &self,
        caller: &Caller,
        how: How,
        operation: Operation,
        telling: Telling,
    ) -> Result<Response, Refusal> {
        let service = self.service.on_behalf_of(caller.client);
        let Some(url) = how.callback else {
            let answer = done_now(&service, operation).await?;
            return telling.message(&answer).map(IntoResponse::into_response);
        };
        let context = Context { client: caller.client, transaction: how.transaction, telling };
        let callback = callback::of(url, &context)?;
        let task = service.submit(JobRequest { operation, callback: Some(callback) }).await?;
        Ok(callback::taken(task))
    }

    /// A name that nobody has: a UUID of version 4.
    pub(super) fn fresh_name(&self) -> String {
        let mut bytes = [0; 16];
        self.entropy.rng().fill_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }
}

/// What a task keeps of the request that it came from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Context {
    /// Who asked, and alone may ask how it stands.
    pub client: ClientId,
    /// The client's own word for it.
    pub transaction: String,
    /// How its answer is told.
    pub telling: Telling,
}

async fn done_now(service: &Service, operation: Operation) -> Result<Answer, ServiceError> {
    Ok(match operation {
        Operation::Insert(key, new) => Answer::Inserted(service.insert(&key, new).await?),
        Operation::Update(key, new) => Answer::Inserted(service.update(&key, new).await?),
        Operation::Delete(key) => done(service.delete(&key).await?),
        Operation::DeletePerson(person) => done(service.delete_person(&person).await?),
        Operation::Merge { target, source } => done(service.merge(&target, &source).await?),
        Operation::Move { target, source, encounter } => {
            done(service.move_encounter(&target, &source, &encounter).await?)
        }
        Operation::SetStatus(key, status) => done(service.set_status(&key, status).await?),
        Operation::SetGalleries(key, wanted) => done(service.set_galleries(&key, wanted).await?),
        Operation::Read(key) => Answer::Encounters(vec![service.read(&key).await?]),
        Operation::ReadPerson(person) => Answer::Encounters(service.read_person(&person).await?),
        Operation::Identify(question) => Answer::Identified(service.identify(question).await?),
        Operation::Verify(question) => Answer::Verified(service.verify(question).await?),
        Operation::Galleries => Answer::Galleries(service.galleries().await?),
        Operation::GalleryContent { name, offset, limit } => {
            Answer::GalleryContent(service.gallery_content(&name, offset, limit).await?)
        }
        Operation::Everybody { offset, limit } => {
            Answer::GalleryContent(service.everybody(offset, limit).await?)
        }
    })
}

const fn done((): ()) -> Answer {
    Answer::Done
}

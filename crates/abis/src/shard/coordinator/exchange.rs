//! Questions out, answers in: each answer goes to whoever waits for it, once.

use core::time::Duration;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_nats::{Client, Message, StatusCode};
use tokio::sync::oneshot;
use tokio_stream::StreamExt;

use crate::shard::courier::{self, CourierError};
use crate::shard::protocol::{
    Address, Inbox, MessageId, Purpose, Reply, Request, Seals, decode, encode,
};

/// Why a holder gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::shard) enum Silence {
    /// Nobody listens at this address.
    Nobody,
    /// There was none in time.
    Late,
    /// The question could not be sent.
    Unsent,
}

/// One end of all conversations with holders.
pub(super) struct Exchange {
    client: Client,
    seals: Seals,
    /// This coordinator's part of the subjects for answers, drawn at random.
    name: String,
    waiting: Mutex<HashMap<MessageId, Waiting>>,
}

struct Waiting {
    from: Address,
    inbox: Inbox,
    tell: oneshot::Sender<Result<Reply, Silence>>,
}

impl Exchange {
    /// Begins to listen for answers. The listener ends with the exchange.
    pub(super) async fn open(client: Client, seals: Seals) -> Result<Arc<Self>, CourierError> {
        let name = seals.draw().to_hex();
        let subject = courier::answers_subject(&seals, &name, "*");
        let mut answers = client.subscribe(subject).await.map_err(CourierError::Subscribe)?;
        let exchange = Arc::new(Self { client, seals, name, waiting: Mutex::default() });
        let listener = Arc::downgrade(&exchange);
        tokio::spawn(async move {
            while let Some(message) = answers.next().await {
                let Some(exchange) = listener.upgrade() else { break };
                exchange.take(&message);
            }
        });
        Ok(exchange)
    }

    /// Asks a holder and waits, at most as long as the request says.
    pub(super) async fn ask(&self, to: Address, request: &Request) -> Result<Reply, Silence> {
        let budget = Duration::from_millis(request.budget_ms);
        let id = self.seals.draw();
        let bytes = encode(request).map_err(|_| Silence::Unsent)?;
        let frames = self.seals.seal(id, &Purpose::Request { to }, budget, &bytes);
        let frames = frames.map_err(|_| Silence::Unsent)?;
        let (tell, told) = oneshot::channel();
        self.lock().insert(id, Waiting { from: to, inbox: Inbox::default(), tell });
        // Whatever happens from here on, an answer that comes afterwards finds nobody waiting.
        let _end = Guard { exchange: self, id };
        let subject = courier::requests_subject(&self.seals, to);
        let reply_to = courier::answers_subject(&self.seals, &self.name, &id.to_hex());
        let sent_and_told = async {
            for frame in frames {
                self.client
                    .publish_with_reply(subject.clone(), reply_to.clone(), frame.into())
                    .await
                    .map_err(|_| Silence::Unsent)?;
            }
            told.await.map_err(|_| Silence::Unsent)?
        };
        tokio::time::timeout(budget, sent_and_told).await.map_err(|_| Silence::Late)?
    }

    /// Takes what came for one of the subjects of this exchange. What nobody waits for, what was not
    /// sealed by the holder asked for the question asked, and what came before is passed over.
    fn take(&self, message: &Message) {
        let Some(id) = courier::request_of(&message.subject) else { return };
        let mut waiting = self.lock();
        let Some(one) = waiting.get_mut(&id) else { return };
        if message.status == Some(StatusCode::NO_RESPONDERS) {
            // The broker says so, without a seal. If it lies, the other holder is asked, or the search is
            // incomplete.
            if let Some(one) = waiting.remove(&id) {
                let _ = one.tell.send(Err(Silence::Nobody));
            }
            return;
        }
        let purpose = Purpose::Answer { from: one.from, request: id };
        let opened = self.seals.open(&purpose, &message.payload);
        let frame = match opened {
            Ok(frame) => frame,
            Err(error) => {
                tracing::warn!(code = error.code(), "an answer was passed over");
                return;
            }
        };
        let Some(bytes) = one.inbox.take(frame, self.seals.now()) else { return };
        let Ok(reply) = decode::<Reply>(&bytes) else {
            tracing::warn!("an answer does not read; is a process of another version?");
            return;
        };
        if let Some(one) = waiting.remove(&id) {
            let _ = one.tell.send(Ok(reply));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<MessageId, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the waiting, also when whoever waited was dropped.
struct Guard<'a> {
    exchange: &'a Exchange,
    id: MessageId,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.exchange.lock().remove(&self.id);
    }
}

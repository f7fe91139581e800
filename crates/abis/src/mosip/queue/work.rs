//! One request of the queue, from its arrival to its reply.

use std::time::Duration;

use super::ReplyForm;
use super::lanes::Lane;
use crate::mosip::handle::{Answer, Edge};
use crate::mosip::messages::{FailureReason, Refused, Request, read};
use niims_mosip::stomp::Frame;

/// Pauses before a request is tried again whose failure may pass, milliseconds: a database that
/// restarts, a part of the gallery that comes back. After the last one the caller is told, with code
/// 1, 2 or 3; its request is then no longer in the queue.
const PAUSES_MS: [u64; 5] = [200, 1_000, 3_000, 8_000, 15_000];

/// A request that has arrived.
pub(super) struct Arrived {
    /// What the broker calls it, for the acknowledgement.
    pub ack: String,
    /// The bytes, for the memory of replies.
    body: Vec<u8>,
    request: Result<Request, Refused>,
    /// What it needs for itself.
    pub lane: Lane,
    /// Whether it is to be answered with bytes.
    pub binary: bool,
}

/// A reply that is to be published.
pub(super) struct Answered {
    pub ack: String,
    pub json: String,
    pub binary: bool,
}

impl Arrived {
    /// Reads a message; `None` where it cannot be acknowledged, which no broker sends.
    pub(super) fn of(frame: Frame, form: ReplyForm) -> Option<Self> {
        let ack = frame.header("ack").or_else(|| frame.header("message-id"))?.to_owned();
        let binary = match form {
            ReplyForm::AsAsked => frame.is_binary(),
            ReplyForm::Text => false,
            ReplyForm::Bytes => true,
        };
        let request = if frame.oversized {
            let (id, request_id) = (String::new(), String::new());
            Err(Refused { id, request_id, reason: FailureReason::Structure })
        } else {
            read(&frame.body)
        };
        Some(Self { ack, lane: Lane::of(&request), request, body: frame.body, binary })
    }

    /// Carries the request out, again while its failure may pass.
    pub(super) async fn answer(self, edge: Edge) -> Answered {
        let Self { ack, body, request, binary, .. } = self;
        let mut pauses = PAUSES_MS.into_iter();
        let reply = loop {
            let Answer { reply, is_passing } = edge.answer(&body, request.clone()).await;
            let pause = if is_passing { pauses.next() } else { None };
            let Some(pause) = pause else {
                break reply;
            };
            let code = reply.failure().map(FailureReason::code);
            tracing::warn!(code, pause_ms = pause, "a request is tried again");
            tokio::time::sleep(Duration::from_millis(pause)).await;
        };
        if let Some(reason) = reply.failure() {
            tracing::info!(code = reason.code(), number = reason.number(), "a request failed");
        }
        Answered { ack, json: reply.to_json(), binary }
    }
}

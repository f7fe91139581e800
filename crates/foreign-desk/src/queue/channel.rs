//! One connection to a broker: what comes is acknowledged one by one, what goes is acknowledged by
//! the broker.

use core::future::Future;
use std::collections::VecDeque;
use std::pin::pin;

use niims_mosip::stomp::{Connection, Frame, StompError};

use super::Broker;
use crate::messages::LARGEST_MESSAGE;

/// Messages that the broker sends ahead.
const AHEAD: &str = "4";

/// A message that came.
pub(super) struct Arrived {
    /// What the broker calls it.
    ack: String,
    /// Its body; `None` where it was too long to be kept.
    pub body: Option<Vec<u8>>,
}

pub(super) struct Channel {
    connection: Connection,
    outgoing: String,
    are_bare: bool,
    /// Frames that came while something else was waited for.
    early: VecDeque<Frame>,
    receipts: u64,
}

impl Channel {
    pub(super) async fn open(broker: &Broker) -> Result<Self, StompError> {
        let mut connection = Connection::open(
            &broker.address,
            broker.virtual_host.as_deref(),
            broker.login.as_ref(),
            LARGEST_MESSAGE,
        )
        .await?;
        let are_bare = broker.queues.are_bare;
        let subscription = Frame::new("SUBSCRIBE")
            .with("id", "incoming")
            .with("destination", &broker.queues.incoming)
            .with("ack", "client-individual")
            // ActiveMQ, Artemis and RabbitMQ each have their own word for how much they send ahead.
            .with("activemq.prefetchSize", AHEAD)
            .with("consumer-window-size", &LARGEST_MESSAGE.to_string())
            .with("prefetch-count", AHEAD);
        let subscription =
            if are_bare { subscription.with("subscription-type", "ANYCAST") } else { subscription };
        connection.send(&subscription).await?;
        tracing::info!(broker = broker.address, "at the queue");
        let outgoing = broker.queues.outgoing.clone();
        Ok(Self { connection, outgoing, are_bare, early: VecDeque::new(), receipts: 0 })
    }

    /// The next message. May be dropped and called again.
    pub(super) async fn next(&mut self) -> Result<Arrived, StompError> {
        loop {
            let frame = match self.early.pop_front() {
                Some(frame) => frame,
                None => self.connection.receive().await?,
            };
            let ack = frame.header("ack").or_else(|| frame.header("message-id"));
            if let Some(ack) = ack.filter(|_| frame.command == "MESSAGE").map(str::to_owned) {
                let body = (!frame.oversized).then_some(frame.body);
                return Ok(Arrived { ack, body });
            }
        }
    }

    /// Does some work while the connection stays alive.
    pub(super) async fn during<T>(
        &mut self,
        work: impl Future<Output = T>,
    ) -> Result<T, StompError> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                done = work.as_mut() => return Ok(done),
                frame = self.connection.receive() => self.early.push_back(frame?),
            }
        }
    }

    /// The message is dealt with.
    pub(super) async fn acknowledge(&mut self, arrived: &Arrived) -> Result<(), StompError> {
        self.connection.send(&Frame::new("ACK").with("id", &arrived.ack)).await
    }

    /// Publishes a text and waits until the broker has it.
    pub(super) async fn publish(&mut self, json: &str) -> Result<(), StompError> {
        self.receipts += 1;
        let receipt = format!("p{}", self.receipts);
        let mut frame = Frame::new("SEND")
            .with("destination", &self.outgoing)
            .with("persistent", "true")
            .with("receipt", &receipt);
        if self.are_bare {
            frame = frame.with("destination-type", "ANYCAST");
        }
        self.connection.send(&frame.with_body(json, false)).await?;
        loop {
            let frame = self.connection.receive().await?;
            if frame.command == "RECEIPT" && frame.header("receipt-id") == Some(&receipt) {
                return Ok(());
            }
            self.early.push_back(frame);
        }
    }
}

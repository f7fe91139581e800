//! One connection: receive, run, publish.

use core::future::Future;
use std::collections::{HashMap, VecDeque};
use std::pin::Pin;

use tokio::task::{Id, JoinError, JoinSet};

use super::QueueConfig;
use super::lanes::{self, Lane};
use super::work::{Answered, Arrived};
use crate::mosip::handle::Edge;
use crate::mosip::messages::LARGEST_REQUEST;
use niims_mosip::stomp::{Connection, Frame, StompError};

/// Why a connection ended.
pub(super) enum End {
    /// It was asked to.
    Stopped,
    /// It broke.
    Broken(StompError),
}

/// Serves one connection. When it breaks, what runs is finished first: the broker will send those
/// requests again, and their answers are then remembered.
pub(super) async fn run<S: Future<Output = ()>>(
    edge: &Edge,
    config: &QueueConfig,
    stop: Pin<&mut S>,
) -> End {
    let mut running = Running::new(edge);
    let end = match serve(&mut running, config, stop).await {
        Ok(()) => End::Stopped,
        // What was not published lies in the queue still, for whoever comes next.
        Err(_) if running.is_stopping => End::Stopped,
        Err(error) => End::Broken(error),
    };
    edge.waiting(0);
    while running.tasks.join_next().await.is_some() {}
    end
}

async fn serve<S: Future<Output = ()>>(
    running: &mut Running,
    config: &QueueConfig,
    mut stop: Pin<&mut S>,
) -> Result<(), StompError> {
    let mut connection = tokio::select! {
        connection = Connection::open(
            &config.address,
            config.virtual_host.as_deref(),
            config.login.as_ref(),
            LARGEST_REQUEST,
        ) => connection?,
        () = stop.as_mut() => {
            running.is_stopping = true;
            return Ok(());
        }
    };
    connection.send(&subscription(config)).await?;
    tracing::info!(broker = config.address, "serving the queue");
    let mut published = 0_u64;
    loop {
        if !running.is_stopping {
            running.begin(config.parallel);
        } else if running.tasks.is_empty() {
            return leave(&mut connection).await;
        }
        tokio::select! {
            frame = connection.receive() => {
                if let Some(arrived) = message(frame?, config) {
                    running.waiting.push_back(arrived);
                }
            }
            Some(ended) = running.tasks.join_next_with_id(), if !running.tasks.is_empty() => {
                if let Some(answered) = running.end(ended) {
                    published += 1;
                    publish(&mut connection, config, &answered, published).await?;
                }
            }
            () = stop.as_mut(), if !running.is_stopping => running.is_stopping = true,
        }
    }
}

/// One consumer for the queue: others that subscribe stand by, so that the order of the queue is
/// the order of the requests.
fn subscription(config: &QueueConfig) -> Frame {
    let window = config.parallel * 2;
    let frame = Frame::new("SUBSCRIBE")
        .with("id", "requests")
        .with("destination", &config.queues.requests)
        .with("ack", "client-individual")
        // ActiveMQ, Artemis and RabbitMQ each have their own word for how much they send ahead.
        .with("activemq.prefetchSize", &window.to_string())
        .with("activemq.exclusive", "true")
        .with("consumer-window-size", &(window * LARGEST_REQUEST / 8).to_string())
        .with("prefetch-count", &window.to_string());
    if config.queues.are_bare() { frame.with("subscription-type", "ANYCAST") } else { frame }
}

fn message(frame: Frame, config: &QueueConfig) -> Option<Arrived> {
    if frame.command == "MESSAGE" { Arrived::of(frame, config.form) } else { None }
}

/// Publishes a reply and acknowledges its request, both or neither.
async fn publish(
    connection: &mut Connection,
    config: &QueueConfig,
    answered: &Answered,
    number: u64,
) -> Result<(), StompError> {
    let transaction = format!("t{number}");
    let mut reply = Frame::new("SEND")
        .with("destination", &config.queues.replies)
        .with("persistent", "true")
        .with("transaction", &transaction);
    if config.queues.are_bare() {
        reply = reply.with("destination-type", "ANYCAST");
    }
    connection.send(&Frame::new("BEGIN").with("transaction", &transaction)).await?;
    connection.send(&reply.with_body(&answered.json, answered.binary)).await?;
    let ack = Frame::new("ACK").with("id", &answered.ack).with("transaction", &transaction);
    connection.send(&ack).await?;
    // Without a receipt: until the commit is done the request stays in the queue, and after it the
    // reply does.
    connection.send(&Frame::new("COMMIT").with("transaction", &transaction)).await
}

/// Takes leave, and waits for the broker to have done what it was told.
async fn leave(connection: &mut Connection) -> Result<(), StompError> {
    connection.send(&Frame::new("DISCONNECT").with("receipt", "bye")).await?;
    loop {
        let frame = connection.receive().await?;
        if frame.command == "RECEIPT" && frame.header("receipt-id") == Some("bye") {
            return Ok(());
        }
    }
}

/// Requests that wait and requests that run.
struct Running {
    edge: Edge,
    waiting: VecDeque<Arrived>,
    tasks: JoinSet<Answered>,
    lanes: HashMap<Id, Begun>,
    /// Nothing more is begun; what runs is finished and answered.
    is_stopping: bool,
}

/// What is remembered of a request that runs.
struct Begun {
    lane: Lane,
    ack: String,
    binary: bool,
}

impl Running {
    fn new(edge: &Edge) -> Self {
        Self {
            edge: edge.clone(),
            waiting: VecDeque::new(),
            tasks: JoinSet::new(),
            lanes: HashMap::new(),
            is_stopping: false,
        }
    }

    /// Begins what may run.
    fn begin(&mut self, parallel: usize) {
        while self.tasks.len() < parallel {
            let running = self.lanes.values().map(|begun| &begun.lane);
            let waiting = self.waiting.iter().map(|arrived| &arrived.lane);
            let Some(arrived) =
                lanes::next(&running, waiting).and_then(|place| self.waiting.remove(place))
            else {
                break;
            };
            let begun = Begun {
                lane: arrived.lane.clone(),
                ack: arrived.ack.clone(),
                binary: arrived.binary,
            };
            let task = self.tasks.spawn(arrived.answer(self.edge.clone()));
            self.lanes.insert(task.id(), begun);
        }
        self.edge.waiting(self.waiting.len() as u64);
    }

    /// The reply of a request that ended; one that ended in a panic is answered too.
    fn end(&mut self, ended: Result<(Id, Answered), JoinError>) -> Option<Answered> {
        match ended {
            Ok((id, answered)) => {
                self.lanes.remove(&id);
                Some(answered)
            }
            Err(error) => {
                let begun = self.lanes.remove(&error.id())?;
                tracing::error!(code = "mosip.unknown", "a request ended in a panic");
                let json = self.edge.fault().to_json();
                Some(Answered { ack: begun.ack, json, binary: begun.binary })
            }
        }
    }
}

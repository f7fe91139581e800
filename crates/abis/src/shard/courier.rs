//! The broker, as both ends use it: connect, subjects, and what is done when it goes away.
//!
//! The broker is a courier and never the record. Nothing is stored there; what it loses is asked
//! again, or the search is incomplete.

use core::time::Duration;

use async_nats::{Client, ConnectOptions, Event};

use super::protocol::{Address, MessageId, Seals};

/// Longest pause between two tries to reach the broker again. Range 0.1 to 10 s; searches are
/// incomplete for so long after the broker is back.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// How often a silent connection is tried. A peer that vanished without a word is noticed after
/// two of these.
const PING: Duration = Duration::from_secs(5);

/// Why a process could not join the gallery's shards.
#[derive(Debug, thiserror::Error)]
pub enum CourierError {
    /// The address makes no sense, or the broker refused the credentials.
    #[error(
        "the broker cannot be used; give an address like nats://HOST:4222, with the user's name and \
         password before the host where the broker asks for them"
    )]
    Connect(#[source] async_nats::ConnectError),
    /// The broker took no subscription.
    #[error("the broker takes no subscription")]
    Subscribe(#[source] async_nats::SubscribeError),
}

impl CourierError {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Connect(_) => "abis.broker_unusable",
            Self::Subscribe(_) => "abis.broker_subscription",
        }
    }
}

/// Connects, and keeps connecting again for ever once the connection breaks; the first connection
/// too may come later than this returns. The address may hold a password: it is not shown.
///
/// # Errors
/// [`CourierError::Connect`] where the address does not read or the broker refuses.
pub(super) async fn connect(broker: &str) -> Result<Client, CourierError> {
    ConnectOptions::new()
        .name("niims-abis")
        .retry_on_initial_connect()
        .max_reconnects(None)
        .reconnect_delay_callback(|tries| {
            LONGEST_PAUSE.min(Duration::from_millis(10 << tries.min(6)))
        })
        .ping_interval(PING)
        .ignore_discovered_servers()
        .event_callback(|event| async move {
            match event {
                Event::Connected => tracing::info!("connected to the broker"),
                Event::Disconnected => tracing::warn!("the broker is gone; trying again"),
                Event::SlowConsumer(_) => tracing::warn!("messages come faster than they are read"),
                _ => tracing::debug!("the broker sent a notice"),
            }
        })
        .connect(broker)
        .await
        .map_err(CourierError::Connect)
}

/// Where a holder takes requests.
pub(super) fn requests_subject(seals: &Seals, address: Address) -> String {
    format!("niims.abis.{}.shard.{address}", seals.tag())
}

/// Where a coordinator takes answers; `of` is `*` for all.
pub(super) fn answers_subject(seals: &Seals, coordinator: &str, of: &str) -> String {
    format!("{}{coordinator}.{of}", answers_prefix(seals))
}

/// How every subject for answers begins: a holder answers nowhere else.
pub(super) fn answers_prefix(seals: &Seals) -> String {
    format!("niims.abis.{}.answers.", seals.tag())
}

/// The request that an answer's subject names.
pub(super) fn request_of(subject: &str) -> Option<MessageId> {
    MessageId::from_hex(subject.rsplit('.').next()?)
}

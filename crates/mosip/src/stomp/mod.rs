//! A client of STOMP 1.2, the text protocol that ActiveMQ, Artemis and RabbitMQ share.
//!
//! Written here because no client in Rust is both kept and under a permissive licence. It speaks what
//! the queue edge needs: one subscription, acknowledgement of each message, transactions, receipts
//! and heart-beats.

mod frame;
mod parser;

mod connection;

#[cfg(test)]
mod tests;

pub use connection::{Connection, Login, StompError};
pub use frame::Frame;

//! What coordinator and holders say to each other, and how it is kept from the broker.
//!
//! A message is CBOR, cut into frames, each sealed for its addressee. The broker sees how long frames
//! are and between which processes they go; nothing of a person is in a subject.

mod address;
mod message;
mod packed;

mod seal;

mod inbox;

pub use address::Address;
pub use inbox::Inbox;
pub use message::{
    Ask, MessageError, Refusal, Reply, Report, Request, TableNote, Told, decode, encode,
};
pub use seal::{CourierKey, Frame, MessageId, Purpose, SealError, Seals};

//! RCAPTURE: a request, and an answer that is verified against it.

mod answer;
mod block;
mod chain;
mod request;

#[cfg(test)]
mod tests;

pub use answer::{Asked, Biometric, CaptureAnswer, verify_capture};
pub use block::{Block, read_block};
pub use chain::{CaptureChain, chained_hash, first_hash};
pub use request::{CaptureRequest, RequestProblem, Wanted};

//! RCAPTURE: a request, and an answer that is verified against it.

mod answer;
mod block;
mod chain;
mod request;
mod statement;

#[cfg(test)]
mod tests;

pub use answer::{Asked, Biometric, CLOCK_TOLERANCE, CaptureAnswer, SignedText, verify_capture};
pub use block::{Block, read_block};
pub use chain::{CaptureChain, chained_hash, first_hash};
pub use request::{CaptureRequest, RequestProblem, Wanted};
pub use statement::{Apart, Statement, verify_statement};

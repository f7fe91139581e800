//! Requests for a manual adjudication and their answers, in both directions.

mod answer;
mod request;

pub(crate) use answer::{AnswerRead, FailureReason, read_answer, write_failure, write_reply};
pub(crate) use request::{PersonNamed, RequestRead, Unreadable, read_request, write_request};

/// Which message it is.
pub(crate) const ID: &str = "mosip.manual.adjudication.adjudicate";
/// Version of the form.
pub(crate) const VERSION: &str = "1.0";

/// Largest message, bytes. A request about ten candidates has 5 kB; an answer with comments, 20.
/// Range 16 kB to 1 MB.
pub(crate) const LARGEST_MESSAGE: usize = 256 << 10;
/// Longest id of a request, in characters; ids in use have 36.
const LONGEST_REQUEST_ID: usize = 64;
/// Longest id of a person, in characters; registration ids have 29.
const LONGEST_REFERENCE: usize = 128;
/// Longest address of a share, in characters.
const LONGEST_ADDRESS: usize = 2_048;

/// A text of some length, of printable signs only: it stands in logs and rows.
fn is_plain(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

//! Lists of prints and the scores of all their pairs: what outsiders measure the engine with.
//!
//! The files are read and written by the caller; here is what stands in them.

mod list;

mod print;

mod scores;

pub use list::{Entry, List, ListFault, ListNote, parse};
pub use print::{Refusal, is_template, read_print};
pub use scores::{REFUSED, put_row, score_field};

//! What almost every operation may be told in its query: transaction, callback, priority.

use super::convert::check;
use super::fault::Fault;
use super::messages::limits::LONGEST_ADDRESS;
use super::query::Query;

/// The parameters of an operation that has no others.
pub const COMMON: [&str; 3] = ["transactionId", "callback", "priority"];

/// Those of an operation that makes templates.
pub const WITH_ALGORITHM: [&str; 4] = ["transactionId", "callback", "priority", "algorithm"];

/// How a request is to be treated.
pub struct How {
    /// The client's own word for it.
    pub transaction: String,
    /// Where to send the answer; then it is a task.
    pub callback: Option<String>,
}

impl How {
    /// Reads it from a query.
    ///
    /// A priority is checked and has no effect: tasks are done in the order in which they were asked
    /// for, since that order decides whom a search sees. An algorithm is a hint, as the standard
    /// says, and there is one only.
    ///
    /// # Errors
    /// [`Fault`] for a parameter that is missing or of another shape.
    pub fn read(query: &Query) -> Result<Self, Fault> {
        let transaction = query.transaction()?;
        query.integer("priority", 0..=9, "a whole number from 0 to 9")?;
        query.word("algorithm")?;
        let callback = query.text("callback");
        if let Some(text) = callback {
            check::length(text, LONGEST_ADDRESS, || "the callback".to_owned())?;
            check::address(text, || "the callback".to_owned())?;
        }
        Ok(Self { transaction, callback: callback.map(ToOwned::to_owned) })
    }
}

//! A line that says who looked at a person, and why.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a read ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum DisclosureOutcome {
    /// Answered.
    Answered,
    /// Refused, with the stable code of the reason.
    Denied {
        /// The code.
        code: String,
    },
}

/// One line of "who looked at me".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisclosureLine {
    /// When.
    pub at: Timestamp,
    /// Who: an agency code, `register`, or `resident`.
    pub by: String,
    /// The role or purpose: a code of the purpose register, or of a staff role.
    pub purpose: String,
    /// Which attributes were read or compared.
    pub attributes: Vec<String>,
    /// How it ended.
    pub outcome: DisclosureOutcome,
}

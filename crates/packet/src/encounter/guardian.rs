//! How the guardian of a minor was identified, before consent.

use core::fmt;

use jiff::Timestamp;
use niims_record::ids::OfficerId;
use serde::{Deserialize, Serialize};

/// The guardian of a minor, as the officer identified them. The names stand among the answers.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuardianIdentified {
    /// Relation to the child, a code of the country pack such as `GRANDPARENT`.
    pub relation: String,
    /// By what the guardian was known.
    pub known: GuardianKnownBy,
    /// The officer who identified them.
    pub by: OfficerId,
    /// When, by the kit's clock.
    pub at: Timestamp,
}

/// By what a guardian was known.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum GuardianKnownBy {
    /// The officer saw the original of an identity document.
    DocumentSeen {
        /// The number on it.
        number: String,
    },
    /// Somebody of standing who knows the family said so.
    Introduced {
        /// Their position, a code of the country pack such as `CHIEF`.
        position: String,
    },
}

impl GuardianIdentified {
    /// Whether this fits the relation and number of the guardian among the answers: it is about the
    /// one who stands there, and says by what they were known.
    pub fn fits(&self, relation: Option<&str>, number: Option<&str>) -> bool {
        let known = match &self.known {
            GuardianKnownBy::DocumentSeen { number: seen } => {
                !seen.trim().is_empty() && number == Some(seen.as_str())
            }
            GuardianKnownBy::Introduced { position } => !position.trim().is_empty(),
        };
        known && !self.relation.is_empty() && relation == Some(self.relation.as_str())
    }
}

impl fmt::Debug for GuardianIdentified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardianIdentified").field("by", &self.by).finish_non_exhaustive()
    }
}

impl fmt::Debug for GuardianKnownBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DocumentSeen { .. } => "DocumentSeen",
            Self::Introduced { .. } => "Introduced",
        })
    }
}

//! The messages.

use niims_record::GalleryReference;
use niims_wire::abis::FingerTemplate;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::packed::{self, byte_string};
use crate::cascade::{PhaseAnswer, PhaseQuestion};
use crate::search::{FoundCandidate, SearchError};
use crate::shard::placement::{Shard, SlotSet, Table, TableError};

/// Deepest nesting of a message; an answer has nine levels.
const DEEPEST: usize = 32;

/// What a holder is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    /// For which slots. A holder that has not all of them refuses.
    #[serde(with = "slot_set")]
    pub slots: SlotSet,
    /// Milliseconds after which nobody waits for the answer any more.
    pub budget_ms: u64,
    /// What.
    pub ask: Ask,
}

/// The questions.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// One phase of a search.
    Phase(PhaseQuestion),
    /// A comparison with one person.
    Compare {
        /// The probe.
        fingers: Vec<FingerTemplate>,
        /// With whom.
        reference: GalleryReference,
    },
    /// How many are enrolled in these slots.
    Count,
    /// Begin to hold what this table gives you, and go on holding what you have.
    Hold(TableNote),
    /// This table is in force: let go of all else.
    Release(TableNote),
}

/// Biometric data: only the kind is shown.
impl core::fmt::Debug for Ask {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Phase(_) => "Phase",
            Self::Compare { .. } => "Compare",
            Self::Count => "Count",
            Self::Hold(_) => "Hold",
            Self::Release(_) => "Release",
        })
    }
}

/// What a holder says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reply {
    /// The newest table it knows.
    pub table: TableNote,
    /// The answer, or why there is none.
    pub outcome: Result<Told, Refusal>,
}

/// The answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// To [`Ask::Phase`]: one for each separate piece that the holder has of these slots.
    Phase(#[serde(with = "packed")] Vec<PhaseAnswer>),
    /// To [`Ask::Compare`]; none where the reference is not enrolled.
    Compared(Option<Box<FoundCandidate>>),
    /// To [`Ask::Count`].
    Count(u64),
    /// To [`Ask::Hold`] and [`Ask::Release`].
    Report(Box<Report>),
}

/// What a holder has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The slots that it has completely.
    #[serde(with = "slot_set")]
    pub complete: SlotSet,
    /// Up to which sequence number, for all of them.
    pub up_to: u64,
    /// Slots that it is still reading.
    #[serde(with = "slot_set")]
    pub filling: SlotSet,
}

/// Why a holder does not answer a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// It has not all of these slots.
    #[error("the holder does not hold all of these slots")]
    NotHeld,
    /// It is letting go of other slots; in a moment it has these.
    #[error("the holder is letting go of slots; ask again in a moment")]
    Moving,
    /// It has not read the changes up to the sequence number asked for.
    #[error("the holder has not caught up with the changes asked for")]
    Behind,
    /// It has more to do than it can within the time left.
    #[error("the holder has too much to do")]
    Busy,
    /// The probe does not read.
    #[error("a template is not in the engine's form")]
    Template,
    /// It cannot read the truth.
    #[error("the holder cannot read the stored gallery")]
    Storage,
    /// Its files are damaged.
    #[error("the holder's files are damaged")]
    Damaged,
    /// The answer is longer than a message may be, or the table makes no sense.
    #[error("the question cannot be answered in a message")]
    Unanswerable,
}

impl Refusal {
    /// Stable dotted code.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotHeld => "abis.slots_not_held",
            Self::Moving => "abis.shard_moving",
            Self::Behind => "abis.shard_behind",
            Self::Busy => "abis.shard_busy",
            Self::Template => "abis.template",
            Self::Storage => "abis.storage",
            Self::Damaged => "abis.gallery_damaged",
            Self::Unanswerable => "abis.unanswerable",
        }
    }
}

impl From<SearchError> for Refusal {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Template => Self::Template,
            SearchError::Storage => Self::Storage,
            SearchError::Damaged => Self::Damaged,
            SearchError::Unreachable => Self::NotHeld,
        }
    }
}

/// A table in a message: all else follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableNote {
    /// Its version.
    pub version: u64,
    /// The numbers of its shards.
    pub shards: Vec<u16>,
}

impl TableNote {
    /// The note of a table.
    pub fn of(table: &Table) -> Self {
        let shards = table.shards().iter().map(|shard| shard.0).collect();
        Self { version: table.version(), shards }
    }

    /// The table.
    ///
    /// # Errors
    /// [`TableError`] where there is no such table.
    pub fn table(&self) -> Result<Table, TableError> {
        let shards: Vec<Shard> = self.shards.iter().map(|number| Shard(*number)).collect();
        Table::new(self.version, &shards)
    }
}

/// A message does not read, or cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are not a message of this version")]
pub struct MessageError;

/// A message as bytes.
///
/// # Errors
/// [`MessageError`] for a value that CBOR cannot hold; none of these messages has one.
pub fn encode(message: &impl Serialize) -> Result<Vec<u8>, MessageError> {
    let mut bytes = Vec::new();
    ciborium::into_writer(message, &mut bytes).map_err(|_| MessageError)?;
    Ok(bytes)
}

/// Reads what [`encode`] wrote. The bytes were bounded when their frames were put together.
///
/// # Errors
/// [`MessageError`] when they do not read, or more follows.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, MessageError> {
    let mut rest = bytes;
    let message = ciborium::de::from_reader_with_recursion_limit(&mut rest, DEEPEST)
        .map_err(|_| MessageError)?;
    if rest.is_empty() { Ok(message) } else { Err(MessageError) }
}

/// Slots as one byte string.
mod slot_set {
    use serde::de::Error;

    use super::{Deserializer, Serializer, SlotSet, byte_string};

    pub(super) fn serialize<S: Serializer>(slots: &SlotSet, to: S) -> Result<S::Ok, S::Error> {
        byte_string::serialize(&slots.to_bytes(), to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SlotSet, D::Error> {
        let bytes = byte_string::deserialize(from)?;
        SlotSet::from_bytes(&bytes).ok_or_else(|| D::Error::custom("expected 512 bytes"))
    }
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;

//! `PersonIds`, `ExtendablePersonIds`, `TaskId` and `Error`: the small answers.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::vocabulary::{BiometricSubType, BiometricType};

/// A capture by its names.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonIds {
    /// Who.
    pub person_id: String,
    /// Which capture.
    pub encounter_id: String,
}

/// The names are a client's, who may have put anything into them.
impl fmt::Debug for PersonIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonIds(…)")
    }
}

/// A capture by its names, and what became of its biometrics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExtendablePersonIds {
    /// The names.
    #[serde(flatten)]
    pub ids: PersonIds,
    /// What the standard has no member for.
    pub others: EnrolledOthers,
}

/// What became of the biometrics of an encounter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EnrolledOthers {
    /// One entry for each item, in the order of the request.
    pub biometric_data: Vec<ItemReport>,
}

/// What became of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemReport {
    /// What of the body.
    pub biometric_type: BiometricType,
    /// Which part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub biometric_sub_type: Option<BiometricSubType>,
    /// Whether searches compare it, and if not, why.
    pub comparison: ItemUse,
    /// Quality of what is compared, 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<u8>,
}

/// Whether an item is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ItemUse {
    /// Searches compare it.
    Compared,
    /// A better capture of the same finger in the same encounter is compared instead.
    BetterOneCompared,
    /// It is kept and given back; nothing here compares its kind.
    KeptOnly,
    /// It says that a part is missing.
    Missing,
}

/// An asynchronous call was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskId {
    /// Under which to ask for it.
    pub task_id: String,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    /// A number that stands for one kind of fault for ever.
    pub code: i32,
    /// The dotted code, what is wrong and what to do.
    pub message: String,
}

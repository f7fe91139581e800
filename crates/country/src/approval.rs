//! When a supervisor at the kit approves an enrolment before it is saved.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answers::Answers;
use crate::form::Role;
use crate::pack::CountryPack;
use crate::problem::PackCode;
use crate::read::Item;

/// What may ask for the approval of a supervisor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalCause {
    /// The person names no document: introducers vouch.
    WithoutDocuments,
    /// No finger can be used, or there is no portrait: a second officer vouches.
    WithoutPrints,
    /// The person is a minor.
    Minor,
}

impl ApprovalCause {
    /// Every cause.
    pub const ALL: [Self; 3] = [Self::WithoutDocuments, Self::WithoutPrints, Self::Minor];

    /// The word for it in packs and texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WithoutDocuments => "without_documents",
            Self::WithoutPrints => "without_prints",
            Self::Minor => "minor",
        }
    }

    /// The cause of this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == name)
    }
}

/// What is known of a capture when it is asked whether a supervisor has to look.
#[derive(Clone, Copy, Debug)]
pub struct Capture<'a> {
    /// The answers.
    pub answers: &'a Answers,
    /// Whether a guardian consented, as for every minor.
    pub is_minor: bool,
    /// Whether a second officer vouched for what could not be captured.
    pub is_excepted: bool,
}

impl CountryPack {
    /// Why this capture needs the approval of a supervisor; empty where it needs none.
    pub fn approval_causes(&self, capture: Capture<'_>) -> Vec<ApprovalCause> {
        let holds = |cause: &ApprovalCause| match cause {
            // Numbers of services are no documents.
            ApprovalCause::WithoutDocuments => self
                .view(capture.answers)
                .value(Role::Identifiers)
                .and_then(Value::as_array)
                .is_none_or(Vec::is_empty),
            ApprovalCause::WithoutPrints => capture.is_excepted,
            ApprovalCause::Minor => capture.is_minor,
        };
        self.settings().supervisor_approves.iter().copied().filter(holds).collect()
    }
}

/// Reads `supervisor_approves`, which need not be there.
pub(crate) fn read(root: Item<'_>) -> BTreeSet<ApprovalCause> {
    if !root.keys().iter().any(|key| key.value == KEY) {
        return BTreeSet::new();
    }
    let read = |name: crate::read::At<String>| {
        let cause = ApprovalCause::from_name(&name.value);
        if cause.is_none() {
            root.fault(
                name.line,
                PackCode::WrongValue,
                format!("{:?} asks for no approval", name.value),
                "write without_documents, without_prints or minor",
            );
        }
        cause
    };
    root.texts(KEY).into_iter().filter_map(read).collect()
}

/// The key in `pack.toml`.
pub(crate) const KEY: &str = "supervisor_approves";

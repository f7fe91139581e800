//! The guardian of a minor: named and identified before anything of the child is opened.

use jiff::Timestamp;
use niims_country::Answers;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::stage::{about, found, guardian_field};
use super::{InterviewOf, Stage};
use crate::capture::EnrolRefused;
use crate::kit::Kit;

/// How the guardian was identified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuardianKnown {
    /// The officer saw the original of an identity document.
    DocumentSeen,
    /// Somebody of standing who knows the family said so.
    Introduced,
}

impl GuardianKnown {
    /// Every way, in the order of the page.
    pub const ALL: [Self; 2] = [Self::DocumentSeen, Self::Introduced];

    /// The word for it in forms and texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DocumentSeen => "document_seen",
            Self::Introduced => "introduced",
        }
    }

    /// The way of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == name)
    }
}

impl Kit {
    /// Saves who the guardian is and how they were identified. A consent given by somebody
    /// else falls.
    ///
    /// # Errors
    /// `form.…` for faults of the answer; as of every change.
    pub fn answer_guardian(
        &mut self,
        of: InterviewOf,
        given: &Answers,
        known: GuardianKnown,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        self.change_interview(of, Stage::Guardian, now, rng, |interview, kit| {
            let pack = &kit.options.pack;
            let Some(field) = guardian_field(pack) else { return Ok(()) };
            let mut answers = interview.answers.clone();
            answers.remove(&field.id);
            if let Some(value) = given.get(&field.id) {
                answers.set(&field.id, value.clone());
            }
            let problems = about(found(&answers, interview, pack, pack.today(now)), &field.id);
            if !problems.is_empty() {
                return Err(EnrolRefused::Form { problems });
            }
            if answers.get(&field.id) != interview.answers.get(&field.id) {
                interview.consents.clear();
            }
            interview.answers = answers;
            interview.guardian = Some(known);
            Ok(())
        })
    }
}

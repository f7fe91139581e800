//! The guardian of a minor: named and identified before anything of the child is opened.

use jiff::Timestamp;
use niims_country::{Answers, CountryPack};
use niims_packet::{GuardianIdentified, GuardianKnownBy};
use niims_record::OfficerId;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::stage::{about, found, guardian_field};
use super::{InterviewOf, Stage};
use crate::capture::judge::named_guardian;
use crate::capture::{EnrolRefused, LawProblem};
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

/// What the officer says of how they know the guardian.
#[derive(Clone, PartialEq, Eq)]
pub struct GuardianSeen {
    /// The way.
    pub known: GuardianKnown,
    /// Position of the one who introduced them, a code of the country pack; empty where a document
    /// was seen. Its number stands among the answers.
    pub introduced_by: String,
}

impl Kit {
    /// Saves who the guardian is and how they were identified. A consent given by somebody
    /// else falls.
    ///
    /// # Errors
    /// `form.…` for faults of the answer; `law.guardian_number_missing` where a document was seen
    /// and its number is not told, `law.guardian_introducer_missing` where nobody is said to have
    /// introduced them; as of every change.
    pub fn answer_guardian(
        &mut self,
        of: InterviewOf,
        given: &Answers,
        seen: &GuardianSeen,
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
            let identified = identified(&answers, seen, pack, (of.officer, now))?;
            let before = interview.guardian_identified.as_ref();
            if before.is_none_or(|known| {
                known.relation != identified.relation || known.known != identified.known
            }) {
                interview.consents.clear();
                interview.guardian_identified = Some(identified);
            }
            interview.answers = answers;
            Ok(())
        })
    }
}

/// List of the positions of people who may introduce somebody, in the country pack.
pub(crate) const POSITIONS: &str = "introducer_positions";

/// The identification as the packet carries it.
fn identified(
    answers: &Answers,
    seen: &GuardianSeen,
    pack: &CountryPack,
    (by, at): (OfficerId, Timestamp),
) -> Result<GuardianIdentified, EnrolRefused> {
    let (relation, number) = named_guardian(answers, pack);
    let known = match seen.known {
        GuardianKnown::DocumentSeen => GuardianKnownBy::DocumentSeen {
            number: number
                .filter(|number| !number.trim().is_empty())
                .ok_or(LawProblem::GuardianNumberMissing)?
                .to_owned(),
        },
        GuardianKnown::Introduced => {
            let list = pack.code_list(POSITIONS);
            if list.is_none_or(|list| list.code(&seen.introduced_by).is_none()) {
                return Err(LawProblem::GuardianIntroducerMissing.into());
            }
            GuardianKnownBy::Introduced { position: seen.introduced_by.clone() }
        }
    };
    let relation = relation.unwrap_or_default().to_owned();
    Ok(GuardianIdentified { relation, known, by, at })
}

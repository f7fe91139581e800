//! What is asked of the gallery, and what it answers.

use niims_fingerprint::person::FingerComparison;
use niims_fingerprint::{Assignment, CANDIDATE_THRESHOLD};
use serde::{Deserialize, Serialize};

use super::encounter::Finding;
use super::evidence::{self, Evidence};
use crate::modality::Biometrics;
use crate::search::Effort;
use crate::subject::{EncounterKey, EncounterReference, GalleryName, PersonReference};

/// Whose likeness is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Probe {
    /// What comes with the question.
    Given(#[serde(with = "crate::coding")] Biometrics),
    /// One capture that is enrolled.
    Enrolled(EncounterKey),
    /// A person who is enrolled: each active capture is searched with, and the best counts.
    EnrolledPerson(PersonReference),
}

/// What of a probe is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum By {
    /// Fingers where it has any, else the face. A comparison with one falls back on faces as well where
    /// the other side has no fingers.
    #[default]
    Any,
    /// Fingers alone.
    Fingers,
    /// The face alone, even where there are fingers.
    Face,
}

/// A search of everybody, or of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentifyQuestion {
    /// Whose likeness. The person of an enrolled probe is never a candidate.
    pub probe: Probe,
    /// Only who is in this gallery.
    pub gallery: Option<GalleryName>,
    /// Only these persons. One that is not enrolled is an error, not an empty answer.
    pub among: Option<Vec<PersonReference>>,
    /// Only who was enrolled below this place; everybody enrolled before the call unless given.
    pub below_sequence: Option<u64>,
    /// Most candidates, 1 to [`MOST_CANDIDATES`](super::error::MOST_CANDIDATES).
    pub most_candidates: usize,
    /// Least score of fingers, millinats; [`CANDIDATE_THRESHOLD`] unless given. The least likeness of
    /// faces is the operator's to set.
    pub threshold: Option<i32>,
    /// How thoroughly.
    pub effort: Effort,
    /// Officers whose own fingers must not be among the given ones.
    pub operators: Vec<PersonReference>,
    /// By what.
    #[serde(default)]
    pub by: By,
}

impl IdentifyQuestion {
    /// A search of everybody for at most ten candidates at the usual threshold.
    pub fn of(probe: Probe) -> Self {
        Self {
            probe,
            gallery: None,
            among: None,
            below_sequence: None,
            most_candidates: 10,
            threshold: None,
            effort: Effort::Usual,
            operators: Vec::new(),
            by: By::Any,
        }
    }

    pub(super) fn least_score(&self) -> i32 {
        self.threshold.unwrap_or(CANDIDATE_THRESHOLD)
    }
}

/// Somebody who looks alike: the capture of theirs that does most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Evidence", from = "Evidence")]
pub struct PersonCandidate {
    /// Who.
    pub person: PersonReference,
    /// Which capture.
    pub encounter: EncounterReference,
    /// Evidence of all fingers, millinats; where no finger was compared, likeness of the faces,
    /// thousandths of the cosine. Only for callers with [`Scope::Scores`](crate::access::Scope::Scores).
    pub score: i32,
    /// 1 for the most alike.
    pub rank: u16,
    /// Which finger was taken for which.
    pub assignment: Assignment,
    /// What the score rests on; for the same callers. None where faces were compared alone.
    pub fingers: Vec<FingerComparison>,
    /// Likeness of the faces, thousandths of the cosine, where both have one of the configured model;
    /// for the same callers. Beside fingers it is shown and neither adds anybody nor leaves anybody out.
    pub face: Option<i32>,
}

impl PersonCandidate {
    /// Whether faces were compared alone.
    pub fn is_by_face(&self) -> bool {
        self.fingers.is_empty() && self.face.is_some()
    }
}

/// What a search found, most alike first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Identified {
    /// Everybody asked for was within reach.
    Complete {
        /// Those at or above the threshold.
        candidates: Vec<PersonCandidate>,
        /// Everybody enrolled below this place was seen.
        seen_below: u64,
        /// What was noticed about a given probe.
        findings: Vec<Finding>,
    },
    /// A part of the gallery was out of reach: never to be read as "nobody".
    Incomplete {
        /// Those found in the part that was searched.
        candidates: Vec<PersonCandidate>,
        /// Thousandths of the gallery that were covered, 0 to 999.
        covered_permille: u16,
    },
}

impl Identified {
    /// The candidates, whatever part was searched.
    pub fn candidates(&self) -> &[PersonCandidate] {
        match self {
            Self::Complete { candidates, .. } | Self::Incomplete { candidates, .. } => candidates,
        }
    }
}

/// With whom a probe is compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Against {
    /// A person: the active capture that is most alike counts.
    Person(PersonReference),
    /// One capture, active or not.
    Encounter(EncounterKey),
    /// What comes with the question.
    Given(#[serde(with = "crate::coding")] Biometrics),
}

/// A comparison with one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyQuestion {
    /// Whose likeness.
    pub probe: Probe,
    /// With whom.
    pub against: Against,
    /// Only captures in this gallery.
    pub gallery: Option<GalleryName>,
    /// Least score of a match of fingers, millinats; [`CANDIDATE_THRESHOLD`] unless given.
    pub threshold: Option<i32>,
    /// By what.
    #[serde(default)]
    pub by: By,
}

/// What a comparison with one gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// Whether the score reaches the threshold.
    pub matched: bool,
    /// As of a [`PersonCandidate`]; for callers with the scope for it.
    pub score: i32,
    /// The capture that was most alike, where one is enrolled.
    pub encounter: Option<EncounterReference>,
    /// Which finger was taken for which.
    #[serde(with = "evidence::assignment")]
    pub assignment: Assignment,
    /// What the score rests on; for the same callers.
    #[serde(with = "evidence::fingers")]
    pub fingers: Vec<FingerComparison>,
    /// Likeness of the faces, thousandths of the cosine, where both have one; for the same callers.
    #[serde(default)]
    pub face: Option<i32>,
}

//! Candidates as tasks keep them: the engine's own types know no such form.

use niims_fingerprint::person::FingerComparison;
use niims_fingerprint::{Assignment, FingerPosition};
use serde::{Deserialize, Serialize};

use super::question::PersonCandidate;
use crate::subject::{EncounterReference, PersonReference};

/// A candidate in plain values.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {
    person: PersonReference,
    encounter: EncounterReference,
    score: i32,
    rank: u16,
    #[serde(with = "assignment")]
    assignment: Assignment,
    #[serde(with = "fingers")]
    fingers: Vec<FingerComparison>,
    #[serde(default)]
    face: Option<i32>,
}

impl From<PersonCandidate> for Evidence {
    fn from(candidate: PersonCandidate) -> Self {
        let PersonCandidate { person, encounter, score, rank, assignment, fingers, face } =
            candidate;
        Self { person, encounter, score, rank, assignment, fingers, face }
    }
}

impl From<Evidence> for PersonCandidate {
    fn from(evidence: Evidence) -> Self {
        let Evidence { person, encounter, score, rank, assignment, fingers, face } = evidence;
        Self { person, encounter, score, rank, assignment, fingers, face }
    }
}

/// One finger: its two positions by name, score, paired minutiae, quality, choices.
type Plain = (FingerPosition, FingerPosition, i32, u16, u8, u8);

/// Lists of compared fingers.
pub(super) mod fingers {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{FingerComparison, Plain};

    pub(in crate::service) fn serialize<S: Serializer>(
        fingers: &[FingerComparison],
        out: S,
    ) -> Result<S::Ok, S::Error> {
        let plain: Vec<Plain> = fingers
            .iter()
            .map(|one| (one.probe, one.reference, one.score, one.paired, one.quality, one.among))
            .collect();
        plain.serialize(out)
    }

    pub(in crate::service) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<FingerComparison>, D::Error> {
        let plain = Vec::<Plain>::deserialize(from)?;
        Ok(plain
            .into_iter()
            .map(|(probe, reference, score, paired, quality, among)| FingerComparison {
                probe,
                reference,
                score,
                paired,
                quality,
                among,
            })
            .collect())
    }
}

/// Assignments by their place among all.
pub(super) mod assignment {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Assignment;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this shape")]
    pub(in crate::service) fn serialize<S: Serializer>(
        assignment: &Assignment,
        out: S,
    ) -> Result<S::Ok, S::Error> {
        Assignment::ALL.iter().position(|other| other == assignment).serialize(out)
    }

    pub(in crate::service) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Assignment, D::Error> {
        Option::<usize>::deserialize(from)?
            .and_then(|place| Assignment::ALL.get(place).copied())
            .ok_or_else(|| D::Error::custom("there is no such assignment"))
    }
}

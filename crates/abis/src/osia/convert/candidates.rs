//! Candidates and decisions as this caller may see them.
//!
//! Who sees scores can climb towards a print: change a probe a little, keep what raised the score. A
//! caller without [`Scope::Scores`](crate::access::Scope::Scores) gets, where the standard demands a
//! number, one that says no more than the rank beside it: one over the rank.

use niims_fingerprint::Assignment;
use niims_fingerprint::person::FingerComparison;
use serde::{Deserialize, Serialize};

use super::parts;
use crate::osia::messages::search::{
    Candidate, CandidateOthers, Decision, ScoreDetail, ScoreOthers,
};
use crate::osia::messages::vocabulary::BiometricType;
use crate::service::{PersonCandidate, Verified};
use crate::subject::EncounterReference;

/// What a caller may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sight {
    /// Scores and what they rest on.
    Scores,
    /// Ranks and decisions only.
    Ranks,
}

/// The candidates of a search, best first.
pub fn candidates(found: &[PersonCandidate], sight: Sight) -> Vec<Candidate> {
    found
        .iter()
        .map(|candidate| {
            let rank = i32::from(candidate.rank.max(1));
            let of = |score| of_encounter(score, Some(&candidate.encounter));
            let (score, scores) = match sight {
                Sight::Scores => {
                    let score = f64::from(candidate.score);
                    let parts = fingers(&candidate.fingers, &candidate.encounter);
                    let face = candidate.face.map(|face| of_face(face, Some(&candidate.encounter)));
                    (score, core::iter::once(of(score)).chain(parts).chain(face).collect())
                }
                Sight::Ranks => {
                    let score = 1.0 / f64::from(rank);
                    (score, vec![of(score)])
                }
            };
            Candidate {
                person_id: candidate.person.as_str().to_owned(),
                rank,
                score,
                scores,
                others: others(candidate.assignment),
            }
        })
        .collect()
}

/// The answer to a comparison with one.
pub fn decision(verified: &Verified, sight: Sight) -> Decision {
    let scores = match sight {
        Sight::Scores => {
            let whole = of_encounter(f64::from(verified.score), verified.encounter.as_ref());
            let parts = verified.fingers.iter().map(|finger| of_finger(finger, None));
            let face = verified.face.map(|face| of_face(face, None));
            core::iter::once(whole).chain(parts).chain(face).collect()
        }
        Sight::Ranks => Vec::new(),
    };
    Decision { decision: verified.matched, scores }
}

fn fingers(
    compared: &[FingerComparison],
    encounter: &EncounterReference,
) -> impl Iterator<Item = ScoreDetail> {
    compared.iter().map(move |finger| of_finger(finger, Some(encounter)))
}

fn of_encounter(score: f64, encounter: Option<&EncounterReference>) -> ScoreDetail {
    ScoreDetail {
        score,
        encounter_id: encounter.map(|encounter| encounter.as_str().to_owned()),
        galleries: Vec::new(),
        biometric_type: None,
        biometric_sub_type: None,
        others: None,
    }
}

/// A face: likeness, thousandths of the cosine.
fn of_face(likeness: i32, encounter: Option<&EncounterReference>) -> ScoreDetail {
    ScoreDetail {
        biometric_type: Some(BiometricType::Face),
        ..of_encounter(f64::from(likeness), encounter)
    }
}

fn of_finger(finger: &FingerComparison, encounter: Option<&EncounterReference>) -> ScoreDetail {
    let differs = finger.probe != finger.reference;
    ScoreDetail {
        biometric_type: Some(BiometricType::Finger),
        biometric_sub_type: Some(parts::word(finger.probe)),
        others: Some(ScoreOthers {
            compared_with: differs.then(|| parts::word(finger.reference)),
            paired_minutiae: finger.paired,
            quality: finger.quality,
        }),
        ..of_encounter(f64::from(finger.score), encounter)
    }
}

fn others(assignment: Assignment) -> Option<CandidateOthers> {
    (assignment != Assignment::AsStated)
        .then(|| CandidateOthers { fingers_taken_as: assignment.words() })
}

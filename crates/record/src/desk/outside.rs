//! Another desk's answer: what may be sent to it, and what it means here.

use crate::adjudication::Verdict;
use crate::application::CaseReason;
use crate::ids::ApplicationId;

/// The reasons for which a case may be sent to another desk. What concerns an officer, an appeal,
/// two numbers or a suspicion of fraud stays with our own people; so does a case without a pair.
pub const SENT_OUT: [CaseReason; 2] = [CaseReason::LikelyDuplicate, CaseReason::RecaptureExhausted];

/// What another desk said, with its references read as candidates of the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutsideSaid {
    /// It could not, or would not, decide.
    Declined,
    /// These are the applicant; `None` for somebody who is not of the case. Empty for nobody.
    Matched(Vec<Option<ApplicationId>>),
}

/// Why an answer is no opinion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoOpinion {
    /// It says nothing.
    Declined,
    /// It names somebody who is not of the case.
    NoSuchCandidate,
    /// It names several; an opinion names one, and people here must say which.
    Several,
}

/// The opinion that an answer is. It is one of the blind pair, and only ever one or the other of
/// what the form can say: a wish for better prints or a suspicion has no place in it.
pub fn opinion_of(said: &OutsideSaid) -> Result<Verdict, NoOpinion> {
    match said {
        OutsideSaid::Declined => Err(NoOpinion::Declined),
        OutsideSaid::Matched(found) if found.contains(&None) => Err(NoOpinion::NoSuchCandidate),
        OutsideSaid::Matched(found) => match found[..] {
            [] => Ok(Verdict::DifferentPeople),
            [Some(candidate)] => Ok(Verdict::SamePerson { candidate }),
            _ => Err(NoOpinion::Several),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_one_verdict_or_none() {
        let [a, b] = [1, 2].map(|n| ApplicationId::from_bytes([n; 16]));
        let check = |found: &[Option<ApplicationId>], want| {
            assert_eq!(opinion_of(&OutsideSaid::Matched(found.to_vec())), want);
        };
        check(&[], Ok(Verdict::DifferentPeople));
        check(&[Some(a)], Ok(Verdict::SamePerson { candidate: a }));
        check(&[Some(a), Some(b)], Err(NoOpinion::Several));
        check(&[Some(a), None], Err(NoOpinion::NoSuchCandidate));
        assert_eq!(opinion_of(&OutsideSaid::Declined), Err(NoOpinion::Declined));
    }
}

//! Adjudication: what follows from a case that people decided.

use niims_record::CaseId;
use niims_record::adjudication::Verdict;
use niims_record::application::{Application, NewBecause};

/// The state that a verdict leads to. Each consequence commits with the opinion
/// that decided the case.
pub fn decide(case: CaseId, verdict: Verdict) -> Application {
    match verdict {
        Verdict::SamePerson { candidate } => Application::Linked { to: candidate, case },
        Verdict::DifferentPeople => {
            Application::NumberDue { because: NewBecause::Adjudication { case } }
        }
        Verdict::AskRecapture => Application::RecaptureAsked { case },
        Verdict::SuspectFraud => Application::HeldForFraud { case },
    }
}

#[cfg(test)]
mod tests {
    use niims_record::ApplicationId;

    use super::*;

    #[test]
    fn each_verdict_has_its_consequence() {
        let case = CaseId::from_bytes([1; 16]);
        let candidate = ApplicationId::from_bytes([2; 16]);
        let check = |verdict, state: &str| assert_eq!(decide(case, verdict).name(), state);
        check(Verdict::SamePerson { candidate }, "linked");
        check(Verdict::DifferentPeople, "number_due");
        check(Verdict::AskRecapture, "recapture_asked");
        check(Verdict::SuspectFraud, "held_for_fraud");
    }
}

//! What can be appealed, and what an appeal that is decided changes.

use crate::adjudication::Verdict;
use crate::application::Application;
use crate::ids::{ApplicationId, CaseId};

/// Why there is nothing to appeal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no outcome of the desk stands for this application that could be appealed")]
pub struct NotAppealable;

impl NotAppealable {
    /// The stable code of this refusal.
    pub const fn code(self) -> &'static str {
        "desk.nothing_to_appeal"
    }
}

/// The code of a refusal for fraud, as in the reasons of the country pack.
pub const FRAUD_FOUND: &str = "law.fraud_found";

/// Whether the outcome of a case can be appealed: every one that people decided and that the
/// person can feel. `decided_by` is the case behind the state, `merged` says that the person's
/// number is suspended by a merge.
pub fn may_appeal(
    state: &Application,
    decided_by: Option<CaseId>,
    merged: bool,
) -> Result<CaseId, NotAppealable> {
    let case = match state {
        Application::Linked { case, .. }
        | Application::RecaptureAsked { case }
        | Application::HeldForFraud { case } => Some(*case),
        Application::Refused { code } if code == FRAUD_FOUND => decided_by,
        Application::Numbered { .. } if merged => decided_by,
        _ => None,
    };
    case.ok_or(NotAppealable)
}

/// What an appeal does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppealEffect {
    /// The outcome stands.
    Upheld,
    /// A number is due: the link, refusal, hold or recapture was wrong.
    NumberDue,
    /// The application is linked to another one than before.
    LinkedTo(ApplicationId),
    /// The merge is undone.
    Unmerged,
    /// Fraud is suspected by the appeal too, or for the first time: two seniors.
    Held,
}

/// What the verdict of an appeal does to the application as it stands.
pub fn appeal_effect(state: &Application, merged: bool, verdict: Verdict) -> AppealEffect {
    match (state, verdict) {
        (_, Verdict::DifferentPeople) if merged => AppealEffect::Unmerged,
        (_, Verdict::SamePerson { .. }) if merged => AppealEffect::Upheld,
        (Application::Linked { to, .. }, Verdict::SamePerson { candidate }) if *to == candidate => {
            AppealEffect::Upheld
        }
        // Fraud was found and the appeal finds it too.
        (Application::Refused { .. } | Application::HeldForFraud { .. }, Verdict::SuspectFraud) => {
            AppealEffect::Upheld
        }
        (_, Verdict::DifferentPeople) => AppealEffect::NumberDue,
        (_, Verdict::SamePerson { candidate }) => AppealEffect::LinkedTo(candidate),
        (_, Verdict::SuspectFraud) if !merged => AppealEffect::Held,
        // An appeal never ends in less than the person has: who cannot tell leaves what is.
        (_, Verdict::AskRecapture | Verdict::SuspectFraud) => AppealEffect::Upheld,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::NewBecause;
    use crate::ids::PersonId;

    const CASE: CaseId = CaseId::from_bytes([1; 16]);
    const A: ApplicationId = ApplicationId::from_bytes([2; 16]);
    const B: ApplicationId = ApplicationId::from_bytes([3; 16]);

    fn numbered() -> Application {
        Application::Numbered { person: PersonId::from_bytes([4; 16]) }
    }

    #[test]
    fn what_can_be_appealed() {
        let check = |state: &Application, merged, want: bool| {
            assert_eq!(may_appeal(state, Some(CASE), merged).is_ok(), want, "{}", state.name());
        };
        check(&Application::Linked { to: A, case: CASE }, false, true);
        check(&Application::HeldForFraud { case: CASE }, false, true);
        check(&Application::RecaptureAsked { case: CASE }, false, true);
        check(&Application::Refused { code: FRAUD_FOUND.into() }, false, true);
        check(&Application::Refused { code: "law.under_six".into() }, false, false);
        check(&numbered(), true, true);
        check(&numbered(), false, false);
        check(&Application::InAdjudication { case: CASE }, false, false);
        check(&Application::NumberDue { because: NewBecause::NoCandidate }, false, false);
    }

    #[test]
    fn what_an_appeal_changes() {
        let linked = Application::Linked { to: A, case: CASE };
        let refused = Application::Refused { code: FRAUD_FOUND.into() };
        let check = |state: &Application, merged, verdict, want| {
            assert_eq!(appeal_effect(state, merged, verdict), want, "{}", state.name());
        };
        let same = |candidate| Verdict::SamePerson { candidate };
        check(&linked, false, same(A), AppealEffect::Upheld);
        check(&linked, false, same(B), AppealEffect::LinkedTo(B));
        check(&linked, false, Verdict::DifferentPeople, AppealEffect::NumberDue);
        check(&linked, false, Verdict::AskRecapture, AppealEffect::Upheld);
        check(&linked, false, Verdict::SuspectFraud, AppealEffect::Held);
        check(&refused, false, Verdict::SuspectFraud, AppealEffect::Upheld);
        check(&refused, false, Verdict::DifferentPeople, AppealEffect::NumberDue);
        check(&refused, false, same(A), AppealEffect::LinkedTo(A));
        check(&numbered(), true, Verdict::DifferentPeople, AppealEffect::Unmerged);
        check(&numbered(), true, same(A), AppealEffect::Upheld);
        check(&numbered(), true, Verdict::SuspectFraud, AppealEffect::Upheld);
    }
}

//! Whether a supervisor has to look, and did. Whose signature it is the centre judges: it
//! knows the keys of all supervisors.

use niims_country::{Answers, ApprovalCause, Capture, CountryPack};
use niims_packet::{ConsentKind, Encounter};

use super::{CaptureProblem, EnrolRefused};

/// Why this encounter needs the approval of a supervisor.
pub(crate) fn causes(encounter: &Encounter, pack: &CountryPack) -> Vec<ApprovalCause> {
    let answers: Answers =
        encounter.answers.iter().map(|(id, value)| (id.clone(), value.clone())).collect();
    pack.approval_causes(Capture {
        answers: &answers,
        is_minor: encounter.consents.iter().any(|one| one.kind == ConsentKind::Guardian),
        is_excepted: !encounter.exceptions.is_empty(),
    })
}

/// # Errors
/// `capture.approval_needed`; `capture.approval_same_officer`.
pub(crate) fn check(encounter: &Encounter, pack: &CountryPack) -> Result<(), EnrolRefused> {
    if causes(encounter, pack).is_empty() {
        return Ok(());
    }
    match &encounter.approval {
        None => Err(CaptureProblem::ApprovalNeeded.into()),
        Some(approval) if approval.by == encounter.officer => {
            Err(CaptureProblem::ApprovalSameOfficer.into())
        }
        Some(_) => Ok(()),
    }
}

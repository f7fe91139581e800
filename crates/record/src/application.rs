//! The life of an application: at every moment in exactly one state, each state
//! holding only what is known then. See `docs/STATES.md` for the picture.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{ApplicationId, CaseId, PersonId};

/// Someone already registered, or applying, who may be the same person.
/// A score, never a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The application that looks alike.
    pub application: ApplicationId,
    /// Demographic likeness in thousandths of a nat of log-likelihood ratio.
    pub demographic: Option<i32>,
    /// Fingerprint likeness in thousandths of a nat of log-likelihood ratio.
    pub biometric: Option<i32>,
}

/// Why people must look although no candidate was found, or besides candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseReason {
    /// At least one candidate stands above the threshold.
    LikelyDuplicate,
    /// No finger could be searched, so no search says that the person is new.
    NoUsableFingerprints,
    /// A captured finger is one of the officer who captured.
    OfficersFinger,
    /// The form that the resident brought came before with another application.
    SameForm,
    /// The rounds of recapture are used up: people decide by face, documents and the person.
    RecaptureExhausted,
    /// Somebody appeals an outcome.
    Appeal,
    /// Two records with numbers seem to be of one person.
    TwoNumbers,
    /// Seniors released a case that was held for fraud.
    Released,
}

impl CaseReason {
    /// All of them, for texts.
    pub const ALL: [Self; 8] = [
        Self::LikelyDuplicate,
        Self::NoUsableFingerprints,
        Self::OfficersFinger,
        Self::SameForm,
        Self::RecaptureExhausted,
        Self::Appeal,
        Self::TwoNumbers,
        Self::Released,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LikelyDuplicate => "likely_duplicate",
            Self::NoUsableFingerprints => "no_usable_fingerprints",
            Self::OfficersFinger => "officers_finger",
            Self::SameForm => "same_form",
            Self::RecaptureExhausted => "recapture_exhausted",
            Self::Appeal => "appeal",
            Self::TwoNumbers => "two_numbers",
            Self::Released => "released",
        }
    }
}

/// How it was decided that an applicant is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum NewBecause {
    /// Both searches were complete and found nobody alike.
    NoCandidate,
    /// People decided so.
    Adjudication {
        /// The case.
        case: CaseId,
    },
}

/// The state of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Application {
    /// The sealed packet is stored; nothing in it has been believed yet.
    Received,
    /// The packet was refused at a gate of intake and is kept as evidence.
    Quarantined {
        /// Stable code of the gate, such as `packet.kit_signature`.
        code: String,
    },
    /// Opened; both signatures hold.
    Opened,
    /// The form breaks rules of the country pack; the kit is asked for better.
    CorrectionAsked {
        /// Stable codes with the field each is about: `form.required:surname`.
        problems: Vec<String>,
    },
    /// The law does not allow this registration. Appealable.
    Refused {
        /// Stable code of the rule, such as `law.under_six`.
        code: String,
    },
    /// The form and the law are satisfied.
    Validated,
    /// Searched by name, date, place and identifiers.
    DemographicsSearched {
        /// Who is alike, best first.
        candidates: Vec<Candidate>,
    },
    /// Waiting for people to decide.
    InAdjudication {
        /// The case.
        case: CaseId,
    },
    /// The resident is asked to come again for better prints.
    RecaptureAsked {
        /// The case that asked.
        case: CaseId,
    },
    /// Fraud is suspected; held for two seniors.
    HeldForFraud {
        /// The case that held it.
        case: CaseId,
    },
    /// New to the register; a number is due.
    NumberDue {
        /// How that was decided.
        because: NewBecause,
    },
    /// The person has a number.
    Numbered {
        /// The person.
        person: PersonId,
    },
    /// The same person as one already registered or applying: no second number.
    Linked {
        /// The application that stands for the person.
        to: ApplicationId,
        /// The case that decided.
        case: CaseId,
    },
    /// A later encounter of the same resident took its place: the recapture or the correction
    /// that was asked.
    Replaced {
        /// The application of that encounter.
        by: ApplicationId,
    },
}

/// What an application waits for, so that nothing is ever merely "stuck".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitsFor {
    /// A step of the register.
    Register,
    /// The registration officer and the kit.
    Kit,
    /// Adjudicators.
    Adjudicators,
    /// Senior adjudicators.
    Seniors,
    /// The resident.
    Resident,
    /// Nothing: the end of the road.
    Nobody,
}

/// The steps that the register runs by itself, in order. The seventh stage,
/// adjudication, is people's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Check and open the packet.
    Intake,
    /// Check the form and the law.
    Validate,
    /// Search by name, date and place.
    SearchDemographics,
    /// Search by fingerprints.
    SearchBiometrics,
    /// Give the number.
    AssignNumber,
    /// Order, lay out and sign the card.
    MakeCard,
}

impl Step {
    /// All steps in order.
    pub const ALL: [Self; 6] = [
        Self::Intake,
        Self::Validate,
        Self::SearchDemographics,
        Self::SearchBiometrics,
        Self::AssignNumber,
        Self::MakeCard,
    ];

    /// The stable name, as stored in the queue.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Validate => "validate",
            Self::SearchDemographics => "search_demographics",
            Self::SearchBiometrics => "search_biometrics",
            Self::AssignNumber => "assign_number",
            Self::MakeCard => "make_card",
        }
    }

    /// The step with this stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }
}

impl Application {
    /// The stable name of the state.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Quarantined { .. } => "quarantined",
            Self::Opened => "opened",
            Self::CorrectionAsked { .. } => "correction_asked",
            Self::Refused { .. } => "refused",
            Self::Validated => "validated",
            Self::DemographicsSearched { .. } => "demographics_searched",
            Self::InAdjudication { .. } => "in_adjudication",
            Self::RecaptureAsked { .. } => "recapture_asked",
            Self::HeldForFraud { .. } => "held_for_fraud",
            Self::NumberDue { .. } => "number_due",
            Self::Numbered { .. } => "numbered",
            Self::Linked { .. } => "linked",
            Self::Replaced { .. } => "replaced",
        }
    }

    /// The step that is due in this state, if the register has one to run.
    pub const fn due(&self) -> Option<Step> {
        match self {
            Self::Received => Some(Step::Intake),
            Self::Opened => Some(Step::Validate),
            Self::Validated => Some(Step::SearchDemographics),
            Self::DemographicsSearched { .. } => Some(Step::SearchBiometrics),
            Self::NumberDue { .. } => Some(Step::AssignNumber),
            _ => None,
        }
    }

    /// For whom the application waits.
    pub const fn waits_for(&self) -> WaitsFor {
        match self {
            Self::Received
            | Self::Opened
            | Self::Validated
            | Self::DemographicsSearched { .. }
            | Self::NumberDue { .. } => WaitsFor::Register,
            Self::Quarantined { .. } | Self::CorrectionAsked { .. } => WaitsFor::Kit,
            Self::InAdjudication { .. } => WaitsFor::Adjudicators,
            Self::HeldForFraud { .. } => WaitsFor::Seniors,
            Self::RecaptureAsked { .. } => WaitsFor::Resident,
            Self::Refused { .. }
            | Self::Numbered { .. }
            | Self::Linked { .. }
            | Self::Replaced { .. } => WaitsFor::Nobody,
        }
    }

    /// Whether the state is an end: no step, person or kit can move it on by the
    /// ordinary path.
    pub const fn is_final(&self) -> bool {
        matches!(self.waits_for(), WaitsFor::Nobody)
    }
}

/// A state together with since when it has held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The state.
    pub application: Application,
    /// Since when.
    pub since: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_due_step_and_waiting_for_the_register_are_the_same_thing() {
        let case = CaseId::from_bytes([1; 16]);
        let to = ApplicationId::from_bytes([2; 16]);
        let all = [
            Application::Received,
            Application::Quarantined { code: String::new() },
            Application::Opened,
            Application::CorrectionAsked { problems: vec![] },
            Application::Refused { code: String::new() },
            Application::Validated,
            Application::DemographicsSearched { candidates: vec![] },
            Application::InAdjudication { case },
            Application::RecaptureAsked { case },
            Application::HeldForFraud { case },
            Application::NumberDue { because: NewBecause::NoCandidate },
            Application::Numbered { person: PersonId::from_bytes([3; 16]) },
            Application::Linked { to, case },
            Application::Replaced { by: to },
        ];
        for state in all {
            assert_eq!(
                state.due().is_some(),
                state.waits_for() == WaitsFor::Register,
                "{}",
                state.name()
            );
            let text = serde_json::to_string(&state).unwrap();
            assert_eq!(serde_json::from_str::<Application>(&text).unwrap(), state);
            assert!(text.contains(state.name()));
        }
    }

    #[test]
    fn step_names_read_back() {
        for step in Step::ALL {
            assert_eq!(Step::from_name(step.name()), Some(step));
        }
        assert_eq!(Step::from_name("guess"), None);
    }
}

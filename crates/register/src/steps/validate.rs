//! Validation: does the form keep the rules of the country pack, and the capture
//! those of the law? The kit enforces the same; the register believes no kit.

use jiff::Timestamp;
use niims_country::{Answers, CountryPack, Eligibility, FormKind, ProblemCode, ValidAnswers};
use niims_linkage::LinkageRecord;
use niims_packet::{ConsentKind, Encounter};
use niims_record::application::Application;
use niims_store::{answers, search};

use super::{Outcome, Run, StepError};
use crate::Register;
use crate::evidence::OpenError;

/// What validation needs to know.
pub struct Facts {
    /// Faults of the form, as `code:field`.
    pub form_problems: Vec<String>,
    /// Whether the law allows this age, as far as the form tells it.
    pub age: Eligibility,
    /// The form used.
    pub kind: Option<FormKind>,
    /// When the resident consented, if they did.
    pub resident_consent: Option<Timestamp>,
    /// When a guardian consented, if one did.
    pub guardian_consent: Option<Timestamp>,
    /// When the capture of biometrics opened.
    pub capture_opened_at: Timestamp,
}

/// Decides whether the application goes on, is sent back for correction, or is
/// one that the law does not allow.
pub fn decide(facts: Facts) -> Application {
    let refused = |code: &str| Application::Refused { code: code.to_owned() };
    if matches!(facts.age, Eligibility::TooYoung { .. }) {
        return refused("law.under_six");
    }
    let minor = matches!(facts.age, Eligibility::Minor) || facts.kind == Some(FormKind::Minor);
    if minor {
        match facts.guardian_consent {
            None => return refused("law.guardian_consent_missing"),
            Some(at) if at > facts.capture_opened_at => {
                return refused("law.consent_after_capture");
            }
            Some(_) => {}
        }
    } else {
        match facts.resident_consent {
            None => return refused("law.consent_missing"),
            Some(at) if at > facts.capture_opened_at => {
                return refused("law.consent_after_capture");
            }
            Some(_) => {}
        }
    }
    if facts.form_problems.is_empty() {
        Application::Validated
    } else {
        Application::CorrectionAsked { problems: facts.form_problems }
    }
}

/// Opens the packet, checks form and law, and keeps the answers, encrypted by
/// their sensitivity, in the transaction that moves the application on.
pub async fn run(register: &Register, run: &Run) -> Result<Outcome, StepError> {
    let encounter = match register.reopen_packet(&run.packet).await {
        Ok(encounter) => encounter,
        Err(OpenError::Step(error)) => return Err(error),
        // The bytes passed intake; now they do not open: the store was altered.
        Err(OpenError::Gate(code)) => return Err(StepError::Evidence(code)),
    };
    let (facts, valid) = gather(&register.pack, &encounter);
    let next = decide(facts);
    let application = run.application.id;
    let kept = match (&next, valid) {
        (Application::Validated, Some(valid)) => Some(Kept::of(register, &valid)?),
        _ => None,
    };
    let mut tx = register.db.write().await?;
    if let Some(kept) = &kept {
        for (class, bytes) in &kept.answers {
            answers::put(&mut tx, application, class, bytes).await?;
        }
        search::put_record(&mut tx, application, &kept.linkage).await?;
    }
    register.move_on(tx, run, next).await
}

/// What is kept of a valid form.
struct Kept {
    answers: Vec<(&'static str, Vec<u8>)>,
    linkage: Vec<u8>,
}

impl Kept {
    fn of(register: &Register, valid: &ValidAnswers) -> Result<Self, StepError> {
        let person = valid.person().map_err(|error| StepError::Evidence(error.code()))?;
        let areas = register.pack.geography();
        let linkage = LinkageRecord::from_details(&person, &register.names)
            .with_area_parents(|code| areas.area(code)?.parent.clone());
        let answers = valid
            .by_class()
            .into_iter()
            .map(|(class, answers)| Ok((class.as_str(), serde_json::to_vec(&answers)?)))
            .collect::<Result<_, serde_json::Error>>()
            .map_err(|_| StepError::Evidence("validate.encoding"))?;
        let linkage =
            serde_json::to_vec(&linkage).map_err(|_| StepError::Evidence("validate.encoding"))?;
        Ok(Self { answers, linkage })
    }
}

/// Gathers the facts, and the checked answers when the form has no fault.
fn gather(pack: &CountryPack, encounter: &Encounter) -> (Facts, Option<ValidAnswers>) {
    let kind = FormKind::from_name(&encounter.form_kind);
    let mut given = Answers::new();
    for (field, value) in &encounter.answers {
        given.set(field.clone(), value.clone());
    }
    let today = pack.today(encounter.captured_at);
    let age = pack
        .view(&given)
        .date_of_birth()
        .map_or(Eligibility::Undetermined, |born| pack.eligibility(&born, today));
    let consent_at =
        |kind| encounter.consents.iter().filter(|c| c.kind == kind).map(|c| c.given_at).min();
    let (form_problems, valid) = match kind {
        None => (vec!["form.unknown_kind:form_kind".to_owned()], None),
        Some(kind) => match pack.validate(&given, kind, today) {
            Ok(valid) => (Vec::new(), Some(valid)),
            Err(problems) => {
                let lawful = |code| code != ProblemCode::TooYoung;
                let problems = problems.iter().filter(|p| lawful(p.code));
                (problems.map(|p| format!("{}:{}", p.code(), p.field_id())).collect(), None)
            }
        },
    };
    let facts = Facts {
        form_problems,
        age,
        kind,
        resident_consent: consent_at(ConsentKind::Resident),
        guardian_consent: consent_at(ConsentKind::Guardian),
        capture_opened_at: encounter.capture_opened_at,
    };
    (facts, valid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        let at = Timestamp::from_second(1_000).unwrap();
        Facts {
            form_problems: vec![],
            age: Eligibility::Adult,
            kind: Some(FormKind::Adult),
            resident_consent: Some(at),
            guardian_consent: None,
            capture_opened_at: at,
        }
    }

    #[test]
    fn law_before_form() {
        let check = |facts: Facts, want: &str| match decide(facts) {
            Application::Refused { code } => assert_eq!(code, want),
            other => assert_eq!(other.name(), want),
        };
        let late = Timestamp::from_second(2_000).ok();
        let minor = || Facts { age: Eligibility::Minor, kind: Some(FormKind::Minor), ..facts() };
        check(facts(), "validated");
        check(Facts { resident_consent: None, ..facts() }, "law.consent_missing");
        check(Facts { resident_consent: late, ..facts() }, "law.consent_after_capture");
        check(minor(), "law.guardian_consent_missing");
        check(Facts { guardian_consent: late, ..minor() }, "law.consent_after_capture");
        check(Facts { guardian_consent: facts().resident_consent, ..minor() }, "validated");
        check(
            Facts { form_problems: vec!["form.required:sex".into()], ..facts() },
            "correction_asked",
        );
    }
}

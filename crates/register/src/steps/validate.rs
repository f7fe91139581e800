//! Validation: does the form keep the rules of the country pack, and the capture
//! those of the law? The kit enforces the same; the register believes no kit.

mod consents;

use jiff::Timestamp;
use niims_country::{
    Answers, CountryPack, Eligibility, FieldProblem, FormKind, ProblemCode, Role, ValidAnswers,
    prohibited,
};
use niims_linkage::LinkageRecord;
use niims_packet::{ConsentKind, Encounter};
use niims_record::application::Application;
use niims_store::{answers, search};

use super::{Outcome, Run, StepError};
use crate::Register;
use crate::evidence::OpenError;
use crate::revisits::{self, Met};

/// What validation needs to know.
pub struct Facts {
    /// Faults of the form, as `code:field`.
    pub form_problems: Vec<String>,
    /// Whether the law allows this age, as far as the form tells it.
    pub age: Eligibility,
    /// The form used.
    pub kind: Option<FormKind>,
    /// Whether the resident consented.
    pub resident_consents: bool,
    /// What is known of the guardian of a minor.
    pub guardian: Guardian,
    /// The code of what is wrong with a consent that was given.
    pub consent_fault: Option<&'static str>,
    /// Whether the answers hold what nobody may collect.
    pub prohibited: bool,
}

/// What is known of the guardian of a minor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guardian {
    /// Nobody consented as guardian.
    Silent,
    /// Somebody consented who was not identified before, or not as the one among the answers.
    Unidentified,
    /// The one among the answers was identified and consented then.
    Consents,
}

/// Decides whether the application goes on, is sent back for correction, or is
/// one that the law does not allow.
pub fn decide(facts: Facts) -> Application {
    match unlawful(&facts) {
        Some(code) => Application::Refused { code: code.to_owned() },
        None if facts.form_problems.is_empty() => Application::Validated,
        None => Application::CorrectionAsked { problems: facts.form_problems },
    }
}

/// The rule of the law that is broken, by its stable code. Law goes before form.
fn unlawful(facts: &Facts) -> Option<&'static str> {
    if facts.prohibited {
        return Some("law.prohibited_data");
    }
    if matches!(facts.age, Eligibility::TooYoung { .. }) {
        return Some("law.under_six");
    }
    let minor = matches!(facts.age, Eligibility::Minor) || facts.kind == Some(FormKind::Minor);
    if minor && facts.guardian == Guardian::Silent {
        return Some("law.guardian_consent_missing");
    }
    if !minor && !facts.resident_consents {
        return Some("law.consent_missing");
    }
    if let Some(fault) = facts.consent_fault {
        return Some(fault);
    }
    (minor && facts.guardian == Guardian::Unidentified).then_some("law.guardian_unidentified")
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
    let given = given(&encounter);
    let (facts, valid) = gather(&register.pack, &encounter, &given, run.packet.received_at);
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
    let met = Met::of(register, &given);
    if !matches!(next, Application::Refused { .. }) {
        let (of, at) = (&run.application, run.at);
        revisits::settle_what_it_answers(register, &mut tx, of, &encounter, &met, at).await?;
        if let Application::CorrectionAsked { problems } = &next {
            revisits::ask_correction(register, &mut tx, of, problems, &met, at).await?;
        }
    }
    register.move_on(tx, run, next).await
}

fn given(encounter: &Encounter) -> Answers {
    let mut given = Answers::new();
    for (field, value) in &encounter.answers {
        given.set(field.clone(), value.clone());
    }
    given
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

/// Gathers the facts, and the checked answers when the form has no fault. A kit's clock may run
/// ahead of the centre's; nobody becomes older by that.
fn gather(
    pack: &CountryPack,
    encounter: &Encounter,
    given: &Answers,
    received_at: Timestamp,
) -> (Facts, Option<ValidAnswers>) {
    let kind = FormKind::from_name(&encounter.form_kind);
    let today = pack.today(encounter.captured_at.min(received_at));
    let age = pack
        .view(given)
        .date_of_birth()
        .map_or(Eligibility::Undetermined, |born| pack.eligibility(&born, today));
    let validated = kind.map(|kind| pack.validate(given, kind, today));
    let problems =
        validated.as_ref().map_or(&[][..], |valid| valid.as_ref().err().map_or(&[], Vec::as_slice));
    let consents = |of, role| {
        encounter.consents.iter().any(|consent| consent.kind == of)
            && !problems.iter().any(|problem| says_no(problem, role, pack))
    };
    let facts = Facts {
        age,
        kind,
        resident_consents: consents(ConsentKind::Resident, Role::Consent),
        guardian: match consents(ConsentKind::Guardian, Role::GuardianConsent) {
            false => Guardian::Silent,
            true if guardian_identified(pack, encounter, given) => Guardian::Consents,
            true => Guardian::Unidentified,
        },
        consent_fault: consents::fault(&encounter.consents, encounter.capture_opened_at, pack),
        prohibited: prohibited::in_answers(&encounter.answers),
        form_problems: match kind {
            None => vec!["form.unknown_kind:form_kind".to_owned()],
            Some(_) => problems
                .iter()
                .filter(|problem| problem.code != ProblemCode::TooYoung)
                .map(|problem| format!("{}:{}", problem.code(), problem.field_id()))
                .collect(),
        },
    };
    (facts, validated.and_then(Result::ok))
}

/// Whether the answers themselves lack the consent, or say no.
fn says_no(problem: &FieldProblem, role: Role, pack: &CountryPack) -> bool {
    matches!(problem.code, ProblemCode::Required | ProblemCode::ConsentNotGiven)
        && pack.field(&problem.field_id()).is_some_and(|field| field.role == Some(role))
}

/// Whether the guardian was identified before they consented. An identification of somebody else than
/// the one among the answers, or by nothing, counts as none.
fn guardian_identified(pack: &CountryPack, encounter: &Encounter, given: &Answers) -> bool {
    let field = pack.fields().iter().find(|field| field.role == Some(Role::Guardian));
    let guardian = field.and_then(|field| given.get(&field.id));
    let part = |name: &str| guardian?.get(name)?.as_str();
    let consents = encounter.consents.iter().filter(|one| one.kind == ConsentKind::Guardian);
    let consented_at = consents.map(|consent| consent.given_at).min();
    encounter.guardian.as_ref().is_some_and(|identified| {
        identified.fits(part("relationship"), part("identifier_number"))
            && consented_at.is_some_and(|at| identified.at <= at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts {
            form_problems: vec![],
            age: Eligibility::Adult,
            kind: Some(FormKind::Adult),
            resident_consents: true,
            guardian: Guardian::Silent,
            consent_fault: None,
            prohibited: false,
        }
    }

    #[test]
    fn law_before_form() {
        let check = |facts: Facts, want: &str| match decide(facts) {
            Application::Refused { code } => assert_eq!(code, want),
            other => assert_eq!(other.name(), want),
        };
        let minor = || Facts { age: Eligibility::Minor, kind: Some(FormKind::Minor), ..facts() };
        let faulty = || vec!["form.required:sex".to_owned()];
        check(facts(), "validated");
        check(Facts { resident_consents: false, ..facts() }, "law.consent_missing");
        let late = Some("law.consent_after_capture");
        check(Facts { consent_fault: late, ..facts() }, "law.consent_after_capture");
        check(minor(), "law.guardian_consent_missing");
        check(Facts { guardian: Guardian::Consents, ..minor() }, "validated");
        let both = Facts { guardian: Guardian::Unidentified, consent_fault: late, ..minor() };
        check(both, "law.consent_after_capture");
        let hidden = Facts { prohibited: true, form_problems: faulty(), ..facts() };
        check(hidden, "law.prohibited_data");
        check(Facts { form_problems: faulty(), ..facts() }, "correction_asked");
        check(Facts { guardian: Guardian::Unidentified, ..minor() }, "law.guardian_unidentified");
    }
}

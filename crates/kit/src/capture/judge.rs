//! Form and law, judged before anything is captured: prohibited data, age, consent, answers.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use niims_country::{Answers, CountryPack, Eligibility, FieldProblem, FormKind, ProblemCode, Role};
use niims_packet::{Consent, ConsentKind, ConsentMode, GuardianIdentified};
use serde_json::Value;

use super::consent;
use super::form::CaptureForm;
use super::prohibited;
use super::refusal::{CaptureProblem, EnrolRefused, LawProblem};

/// A form that law and country pack allow to be captured.
pub(crate) struct Judged {
    /// Answers in normal form.
    pub answers: BTreeMap<String, Value>,
    /// Consents, all given before capture.
    pub consents: Vec<Consent>,
    /// How the guardian of a minor was identified, before consent.
    pub guardian: Option<GuardianIdentified>,
    /// Which form.
    pub kind: FormKind,
    /// When capture was opened.
    pub opened_at: Timestamp,
    /// When it was finished.
    pub captured_at: Timestamp,
    /// When the answers were confirmed.
    pub confirmed_at: Timestamp,
}

/// Judges the form at `now`, the kit's clock.
pub(crate) fn judge(
    form: &CaptureForm,
    pack: &CountryPack,
    now: Timestamp,
) -> Result<Judged, EnrolRefused> {
    if form.declined || consent::declined(&form.answers, pack) {
        return Err(EnrolRefused::Declined);
    }
    if prohibited::in_answers(&form.answers) {
        return Err(LawProblem::ProhibitedData.into());
    }
    let kind = FormKind::from_name(&form.form_kind).ok_or(EnrolRefused::FormKindUnknown)?;
    let (opened_at, captured_at) = times(form, now)?;
    let consents = consent::gather(form, pack);
    let answers = consent::into_answers(&form.answers, &consents, kind, pack);
    let today = pack.today(captured_at);

    age_and_consent(&answers, &consents, pack, today)?;
    let guardian = guardian(form, &answers, &consents, pack, today)?;
    given_before(&consents, opened_at)?;
    witnessed(&consents)?;
    let valid = pack.validate(&answers, kind, today).map_err(|problems| refused(problems, pack))?;
    let answers =
        valid.into_answers().iter().map(|(id, value)| (id.to_owned(), value.clone())).collect();
    let confirmed_at = confirmed(form, captured_at)?;
    Ok(Judged { answers, consents, guardian, kind, opened_at, captured_at, confirmed_at })
}

/// Begin and end of capture; what is left out is now.
fn times(form: &CaptureForm, now: Timestamp) -> Result<(Timestamp, Timestamp), EnrolRefused> {
    let captured_at = form.captured_at.unwrap_or(now);
    let opened_at = form.capture_opened_at.unwrap_or(captured_at);
    if opened_at > captured_at || captured_at > now {
        return Err(CaptureProblem::TimeOrder.into());
    }
    Ok((opened_at, captured_at))
}

/// When the answers were confirmed, which ends a capture and is no part of what comes after.
fn confirmed(form: &CaptureForm, captured_at: Timestamp) -> Result<Timestamp, EnrolRefused> {
    match form.confirmed_at {
        None => Err(CaptureProblem::NotConfirmed.into()),
        Some(at) if at > captured_at => Err(CaptureProblem::TimeOrder.into()),
        Some(at) => Ok(at),
    }
}

/// Children below the enrolment age are asked to come later; a minor's guardian consents, an
/// adult consents for themself (LN 196/2020, r. 6; Data Protection Act 2019, ss. 30, 33). A
/// birth whose date cannot be read is left to the form's own faults.
fn age_and_consent(
    answers: &Answers,
    consents: &[Consent],
    pack: &CountryPack,
    today: Date,
) -> Result<(), EnrolRefused> {
    let has = |kind| consents.iter().any(|consent| consent.kind == kind);
    let age = pack.view(answers).date_of_birth().map(|born| pack.eligibility(&born, today));
    match age {
        Ok(Eligibility::TooYoung { from }) => Err(LawProblem::UnderSix { from }.into()),
        Ok(Eligibility::Minor) if !has(ConsentKind::Guardian) => {
            Err(LawProblem::GuardianConsentMissing.into())
        }
        Ok(Eligibility::Adult) if !has(ConsentKind::Resident) => {
            Err(LawProblem::ConsentMissing.into())
        }
        _ if consents.is_empty() => Err(LawProblem::ConsentMissing.into()),
        _ => Ok(()),
    }
}

/// Who consents for a minor was identified before, by an officer, as the one among the answers (Data
/// Protection Act 2019, s. 33). Nobody else has a guardian.
fn guardian(
    form: &CaptureForm,
    answers: &Answers,
    consents: &[Consent],
    pack: &CountryPack,
    today: Date,
) -> Result<Option<GuardianIdentified>, EnrolRefused> {
    let age = pack.view(answers).date_of_birth().map(|born| pack.eligibility(&born, today));
    if age != Ok(Eligibility::Minor) {
        return Ok(None);
    }
    let (relation, number) = named_guardian(answers, pack);
    let consented = consents.iter().filter(|c| c.kind == ConsentKind::Guardian);
    let consented_at = consented.map(|consent| consent.given_at).min();
    form.guardian
        .as_ref()
        .filter(|one| one.fits(relation, number))
        .filter(|one| consented_at.is_some_and(|at| one.at <= at))
        .map(|one| Some(one.clone()))
        .ok_or_else(|| LawProblem::GuardianUnidentified.into())
}

/// Relation and number of the guardian among the answers.
pub(crate) fn named_guardian<'a>(
    answers: &'a Answers,
    pack: &CountryPack,
) -> (Option<&'a str>, Option<&'a str>) {
    let field = pack.fields().iter().find(|field| field.role == Some(Role::Guardian));
    let Some(given) = field.and_then(|field| answers.get(&field.id)) else { return (None, None) };
    let part = |name: &str| given.get(name).and_then(Value::as_str);
    (part("relationship"), part("identifier_number"))
}

fn given_before(consents: &[Consent], opened_at: Timestamp) -> Result<(), EnrolRefused> {
    match consents.iter().find(|consent| consent.given_at > opened_at) {
        Some(consent) => {
            let given_at = consent.given_at;
            Err(LawProblem::ConsentAfterCapture { given_at, opened_at }.into())
        }
        None => Ok(()),
    }
}

/// A mark and a spoken word hold no more than the witness of it.
fn witnessed(consents: &[Consent]) -> Result<(), EnrolRefused> {
    let bare =
        |consent: &Consent| consent.mode != ConsentMode::Signature && consent.witness.is_none();
    if consents.iter().any(bare) { Err(LawProblem::WitnessMissing.into()) } else { Ok(()) }
}

/// The form's faults; one that is about consent is a matter of law and goes first.
fn refused(problems: Vec<FieldProblem>, pack: &CountryPack) -> EnrolRefused {
    let about = |problem: &FieldProblem, role| {
        matches!(problem.code, ProblemCode::Required | ProblemCode::ConsentNotGiven)
            && pack.field(&problem.field_id()).is_some_and(|field| field.role == Some(role))
    };
    if problems.iter().any(|problem| about(problem, Role::GuardianConsent)) {
        return LawProblem::GuardianConsentMissing.into();
    }
    if problems.iter().any(|problem| about(problem, Role::Consent)) {
        return LawProblem::ConsentMissing.into();
    }
    EnrolRefused::Form { problems }
}

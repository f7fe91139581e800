//! Consents: among the answers as the form asks for them, and in the packet as evidence.

use std::collections::BTreeMap;

use jiff::Timestamp;
use niims_country::{Answers, CountryPack, FormKind, Role};
use niims_packet::{Consent, ConsentKind, ConsentMode};
use serde_json::{Map, Value};

use super::form::CaptureForm;

const FIELDS: [(Role, ConsentKind); 2] =
    [(Role::Consent, ConsentKind::Resident), (Role::GuardianConsent, ConsentKind::Guardian)];

/// Whether a consent was asked for and not given.
pub(crate) fn declined(answers: &BTreeMap<String, Value>, pack: &CountryPack) -> bool {
    fields(pack).any(|(id, _)| {
        answers.get(id).and_then(|answer| answer.get("given")) == Some(&Value::Bool(false))
    })
}

/// The consents recorded on their own, and those that stand only among the answers.
pub(crate) fn gather(form: &CaptureForm, pack: &CountryPack) -> Vec<Consent> {
    let mut consents = form.consents.clone();
    for (id, kind) in fields(pack) {
        if consents.iter().all(|consent| consent.kind != kind)
            && let Some(consent) = form.answers.get(id).and_then(|answer| from_answer(answer, kind))
        {
            consents.push(consent);
        }
    }
    consents
}

/// The answers, completed with the consents that were recorded on their own.
pub(crate) fn into_answers(
    answers: &BTreeMap<String, Value>,
    consents: &[Consent],
    form: FormKind,
    pack: &CountryPack,
) -> Answers {
    let mut complete: Answers =
        answers.iter().map(|(id, value)| (id.clone(), value.clone())).collect();
    for (id, kind) in fields(pack) {
        let asked = pack.field(id).is_some_and(|field| field.forms.contains(&form));
        let recorded = consents.iter().find(|consent| consent.kind == kind);
        if let Some(consent) = recorded.filter(|_| asked && complete.get(id).is_none()) {
            complete.set(id, to_answer(consent));
        }
    }
    complete
}

fn fields(pack: &CountryPack) -> impl Iterator<Item = (&str, ConsentKind)> {
    pack.fields().iter().filter_map(|field| {
        let (_, kind) = FIELDS.iter().find(|(role, _)| field.role == Some(*role))?;
        Some((field.id.as_str(), *kind))
    })
}

/// `None` when the answer lacks what a consent needs; the form's own checks say what.
fn from_answer(answer: &Value, kind: ConsentKind) -> Option<Consent> {
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    if answer.get("given") != Some(&Value::Bool(true)) {
        return None;
    }
    // The answer may name the guardian; the evidence holds the role alone.
    let by = match kind {
        ConsentKind::Resident => "self",
        ConsentKind::Guardian => "guardian",
    };
    Some(Consent {
        kind,
        by: by.to_owned(),
        mode: match text("mode")? {
            "ORAL" => ConsentMode::Spoken,
            _ => ConsentMode::Signature,
        },
        language: text("language")?.to_owned(),
        notice_version: text("notice_version")?.to_owned(),
        given_at: text("given_at")?.parse::<Timestamp>().ok()?,
        witness: None,
    })
}

fn to_answer(consent: &Consent) -> Value {
    let mode = match consent.mode {
        ConsentMode::Signature | ConsentMode::Mark => "WRITTEN",
        ConsentMode::Spoken => "ORAL",
    };
    Value::Object(Map::from_iter([
        ("given".to_owned(), Value::Bool(true)),
        ("notice_version".to_owned(), consent.notice_version.clone().into()),
        ("language".to_owned(), consent.language.clone().into()),
        ("mode".to_owned(), mode.into()),
        ("given_at".to_owned(), consent.given_at.to_string().into()),
        ("given_by".to_owned(), consent.by.clone().into()),
    ]))
}

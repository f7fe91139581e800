//! Where an interview stands: decided from what it holds, by the pack and the law.

use jiff::civil::Date;
use niims_country::{
    Answers, CountryPack, Eligibility, Field, FieldProblem, FieldType, FormKind, ProblemCode,
    Requirement, Role,
};
use niims_packet::ConsentKind;
use niims_record::revisit::{AnswerFault, RevisitAsk};
use serde_json::Value;

use super::Interview;
use crate::capture::consent::into_answers;

/// The parts of an interview in the order in which the law lets them be opened: no question
/// before consent, no guardian after it, nothing of the body before the answers stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// How old the person is, which decides who consents.
    Age,
    /// The notice of four items (LN 196/2020, r. 6).
    Notice,
    /// Who the guardian of a minor is (Data Protection Act 2019, s. 33).
    Guardian,
    /// Consent, or no.
    Consent,
    /// The questions of the form.
    Questions,
    /// Documents that were shown.
    Documents,
    /// Fingers and portrait.
    Body,
    /// Reading all answers aloud.
    Check,
}

impl Stage {
    /// Every stage in order.
    pub const ALL: [Self; 8] = [
        Self::Age,
        Self::Notice,
        Self::Guardian,
        Self::Consent,
        Self::Questions,
        Self::Documents,
        Self::Body,
        Self::Check,
    ];

    /// The word for it in addresses and texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::Notice => "notice",
            Self::Guardian => "guardian",
            Self::Consent => "consent",
            Self::Questions => "questions",
            Self::Documents => "documents",
            Self::Body => "body",
            Self::Check => "check",
        }
    }
}

/// The first part that is not fulfilled yet; what lies behind it may not be opened.
pub fn reached(interview: &Interview, pack: &CountryPack, today: Date) -> Stage {
    let age = eligibility(interview, pack, today);
    let fulfilled = |stage| match stage {
        Stage::Age => age.is_some(),
        Stage::Notice => {
            let wanted = notice_of(interview, pack, today);
            interview.notice.as_ref().is_some_and(|read| {
                Some(read.id.as_str()) == wanted
                    && pack.notice(&read.id).is_some_and(|notice| notice.accepts(&read.version))
            })
        }
        Stage::Guardian => {
            age != Some(Eligibility::Minor) || guardian_stands(interview, pack, today)
        }
        Stage::Consent => {
            let kind = match age {
                Some(Eligibility::Minor) => ConsentKind::Guardian,
                _ => ConsentKind::Resident,
            };
            interview.consents.iter().any(|consent| consent.kind == kind)
        }
        Stage::Questions => next_question(interview, pack, today).is_none(),
        Stage::Documents => super::documents::are_settled(interview, pack),
        Stage::Body => interview.body.is_some() && super::to_vouch(interview).is_empty(),
        Stage::Check => false,
    };
    Stage::ALL.into_iter().find(|stage| !fulfilled(*stage)).unwrap_or(Stage::Check)
}

/// What the law says of the person's age; `None` until it is known and fits the form.
pub(crate) fn eligibility(
    interview: &Interview,
    pack: &CountryPack,
    today: Date,
) -> Option<Eligibility> {
    let ids = age_fields(pack);
    if problems(interview, pack, today).iter().any(|one| ids.contains(&one.field.as_str())) {
        return None;
    }
    let born = pack.view(&interview.answers).date_of_birth().ok()?;
    match (pack.eligibility(&born, today), interview.form_kind) {
        (Eligibility::Minor, FormKind::Adult) | (Eligibility::Adult, FormKind::Minor) => None,
        (age @ (Eligibility::Minor | Eligibility::Adult), _) => Some(age),
        _ => None,
    }
}

/// The ids of the questions that tell the age, in the order of the form.
pub fn age_fields(pack: &CountryPack) -> Vec<&str> {
    const ROLES: [Role; 3] =
        [Role::DateOfBirth, Role::DateOfBirthPrecision, Role::DateOfBirthMargin];
    let is_of_age = |field: &&Field| field.role.is_some_and(|role| ROLES.contains(&role));
    pack.fields().iter().filter(is_of_age).map(|field| field.id.as_str()).collect()
}

/// The id of the notice that is to be read: to the person, or to the guardian of a minor.
pub fn notice_of<'p>(interview: &Interview, pack: &'p CountryPack, today: Date) -> Option<&'p str> {
    let role = match eligibility(interview, pack, today)? {
        Eligibility::Minor => Role::GuardianConsent,
        _ => Role::Consent,
    };
    pack.fields().iter().find(|field| field.role == Some(role)).and_then(|field| {
        match &field.kind {
            FieldType::Consent { notice } => Some(notice.as_str()),
            _ => None,
        }
    })
}

/// What the pack finds wrong with all answers as they stand.
pub fn problems(interview: &Interview, pack: &CountryPack, today: Date) -> Vec<FieldProblem> {
    found(&interview.answers, interview, pack, today)
}

/// What the pack finds wrong with these answers, given the consents of the interview.
pub(crate) fn found(
    answers: &Answers,
    interview: &Interview,
    pack: &CountryPack,
    today: Date,
) -> Vec<FieldProblem> {
    let plain = answers.iter().map(|(id, value)| (id.to_owned(), value.clone())).collect();
    let complete = into_answers(&plain, &interview.consents, interview.form_kind, pack);
    pack.validate(&complete, interview.form_kind, today).err().unwrap_or_default()
}

/// Those of the problems that are about this question or a part of it.
pub(crate) fn about(problems: Vec<FieldProblem>, field: &str) -> Vec<FieldProblem> {
    let is_about = |problem: &FieldProblem| {
        let id = problem.field_id();
        id == field || id.strip_prefix(field).is_some_and(|rest| rest.starts_with('.'))
    };
    problems.into_iter().filter(is_about).collect()
}

fn guardian_stands(interview: &Interview, pack: &CountryPack, today: Date) -> bool {
    let Some(field) = guardian_field(pack) else { return true };
    interview.guardian_identified.is_some()
        && interview.answers.get(&field.id).is_some()
        && about(problems(interview, pack, today), &field.id).is_empty()
}

/// The question about the guardian.
pub(crate) fn guardian_field(pack: &CountryPack) -> Option<&Field> {
    pack.fields().iter().find(|field| field.role == Some(Role::Guardian))
}

/// The questions that are put to this person, in the order of the form. What an earlier part
/// asks, and what only other people are asked, is left out.
pub fn asked<'p>(interview: &Interview, pack: &'p CountryPack, today: Date) -> Vec<&'p Field> {
    let age = eligibility(interview, pack, today);
    let earlier = age_fields(pack);
    let elsewhere = |field: &Field| {
        matches!(field.kind, FieldType::Consent { .. })
            || matches!(field.role, Some(Role::Guardian | Role::BiometricExceptions))
            || earlier.contains(&field.id.as_str())
    };
    let is_met = |field: &Field| match &field.requirement {
        Requirement::Optional | Requirement::Always => true,
        Requirement::WhenMinor(minor) => (age == Some(Eligibility::Minor)) == *minor,
        Requirement::WhenAnswered { field, answered } => {
            interview.answers.get(field).is_some() == *answered
        }
        Requirement::WhenIs { field, values } => match interview.answers.get(field) {
            Some(Value::String(code)) => values.contains(code),
            Some(Value::Array(codes)) => {
                codes.iter().filter_map(Value::as_str).any(|code| values.iter().any(|v| v == code))
            }
            _ => false,
        },
    };
    pack.form(interview.form_kind)
        .sections
        .into_iter()
        .flat_map(|(_, fields)| fields)
        .filter(|field| !elsewhere(field))
        .filter(|field| is_met(field) || interview.answers.get(&field.id).is_some())
        .collect()
}

/// The next question: the first that was not put yet, those that the centre asks for before all
/// others; then the first with a fault.
pub fn next_question<'p>(
    interview: &Interview,
    pack: &'p CountryPack,
    today: Date,
) -> Option<&'p Field> {
    let asked = asked(interview, pack, today);
    let wanted = wanted(interview);
    let open = asked.iter().filter(|field| !interview.put.contains(&field.id));
    if let Some(first) = open.min_by_key(|field| !wanted.contains(&field.id.as_str())) {
        return Some(first);
    }
    let found = problems(interview, pack, today);
    asked.into_iter().find(|field| !about(found.clone(), &field.id).is_empty())
}

/// The questions that a correction asks for.
pub(crate) fn wanted(interview: &Interview) -> Vec<&str> {
    match interview.revisit.as_ref().map(|revisit| &revisit.ask) {
        Some(RevisitAsk::Correction { faults, .. }) => {
            faults.iter().map(AnswerFault::question).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a question may be passed over without an answer: always where the pack asks for
/// none; and where one of two must be answered, as long as the other is still to come.
pub(crate) fn may_pass(interview: &Interview, field: &Field) -> bool {
    match &field.requirement {
        Requirement::WhenAnswered { field: other, answered: false } => {
            !interview.put.contains(other)
        }
        _ => false,
    }
}

/// Without those problems that say only that there is no answer.
pub(crate) fn without_required(problems: Vec<FieldProblem>, field: &str) -> Vec<FieldProblem> {
    let only = |one: &FieldProblem| one.field == field && one.code == ProblemCode::Required;
    problems.into_iter().filter(|one| !only(one)).collect()
}

//! Checks answers against the form: every fault at once, no answer ever repeated in a fault.

mod consent;
mod contact;
mod problem;
mod value;

use std::collections::BTreeSet;
use std::fmt::Display;

use jiff::civil::Date;
use serde_json::{Map, Value};

pub use consent::CONSENT_MODES;
pub use problem::{FieldProblem, ProblemCode};
pub(crate) use value::parse_partial;

use crate::age::{Eligibility, eligibility};
use crate::answers::{Answers, ValidAnswers};
use crate::form::{Field, Requirement, Role, Stage};
use crate::pack::CountryPack;
use crate::roles::RoleView;
use crate::settings::FormKind;

/// One check of one set of answers.
pub(crate) struct Check<'a> {
    pub pack: &'a CountryPack,
    pub kind: FormKind,
    pub today: Date,
    pub problems: Vec<FieldProblem>,
}

/// Checks `answers`; up to and with `stage`, answers that are required must be there.
pub(crate) fn validate(
    pack: &CountryPack,
    answers: &Answers,
    kind: FormKind,
    today: Date,
    stage: Stage,
) -> Result<ValidAnswers, Vec<FieldProblem>> {
    let mut check = Check { pack, kind, today, problems: Vec::new() };
    let normal = check.values(answers);
    let age = check.age(&normal);
    check.category(&normal);
    check.required(&normal, age, stage);
    if !check.problems.is_empty() {
        check.problems.sort();
        check.problems.dedup();
        return Err(check.problems);
    }
    Ok(ValidAnswers {
        answers: normal,
        kind,
        eligibility: age,
        pack_version: pack.version().to_owned(),
        form: pack.form.clone(),
        particles: pack.particles.clone(),
    })
}

impl Check<'_> {
    pub(crate) fn fault(&mut self, field: &str, code: ProblemCode) {
        self.problems.push(FieldProblem::new(field, code, None));
    }

    pub(crate) fn limit(&mut self, field: &str, code: ProblemCode, limit: impl Display) {
        self.problems.push(FieldProblem::new(field, code, Some(limit.to_string())));
    }

    /// Checks each answer by itself and brings it into normal form.
    fn values(&mut self, answers: &Answers) -> Answers {
        let pack = self.pack;
        let mut normal = Answers::new();
        for (id, value) in answers.iter() {
            match pack.form.field(id) {
                Some(field) if field.parent.is_none() => {
                    if !field.forms.contains(&self.kind) {
                        if !value::is_empty(value) {
                            self.fault(id, ProblemCode::NotThisForm);
                        }
                    } else if let Some(value) = self.value(field, id, value, None) {
                        normal.set(id, value);
                    }
                }
                _ => self.fault(id, ProblemCode::UnknownField),
            }
        }
        normal
    }

    /// Judges the age, if the date of birth can be read.
    fn age(&mut self, answers: &Answers) -> Eligibility {
        let pack = self.pack;
        let Some(field) = pack.form.with_role(Role::DateOfBirth, None) else {
            return Eligibility::Undetermined;
        };
        let faulty = |check: &Self| check.problems.iter().any(|problem| problem.field == field.id);
        if faulty(self) {
            return Eligibility::Undetermined;
        }
        let view = RoleView { form: &pack.form, particles: &pack.particles, answers };
        let Ok(born) = view.date_of_birth() else {
            if answers.get(&field.id).is_some() && self.precision_given(answers) {
                self.fault(&field.id, ProblemCode::PrecisionMismatch);
            }
            return Eligibility::Undetermined;
        };
        let age = eligibility(&pack.settings, born, self.today);
        match age {
            Eligibility::TooYoung { .. } => {
                self.limit(&field.id, ProblemCode::TooYoung, pack.settings.enrolment_age);
            }
            Eligibility::Minor if self.kind == FormKind::Adult => {
                self.limit(&field.id, ProblemCode::NotOfFullAge, pack.settings.adult_age);
            }
            Eligibility::Adult if self.kind == FormKind::Minor => {
                self.limit(&field.id, ProblemCode::NotAMinor, pack.settings.adult_age);
            }
            Eligibility::Undetermined => {
                self.fault(&field.id, ProblemCode::AgeUnknown);
            }
            _ => {}
        }
        match age {
            // The wrong form, or too early: whose consent is missing is not the question yet.
            Eligibility::Adult if self.kind == FormKind::Minor => Eligibility::Undetermined,
            Eligibility::TooYoung { .. } => Eligibility::Undetermined,
            age => age,
        }
    }

    fn precision_given(&self, answers: &Answers) -> bool {
        self.pack
            .form
            .with_role(Role::DateOfBirthPrecision, None)
            .is_some_and(|field| answers.get(&field.id).is_some())
    }

    /// Checks that the form is the one for the person's footing in the country.
    fn category(&mut self, answers: &Answers) {
        let pack = self.pack;
        let Some(field) = pack.form.with_role(Role::ResidencyCategory, None) else {
            return;
        };
        let allowed = pack.settings.forms.get(&self.kind);
        if let Some(category) = answers.text(&field.id)
            && !allowed.is_some_and(|allowed| allowed.contains(category))
        {
            self.fault(&field.id, ProblemCode::NotThisForm);
        }
    }

    /// Reports required fields that are not answered. A faulty answer counts as answered: its
    /// fault is told already, and nothing else is asked for because of it.
    fn required(&mut self, answers: &Answers, age: Eligibility, stage: Stage) {
        let pack = self.pack;
        let faulty: BTreeSet<String> =
            self.problems.iter().map(|problem| problem.field.clone()).collect();
        let facts = Facts { answers, faulty: &faulty, age };
        for field in pack.form.outer() {
            let asked = field.forms.contains(&self.kind)
                && (stage == Stage::Capture || field.stage == Stage::Form);
            if !asked {
                continue;
            }
            match answers.get(&field.id) {
                None => {
                    if !facts.is_faulty(&field.id) && facts.needed(field, None) {
                        self.fault(&field.id, ProblemCode::Required);
                    }
                }
                Some(Value::Object(object)) if field.kind.holds_fields() => {
                    self.required_inside(field, &field.id, object, &facts);
                }
                Some(Value::Array(items)) if field.kind.holds_fields() => {
                    for (index, item) in items.iter().enumerate() {
                        if let Value::Object(object) = item {
                            let path = format!("{}[{index}]", field.id);
                            self.required_inside(field, &path, object, &facts);
                        }
                    }
                }
                Some(_) => {}
            }
        }
    }

    fn required_inside(
        &mut self,
        group: &Field,
        path: &str,
        object: &Map<String, Value>,
        facts: &Facts<'_>,
    ) {
        let pack = self.pack;
        for field in pack.form.inside(&group.id) {
            let inner = format!("{path}.{}", field.name());
            let missing = object.get(field.name()).is_none() && !facts.is_faulty(&inner);
            if missing && facts.needed(field, Some((group, object))) {
                self.fault(&inner, ProblemCode::Required);
            }
        }
    }
}

/// What decides whether a field has to be answered.
struct Facts<'a> {
    answers: &'a Answers,
    faulty: &'a BTreeSet<String>,
    age: Eligibility,
}

impl Facts<'_> {
    /// True when the answer at this path, or a part of it, has a fault.
    fn is_faulty(&self, path: &str) -> bool {
        self.faulty.iter().any(|faulty| {
            faulty
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }

    /// Whether the field has to be answered; `around` is the group that it stands in.
    fn needed(&self, field: &Field, around: Option<(&Field, &Map<String, Value>)>) -> bool {
        let look = |id: &str| match around {
            Some((group, object)) if id.starts_with(&format!("{}.", group.id)) => {
                object.get(&id[group.id.len() + 1..])
            }
            _ => self.answers.get(id),
        };
        match &field.requirement {
            Requirement::Optional => false,
            Requirement::Always => true,
            Requirement::WhenMinor(minor) => match self.age {
                Eligibility::Minor => *minor,
                Eligibility::Adult => !*minor,
                Eligibility::TooYoung { .. } | Eligibility::Undetermined => false,
            },
            Requirement::WhenAnswered { field, answered } => {
                (look(field).is_some() || self.is_faulty(field)) == *answered
            }
            Requirement::WhenIs { field, values } => match look(field) {
                Some(Value::String(code)) => values.contains(code),
                Some(Value::Array(codes)) => codes
                    .iter()
                    .filter_map(Value::as_str)
                    .any(|code| values.iter().any(|value| value == code)),
                _ => false,
            },
        }
    }
}

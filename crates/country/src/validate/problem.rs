//! What can be wrong with an answer.

use std::fmt;

use serde::Serialize;

/// The kinds of fault that an answer can have; each has a stable dotted code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemCode {
    /// The form has no such field.
    UnknownField,
    /// The field, or the residency category, does not belong to this form.
    NotThisForm,
    /// Not answered.
    Required,
    /// JSON of another type than the field's.
    WrongType,
    /// More characters than allowed.
    TooLong,
    /// Does not look as it must.
    Pattern,
    /// A character that cannot stand here.
    Character,
    /// Not a code of the list.
    UnknownCode,
    /// The same code twice.
    Repeated,
    /// More elements than allowed.
    TooMany,
    /// Below the least number.
    TooSmall,
    /// Above the greatest number.
    TooGreat,
    /// Not a date of the calendar.
    NotADate,
    /// A date after the day of registration.
    DateInFuture,
    /// A date before the earliest allowed.
    DateTooEarly,
    /// The date does not fit the precision stated.
    PrecisionMismatch,
    /// No such area.
    UnknownArea,
    /// An area of too high a level.
    AreaTooWide,
    /// Not a telephone number.
    Telephone,
    /// Not an e-mail address.
    Email,
    /// Consent is not given.
    ConsentNotGiven,
    /// Consent to another version of the notice.
    NoticeOutdated,
    /// Below the enrolment age.
    TooYoung,
    /// The adult form for somebody who may be a minor.
    NotOfFullAge,
    /// The form of minors for somebody of full age.
    NotAMinor,
    /// No age can be told.
    AgeUnknown,
}

impl ProblemCode {
    /// Every code.
    pub const ALL: [Self; 26] = [
        Self::UnknownField,
        Self::NotThisForm,
        Self::Required,
        Self::WrongType,
        Self::TooLong,
        Self::Pattern,
        Self::Character,
        Self::UnknownCode,
        Self::Repeated,
        Self::TooMany,
        Self::TooSmall,
        Self::TooGreat,
        Self::NotADate,
        Self::DateInFuture,
        Self::DateTooEarly,
        Self::PrecisionMismatch,
        Self::UnknownArea,
        Self::AreaTooWide,
        Self::Telephone,
        Self::Email,
        Self::ConsentNotGiven,
        Self::NoticeOutdated,
        Self::TooYoung,
        Self::NotOfFullAge,
        Self::NotAMinor,
        Self::AgeUnknown,
    ];

    /// The stable code, for programs and documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownField => "form.unknown_field",
            Self::NotThisForm => "form.not_this_form",
            Self::Required => "form.required",
            Self::WrongType => "form.wrong_type",
            Self::TooLong => "form.too_long",
            Self::Pattern => "form.pattern",
            Self::Character => "form.character",
            Self::UnknownCode => "form.unknown_code",
            Self::Repeated => "form.repeated",
            Self::TooMany => "form.too_many",
            Self::TooSmall => "form.too_small",
            Self::TooGreat => "form.too_great",
            Self::NotADate => "form.not_a_date",
            Self::DateInFuture => "form.date_in_future",
            Self::DateTooEarly => "form.date_too_early",
            Self::PrecisionMismatch => "form.precision_mismatch",
            Self::UnknownArea => "form.unknown_area",
            Self::AreaTooWide => "form.area_too_wide",
            Self::Telephone => "form.telephone",
            Self::Email => "form.email",
            Self::ConsentNotGiven => "form.consent_not_given",
            Self::NoticeOutdated => "form.notice_outdated",
            Self::TooYoung => "form.too_young",
            Self::NotOfFullAge => "form.not_of_full_age",
            Self::NotAMinor => "form.not_a_minor",
            Self::AgeUnknown => "form.age_unknown",
        }
    }

    /// Key of its text in a pack: `error.` and what follows `form.`.
    pub fn text_key(self) -> String {
        format!("error.{}", self.as_str().trim_start_matches("form."))
    }
}

impl Serialize for ProblemCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// One fault of one answer. Holds no answer, so it may be logged and sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FieldProblem {
    /// Path of the field, such as `identifiers[1].number`; `?` for an id that cannot be one.
    pub field: String,
    /// What kind of fault.
    pub code: ProblemCode,
    /// The bound that was broken, from the pack, such as `60`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
}

impl FieldProblem {
    pub(crate) fn new(field: &str, code: ProblemCode, limit: Option<String>) -> Self {
        // Ids of unknown fields come from outside and might be personal data: only what looks like
        // an id of a form is repeated.
        let plain = |letter: char| {
            letter.is_ascii_lowercase()
                || letter.is_ascii_digit()
                || matches!(letter, '_' | '.' | '[' | ']')
        };
        let starts = field.starts_with(|letter: char| letter.is_ascii_lowercase());
        let shown = starts && field.len() <= 96 && field.chars().all(plain);
        Self { field: if shown { field.to_owned() } else { "?".to_owned() }, code, limit }
    }

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        self.code.as_str()
    }

    /// The field's id without indices, as the pack knows it.
    pub fn field_id(&self) -> String {
        let mut id = String::new();
        let mut inside = false;
        for letter in self.field.chars() {
            match letter {
                '[' => inside = true,
                ']' => inside = false,
                _ if !inside => id.push(letter),
                _ => {}
            }
        }
        id
    }
}

impl fmt::Display for FieldProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.field, self.code())?;
        match &self.limit {
            Some(limit) => write!(formatter, " ({limit})"),
            None => Ok(()),
        }
    }
}

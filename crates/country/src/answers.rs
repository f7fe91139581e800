//! Answers to the form, before and after they are checked.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::age::Eligibility;
use crate::form::{Form, SensitivityClass};
use crate::names::NameParticle;
use crate::settings::FormKind;

/// Largest set of answers in bytes of JSON. A full Kenyan form has about 8 kB.
pub const LARGEST_ANSWERS: usize = 256 * 1024;

/// Answers as given: field id → value. Its `Debug` shows field ids and never a value.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(BTreeMap<String, Value>);

/// Why bytes are not answers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswersError {
    /// More than [`LARGEST_ANSWERS`] bytes.
    #[error("the answers have {0} bytes; at most {LARGEST_ANSWERS} are allowed")]
    TooLarge(usize),
    /// Not a JSON object; line and column, never the text.
    #[error("the answers are not a JSON object (line {line}, column {column})")]
    NotJson {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
}

impl AnswersError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "answers.too_large",
            Self::NotJson { .. } => "answers.not_json",
        }
    }
}

impl Answers {
    /// No answers yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a JSON object, bounded before it is parsed.
    pub fn from_json(bytes: &[u8]) -> Result<Self, AnswersError> {
        if bytes.len() > LARGEST_ANSWERS {
            return Err(AnswersError::TooLarge(bytes.len()));
        }
        serde_json::from_slice(bytes)
            .map_err(|error| AnswersError::NotJson { line: error.line(), column: error.column() })
    }

    /// The answer to a field.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.0.get(field)
    }

    /// The answer to a field, when it is a text.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.get(field).and_then(Value::as_str)
    }

    /// Sets an answer and returns the earlier one.
    pub fn set(&mut self, field: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.0.insert(field.into(), value.into())
    }

    /// Takes an answer away.
    pub fn remove(&mut self, field: &str) -> Option<Value> {
        self.0.remove(field)
    }

    /// Every answer in the order of the field ids.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(field, value)| (field.as_str(), value))
    }

    /// How many fields are answered.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True when nothing is answered.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts answers kept apart by class together again; later ones win.
    pub fn merge(parts: impl IntoIterator<Item = Self>) -> Self {
        Self(parts.into_iter().flat_map(|part| part.0).collect())
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Answers({} fields, redacted)", self.0.len())
    }
}

impl FromIterator<(String, Value)> for Answers {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// Answers that satisfy form and law of one pack, in normal form. Only a pack makes them.
#[derive(Clone)]
pub struct ValidAnswers {
    pub(crate) answers: Answers,
    pub(crate) kind: FormKind,
    pub(crate) eligibility: Eligibility,
    pub(crate) pack_version: String,
    pub(crate) form: Arc<Form>,
    pub(crate) particles: Arc<Vec<NameParticle>>,
}

impl ValidAnswers {
    /// The answers in normal form: trimmed, telephone numbers complete, empty ones left out.
    pub const fn answers(&self) -> &Answers {
        &self.answers
    }

    /// The answers themselves.
    pub fn into_answers(self) -> Answers {
        self.answers
    }

    /// The form that was filled.
    pub const fn kind(&self) -> FormKind {
        self.kind
    }

    /// Minor or adult on the day of the check.
    pub const fn eligibility(&self) -> Eligibility {
        self.eligibility
    }

    /// Version of the pack that they were checked against.
    pub fn pack_version(&self) -> &str {
        &self.pack_version
    }

    /// The answers by how closely they must be kept; together they are all answers.
    pub fn by_class(&self) -> BTreeMap<SensitivityClass, Answers> {
        let mut classes: BTreeMap<SensitivityClass, Answers> = BTreeMap::new();
        for (id, value) in self.answers.iter() {
            let class =
                self.form.field(id).map_or(SensitivityClass::Sensitive, |field| field.sensitivity);
            classes.entry(class).or_default().set(id, value.clone());
        }
        classes
    }
}

impl fmt::Debug for ValidAnswers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "ValidAnswers({}, {} fields, redacted)",
            self.kind.as_str(),
            self.answers.len()
        )
    }
}

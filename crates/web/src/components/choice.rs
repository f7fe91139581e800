//! Questions answered by choosing.

use super::question::{Question, id_of};

/// One answer to choose.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// The value posted.
    pub value: String,
    /// The words.
    pub label: String,
    /// Help below the words.
    pub hint: Option<String>,
    /// Chosen before. Personal where the answer is.
    pub is_chosen: bool,
}

impl Choice {
    /// An answer that is not chosen.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None, is_chosen: false }
    }
}

impl core::fmt::Debug for Choice {
    /// Without whether it is chosen, which is personal.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Choice").field("value", &self.value).finish_non_exhaustive()
    }
}

/// One of a few answers, all in sight.
#[derive(Debug, Clone, Default)]
pub struct Radios {
    /// The question.
    pub question: Question,
    /// The answers.
    pub choices: Vec<Choice>,
    /// Side by side: for two short answers.
    pub is_inline: bool,
    /// Small, for dense pages of staff.
    pub is_small: bool,
}

/// Any of several answers.
#[derive(Debug, Clone, Default)]
pub struct Checkboxes {
    /// The question.
    pub question: Question,
    /// The answers; each chosen one is posted under the question's name.
    pub choices: Vec<Choice>,
    /// Small, for dense pages of staff.
    pub is_small: bool,
}

impl Radios {
    /// The answers with the ids of their inputs.
    pub fn items(&self) -> Vec<(String, &Choice)> {
        items(&self.question, &self.choices)
    }
}

impl Checkboxes {
    /// The answers with the ids of their inputs.
    pub fn items(&self) -> Vec<(String, &Choice)> {
        items(&self.question, &self.choices)
    }
}

/// The first input has the id of the question, so that a summary of errors leads to it.
fn items<'a>(question: &Question, choices: &'a [Choice]) -> Vec<(String, &'a Choice)> {
    let id = |(place, choice): (usize, &'a Choice)| match place {
        0 => (question.id(), choice),
        _ => (format!("{}-{}", question.id(), id_of(&choice.value)), choice),
    };
    choices.iter().enumerate().map(id).collect()
}

/// One of many answers, in a list that opens.
#[derive(Debug, Clone, Default)]
pub struct Select {
    /// The question.
    pub question: Question,
    /// The answers.
    pub choices: Vec<Choice>,
    /// The words of the empty answer at the top; without them the first answer is
    /// chosen from the start.
    pub empty: Option<String>,
}

//! One question and where its answer is written: a line, a longer text, a date.

use super::group::Fault;

/// What every question has: its name, its words, and what is wrong with the answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// Name of the form field.
    pub name: String,
    /// The question.
    pub label: String,
    /// Help below it.
    pub hint: Option<String>,
    /// What is wrong with the answer. Never repeats the answer.
    pub error: Option<String>,
    /// True where the question is the heading of its page: one question per page.
    pub is_heading: bool,
}

impl Question {
    /// A question without help.
    pub fn new(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self { name: name.into(), label: label.into(), ..Self::default() }
    }

    /// With help below it.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// With what is wrong, if anything is.
    #[must_use]
    pub fn error(self, error: Option<String>) -> Self {
        Self { error, ..self }
    }

    /// As the heading of its page.
    #[must_use]
    pub fn heading(self) -> Self {
        Self { is_heading: true, ..self }
    }

    /// The id of its (first) input: the name in letters, digits and hyphens.
    pub fn id(&self) -> String {
        id_of(&self.name)
    }

    /// The ids of hint and error, for `aria-describedby`; empty where there are none.
    pub fn described_by(&self) -> String {
        let hint = self.hint.is_some().then(|| format!("{}-hint", self.id()));
        let error = self.error.is_some().then(|| format!("{}-error", self.id()));
        [hint, error].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// A name as an id: `spouses[0].surname` becomes `spouses-0-surname`.
pub(crate) fn id_of(name: &str) -> String {
    let mut id = String::with_capacity(name.len());
    for letter in name.chars() {
        if letter.is_alphanumeric() || letter == '_' {
            id.push(letter);
        } else if !id.ends_with('-') {
            id.push('-');
        }
    }
    id.trim_end_matches('-').to_owned()
}

/// The keyboard that a telephone shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keyboard {
    /// Letters.
    #[default]
    Text,
    /// Digits.
    Numeric,
    /// Digits and a decimal sign.
    Decimal,
    /// A telephone's keys.
    Telephone,
    /// Letters with `@`.
    Email,
}

impl Keyboard {
    /// The `inputmode`.
    pub const fn mode(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Numeric => "numeric",
            Self::Decimal => "decimal",
            Self::Telephone => "tel",
            Self::Email => "email",
        }
    }
}

/// One question with one line to answer it.
#[derive(Clone, Default)]
pub struct TextInput {
    /// The question.
    pub question: Question,
    /// What was answered before. Left empty where the answer is a secret.
    pub value: String,
    /// The keyboard wanted on telephones.
    pub keyboard: Keyboard,
    /// The `autocomplete` value; empty is `off`.
    pub autocomplete: &'static str,
    /// Characters taken at most; 0 sets no bound in the browser.
    pub max_length: usize,
    /// Width in characters: 2, 3, 4, 5, 10, 20 or 30; 0 is the whole line.
    pub width: u8,
    /// Stands before the answer, such as a calling code.
    pub prefix: Option<String>,
    /// Stands behind the answer, such as a unit.
    pub suffix: Option<String>,
    /// What is typed is not shown: a password.
    pub is_secret: bool,
}

impl TextInput {
    /// The class of its width.
    pub fn width_class(&self) -> String {
        if self.width == 0 { String::new() } else { format!(" govuk-input--width-{}", self.width) }
    }

    /// What is wrong, for the summary of errors of a page with this one question.
    pub fn faults(&self) -> Vec<Fault> {
        self.question.error.iter().map(|error| Fault::of(&self.question.name, error)).collect()
    }

    /// The `autocomplete` value.
    pub const fn completes(&self) -> &'static str {
        if self.autocomplete.is_empty() { "off" } else { self.autocomplete }
    }
}

impl core::fmt::Debug for TextInput {
    /// Without the answer, which is personal.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("TextInput").field("name", &self.question.name).finish_non_exhaustive()
    }
}

/// One question answered in several lines. How many characters may be used is said
/// below it; how many are too many, by the server, for nothing counts in the browser.
#[derive(Clone)]
pub struct Textarea {
    /// The question.
    pub question: Question,
    /// What was answered before.
    pub value: String,
    /// Lines shown: 2 to 20.
    pub rows: u8,
    /// Characters that may be used.
    pub max_length: usize,
}

impl Textarea {
    /// How many characters are too many; 0 where it fits.
    pub fn too_many(&self) -> usize {
        self.value.chars().count().saturating_sub(self.max_length)
    }

    /// The ids of hint, error and count.
    pub fn described_by(&self) -> String {
        format!("{} {}-count", self.question.described_by(), self.question.id()).trim().to_owned()
    }
}

impl core::fmt::Debug for Textarea {
    /// Without the answer, which is personal.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Textarea").field("name", &self.question.name).finish_non_exhaustive()
    }
}

/// A date in three fields, posted as `name.day`, `name.month` and `name.year`.
#[derive(Clone, Default)]
pub struct DateInput {
    /// The question.
    pub question: Question,
    /// Day as typed.
    pub day: String,
    /// Month as typed.
    pub month: String,
    /// Year as typed.
    pub year: String,
    /// The reader's own date of birth: the browser may fill it in.
    pub is_birthday: bool,
}

impl DateInput {
    /// The `autocomplete` value of a part: `word` for the reader's own birthday.
    pub const fn completes(&self, word: &'static str) -> &'static str {
        if self.is_birthday { word } else { "off" }
    }
}

impl core::fmt::Debug for DateInput {
    /// Without the answer, which is personal.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("DateInput").field("name", &self.question.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_ids() {
        for (name, id) in
            [("surname", "surname"), ("spouses[0].surname", "spouses-0-surname"), ("a..b]", "a-b")]
        {
            assert_eq!(id_of(name), id);
        }
    }

    #[test]
    fn a_text_that_is_too_long_says_by_how_much() {
        let area = |value: &str| Textarea {
            question: Question::new("why", "Why?"),
            value: value.to_owned(),
            rows: 5,
            max_length: 3,
        };
        assert_eq!(area("ñañ").too_many(), 0);
        assert_eq!(area("ñañañ").too_many(), 2);
        assert_eq!(area("").described_by(), "why-count");
    }

    #[test]
    fn answers_stay_out_of_logs() {
        let input = TextInput { value: "Wanjiku".to_owned(), ..TextInput::default() };
        assert!(!format!("{input:?}").contains("Wanjiku"));
    }
}

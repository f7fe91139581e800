//! Fields of a form, whatever they are, alone or under a common heading.

use super::choice::{Checkboxes, Radios, Select};
use super::question::{DateInput, Question, TextInput, Textarea, id_of};

/// An area of the country, posted as `name.county`, `name.area`, `name.village` and
/// `name.house`. The area is typed, or chosen where typing did not find it.
#[derive(Debug, Clone)]
pub struct PlaceInput {
    /// The question.
    pub question: Question,
    /// The highest level, such as the county.
    pub county: Select,
    /// The name of the area inside it, typed.
    pub area: TextInput,
    /// The areas of the county, offered once the typed one was not found.
    pub areas: Option<Select>,
    /// Village or estate.
    pub village: TextInput,
    /// House.
    pub house: TextInput,
}

/// A field of a form.
#[derive(Debug, Clone)]
pub enum Field {
    /// One line.
    Text(TextInput),
    /// Several lines.
    Textarea(Textarea),
    /// A date in three fields.
    Date(DateInput),
    /// One of a few.
    Radios(Radios),
    /// Any of several.
    Checkboxes(Checkboxes),
    /// One of many.
    Select(Select),
    /// An area of the country.
    Place(Box<PlaceInput>),
    /// Fields under a common heading.
    Group(Group),
    /// Groups of the same fields, as many as there are answers.
    Repeat(Repeat),
}

/// Fields under a common heading. They are no groups themselves.
#[derive(Debug, Clone)]
pub struct Group {
    /// The heading, its help, and what is wrong with all of them together.
    pub question: Question,
    /// The fields.
    pub fields: Vec<Field>,
}

/// The same group several times. The last one is for a further answer.
#[derive(Debug, Clone)]
pub struct Repeat {
    /// The question.
    pub question: Question,
    /// The groups, each with its number in its heading.
    pub groups: Vec<Group>,
    /// The words of the button that offers another group; `None` once there are as
    /// many as there may be. Pressing it posts the form with `more=<name>`.
    pub more: Option<String>,
}

/// One line of the summary of errors: where, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The id to jump to.
    pub id: String,
    /// What is wrong, without the answer.
    pub text: String,
}

impl Fault {
    /// A fault of the field with this name.
    pub fn of(name: &str, text: impl Into<String>) -> Self {
        Self { id: id_of(name), text: text.into() }
    }
}

impl Field {
    /// The question that the field asks.
    pub const fn question(&self) -> &Question {
        match self {
            Self::Text(input) => &input.question,
            Self::Textarea(area) => &area.question,
            Self::Date(date) => &date.question,
            Self::Radios(radios) => &radios.question,
            Self::Checkboxes(boxes) => &boxes.question,
            Self::Select(select) => &select.question,
            Self::Place(place) => &place.question,
            Self::Group(group) => &group.question,
            Self::Repeat(repeat) => &repeat.question,
        }
    }

    /// Everything that is wrong with it and with the fields inside, in reading order.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.collect(&mut faults);
        faults
    }

    fn collect(&self, faults: &mut Vec<Fault>) {
        let question = self.question();
        if let Some(error) = &question.error {
            faults.push(Fault::of(&question.name, error));
        }
        match self {
            Self::Place(place) => {
                let area = place.areas.as_ref().map_or(&place.area.question, |list| &list.question);
                let parts =
                    [&place.county.question, area, &place.village.question, &place.house.question];
                for part in parts {
                    if let Some(error) = &part.error {
                        faults.push(Fault::of(&part.name, error));
                    }
                }
            }
            Self::Group(group) => group.fields.iter().for_each(|field| field.collect(faults)),
            Self::Repeat(repeat) => {
                for group in &repeat.groups {
                    Self::Group(group.clone()).collect(faults);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_come_in_reading_order_from_every_depth() {
        let text = |name: &str, error: Option<&str>| {
            Field::Text(TextInput {
                question: Question::new(name, "?").error(error.map(str::to_owned)),
                ..TextInput::default()
            })
        };
        let repeat = Field::Repeat(Repeat {
            question: Question::new("spouses", "Spouses").error(Some("too many".to_owned())),
            groups: vec![Group {
                question: Question::new("spouses[0]", "First"),
                fields: vec![text("spouses[0].a", Some("missing")), text("spouses[0].b", None)],
            }],
            more: None,
        });
        let faults = repeat.faults();
        let expected = [("spouses", "too many"), ("spouses-0-a", "missing")];
        assert_eq!(faults.len(), expected.len());
        for (fault, (id, text)) in faults.iter().zip(expected) {
            assert_eq!((fault.id.as_str(), fault.text.as_str()), (id, text));
        }
    }
}

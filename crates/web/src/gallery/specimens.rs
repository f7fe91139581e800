//! One specimen of each component. The gallery shows these functions as they stand
//! here, so that what is shown is what was built.

use crate::components::{
    Banner, Button, Cell, Checkboxes, Choice, Column, DateInput, Fault, Field, Fold, Group,
    Keyboard, Link, NavigationItem, Pagination, PlaceInput, Progress, Question, Radios, Repeat,
    Row, Select, Sorting, Step, Table, Tag, TagColour, Task, TextInput, Textarea,
};

/// The specimens, as the gallery's template asks for them.
pub(super) struct Specimens;

/// The body of one function of this file, as the gallery shows it.
fn source(name: &str) -> String {
    const FILE: &str = include_str!("specimens.rs");
    let head = format!("fn {name}(&self)");
    let body = FILE
        .split_once(&head)
        .and_then(|(_, after)| after.split_once("{\n"))
        .and_then(|(_, after)| after.split_once("\n    }\n"))
        .map_or("", |(body, _)| body);
    body.lines()
        .map(|line| line.strip_prefix("        ").unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

#[expect(clippy::unused_self, reason = "templates ask a value, not a type")]
impl Specimens {
    /// The body of one of these functions.
    pub(super) fn source(&self, name: &str) -> String {
        source(name)
    }

    pub(super) fn buttons(&self) -> Vec<Button> {
        vec![
            Button::send("Save and continue"),
            Button::send_as("Release", "decision", "release").secondary(),
            Button::send_as("Refuse", "decision", "refuse").warning(),
            Button::go_to("Open the queue", "/components").secondary().key('q'),
        ]
    }

    pub(super) fn text_input(&self) -> TextInput {
        TextInput {
            question: Question::new("application", "What is the application number?")
                .hint("It stands on the slip, such as T1-000001."),
            max_length: 20,
            width: 20,
            ..TextInput::default()
        }
    }

    pub(super) fn text_input_wrong(&self) -> TextInput {
        TextInput {
            question: Question::new("telephone", "What is your telephone number?")
                .error(Some("Enter a telephone number, such as 0712 345678".to_owned())),
            value: "07".to_owned(),
            keyboard: Keyboard::Telephone,
            prefix: Some("+254".to_owned()),
            max_length: 16,
            width: 20,
            ..TextInput::default()
        }
    }

    pub(super) fn textarea(&self) -> Textarea {
        Textarea {
            question: Question::new("reason", "Why do you decide so?")
                .hint("Write no names. Whoever checks the decision reads this."),
            value: String::new(),
            rows: 4,
            max_length: 500,
        }
    }

    pub(super) fn textarea_wrong(&self) -> Textarea {
        Textarea {
            question: Question::new("note", "What should be done better?")
                .error(Some("Shorten the text to 20 characters".to_owned())),
            value: "Press the finger flat.".to_owned(),
            rows: 2,
            max_length: 20,
        }
    }

    pub(super) fn radios(&self) -> Radios {
        Radios {
            question: Question::new("same", "Are these the same person?"),
            choices: vec![
                Choice::new("same", "Same person"),
                Choice::new("different", "Different people"),
                Choice {
                    hint: Some("The prints are asked for again.".to_owned()),
                    ..Choice::new("unclear", "I cannot tell")
                },
            ],
            ..Radios::default()
        }
    }

    pub(super) fn radios_inline(&self) -> Radios {
        Radios {
            question: Question::new("documents", "Did you see the original?"),
            choices: vec![Choice::new("yes", "Yes"), Choice::new("no", "No")],
            is_inline: true,
            is_small: true,
        }
    }

    pub(super) fn checkboxes(&self) -> Checkboxes {
        Checkboxes {
            question: Question::new("fingers", "Which fingers cannot be taken?")
                .hint("Choose all that apply."),
            choices: vec![
                Choice { is_chosen: true, ..Choice::new("left-thumb", "Left thumb") },
                Choice::new("left-index", "Left index finger"),
                Choice::new("left-middle", "Left middle finger"),
            ],
            is_small: false,
        }
    }

    pub(super) fn select(&self) -> Select {
        Select {
            question: Question::new("county", "In which county do you live?"),
            choices: vec![Choice::new("047", "Nairobi City"), Choice::new("001", "Mombasa")],
            empty: Some("Choose a county".to_owned()),
        }
    }

    pub(super) fn date_input(&self) -> DateInput {
        DateInput {
            question: Question::new("issued", "When was the document issued?")
                .hint("For example, 27 3 2007. Leave out day and month if you do not know them."),
            ..DateInput::default()
        }
    }

    pub(super) fn date_input_wrong(&self) -> DateInput {
        DateInput {
            question: Question::new("born", "When were you born?")
                .error(Some("The date lies in the future. Check the year".to_owned())),
            day: "1".to_owned(),
            month: "1".to_owned(),
            year: "2091".to_owned(),
            is_birthday: true,
        }
    }

    pub(super) fn place_input(&self) -> PlaceInput {
        let line = |name: &str, label: &str| TextInput {
            question: Question::new(name, label),
            max_length: 80,
            width: 20,
            ..TextInput::default()
        };
        PlaceInput {
            question: Question::new("home", "Where do you live?"),
            county: Select {
                question: Question::new("home.county", "County"),
                choices: vec![Choice::new("047", "Nairobi City"), Choice::new("001", "Mombasa")],
                empty: Some("Choose a county".to_owned()),
            },
            area: line("home.area", "Ward or constituency"),
            areas: None,
            village: line("home.village", "Village or estate"),
            house: line("home.house", "House"),
        }
    }

    pub(super) fn fieldset(&self) -> Group {
        let name = |name: &str, label: &str| {
            Field::Text(TextInput {
                question: Question::new(name, label),
                max_length: 60,
                width: 20,
                ..TextInput::default()
            })
        };
        Group {
            question: Question::new("guardian", "Who comes with the child?"),
            fields: vec![name("guardian.surname", "Surname"), name("guardian.first", "First name")],
        }
    }

    pub(super) fn repeat(&self) -> Repeat {
        Repeat {
            question: Question::new("documents-shown", "Documents"),
            groups: vec![Group {
                question: Question::new("documents-shown[0]", "Document 1"),
                fields: vec![Field::Text(TextInput {
                    question: Question::new("documents-shown[0].number", "Number"),
                    max_length: 30,
                    width: 20,
                    ..TextInput::default()
                })],
            }],
            more: Some("Add another document".to_owned()),
        }
    }

    pub(super) fn faults(&self) -> Vec<Fault> {
        vec![
            Fault::of("telephone", "Enter a telephone number, such as 0712 345678"),
            Fault::of("born", "The date lies in the future. Check the year"),
        ]
    }

    pub(super) fn banner(&self) -> Banner {
        Banner {
            title: String::new(),
            text: "The queue of this centre is paused while a supervisor looks at it.".to_owned(),
            is_success: false,
        }
    }

    pub(super) fn banner_done(&self) -> Banner {
        Banner { title: String::new(), text: "The case was released.".to_owned(), is_success: true }
    }

    pub(super) fn tags(&self) -> Vec<Tag> {
        vec![
            Tag::new("Answered", TagColour::Green),
            Tag::new("Under way", TagColour::Blue),
            Tag::new("Act now", TagColour::Amber),
            Tag::new("Refused", TagColour::Red),
            Tag::new("Closed", TagColour::Grey),
        ]
    }

    pub(super) fn folds(&self) -> Vec<Fold> {
        vec![
            Fold {
                title: "What the score means".to_owned(),
                paragraphs: vec!["Eighteen points agree over two thirds of the print.".to_owned()],
            },
            Fold {
                title: "What is missing".to_owned(),
                paragraphs: vec!["The left little finger could not be taken.".to_owned()],
            },
        ]
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        let row = |key: &str, values: &[&str]| Row {
            key: key.to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
            change: Some("/components".to_owned()),
        };
        vec![
            row("First name", &["Mfano"]),
            row("Where you live", &["Mtaa wa Mfano", "Port Reitz, Changamwe, Mombasa"]),
            row("Email address", &[]),
        ]
    }

    pub(super) fn tasks(&self) -> Vec<Task> {
        let task = |title: &str, hint: Option<&str>, tag: Tag| Task {
            title: title.to_owned(),
            address: (tag.colour != TagColour::Grey).then(|| "/components".to_owned()),
            hint: hint.map(str::to_owned),
            is_done: tag.colour == TagColour::Green,
            status: tag,
        };
        vec![
            task("About you", None, Tag::new("Completed", TagColour::Green)),
            task("Documents", Some("Two at least"), Tag::new("Not started", TagColour::Blue)),
            task("Send", None, Tag::new("Cannot start yet", TagColour::Grey)),
        ]
    }

    pub(super) fn steps(&self) -> Vec<Step> {
        let step = |text: &str, is_done: bool, is_current: bool| Step {
            link: Link::new(text, if is_done { "/components" } else { "" }),
            is_done,
            is_current,
        };
        vec![
            step("About you", true, false),
            step("Documents", false, true),
            step("Check and send", false, false),
        ]
    }

    pub(super) fn progress(&self) -> Progress {
        Progress { text: "12 of 50 cases decided".to_owned(), done: 12, of: 50 }
    }

    pub(super) fn table(&self) -> Table {
        let row = |case: &str, place: &str, waiting: &str, tag: Tag| {
            vec![
                Cell::link(case, "/components"),
                Cell::new(place).more("Resident waits"),
                Cell::new(waiting),
                Cell::tag(tag),
            ]
        };
        Table {
            caption: "Cases waiting".to_owned(),
            columns: vec![
                Column::new("Case"),
                Column::new("Place"),
                Column::numeric("Hours waiting").sorted_by("/components", Sorting::Descending),
                Column::new("State"),
            ],
            rows: vec![
                row("C-0007", "Mombasa", "26", Tag::new("Appeal", TagColour::Amber)),
                row("C-0011", "Nairobi City", "3", Tag::new("Open", TagColour::Blue)),
            ],
            ..Table::default()
        }
    }

    pub(super) fn table_small(&self) -> Table {
        let figures = |name: &str, figures: [u32; 5]| {
            let cells = figures.iter().map(|figure| Cell::new(figure.to_string()));
            core::iter::once(Cell::new(name)).chain(cells).collect()
        };
        let months = ["January", "February", "March", "April", "May"];
        Table {
            caption: "Hits confirmed, by county and month".to_owned(),
            columns: core::iter::once(Column::new("County"))
                .chain(months.map(Column::numeric))
                .collect(),
            rows: vec![
                figures("Mombasa", [12, 9, 14, 8, 11]),
                figures("Nairobi City", [112, 96, 131, 90, 104]),
            ],
            is_small: true,
            is_kept_whole: true,
            ..Table::default()
        }
    }

    pub(super) fn pagination(&self) -> Pagination {
        Pagination { page: 5, pages: 12 }
    }

    pub(super) fn crumbs(&self) -> Vec<Link> {
        vec![
            Link::new("Console", "/components"),
            Link::new("Queue", "/components"),
            Link::new("Case C-0007", ""),
        ]
    }

    pub(super) fn tabs(&self) -> Vec<NavigationItem> {
        let tabs = vec![
            Link::new("Answers", "/components"),
            Link::new("Prints", "/components?part=prints"),
            Link::new("Documents", "/components?part=documents"),
        ];
        NavigationItem::all(tabs, "/components")
    }
}

#[cfg(test)]
mod tests {
    use super::source;

    #[test]
    fn the_source_of_a_specimen_is_its_body() {
        let body = source("pagination");
        assert_eq!(body, "Pagination { page: 5, pages: 12 }");
        assert!(source("table").contains("Hours waiting") && source("table").ends_with('}'));
        assert_eq!(source("no_such_specimen"), "");
    }
}

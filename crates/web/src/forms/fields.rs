//! From a field of the pack to its component, with what was posted and what is wrong.

use niims_country::{
    CountryPack, Field as PackField, FieldProblem, FieldType, Limits, Requirement,
};

use super::place;
use super::posted::Posted;
use crate::components::{
    Checkboxes, Choice, DateInput, Fault, Field, Group, Keyboard, PlaceInput, Question, Radios,
    Repeat, Select, TextInput,
};
use crate::words::Words;

/// Answers that may all be in sight; more go into a list that opens.
const MOST_RADIOS: usize = 7;
/// Digits and signs of the longest telephone number as people write it.
const LONGEST_TELEPHONE: usize = 24;

/// Makes the components of fields.
#[derive(Clone, Copy)]
pub struct FormFields<'a> {
    /// Labels, lists, areas.
    pub pack: &'a CountryPack,
    /// The shell's texts, which also say the language.
    pub shell: Words<'a>,
    /// What was written before.
    pub posted: &'a Posted,
    /// What is wrong with it.
    pub problems: &'a [FieldProblem],
}

impl FormFields<'_> {
    /// One field as the only question of its page; `None` for a consent.
    pub fn alone(&self, field: &PackField) -> Option<Field> {
        self.component(field, &field.id, true)
    }

    /// Fields below each other, on a dense page. Fields inside groups come with them.
    pub fn all<'f>(&self, fields: impl IntoIterator<Item = &'f PackField>) -> Vec<Field> {
        fields.into_iter().filter_map(|field| self.component(field, &field.id, false)).collect()
    }

    /// The summary of errors: those of the components in reading order, then what is
    /// wrong with questions that are not on this page.
    pub fn faults(&self, shown: &[Field]) -> Vec<Fault> {
        let mut faults: Vec<Fault> = shown.iter().flat_map(Field::faults).collect();
        for problem in self.problems {
            let text = self.pack.describe(problem, self.language());
            let id = Fault::of(&problem.field, "").id;
            if !faults.iter().any(|fault| fault.id == id) {
                faults.push(Fault { id: "main".to_owned(), text });
            }
        }
        faults
    }

    fn component(&self, field: &PackField, name: &str, is_heading: bool) -> Option<Field> {
        let question = Question { is_heading, ..self.question(field, name) };
        Some(match &field.kind {
            FieldType::Text | FieldType::Name => {
                Field::Text(self.line(field, question, Keyboard::Text))
            }
            FieldType::Integer => Field::Text(self.line(field, question, Keyboard::Numeric)),
            FieldType::Decimal => Field::Text(self.line(field, question, Keyboard::Decimal)),
            FieldType::Telephone => Field::Text(self.line(field, question, Keyboard::Telephone)),
            FieldType::Email => Field::Text(self.line(field, question, Keyboard::Email)),
            FieldType::PartialDate | FieldType::Date => Field::Date(self.date(name, question)),
            FieldType::Code { list } => self.one_of(list, question),
            FieldType::Codes { list } => self.any_of(list, question),
            FieldType::Boolean => self.yes_or_no(question),
            FieldType::Place { .. } => Field::Place(Box::new(self.place(name, question))),
            FieldType::Group => Field::Group(self.group(field, name, question)),
            FieldType::List => Field::Repeat(self.repeat(field, question)),
            FieldType::Consent { .. } => return None,
        })
    }

    fn question(&self, field: &PackField, name: &str) -> Question {
        let label = self.pack.label(self.language(), &field.id);
        // Only what need not be answered is marked; whether another answer makes it
        // needed, the pack says when it is checked.
        let is_voluntary = field.requirement == Requirement::Optional;
        let label = if is_voluntary {
            format!("{label} ({})", self.shell.t("shell.voluntary"))
        } else {
            label.to_owned()
        };
        let hint = self.pack.text_or_first(self.language(), &format!("field.{}.hint", field.id));
        Question {
            hint: hint.map(str::to_owned),
            error: self.error(name),
            ..Question::new(name, label)
        }
    }

    fn error(&self, name: &str) -> Option<String> {
        let problem = self.problems.iter().find(|problem| problem.field == name)?;
        Some(self.pack.describe(problem, self.language()))
    }

    fn line(&self, field: &PackField, question: Question, keyboard: Keyboard) -> TextInput {
        let Limits { max_length, .. } = field.limits;
        let (max_length, width) = match keyboard {
            Keyboard::Numeric | Keyboard::Decimal => (12, 5),
            Keyboard::Telephone => (LONGEST_TELEPHONE, 20),
            Keyboard::Email => (254, 30),
            Keyboard::Text => (max_length, if max_length <= 12 { 10 } else { 30 }),
        };
        TextInput {
            value: self.posted.text(&question.name).to_owned(),
            question,
            keyboard,
            max_length,
            width,
            ..TextInput::default()
        }
    }

    fn date(&self, name: &str, question: Question) -> DateInput {
        let part = |part: &str| self.posted.text(&format!("{name}.{part}")).to_owned();
        DateInput {
            question,
            day: part("day"),
            month: part("month"),
            year: part("year"),
            is_birthday: false,
        }
    }

    fn choices(&self, list: &str, name: &str) -> Vec<Choice> {
        let chosen = self.posted.all(name);
        let codes = self.pack.code_list(list).map_or(&[][..], |list| list.codes());
        let choice = |code: &niims_country::Code| {
            let label = code.labels.get(self.language()).unwrap_or(&code.code);
            let is_chosen = chosen.contains(&code.code);
            Choice { is_chosen, ..Choice::new(&code.code, label) }
        };
        codes.iter().map(choice).collect()
    }

    fn one_of(&self, list: &str, question: Question) -> Field {
        let choices = self.choices(list, &question.name);
        if choices.len() <= MOST_RADIOS {
            Field::Radios(Radios { question, choices, ..Radios::default() })
        } else {
            let empty = Some(self.shell.t("shell.choose").to_owned());
            Field::Select(Select { question, choices, empty })
        }
    }

    fn any_of(&self, list: &str, question: Question) -> Field {
        let choices = self.choices(list, &question.name);
        let is_small = choices.len() > MOST_RADIOS;
        Field::Checkboxes(Checkboxes { question, choices, is_small })
    }

    fn yes_or_no(&self, question: Question) -> Field {
        let given = self.posted.text(&question.name);
        let choice = |value: &str, key: &str| Choice {
            is_chosen: given == value,
            ..Choice::new(value, self.shell.t(key))
        };
        let choices = vec![choice("yes", "shell.yes"), choice("no", "shell.no")];
        Field::Radios(Radios { question, choices, is_inline: true, is_small: false })
    }

    fn place(&self, name: &str, question: Question) -> PlaceInput {
        let geography = self.pack.geography();
        let highest = geography.levels().first().map_or("", |level| level.id.as_str());
        let county_name = format!("{name}.county");
        let county = self.posted.text(&county_name);
        let area_name = format!("{name}.area");
        // The area is posted as one; what is wrong with it may be that there is none.
        let error = self.error(&area_name);
        let (county_error, area_error) =
            if county.is_empty() { (error, None) } else { (None, error) };
        let counties = geography.areas(highest).map(|area| Choice {
            is_chosen: area.code == county,
            ..Choice::new(&area.code, &area.name)
        });
        let area_question = Question::new(&area_name, self.shell.t("shell.place.area"));
        let areas = area_error.is_some().then(|| Select {
            question: area_question.clone().error(area_error.clone()),
            choices: self.areas(county, self.posted.text(&area_name)),
            empty: Some(self.shell.t("shell.choose").to_owned()),
        });
        let line = |part: &str, key: &str| {
            let name = format!("{name}.{part}");
            TextInput {
                question: Question::new(&name, self.shell.t(key)).error(self.error(&name)),
                value: self.posted.text(&name).to_owned(),
                max_length: 120,
                width: 30,
                ..TextInput::default()
            }
        };
        PlaceInput {
            county: Select {
                question: Question::new(&county_name, self.shell.t("shell.place.county"))
                    .error(county_error),
                choices: counties.collect(),
                empty: Some(self.shell.t("shell.choose").to_owned()),
            },
            area: TextInput {
                question: area_question.hint(self.shell.t("shell.place.area_hint")),
                value: self.posted.text(&area_name).to_owned(),
                max_length: 80,
                width: 30,
                ..TextInput::default()
            },
            areas,
            village: line("village", "shell.place.village"),
            house: line("house", "shell.place.house"),
            question,
        }
    }

    fn areas(&self, county: &str, typed: &str) -> Vec<Choice> {
        let choice = |area: &niims_country::Area| Choice {
            is_chosen: area.code == typed,
            ..Choice::new(&area.code, self.pack.geography().full_name(&area.code))
        };
        place::inside(self.pack, county).into_iter().map(choice).collect()
    }

    fn group(&self, field: &PackField, name: &str, question: Question) -> Group {
        let inner = self.pack.fields_inside(&field.id);
        let fields = inner
            .filter_map(|inner| self.component(inner, &format!("{name}.{}", inner.name()), false))
            .collect();
        Group { question, fields }
    }

    fn repeat(&self, field: &PackField, question: Question) -> Repeat {
        let name = &question.name;
        let written = self.posted.elements(name).len();
        let most = if field.limits.max_items == 0 { written + 1 } else { field.limits.max_items };
        let another = usize::from(self.posted.wants_more(name) || written == 0);
        let shown = (written + another).min(most.max(written));
        let label = self.pack.label(self.language(), &field.id);
        let groups = (0..shown)
            .map(|index| {
                let element = format!("{name}[{index}]");
                let heading = format!("{label}, {}", index + 1);
                let question = Question::new(&element, heading).error(self.error(&element));
                self.group(field, &element, question)
            })
            .collect();
        let more = (shown < most).then(|| self.shell.t("shell.more").to_owned());
        Repeat { question, groups, more }
    }

    const fn language(&self) -> &'static str {
        self.shell.language.code()
    }
}

impl core::fmt::Debug for FormFields<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("FormFields(…)")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use niims_country::FormKind;

    use super::*;
    use crate::forms::posted_answers;
    use crate::language::Language;
    use crate::shell::texts;

    fn check(pairs: &[(&str, &str)], test: impl Fn(&FormFields<'_>, &[Field])) {
        let pack = CountryPack::embedded().unwrap();
        let texts = texts();
        let pairs = pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let posted = Posted::new(pairs);
        let view = pack.form(FormKind::Adult);
        let fields: Vec<&PackField> =
            view.sections.iter().flat_map(|(_, fields)| fields.iter().copied()).collect();
        let answers = posted_answers(&pack, fields.iter().copied(), &posted);
        let problems = pack
            .validate_beforehand(&answers, FormKind::Adult, date(2027, 3, 4))
            .map_or_else(|problems| problems, |_| Vec::new());
        let shell = Words::new(&texts, Language::English);
        let form = FormFields { pack: &pack, shell, posted: &posted, problems: &problems };
        test(&form, &form.all(fields));
    }

    fn of<'f>(fields: &'f [Field], name: &str) -> &'f Field {
        fields.iter().find(|field| field.question().name == name).unwrap()
    }

    #[test]
    fn every_question_of_the_form_has_its_component() {
        check(&[], |form, fields| {
            let consents = ["consent"];
            let outer = form
                .pack
                .form(FormKind::Adult)
                .sections
                .iter()
                .map(|(_, f)| f.len())
                .sum::<usize>();
            assert_eq!(fields.len(), outer - consents.len());
            assert!(matches!(of(fields, "sex"), Field::Radios(_)));
            assert!(matches!(of(fields, "birth_country"), Field::Select(_)));
            assert!(matches!(of(fields, "date_of_birth"), Field::Date(_)));
            assert!(matches!(of(fields, "current_residence"), Field::Place(_)));
            let Field::Repeat(spouses) = of(fields, "spouses") else { unreachable!() };
            assert_eq!(spouses.groups.len(), 1);
            // Required and not answered: told at the question, and in the summary.
            assert!(of(fields, "first_name").question().error.is_some());
            assert!(form.faults(fields).iter().any(|fault| fault.id == "first_name"));
        });
    }

    #[test]
    fn every_problem_reaches_the_summary_and_leads_to_its_field() {
        let pairs = [
            ("first_name", "Mf4no"),
            ("mobile_phone", "12"),
            ("current_residence.county", "001"),
            ("current_residence.area", "Nowhere"),
            ("spouses[0].surname", "Wa Kwanza"),
            ("date_of_birth.year", "19x0"),
        ];
        check(&pairs, |form, fields| {
            let faults = form.faults(fields);
            assert!(faults.len() >= form.problems.len());
            for id in [
                "first_name",
                "mobile_phone",
                "current_residence-area",
                "date_of_birth",
                "spouses-0-first_name",
            ] {
                assert!(faults.iter().any(|fault| fault.id == id), "{id} of {faults:?}");
            }
            // The typed area is not repeated, and the wards of the county are offered.
            let Field::Place(place) = of(fields, "current_residence") else { unreachable!() };
            let areas = place.areas.as_ref().unwrap();
            assert!(areas.choices.iter().any(|choice| choice.value == "0001"));
            for fault in &faults {
                assert!(!fault.text.contains("Nowhere") && !fault.text.contains("Mf4no"));
            }
        });
    }

    #[test]
    fn another_element_is_offered_until_there_are_as_many_as_may_be() {
        check(&[("spouses[0].surname", "A"), ("more", "spouses")], |_, fields| {
            let Field::Repeat(spouses) = of(fields, "spouses") else { unreachable!() };
            assert_eq!((spouses.groups.len(), spouses.more.is_some()), (2, true));
        });
    }
}

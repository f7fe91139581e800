//! Two records side by side: every field that either has, differences marked by text
//! as well as by colour.

use niims_country::{CountryPack, FieldType};
use niims_wire::desk::Side;

use super::html::escape;

const LANGUAGE: &str = "en";

/// How two answers to one field stand to each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Relation {
    Same,
    Differs,
    OnlyApplicant,
    OnlyCandidate,
}

impl Relation {
    const fn words(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Differs => "differs",
            Self::OnlyApplicant => "only the applicant",
            Self::OnlyCandidate => "only the candidate",
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Differs => "differs",
            Self::OnlyApplicant | Self::OnlyCandidate => "one-sided",
        }
    }
}

/// Both records as one table.
pub(super) fn side_by_side(applicant: &Side, candidate: &Side, pack: &CountryPack) -> String {
    let fields = fields(&[applicant, candidate], pack);
    let mut rows = String::new();
    let mut differing = 0;
    for field in &fields {
        let (ours, theirs) = (answer(applicant, field), answer(candidate, field));
        let relation = relation(ours, theirs);
        differing += usize::from(relation == Relation::Differs);
        rows += &format!(
            "<tr class=\"{}\"><th scope=\"row\">{}</th>{}{}<td class=\"mark\">{}</td></tr>\n",
            relation.class(),
            escape(pack.label(LANGUAGE, field)),
            cell(field, ours, pack),
            cell(field, theirs, pack),
            relation.words()
        );
    }
    format!(
        "<h3>Records side by side</h3>\n<table>\n<caption>{} fields; the records differ in {differing}\
         </caption>\n<thead><tr><th scope=\"col\">Field</th>\
         <th scope=\"col\">Applicant {}</th><th scope=\"col\">Candidate {}</th>\
         <th scope=\"col\">Comparison</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n",
        fields.len(),
        escape(&applicant.application_number),
        escape(&candidate.application_number)
    )
}

/// One record as a table.
pub(super) fn alone(applicant: &Side, pack: &CountryPack) -> String {
    let row = |field: &&str| {
        let label = escape(pack.label(LANGUAGE, field));
        let value = cell(field, answer(applicant, field), pack);
        format!("<tr><th scope=\"row\">{label}</th>{value}</tr>\n")
    };
    let rows: String = fields(&[applicant], pack).iter().map(row).collect();
    format!(
        "<h3>Record</h3>\n<table>\n<thead><tr><th scope=\"col\">Field</th>\
         <th scope=\"col\">Applicant {}</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n",
        escape(&applicant.application_number)
    )
}

/// Fields that any of the records answers, in the order of the form; fields that the
/// form does not know stand last.
fn fields<'a>(sides: &[&'a Side], pack: &CountryPack) -> Vec<&'a str> {
    let mut fields: Vec<&str> = sides
        .iter()
        .flat_map(|side| &side.answers)
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(field, _)| field.as_str())
        .collect();
    let place =
        |id: &str| pack.fields().iter().position(|field| field.id == id).unwrap_or(usize::MAX);
    fields.sort_by_key(|field| (place(field), *field));
    fields.dedup();
    fields
}

fn answer<'a>(side: &'a Side, field: &str) -> Option<&'a str> {
    let (_, value) = side.answers.iter().find(|(id, _)| id == field)?;
    Some(value.trim()).filter(|value| !value.is_empty())
}

fn relation(applicant: Option<&str>, candidate: Option<&str>) -> Relation {
    match (applicant, candidate) {
        (Some(ours), Some(theirs)) if ours == theirs => Relation::Same,
        (Some(_), None) => Relation::OnlyApplicant,
        (None, Some(_)) => Relation::OnlyCandidate,
        _ => Relation::Differs,
    }
}

fn cell(field: &str, value: Option<&str>, pack: &CountryPack) -> String {
    value.map_or_else(
        || "<td class=\"none\">not given</td>".to_owned(),
        |value| format!("<td>{}</td>", escape(&in_words(field, value, pack))),
    )
}

/// A code by its label and an area by its name, where the field is of such a type;
/// else the value itself. Several codes come joined by semicolons, the parts of a
/// place by commas.
fn in_words(id: &str, value: &str, pack: &CountryPack) -> String {
    let Some(field) = pack.field(id) else { return value.to_owned() };
    if let Some(list) = field.list().and_then(|list| pack.code_list(list)) {
        let labels = value.split("; ").map(|code| list.label(code, LANGUAGE).unwrap_or(code));
        return labels.collect::<Vec<_>>().join("; ");
    }
    if matches!(field.kind, FieldType::Place { .. }) {
        let geography = pack.geography();
        let name = |part: &str| match geography.area(part) {
            Some(_) => geography.full_name(part),
            None => part.to_owned(),
        };
        return value.split(", ").map(name).collect::<Vec<_>>().join(", ");
    }
    value.to_owned()
}

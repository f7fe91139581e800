//! What both sides say of themselves, beside each other, with every difference explained.

use std::collections::BTreeSet;

use niims_country::{CountryPack, FieldType};
use niims_web::{Language, Words};
use niims_wire::desk::{CandidateShown, DifferenceKind, SideShown};
use serde_json::Value;

/// One field of both sides.
pub(super) struct Row {
    pub(super) label: String,
    pub(super) applicant: String,
    pub(super) candidate: String,
    /// What kind of difference it is, in words; empty where they agree.
    pub(super) difference: String,
    /// Class of the mark: `strong` for what nothing explains, `mild` for what something does.
    pub(super) mark: &'static str,
}

/// Who says what, in the order of the form.
pub(super) fn rows(
    w: Words<'_>,
    pack: &CountryPack,
    applicant: &SideShown,
    candidate: Option<&CandidateShown>,
) -> Vec<Row> {
    let theirs: &[(String, String)] = candidate.map_or(&[], |candidate| &candidate.side.answers);
    let both = |id: &str| {
        let of = |answers: &[(String, String)]| {
            answers.iter().find(|(field, _)| field == id).map(|(_, value)| value.clone())
        };
        (of(&applicant.answers), of(theirs))
    };
    let known = pack
        .fields()
        .iter()
        .filter(|field| field.parent.is_none())
        .filter(|field| !matches!(field.kind, FieldType::Consent { .. }))
        .map(|field| field.id.as_str());
    // What another platform asks and the pack does not know stands below, as it is called there.
    let said = applicant.answers.iter().chain(theirs).map(|(id, _)| id.as_str());
    let unknown: BTreeSet<&str> = said.filter(|id| pack.field(id).is_none()).collect();
    known
        .chain(unknown)
        .filter_map(|id| {
            let (ours, theirs) = both(id);
            if ours.is_none() && theirs.is_none() {
                return None;
            }
            let found = candidate
                .and_then(|candidate| candidate.differences.iter().find(|d| d.field == id));
            let show = |value: Option<String>| {
                value.map(|value| words(w, pack, id, &value)).unwrap_or_default()
            };
            let label =
                if pack.field(id).is_some() { pack.label(w.language.code(), id) } else { id };
            Some(Row {
                label: label.to_owned(),
                applicant: show(ours),
                candidate: show(theirs),
                difference: found.map(|d| difference(w, d.kind).to_owned()).unwrap_or_default(),
                mark: found.map_or("", |found| mark(found.kind)),
            })
        })
        .collect()
}

/// The name of a kind of difference.
pub(super) const fn difference_name(kind: DifferenceKind) -> &'static str {
    match kind {
        DifferenceKind::SwappedOrder => "swapped_order",
        DifferenceKind::SwappedFields => "swapped_fields",
        DifferenceKind::SpellingVariant => "spelling_variant",
        DifferenceKind::ShortForm => "short_form",
        DifferenceKind::DayAndMonthSwapped => "day_and_month_swapped",
        DifferenceKind::ConventionalFirstOfJanuary => "conventional_first_of_january",
        DifferenceKind::OneDatePartDiffers => "one_date_part_differs",
        DifferenceKind::WritingOnly => "writing_only",
        DifferenceKind::OnlyOneSide => "only_one_side",
        DifferenceKind::Differs => "differs",
    }
}

fn difference(w: Words<'_>, kind: DifferenceKind) -> &str {
    w.find(&format!("difference.{}", difference_name(kind))).unwrap_or_default()
}

const fn mark(kind: DifferenceKind) -> &'static str {
    match kind {
        DifferenceKind::Differs => "strong",
        DifferenceKind::OnlyOneSide => "one-sided",
        _ => "mild",
    }
}

/// A value in words: codes by their labels, areas by their names, parts one after another.
pub(super) fn words(w: Words<'_>, pack: &CountryPack, field: &str, value: &str) -> String {
    match serde_json::from_str::<Value>(value) {
        Ok(read @ (Value::Array(_) | Value::Object(_) | Value::Bool(_))) => {
            parts(w, pack, field, &read)
        }
        _ => one(pack, w.language, field, value),
    }
}

fn parts(w: Words<'_>, pack: &CountryPack, field: &str, value: &Value) -> String {
    match value {
        Value::Bool(true) => w.t("value.yes").to_owned(),
        Value::Bool(false) => w.t("value.no").to_owned(),
        Value::Null => String::new(),
        Value::String(text) => one(pack, w.language, field, text),
        Value::Array(items) => {
            let items = items.iter().map(|item| parts(w, pack, field, item));
            items.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ")
        }
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, item)| {
                let inside = format!("{field}.{name}");
                if name == "area" {
                    return item.as_str().map_or_else(String::new, |code| area(pack, code));
                }
                let text = parts(w, pack, &inside, item);
                if item.is_boolean() {
                    return format!("{}: {text}", pack.label(w.language.code(), &inside));
                }
                text
            });
            fields.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn one(pack: &CountryPack, language: Language, field: &str, text: &str) -> String {
    let known = pack.field(field);
    if let Some(list) = known.and_then(|f| f.list()).and_then(|list| pack.code_list(list)) {
        return list.label(text, language.code()).unwrap_or(text).to_owned();
    }
    if known.is_some_and(|f| matches!(f.kind, FieldType::Place { .. })) {
        return area(pack, text);
    }
    text.to_owned()
}

fn area(pack: &CountryPack, code: &str) -> String {
    let geography = pack.geography();
    if geography.area(code).is_some() { geography.full_name(code) } else { code.to_owned() }
}

//! Checks across the files of a pack: references, texts, roles, and what the law forbids.

use std::collections::{BTreeMap, BTreeSet};

use crate::codes::CodeList;
use crate::form::{Field, FieldType, Form, Requirement, Role};
use crate::geography::Geography;
use crate::law::{LegalBasis, Notice};
use crate::problem::{PackCode, Sink};
use crate::settings::{FormKind, Settings};
use crate::source::PackSource;
use crate::texts::{Texts, file as text_file};
use crate::validate::ProblemCode;

/// Words that no field, column, code list or modality in use may carry, with the reason.
///
/// DNA and coordinates: High Court, 30 January 2020 (Nubian Rights Forum). Iris, retina, voice,
/// ear and hand: defined in the Act of 2018, never approved. Race and tribe: taken out of s. 5 of
/// the Registration of Persons Act in 2018. Religion: nothing allows it.
const PROHIBITED: &[(&str, &str)] = &[
    ("dna", "DNA may not be collected"),
    ("genetic", "DNA may not be collected"),
    ("genome", "DNA may not be collected"),
    ("gps", "coordinates of people may not be collected"),
    ("lat", "coordinates of people may not be collected"),
    ("lon", "coordinates of people may not be collected"),
    ("lng", "coordinates of people may not be collected"),
    ("latitude", "coordinates of people may not be collected"),
    ("longitude", "coordinates of people may not be collected"),
    ("coordinate", "coordinates of people may not be collected"),
    ("coordinates", "coordinates of people may not be collected"),
    ("geolocation", "coordinates of people may not be collected"),
    ("iris", "this modality is not approved"),
    ("retina", "this modality is not approved"),
    ("voice", "this modality is not approved"),
    ("ear", "this modality is not approved"),
    ("earlobe", "this modality is not approved"),
    ("hand_geometry", "this modality is not approved"),
    ("ethnic", "ethnicity is not part of the core record"),
    ("ethnicity", "ethnicity is not part of the core record"),
    ("tribe", "ethnicity is not part of the core record"),
    ("race", "ethnicity is not part of the core record"),
    ("clan", "ethnicity is not part of the core record"),
    ("religion", "religion is not collected"),
    ("religious", "religion is not collected"),
    ("denomination", "religion is not collected"),
];

/// The modalities that the register can capture and may switch on.
const ALLOWED_MODALITIES: [&str; 2] = ["fingerprint", "face"];

/// Why a name may not be used, if it may not. Words are compared, not letters: `appearance` passes.
pub(crate) fn prohibited(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|letter: char| !letter.is_alphanumeric()).collect();
    PROHIBITED
        .iter()
        .find(|(term, _)| {
            let parts: Vec<&str> = term.split('_').collect();
            words.windows(parts.len()).any(|window| window == parts)
        })
        .map(|(_, reason)| *reason)
}

/// Everything that the checks look at.
pub(crate) struct Pack<'a> {
    pub source: &'a PackSource,
    pub settings: &'a Settings,
    pub form: &'a Form,
    pub texts: &'a BTreeMap<String, Texts>,
    pub lists: &'a BTreeMap<String, CodeList>,
    pub geography: &'a Geography,
    pub bases: &'a BTreeMap<String, LegalBasis>,
    pub notices: &'a BTreeMap<String, Notice>,
}

pub(crate) fn check(pack: &Pack<'_>, sink: &Sink) {
    unknown_files(pack, sink);
    modalities(pack, sink);
    forms(pack, sink);
    for field in &pack.form.fields {
        prohibited_field(field, sink);
        field_references(pack, field, sink);
        condition(pack, field, sink);
        role_of(pack, field, sink);
    }
    empty_groups(pack, sink);
    required_roles(pack, sink);
    texts(pack, sink);
}

fn unknown_files(pack: &Pack<'_>, sink: &Sink) {
    let fixed = [
        "pack.toml",
        "form.toml",
        "agencies.csv",
        "centres.csv",
        "holidays.csv",
        "countries.csv",
        "names/variants.csv",
        "names/particles.csv",
        "law/bases.toml",
        "law/purposes.toml",
        "law/reasons.toml",
        "SOURCES.md",
        "README.md",
    ];
    for name in pack.source.names() {
        let known = fixed.contains(&name)
            || pack.settings.levels.iter().any(|level| level.file == name)
            || pack.settings.languages.iter().any(|language| text_file(language) == name)
            || (name.starts_with("codes/") && name.ends_with(".csv"))
            || (name.starts_with("notices/") && name.ends_with(".toml"));
        let reason = prohibited(name);
        if let Some(reason) = reason {
            sink.add(name, 1, PackCode::Prohibited, reason, "take the file away");
        } else if !known {
            sink.add(
                name,
                1,
                PackCode::UnknownFile,
                "nothing reads this file",
                "take it away, or name it in pack.toml",
            );
        }
    }
}

fn modalities(pack: &Pack<'_>, sink: &Sink) {
    for (modality, line) in pack.settings.modalities.iter().zip(&pack.settings.modality_lines) {
        if modality.on && !ALLOWED_MODALITIES.contains(&modality.id.as_str()) {
            sink.add(
                "pack.toml",
                *line,
                PackCode::Prohibited,
                format!("the modality {:?} is on", modality.id),
                "set on = false; only fingerprint and face may be captured",
            );
        }
        let known = modality.basis.as_ref().is_some_and(|basis| pack.bases.contains_key(basis));
        if modality.on && !known {
            sink.add(
                "pack.toml",
                *line,
                PackCode::NoLegalBasis,
                format!("the modality {:?} is on without a legal basis", modality.id),
                "name one of law/bases.toml under basis",
            );
        }
    }
}

fn forms(pack: &Pack<'_>, sink: &Sink) {
    for kind in [FormKind::Adult, FormKind::Minor] {
        if !pack.settings.forms.contains_key(&kind) {
            sink.add(
                "pack.toml",
                1,
                PackCode::MissingKey,
                format!("the form {:?} is missing", kind.as_str()),
                "add a [[form]] with the residency categories that it is for",
            );
        }
    }
    let list =
        pack.form.with_role(Role::ResidencyCategory, None).and_then(|field| list_of(pack, field));
    let Some(list) = list else { return };
    for (kind, categories) in &pack.settings.forms {
        for category in categories {
            if list.code(category).is_none() {
                sink.add(
                    "pack.toml",
                    1,
                    PackCode::UnknownReference,
                    format!(
                        "the form {:?} is for {category:?}, which is no residency category",
                        kind.as_str()
                    ),
                    "use the codes of the list that the field of residency uses",
                );
            }
        }
    }
}

fn prohibited_field(field: &Field, sink: &Sink) {
    let list = match &field.kind {
        FieldType::Code { list } | FieldType::Codes { list } => list.as_str(),
        _ => "",
    };
    if let Some(reason) = prohibited(&field.id).or_else(|| prohibited(list)) {
        sink.add(
            "form.toml",
            field.line,
            PackCode::Prohibited,
            format!("the field {:?} asks for what the law forbids: {reason}", field.id),
            "take the field away",
        );
    }
}

fn field_references(pack: &Pack<'_>, field: &Field, sink: &Sink) {
    let fault = |code, message: String, remedy: &str| {
        sink.add("form.toml", field.line, code, message, remedy);
    };
    if !field.basis.is_empty() && !pack.bases.contains_key(&field.basis) {
        fault(
            PackCode::UnknownBasis,
            format!("{:?} rests on {:?}, which is no legal basis", field.id, field.basis),
            "add it to law/bases.toml, or correct the id",
        );
    }
    match &field.kind {
        FieldType::Code { list } | FieldType::Codes { list } if !pack.lists.contains_key(list) => {
            fault(
                PackCode::UnknownCodeList,
                format!("{:?} uses the code list {list:?}, which does not exist", field.id),
                "add codes/<list>.csv, or correct the id",
            );
        }
        FieldType::Place { least_level } if pack.geography.level(least_level).is_none() => fault(
            PackCode::UnknownReference,
            format!("{:?} needs the level {least_level:?}, which does not exist", field.id),
            "use the id of a [[level]] of pack.toml",
        ),
        FieldType::Consent { notice } if !pack.notices.contains_key(notice) => fault(
            PackCode::UnknownReference,
            format!("{:?} is consent to the notice {notice:?}, which does not exist", field.id),
            "add notices/<notice>.toml, or correct the id",
        ),
        FieldType::Consent { .. } if !pack.lists.contains_key("languages") => fault(
            PackCode::UnknownCodeList,
            format!("{:?} needs the code list \"languages\"", field.id),
            "add codes/languages.csv",
        ),
        _ => {}
    }
    if let Some(beside) = &field.limits.pattern_from {
        let code = sibling(field, beside).and_then(|id| pack.form.field(&id));
        if !code.is_some_and(|code| matches!(code.kind, FieldType::Code { .. })) {
            fault(
                PackCode::UnknownReference,
                format!(
                    "{:?} takes its pattern from {beside:?}, which is no code beside it",
                    field.id
                ),
                "name a field of type code in the same group",
            );
        }
    }
}

/// The full id of a field beside this one.
fn sibling(field: &Field, name: &str) -> Option<String> {
    field.parent.as_ref().map(|parent| format!("{parent}.{name}"))
}

fn condition(pack: &Pack<'_>, field: &Field, sink: &Sink) {
    let (other, values): (&String, &[String]) = match &field.requirement {
        Requirement::WhenIs { field, values } => (field, values),
        Requirement::WhenAnswered { field, .. } => (field, &[]),
        _ => return,
    };
    let fault = |message: String, remedy: &str| {
        sink.add("form.toml", field.line, PackCode::UnknownReference, message, remedy);
    };
    let Some(target) = pack.form.field(other) else {
        fault(
            format!("{:?} depends on {other:?}, which is no field", field.id),
            "write the full id of the other field",
        );
        return;
    };
    if target.parent.is_some() && target.parent != field.parent {
        fault(
            format!("{:?} depends on {other:?}, which stands in another group", field.id),
            "depend on a field beside this one or in no group",
        );
    }
    for value in values {
        if list_of(pack, target).is_some_and(|list| list.code(value).is_none()) {
            fault(
                format!("{:?} depends on {value:?}, which is no code of {other:?}", field.id),
                "correct the code",
            );
        }
    }
}

fn list_of<'a>(pack: &Pack<'a>, field: &Field) -> Option<&'a CodeList> {
    match &field.kind {
        FieldType::Code { list } | FieldType::Codes { list } => pack.lists.get(list),
        _ => None,
    }
}

fn role_of(pack: &Pack<'_>, field: &Field, sink: &Sink) {
    let Some(role) = field.role else { return };
    let first = pack.form.with_role(role, field.parent.as_deref());
    if let Some(first) = first
        && first.line != field.line
    {
        sink.add(
            "form.toml",
            field.line,
            PackCode::RoleTwice,
            format!("{:?} and {:?} both have the role {:?}", first.id, field.id, role.as_str()),
            "leave it on one of them",
        );
    }
    if !role.types().contains(&field.kind.as_str()) {
        sink.add(
            "form.toml",
            field.line,
            PackCode::RoleType,
            format!(
                "a field of type {:?} cannot have the role {:?}",
                field.kind.as_str(),
                role.as_str()
            ),
            format!("use the type {}", role.types().join(" or ")),
        );
    }
    let (Some(list), fixed) = (list_of(pack, field), role.fixed_codes()) else {
        return;
    };
    for code in list.codes() {
        if !fixed.is_empty() && !fixed.contains(&code.code.as_str()) {
            sink.add(
                "form.toml",
                field.line,
                PackCode::UnknownReference,
                format!("the core does not know the code {:?} of {:?}", code.code, list.id),
                format!("use some of {}", fixed.join(", ")),
            );
        }
    }
}

fn empty_groups(pack: &Pack<'_>, sink: &Sink) {
    for field in pack.form.outer().filter(|field| field.kind.holds_fields()) {
        if pack.form.inside(&field.id).next().is_none() {
            sink.add(
                "form.toml",
                field.line,
                PackCode::MissingKey,
                format!("nothing stands in the group {:?}", field.id),
                "add fields whose ids begin with its id and a full stop",
            );
        }
    }
}

fn required_roles(pack: &Pack<'_>, sink: &Sink) {
    let mut needed: Vec<(Role, Option<&str>)> =
        Role::REQUIRED.into_iter().map(|role| (role, None)).collect();
    for list in [Role::Identifiers, Role::ServiceNumbers] {
        if let Some(field) = pack.form.with_role(list, None) {
            needed.push((Role::IdentifierKind, Some(&field.id)));
            needed.push((Role::IdentifierNumber, Some(&field.id)));
        }
    }
    for (role, parent) in needed {
        if pack.form.with_role(role, parent).is_none() {
            sink.add(
                "form.toml",
                1,
                PackCode::RoleMissing,
                format!(
                    "no field{} has the role {:?}",
                    parent.map_or_else(String::new, |parent| format!(" in {parent:?}")),
                    role.as_str()
                ),
                "give it to the field that carries it",
            );
        }
    }
}

fn texts(pack: &Pack<'_>, sink: &Sink) {
    let (needed, allowed) = text_keys(pack.form);
    let pages: BTreeSet<&String> = pack
        .texts
        .values()
        .flat_map(BTreeMap::keys)
        .filter(|key| key.starts_with("page.") || allowed.contains(*key))
        .collect();
    for language in &pack.settings.languages {
        let Some(texts) = pack.texts.get(language) else { continue };
        let file = text_file(language);
        for key in needed.iter().chain(pages.iter().copied()) {
            if !texts.contains_key(key) {
                sink.add(
                    &file,
                    nearest_line(texts, key),
                    PackCode::MissingText,
                    format!("the text {key:?} is missing"),
                    "write it",
                );
            }
        }
        for (key, text) in texts {
            if !needed.contains(key) && !allowed.contains(key) && !key.starts_with("page.") {
                sink.add(
                    &file,
                    text.line,
                    PackCode::UnusedText,
                    format!("nothing uses the text {key:?}"),
                    "take it away, or add the field that it is for",
                );
            }
        }
    }
}

/// The keys that each language must have, and those that all languages or none may have.
fn text_keys(form: &Form) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut needed = BTreeSet::new();
    let mut allowed = BTreeSet::new();
    for section in &form.sections {
        needed.insert(format!("section.{}.label", section.id));
        needed.insert(format!("section.{}.hint", section.id));
    }
    for field in &form.fields {
        needed.insert(format!("field.{}.label", field.id));
        needed.insert(format!("field.{}.error", field.id));
        let hint = format!("field.{}.hint", field.id);
        if field.parent.is_none() {
            needed.insert(hint);
        } else {
            allowed.insert(hint);
        }
    }
    for code in ProblemCode::ALL {
        needed.insert(code.text_key());
    }
    (needed, allowed)
}

/// The line of another text of the same field, to lead the eye to the right place; else 1.
fn nearest_line(texts: &Texts, key: &str) -> usize {
    let stem = key.rsplit_once('.').map_or(key, |(stem, _)| stem);
    texts
        .range(format!("{stem}.")..)
        .next()
        .filter(|(other, _)| other.starts_with(&format!("{stem}.")))
        .map_or(1, |(_, text)| text.line)
}

#[cfg(test)]
mod tests {
    use super::prohibited;

    #[test]
    fn words_are_prohibited_and_letters_are_not() {
        let check =
            |name: &str, expected: bool| assert_eq!(prohibited(name).is_some(), expected, "{name}");
        check("ethnic_group", true);
        check("home.gps", true);
        check("codes/religion.csv", true);
        check("Lat", true);
        check("hand_geometry", true);
        check("hand", false);
        check("year_of_birth", false);
        check("difficulty_hearing", false);
        check("trace_number", false);
        check("translator", false);
    }
}

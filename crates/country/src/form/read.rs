//! Reads `form.toml`.

use std::collections::{BTreeMap, BTreeSet};

use super::{Field, FieldType, Form, Limits, Requirement, Role, Section, SensitivityClass, Stage};
use crate::codes::{compile, duplicate};
use crate::problem::{PackCode, Sink};
use crate::read::{At, Item, document};
use crate::settings::FormKind;
use crate::source::PackSource;

/// Characters of a text whose field states no other limit.
const USUAL_LENGTH: usize = 120;

/// Greatest limit that a field may state, in characters; longer texts are documents, not answers.
const GREATEST_LENGTH: i64 = 2_000;

/// Elements of a list whose field states no other limit; also the greatest allowed.
const USUAL_ITEMS: usize = 20;

const FIELD_KEYS: &[&str] = &[
    "id",
    "section",
    "type",
    "list",
    "least_level",
    "notice",
    "forms",
    "required",
    "required_when",
    "stage",
    "max_length",
    "max_items",
    "min",
    "max",
    "pattern",
    "pattern_from",
    "future",
    "sensitivity",
    "basis",
    "role",
];

pub(crate) fn read(source: &PackSource, sink: &Sink) -> Option<Form> {
    document(source, "form.toml", sink, |root| {
        root.only(&["section", "field"]);
        let mut form = Form::default();
        let mut lines = BTreeMap::new();
        for item in root.items("section") {
            item.only(&["id"]);
            if let Some(id) = item.text("id") {
                duplicate(&mut lines, &id.value, item.file, id.line, sink);
                form.sections.push(Section { id: id.value, line: id.line });
            }
        }
        let mut lines = BTreeMap::new();
        for item in root.items("field") {
            if let Some(field) = field(item, &form, &mut lines) {
                form.index.insert(field.id.clone(), form.fields.len());
                form.fields.push(field);
            }
        }
        form
    })
}

fn field(item: Item<'_>, form: &Form, lines: &mut BTreeMap<String, usize>) -> Option<Field> {
    item.only(FIELD_KEYS);
    let id = item.text("id")?;
    duplicate(lines, &id.value, item.file, id.line, item.sink);
    check_id(item, &id);
    let parent_id = id.value.rsplit_once('.').map(|(parent, _)| parent.to_owned());
    let parent = parent_id.as_deref().and_then(|parent| form.field(parent));
    check_parent(item, &id, parent_id.as_deref(), parent);
    let kind = kind(item);
    let section = match parent {
        Some(parent) => Some(parent.section.clone()),
        None => section(item, form),
    };
    let forms = forms(item, parent);
    let (sensitivity, basis) = match parent {
        Some(parent) => {
            shares(item);
            (Some(parent.sensitivity), parent.basis.clone())
        }
        None => (sensitivity(item), basis(item, &id)),
    };
    let stage = stage(item, parent);
    let limits = limits(item);
    let requirement = requirement(item);
    Some(Field {
        role: role(item),
        line: id.line,
        id: id.value,
        parent: parent_id,
        section: section?,
        kind: kind?,
        forms,
        requirement,
        stage,
        limits,
        sensitivity: sensitivity?,
        basis,
    })
}

fn check_id(item: Item<'_>, id: &At<String>) {
    let allowed = |letter: char| {
        letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '_' | '.')
    };
    let reserved = ["label", "hint", "error"];
    let last = id.value.rsplit('.').next().unwrap_or_default();
    if id.value.is_empty()
        || id.value.len() > 64
        || !id.value.chars().all(allowed)
        || reserved.contains(&last)
    {
        item.fault(
            id.line,
            PackCode::WrongValue,
            format!("{:?} cannot be the id of a field", id.value),
            "use a-z, 0-9 and _, at most 64, and not label, hint or error",
        );
    }
}

fn check_parent(item: Item<'_>, id: &At<String>, parent_id: Option<&str>, parent: Option<&Field>) {
    let Some(parent_id) = parent_id else { return };
    let fits = parent.is_some_and(|parent| parent.kind.holds_fields() && parent.parent.is_none());
    if !fits {
        item.fault(
            id.line,
            PackCode::UnknownReference,
            format!("{:?} stands in {parent_id:?}, which is no group or list before it", id.value),
            "write the group or list first; groups do not stand in groups",
        );
    }
}

fn section(item: Item<'_>, form: &Form) -> Option<String> {
    let section = item.text("section")?;
    if !form.sections.iter().any(|known| known.id == section.value) {
        item.fault(
            section.line,
            PackCode::UnknownReference,
            format!("there is no section {:?}", section.value),
            "add a [[section]], or correct the id",
        );
    }
    Some(section.value)
}

fn kind(item: Item<'_>) -> Option<FieldType> {
    let kind = item.text("type")?;
    let list = || item.text("list").map(|at| at.value);
    Some(match kind.value.as_str() {
        "text" => FieldType::Text,
        "name" => FieldType::Name,
        "partial_date" => FieldType::PartialDate,
        "date" => FieldType::Date,
        "code" => FieldType::Code { list: list()? },
        "codes" => FieldType::Codes { list: list()? },
        "group" => FieldType::Group,
        "list" => FieldType::List,
        "place" => FieldType::Place { least_level: item.text("least_level")?.value },
        "telephone" => FieldType::Telephone,
        "email" => FieldType::Email,
        "boolean" => FieldType::Boolean,
        "decimal" => FieldType::Decimal,
        "integer" => FieldType::Integer,
        "consent" => FieldType::Consent { notice: item.text("notice")?.value },
        other => {
            let prohibited = crate::lint::prohibited(other).is_some();
            item.fault(
                kind.line,
                if prohibited { PackCode::Prohibited } else { PackCode::WrongValue },
                format!("there is no field type {other:?}"),
                "use text, name, partial_date, date, code, codes, group, list, place, telephone, \
                 email, boolean, decimal, integer or consent",
            );
            return None;
        }
    })
}

fn forms(item: Item<'_>, parent: Option<&Field>) -> BTreeSet<FormKind> {
    let named = item.texts("forms");
    let mut forms = BTreeSet::new();
    for form in &named {
        if let Some(kind) = FormKind::from_name(&form.value) {
            forms.insert(kind);
        } else {
            item.fault(
                form.line,
                PackCode::WrongValue,
                format!("there is no form {:?}", form.value),
                "use adult, minor, foreigner or refugee",
            );
        }
    }
    if named.is_empty() {
        forms = parent.map_or_else(|| FormKind::ALL.into(), |parent| parent.forms.clone());
    }
    forms
}

/// Fields inside a group are kept and justified with it.
fn shares(item: Item<'_>) {
    for key in ["sensitivity", "basis", "section"] {
        if let Some(at) = item.optional_text(key) {
            item.fault(
                at.line,
                PackCode::UnknownKey,
                format!("{key:?} stands on the group, not on a field inside it"),
                "take it away here",
            );
        }
    }
}

fn sensitivity(item: Item<'_>) -> Option<SensitivityClass> {
    let at = item.text("sensitivity")?;
    let class = SensitivityClass::ALL.into_iter().find(|class| class.as_str() == at.value);
    if class.is_none() {
        item.fault(
            at.line,
            PackCode::WrongValue,
            format!("there is no sensitivity class {:?}", at.value),
            "use none, personal, sensitive or functional",
        );
    }
    class
}

fn basis(item: Item<'_>, id: &At<String>) -> String {
    if let Some(basis) = item.optional_text("basis") {
        return basis.value;
    }
    item.fault(
        id.line,
        PackCode::NoLegalBasis,
        format!("the field {:?} has no legal basis", id.value),
        "name one of law/bases.toml under basis, or do not collect it",
    );
    String::new()
}

fn stage(item: Item<'_>, parent: Option<&Field>) -> Stage {
    match item.optional_text("stage") {
        None => parent.map_or(Stage::Form, |parent| parent.stage),
        Some(at) if at.value == "form" => Stage::Form,
        Some(at) if at.value == "capture" => Stage::Capture,
        Some(at) => {
            item.fault(
                at.line,
                PackCode::WrongValue,
                format!("there is no stage {:?}", at.value),
                "use form or capture",
            );
            Stage::Form
        }
    }
}

fn limits(item: Item<'_>) -> Limits {
    let bounded = |key: &str, usual: usize, greatest: i64| match item.integer(key) {
        None => usual,
        Some(at) if (1..=greatest).contains(&at.value) => at.value as usize,
        Some(at) => {
            item.fault(
                at.line,
                PackCode::WrongValue,
                format!("{key:?} is not from 1 to {greatest}"),
                "correct the limit",
            );
            usual
        }
    };
    Limits {
        max_length: bounded("max_length", USUAL_LENGTH, GREATEST_LENGTH),
        max_items: bounded("max_items", USUAL_ITEMS, USUAL_ITEMS as i64),
        min: item.decimal("min").map(|at| at.value),
        max: item.decimal("max").map(|at| at.value),
        pattern: item
            .optional_text("pattern")
            .and_then(|at| compile(&at.value, item.file, at.line, item.sink)),
        pattern_from: item.optional_text("pattern_from").map(|at| at.value),
        future: item.boolean("future").is_some_and(|at| at.value),
    }
}

fn requirement(item: Item<'_>) -> Requirement {
    let always = item.boolean("required").is_some_and(|at| at.value);
    let Some(when) = item.table("required_when") else {
        return if always { Requirement::Always } else { Requirement::Optional };
    };
    when.only(&["field", "is", "answered", "minor"]);
    if let Some(minor) = when.boolean("minor") {
        return Requirement::WhenMinor(minor.value);
    }
    let Some(field) = when.text("field") else {
        return Requirement::Optional;
    };
    if let Some(answered) = when.boolean("answered") {
        return Requirement::WhenAnswered { field: field.value, answered: answered.value };
    }
    let values: Vec<String> = when.texts("is").into_iter().map(|at| at.value).collect();
    if values.is_empty() {
        when.fault(
            when.line,
            PackCode::MissingKey,
            "the condition says neither is, answered nor minor",
            "write is = [\"CODE\"], answered = true or minor = true",
        );
    }
    Requirement::WhenIs { field: field.value, values }
}

fn role(item: Item<'_>) -> Option<Role> {
    let at = item.optional_text("role")?;
    let role = Role::from_name(&at.value);
    if role.is_none() {
        item.fault(
            at.line,
            PackCode::UnknownReference,
            format!("there is no role {:?}", at.value),
            "correct it, or leave it out",
        );
    }
    role
}

//! Checks of one field: what it may ask, what it refers to, and what it depends on.

use super::{Pack, list_of, prohibited};
use crate::form::{Field, FieldType, Requirement};
use crate::problem::{PackCode, Sink};

pub(super) fn prohibited_field(field: &Field, sink: &Sink) {
    let list = field.list().unwrap_or_default();
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

pub(super) fn field_references(pack: &Pack<'_>, field: &Field, sink: &Sink) {
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

pub(super) fn condition(pack: &Pack<'_>, field: &Field, sink: &Sink) {
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

pub(super) fn empty_groups(pack: &Pack<'_>, sink: &Sink) {
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

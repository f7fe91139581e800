//! Checks across the files of a pack: references, texts, roles, and what the law forbids.

mod fields;
mod prohibited;
mod roles;
mod texts;

use std::collections::BTreeMap;

use crate::codes::CodeList;
use crate::form::{Field, FieldType, Form, Role};
use crate::geography::Geography;
use crate::law::{LegalBasis, Notice};
use crate::problem::{PackCode, Sink};
use crate::settings::{FormKind, Settings};
use crate::source::PackSource;
use crate::texts::{Texts, file as text_file};

pub(crate) use prohibited::prohibited;

/// The modalities that the register can capture and may switch on.
const ALLOWED_MODALITIES: [&str; 2] = ["fingerprint", "face"];

/// Everything that the checks look at.
pub(crate) struct Pack<'a> {
    pub settings: &'a Settings,
    pub form: &'a Form,
    pub texts: &'a BTreeMap<String, Texts>,
    pub lists: &'a BTreeMap<String, CodeList>,
    pub geography: &'a Geography,
    pub bases: &'a BTreeMap<String, LegalBasis>,
    pub notices: &'a BTreeMap<String, Notice>,
}

pub(crate) fn check(pack: &Pack<'_>, sink: &Sink) {
    modalities(pack, sink);
    forms(pack, sink);
    for field in &pack.form.fields {
        fields::prohibited_field(field, sink);
        fields::field_references(pack, field, sink);
        fields::condition(pack, field, sink);
        roles::role_of(pack, field, sink);
    }
    fields::empty_groups(pack, sink);
    roles::required_roles(pack, sink);
    texts::texts(pack, sink);
}

/// Reports files that nothing reads, and such as the law forbids.
pub(crate) fn unknown_files(source: &PackSource, settings: &Settings, sink: &Sink) {
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
    for name in source.names() {
        let known = fixed.contains(&name)
            || settings.levels.iter().any(|level| level.file == name)
            || settings.languages.iter().any(|language| text_file(language) == name)
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

fn list_of<'a>(pack: &Pack<'a>, field: &Field) -> Option<&'a CodeList> {
    match &field.kind {
        FieldType::Code { list } | FieldType::Codes { list } => pack.lists.get(list),
        _ => None,
    }
}

//! Checks across the files of a pack: references, texts, roles, and what the law forbids.

mod fields;
mod prohibited;
mod roles;
mod texts;

use std::collections::BTreeMap;

use crate::codes::{CodeList, REVISIT_OUTCOMES};
use crate::form::{Field, Form, Role};
use crate::geography::Geography;
use crate::law::{LegalBasis, Notice};
use crate::problem::{PackCode, Sink};
use crate::settings::{FormKind, Settings};
use crate::source::{PackSource, stem};
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
    unused_lists(pack, sink);
    fields::empty_groups(pack, sink);
    roles::required_roles(pack, sink);
    texts::texts(pack, sink);
}

/// Reports files that nothing reads, and such as the law forbids.
pub(crate) fn unknown_files(source: &PackSource, settings: &Settings, sink: &Sink) {
    let fixed = [
        "pack.toml",
        "form.toml",
        "desk.toml",
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
            || stem(name, "codes/", ".csv").is_some()
            || stem(name, "notices/", ".toml").is_some();
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

/// Reports code lists of their own file that no field asks for.
fn unused_lists(pack: &Pack<'_>, sink: &Sink) {
    let given = ["countries", "centres", "languages", REVISIT_OUTCOMES];
    for id in pack.lists.keys().filter(|id| !given.contains(&id.as_str())) {
        if !pack.form.fields.iter().any(|field| field.list() == Some(id)) {
            sink.add(
                &format!("codes/{id}.csv"),
                1,
                PackCode::UnknownFile,
                "no field uses this code list",
                "take it away, or name it under a field's list",
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
    pack.lists.get(field.list()?)
}

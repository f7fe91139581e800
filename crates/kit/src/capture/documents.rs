//! Documents: what is ticked as seen needs its scan, or the word of the officer who saw it.

use std::collections::BTreeMap;

use niims_country::{CountryPack, FieldType, Role};
use niims_packet::DocumentScan;
use niims_record::OfficerId;
use serde_json::Value;

use super::folder::CaptureFolder;
use super::form::Sighting;
use super::picture::{DOCUMENT_LEAST_SIDE, clean};
use super::refusal::{CaptureProblem, EnrolRefused};

/// A document as the answers name it.
pub(crate) struct Named {
    pub kind: String,
    pub number: Option<String>,
    sighted: bool,
}

/// Checks ticks against evidence, before anything is read.
pub(crate) fn check_evidence(
    photographed: &[&str],
    answers: &BTreeMap<String, Value>,
    sightings: &[Sighting],
    officers: &[OfficerId],
    pack: &CountryPack,
) -> Result<(), EnrolRefused> {
    if let Some(stranger) = sightings.iter().find(|s| !officers.contains(&s.attested_by)) {
        return Err(CaptureProblem::OfficerUnknown { officer: stranger.attested_by }.into());
    }
    for kind in photographed {
        if known_kind(kind, pack).is_none() {
            return Err(CaptureProblem::DocumentKindUnknown.into());
        }
    }
    let evidenced = |kind: &str| {
        photographed.iter().any(|name| same(name, kind))
            || sightings.iter().any(|sighting| same(&sighting.kind, kind))
    };
    match named(answers, pack).into_iter().find(|one| one.sighted && !evidenced(&one.kind)) {
        Some(one) => Err(CaptureProblem::DocumentNotEvidenced { kind: one.kind }.into()),
        None => Ok(()),
    }
}

/// Reads the scans. A scan takes number and tick from the answer of its kind.
pub(crate) fn read(
    folder: &CaptureFolder,
    answers: &BTreeMap<String, Value>,
    sightings: &[Sighting],
    pack: &CountryPack,
) -> Result<Vec<DocumentScan>, EnrolRefused> {
    let named = named(answers, pack);
    folder
        .documents
        .iter()
        .map(|(name, file)| {
            let kind = known_kind(name, pack).ok_or(CaptureProblem::DocumentKindUnknown)?;
            let answer = named.iter().find(|one| one.kind == kind);
            Ok(DocumentScan {
                number: answer.and_then(|one| one.number.clone()),
                original_sighted: answer.is_some_and(|one| one.sighted)
                    || sightings.iter().any(|sighting| same(&sighting.kind, &kind)),
                image: clean(file, &folder.picture(file)?, DOCUMENT_LEAST_SIDE)?,
                kind,
            })
        })
        .collect()
}

/// The identity documents that the resident named, by the roles of the form.
pub(crate) fn named(answers: &BTreeMap<String, Value>, pack: &CountryPack) -> Vec<Named> {
    let Some(list) = with_role(pack, Role::Identifiers, None) else { return Vec::new() };
    let name =
        |role| with_role(pack, role, Some(list)).map(|id| id.rsplit('.').next().unwrap_or(id));
    let Some(kind_name) = name(Role::IdentifierKind) else { return Vec::new() };
    let text = |entry: &Value, name: Option<&str>| {
        name.and_then(|name| entry.get(name)).and_then(Value::as_str).map(str::to_owned)
    };
    let entries = answers.get(list).and_then(Value::as_array);
    entries
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            Some(Named {
                kind: text(entry, Some(kind_name))?,
                number: text(entry, name(Role::IdentifierNumber)),
                sighted: name(Role::IdentifierSighted)
                    .and_then(|name| entry.get(name))
                    .is_some_and(|ticked| *ticked == Value::Bool(true)),
            })
        })
        .collect()
}

/// Id of the field with this role, inside `parent` or in no group.
pub(crate) fn with_role<'a>(
    pack: &'a CountryPack,
    role: Role,
    parent: Option<&str>,
) -> Option<&'a str> {
    pack.fields()
        .iter()
        .find(|field| field.role == Some(role) && field.parent.as_deref() == parent)
        .map(|field| field.id.as_str())
}

/// The code of the country's list of identity documents that a file name means.
fn known_kind(name: &str, pack: &CountryPack) -> Option<String> {
    let list = with_role(pack, Role::Identifiers, None)?;
    let kind = pack.field(with_role(pack, Role::IdentifierKind, Some(list))?)?;
    let FieldType::Code { list } = &kind.kind else { return None };
    let codes = pack.code_list(list)?.codes();
    codes.iter().find(|code| same(&code.code, name)).map(|code| code.code.clone())
}

/// `NATIONAL-ID` and `national_id` are the same.
fn same(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.to_ascii_lowercase().replace('-', "_");
    plain(one) == plain(other)
}

//! The public list of what is collected, made from the pack itself so that it cannot differ.

use serde_json::{Value, json};

use crate::form::{Field, Requirement};
use crate::pack::CountryPack;

/// The list as JSON: country, pack version, every field with its law, every modality.
pub(crate) fn collected(pack: &CountryPack) -> Value {
    let settings = pack.settings();
    let fields: Vec<Value> = pack.form.fields.iter().map(|field| one(pack, field)).collect();
    let modalities: Vec<Value> = settings
        .modalities
        .iter()
        .map(|modality| {
            json!({ "id": modality.id, "collected": modality.on, "basis": modality.basis })
        })
        .collect();
    json!({
        "country": settings.code,
        "release": settings.release,
        "pack_version": pack.version(),
        "fields": fields,
        "modalities": modalities,
    })
}

fn one(pack: &CountryPack, field: &Field) -> Value {
    let labels: serde_json::Map<String, Value> = pack
        .settings()
        .languages
        .iter()
        .filter_map(|language| {
            let label = pack.text(language, &format!("field.{}.label", field.id))?;
            Some((language.clone(), Value::from(label)))
        })
        .collect();
    let forms: Vec<&str> = field.forms.iter().map(|form| form.as_str()).collect();
    let required = match &field.requirement {
        Requirement::Optional => "no",
        Requirement::Always => "yes",
        _ => "sometimes",
    };
    json!({
        "id": field.id,
        "section": field.section,
        "type": field.kind.as_str(),
        "forms": forms,
        "required": required,
        "sensitivity": field.sensitivity.as_str(),
        "basis": field.basis,
        "label": labels,
    })
}

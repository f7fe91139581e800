//! The published list of everything that is collected, taken from the country pack.

use niims_country::{CountryPack, Field, Modality, Requirement};
use niims_web::Words;

/// The modalities with words of their own; others are shown by their id.
#[cfg(test)]
pub(crate) const MODALITIES: &[&str] = &[
    "fingerprint",
    "face",
    "hand_geometry",
    "earlobe_geometry",
    "retina",
    "iris",
    "voice",
    "dna",
    "gps",
];

/// One section of the list.
pub(crate) struct Section {
    /// Its label.
    pub(crate) title: String,
    /// Its fields.
    pub(crate) fields: Vec<Collected>,
}

/// One thing collected.
pub(crate) struct Collected {
    /// The question.
    pub(crate) label: String,
    /// Always, sometimes or only if one likes.
    pub(crate) required: String,
    /// The law that allows it.
    pub(crate) basis: String,
}

/// The list by sections of the form, fields inside groups included.
pub(crate) fn sections(pack: &CountryPack, words: Words<'_>) -> Vec<Section> {
    let language = words.language.code();
    let mut sections: Vec<(&str, Section)> = Vec::new();
    for field in pack.fields() {
        let label = pack.label(language, &field.id);
        let collected = Collected {
            label: match field.parent.as_deref() {
                Some(parent) => format!("{}: {label}", pack.label(language, parent)),
                None => label.to_owned(),
            },
            required: required(pack, words, field).to_owned(),
            basis: basis(pack, &field.basis),
        };
        if let Some((_, section)) = sections.iter_mut().find(|(id, _)| *id == field.section) {
            section.fields.push(collected);
        } else {
            let key = format!("section.{}.label", field.section);
            let title = pack.text_or_first(language, &key).unwrap_or(&field.section).to_owned();
            sections.push((&field.section, Section { title, fields: vec![collected] }));
        }
    }
    sections.into_iter().map(|(_, section)| section).collect()
}

/// What may be captured of a body, and what the law names but nobody may capture.
pub(crate) struct Modalities {
    /// Captured.
    pub(crate) on: Vec<String>,
    /// Never captured.
    pub(crate) off: Vec<String>,
}

/// The modalities of the pack in words.
pub(crate) fn modalities(pack: &CountryPack, words: Words<'_>) -> Modalities {
    let (on, off): (Vec<_>, Vec<_>) =
        pack.settings().modalities.iter().partition(|modality| modality.on);
    let name = |modality: &Modality| {
        let text = words.find(&format!("modality.{}", modality.id));
        text.unwrap_or(&modality.id).to_owned()
    };
    Modalities { on: on.into_iter().map(name).collect(), off: off.into_iter().map(name).collect() }
}

/// Whether an answer is needed. Inside a group that need not be answered, a field is
/// needed only by those who answer the group.
fn required<'a>(pack: &CountryPack, words: Words<'a>, field: &Field) -> &'a str {
    let around = field.parent.as_deref().and_then(|parent| pack.field(parent));
    let open = around.is_some_and(|group| group.requirement != Requirement::Always);
    match field.requirement {
        Requirement::Always if !open => words.t("collected.always"),
        Requirement::Optional => words.t("collected.optional"),
        _ => words.t("collected.sometimes"),
    }
}

fn basis(pack: &CountryPack, id: &str) -> String {
    match pack.basis(id) {
        Some(basis) => format!("{}, {}", basis.instrument, basis.provision),
        None => id.to_owned(),
    }
}

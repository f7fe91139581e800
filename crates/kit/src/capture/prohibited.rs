//! What may not be collected at all: DNA, coordinates, and modalities that are switched off.

use niims_country::Settings;
pub(crate) use niims_country::prohibited::{in_answers, in_name};

/// Whether a file is named after a modality that the country has switched off.
pub(crate) fn modality_off(name: &str, settings: &Settings) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    settings.modalities.iter().any(|modality| {
        !modality.on
            && stem
                .to_ascii_lowercase()
                .strip_prefix(modality.id.as_str())
                .is_some_and(|rest| !rest.starts_with(|letter: char| letter.is_ascii_alphabetic()))
    })
}

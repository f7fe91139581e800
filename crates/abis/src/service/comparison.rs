//! Comparing two captures directly, without a gallery.

use niims_fingerprint::{PersonComparison, PersonTemplates, Prepared, Template, compare_persons};

use super::ServiceError;
use crate::modality::Biometrics;
use crate::search::SearchError;

/// Biometrics as the database keeps them.
pub(super) fn stored(bytes: &[u8]) -> Result<Biometrics, ServiceError> {
    Biometrics::from_bytes(bytes).map_err(|_| ServiceError::Search(SearchError::Storage))
}

/// The fingers of a capture, ready to be compared.
pub(super) fn prepared(biometrics: &Biometrics) -> Result<PersonTemplates, SearchError> {
    biometrics
        .fingers
        .iter()
        .map(|finger| {
            let template =
                Template::from_bytes(&finger.template).map_err(|_| SearchError::Template)?;
            Ok((finger.position, Prepared::new(&template)))
        })
        .collect()
}

/// The most alike pair of a probe's and a reference's captures: the reference's place in its list,
/// and the comparison. `None` where nothing of them can be compared.
pub(super) fn best(
    probes: &[Biometrics],
    references: &[Biometrics],
) -> Result<Option<(usize, PersonComparison)>, SearchError> {
    let references: Vec<PersonTemplates> =
        references.iter().map(prepared).collect::<Result<_, _>>()?;
    let mut best: Option<(usize, PersonComparison)> = None;
    for probe in probes {
        let probe = prepared(probe)?;
        for (place, reference) in references.iter().enumerate() {
            let comparison = compare_persons(&probe, reference);
            let is_better = best.as_ref().is_none_or(|(_, other)| comparison.score > other.score);
            if !comparison.fingers.is_empty() && is_better {
                best = Some((place, comparison));
            }
        }
    }
    Ok(best)
}

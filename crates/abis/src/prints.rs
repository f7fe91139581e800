//! Finger templates in the forms that the engine searches and compares with.

use niims_fingerprint::index::PersonCylinders;
use niims_fingerprint::{FingerPosition, PersonTemplates, Template};
use niims_wire::abis::FingerTemplate;

use crate::search::SearchError;

/// The templates of a capture.
///
/// # Errors
/// [`SearchError::Template`] where one does not read.
pub(crate) fn read_templates(
    fingers: &[FingerTemplate],
) -> Result<Vec<(FingerPosition, Template)>, SearchError> {
    fingers
        .iter()
        .map(|finger| {
            let template =
                Template::from_bytes(&finger.template).map_err(|_| SearchError::Template)?;
            Ok((finger.position, template))
        })
        .collect()
}

/// The form for votes and bits.
pub(crate) fn cylinders(fingers: &[FingerTemplate]) -> Result<PersonCylinders, SearchError> {
    let templates = read_templates(fingers)?;
    Ok(PersonCylinders::from_templates(templates.iter().map(|(finger, print)| (*finger, print))))
}

/// The form for the full comparison.
pub(crate) fn prepare(fingers: &[FingerTemplate]) -> Result<PersonTemplates, SearchError> {
    let templates = read_templates(fingers)?;
    Ok(PersonTemplates::from_templates(templates.iter().map(|(finger, print)| (*finger, print))))
}

//! Comparing two captures directly, without a gallery.

use niims_fingerprint::person::FingerComparison;
use niims_fingerprint::{Assignment, PersonTemplates, Prepared, Template, compare_persons};

use super::ServiceError;
use crate::faces::FaceMatching;
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

/// How alike two captures are. Fingers decide where any finger of both was compared; else faces do.
pub(super) struct Compared {
    /// Evidence of the fingers, millinats; where none was compared, likeness of the faces, thousandths of
    /// the cosine.
    pub score: i32,
    /// Which finger was taken for which.
    pub assignment: Assignment,
    /// What the score rests on; none where faces decide.
    pub fingers: Vec<FingerComparison>,
    /// Likeness of the faces, where both have one of the configured model.
    pub face: Option<i32>,
}

impl Compared {
    /// Whether the score reaches the threshold of what decides.
    pub(super) fn reaches(&self, of_fingers: i32, faces: Option<&FaceMatching>) -> bool {
        if self.by_fingers() {
            self.score >= of_fingers
        } else {
            faces.is_some_and(|matching| self.score >= matching.threshold())
        }
    }

    fn by_fingers(&self) -> bool {
        !self.fingers.is_empty()
    }
}

/// The most alike pair of a probe's and a reference's captures: the reference's place in its list,
/// and the comparison. Pairs whose fingers were compared go before pairs of faces. `None` where nothing
/// of them can be compared.
pub(super) fn best(
    probes: &[Biometrics],
    references: &[Biometrics],
    faces: Option<&FaceMatching>,
) -> Result<Option<(usize, Compared)>, SearchError> {
    let prepared_references: Vec<PersonTemplates> =
        references.iter().map(prepared).collect::<Result<_, _>>()?;
    let mut best: Option<(usize, Compared)> = None;
    for probe in probes {
        let fingers = prepared(probe)?;
        for (place, reference) in prepared_references.iter().enumerate() {
            let likeness = faces
                .and_then(|matching| matching.likeness(&probe.faces, &references[place].faces));
            let Some(pair) = pair(&fingers, reference, likeness) else { continue };
            let rank = |one: &Compared| (one.by_fingers(), one.score);
            if best.as_ref().is_none_or(|(_, other)| rank(&pair) > rank(other)) {
                best = Some((place, pair));
            }
        }
    }
    Ok(best)
}

fn pair(
    probe: &PersonTemplates,
    reference: &PersonTemplates,
    face: Option<i32>,
) -> Option<Compared> {
    let compared = compare_persons(probe, reference);
    if compared.fingers.is_empty() {
        let (assignment, fingers) = (Assignment::AsStated, Vec::new());
        return face.map(|score| Compared { score, assignment, fingers, face });
    }
    let (score, assignment, fingers) = (compared.score, compared.assignment, compared.fingers);
    Some(Compared { score, assignment, fingers, face })
}

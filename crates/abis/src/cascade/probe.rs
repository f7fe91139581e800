//! A probe made ready: which of its fingers are searched with, and in which form.

use niims_fingerprint::index::PersonCylinders;
use niims_fingerprint::{FingerPosition, repeated_fingers};
use niims_wire::abis::FingerTemplate;

use crate::modality::Biometrics;
use crate::prints;
use crate::search::SearchError;

/// A probe whose fingers are all of different positions and no two of one finger.
#[derive(Clone)]
pub(crate) struct Probe {
    pub(crate) fingers: Vec<FingerTemplate>,
    pub(crate) cylinders: PersonCylinders,
}

impl Probe {
    /// Makes a probe ready, about 5 milliseconds for ten fingers.
    ///
    /// # Errors
    /// [`SearchError::Template`] where a template does not read.
    pub(crate) fn new(biometrics: &Biometrics) -> Result<Self, SearchError> {
        let fingers = one_of_each(&biometrics.fingers)?;
        let cylinders = prints::cylinders(&fingers)?;
        Ok(Self { fingers, cylinders })
    }
}

/// The fingers with each finger once. Of two templates of one position the later counts.
///
/// Where one finger was presented under several names, at most one of them is right, and nobody knows
/// which: its best print is kept as of unknown position, which is compared with every finger. The
/// other names speak neither for nor against anybody. Only one print can be of unknown position; of
/// further fingers presented twice the better print keeps its name.
fn one_of_each(fingers: &[FingerTemplate]) -> Result<Vec<FingerTemplate>, SearchError> {
    let mut each: Vec<FingerTemplate> = Vec::new();
    for finger in fingers {
        each.retain(|earlier| earlier.position != finger.position);
        each.push(finger.clone());
    }
    each.sort_by_key(|finger| finger.position);
    let mut unknown_taken = each.iter().any(|f| f.position == FingerPosition::Unknown);
    loop {
        let repeated = repeated_fingers(&prints::prepare(&each)?);
        let Some(pair) = repeated.first() else { break };
        let group: Vec<FingerPosition> = repeated
            .iter()
            .filter(|other| {
                [other.probe, other.reference]
                    .iter()
                    .any(|f| [pair.probe, pair.reference].contains(f))
            })
            .flat_map(|other| [other.probe, other.reference])
            .collect();
        let best = each
            .iter()
            .filter(|finger| group.contains(&finger.position))
            .max_by_key(|finger| (finger.quality, std::cmp::Reverse(finger.position)))
            .cloned();
        each.retain(|finger| !group.contains(&finger.position));
        each.extend(best.map(|mut best| {
            if !unknown_taken {
                best.position = FingerPosition::Unknown;
            }
            best
        }));
        unknown_taken = true;
        each.sort_by_key(|finger| finger.position);
    }
    Ok(each)
}

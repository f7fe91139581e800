//! A probe made ready: which of its fingers are searched with, and in which form.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use niims_fingerprint::index::PersonCylinders;
use niims_fingerprint::{FingerPosition, PersonTemplates, repeated_fingers};
use niims_wire::abis::FingerTemplate;

use crate::modality::Biometrics;
use crate::prints;
use crate::search::SearchError;

/// A probe whose fingers are all of different positions and no two of one finger.
pub(crate) struct Probe {
    pub(crate) fingers: Vec<FingerTemplate>,
    /// For votes and bits.
    pub(crate) cylinders: PersonCylinders,
    /// For the full comparison.
    pub(crate) templates: PersonTemplates,
}

impl Probe {
    /// Makes a probe ready, about 5 milliseconds for ten fingers.
    ///
    /// # Errors
    /// [`SearchError::Template`] where a template does not read.
    pub(crate) fn new(biometrics: &Biometrics) -> Result<Self, SearchError> {
        let (fingers, templates) = one_of_each(&biometrics.fingers)?;
        let cylinders = prints::cylinders(&fingers)?;
        Ok(Self { fingers, cylinders, templates })
    }

    /// The same from fingers that another probe was left with.
    fn of_fingers(fingers: &[FingerTemplate]) -> Result<Self, SearchError> {
        let (cylinders, templates) = (prints::cylinders(fingers)?, prints::prepare(fingers)?);
        Ok(Self { fingers: fingers.to_vec(), cylinders, templates })
    }
}

/// Probes kept ready between the phases of a search, and between its searches with fingers rearranged. Range 2 to
/// 64, at about 300 kB each; of searches that run beside each other beyond that, each phase makes its probe anew.
const MOST: usize = 16;

/// The probes that were used last.
#[derive(Default)]
pub(super) struct ReadyProbes(Mutex<VecDeque<Arc<Probe>>>);

impl ReadyProbes {
    /// The probe of these fingers.
    ///
    /// # Errors
    /// [`SearchError::Template`] where a template does not read.
    pub(super) fn get(&self, fingers: &[FingerTemplate]) -> Result<Arc<Probe>, SearchError> {
        let kept = self.kept().iter().find(|probe| probe.fingers == fingers).cloned();
        if let Some(probe) = kept {
            return Ok(probe);
        }
        let probe = Arc::new(Probe::of_fingers(fingers)?);
        self.put(Arc::clone(&probe));
        Ok(probe)
    }

    /// Keeps a probe that is ready.
    pub(super) fn put(&self, probe: Arc<Probe>) {
        let mut kept = self.kept();
        kept.push_front(probe);
        kept.truncate(MOST);
    }

    /// Lets go of all.
    pub(super) fn forget(&self) {
        self.kept().clear();
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, VecDeque<Arc<Probe>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The fingers with each finger once. Of two templates of one position the later counts.
///
/// Where one finger was presented under several names, at most one of them is right, and nobody knows
/// which: its best print is kept as of unknown position, which is compared with every finger. The
/// other names speak neither for nor against anybody. Only one print can be of unknown position; of
/// further fingers presented twice the better print keeps its name.
fn one_of_each(
    fingers: &[FingerTemplate],
) -> Result<(Vec<FingerTemplate>, PersonTemplates), SearchError> {
    let mut each: Vec<FingerTemplate> = Vec::new();
    for finger in fingers {
        each.retain(|earlier| earlier.position != finger.position);
        each.push(finger.clone());
    }
    each.sort_by_key(|finger| finger.position);
    let mut unknown_taken = each.iter().any(|f| f.position == FingerPosition::Unknown);
    loop {
        let prepared = prints::prepare(&each)?;
        let repeated = repeated_fingers(&prepared);
        let Some(pair) = repeated.first() else { return Ok((each, prepared)) };
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
}

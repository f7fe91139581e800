//! A probe made ready for one index: its keys, and its fingers laid out for the bit comparison.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use super::kernel::{GalleryPrint, Kernel, ProbePrint};
use super::people::People;
use super::prints::{FingerCylinders, PersonCylinders};
use super::view::View;
use super::votes::ProbeKeys;
use crate::finger::FingerPosition;
use crate::gallery::GalleryReference;
use crate::person::Assignment;

/// Most cylinders of a finger of the probe that are compared by bits.
pub(super) const PROBE_CYLINDERS: usize = 32;
/// Largest difference of direction, 256ths of a turn, 45 degrees, and half a sector of 11 more or less.
const GATE: u8 = 32;

/// How to search.
#[derive(Debug, Clone)]
pub struct SearchOptions {
    /// Only persons enrolled with a lower sequence number are seen.
    pub below_sequence: Option<u64>,
    /// Only these persons are seen; everybody when none. Costs a look-up for each person enrolled.
    pub among: Option<Arc<BTreeSet<GalleryReference>>>,
    /// Which finger of the enrolled persons each finger of the probe is looked for as.
    pub assignment: Assignment,
    /// Most persons that come back, for the full comparison.
    pub shortlist: usize,
    /// How bits are compared; all kernels give the same result.
    pub kernel: Kernel,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self {
            below_sequence: None,
            among: None,
            assignment: Assignment::AsStated,
            shortlist: 50,
            kernel: Kernel::fastest(),
        }
    }
}

/// What an index is searched for.
pub(super) struct Query {
    /// None when votes are not trusted.
    pub(super) keys: Option<ProbeKeys>,
    /// The fingers that tell most first: those of best quality, of equal ones that with most cylinders, then in
    /// order of position. Of 201 mates whose probes have quality 70 to 75 the worst hundredth stands beyond
    /// the best 20,000 in a million by one finger where cylinders alone decide, and beyond 5,000 so.
    pub(super) fingers: Vec<Finger>,
    pub(super) options: SearchOptions,
}

impl Query {
    pub(super) fn new(
        view: &View,
        probe: &PersonCylinders,
        by_votes: bool,
        options: &SearchOptions,
    ) -> Self {
        let keys =
            by_votes.then(|| ProbeKeys::of(probe, &view.minhash, options, view.has_unknown()));
        let mut fingers: Vec<&FingerCylinders> = probe.0.iter().collect();
        fingers.sort_by_key(|finger| std::cmp::Reverse((finger.quality, finger.cylinders.len())));
        let fingers = fingers.into_iter().map(|f| Finger::of(f, options.assignment)).collect();
        Self { keys, fingers, options: options.clone() }
    }
}

/// A finger of the probe, ready for the bit comparison.
pub(super) struct Finger {
    position: FingerPosition,
    print: ProbePrint,
    cylinders: usize,
}

/// 2¹⁶/⁴√n: a print with many cylinders finds more alike by chance. Mean miss of single fingers
/// outside the best hundredth without: 7.6 %, with the 0.3rd power on both sides 6.8 %.
static FOURTH_ROOTS: LazyLock<[u64; 65]> = LazyLock::new(|| {
    std::array::from_fn(|n| ((1u128 << 64) / n.max(1) as u128).isqrt().isqrt() as u64)
});

impl Finger {
    fn of(finger: &FingerCylinders, assignment: Assignment) -> Self {
        let best = &finger.cylinders[..finger.cylinders.len().min(PROBE_CYLINDERS)];
        let print = ProbePrint::new(best, GATE);
        Self { position: assignment.partner(finger.finger), print, cylinders: best.len() }
    }

    /// The likeness of the person's finger that may be this one, the most alike when there are several.
    pub(super) fn likeness(&self, people: &People, person: usize, kernel: Kernel) -> u64 {
        let one = |finger: FingerPosition| {
            people.print(person, finger).map_or(0, |print| self.likeness_to(print, kernel))
        };
        let unknown = one(FingerPosition::Unknown);
        match self.position {
            FingerPosition::Unknown => {
                FingerPosition::all().into_iter().map(one).fold(unknown, u64::max)
            }
            known => one(known).max(unknown),
        }
    }

    fn likeness_to(&self, print: GalleryPrint<'_>, kernel: Kernel) -> u64 {
        let norm = FOURTH_ROOTS[print.tags.len()] * FOURTH_ROOTS[self.cylinders];
        ((kernel.compare(&self.print, print) >> 10) * norm) >> 32
    }

    /// The print that this finger is most likely compared with.
    pub(super) fn expected<'a>(
        &self,
        people: &'a People,
        person: usize,
    ) -> Option<GalleryPrint<'a>> {
        people.print(person, self.position)
    }
}

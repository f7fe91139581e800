//! The ten fingers of an interview: what each of them stands at, and what is to be captured next.

use std::collections::BTreeMap;
use std::sync::Arc;

use niims_fingerprint::{FingerPosition, Prepared};

use super::finger::Assessment;
use super::missing::ExceptionReason;
use super::suspicion::{Comparisons, Suspicion, suspicions};
use super::tries::{Next, Tries};
use crate::capture::Wanted;
use crate::vocabulary::SubDevice;

/// The order of ISO/IEC 19794-4 for ten fingers in three pictures.
const PARTS: [SubDevice; 3] = [SubDevice::RightSlap, SubDevice::LeftSlap, SubDevice::Thumbs];

/// What a finger stands at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is still captured.
    Captured(Next),
    /// It cannot be captured, for this reason.
    Missing(ExceptionReason),
}

/// What came of a capture.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What each captured finger stands at now.
    pub fingers: Vec<(FingerPosition, Next)>,
    /// What is suspicious. Prints under suspicion were not kept, and their tries do not count: the
    /// officer captures again. It is recorded with the capture.
    pub suspicions: Vec<Suspicion>,
}

/// The ten fingers of a resident.
#[derive(Clone, Default)]
pub struct Hands {
    tries: BTreeMap<FingerPosition, Tries>,
    missing: BTreeMap<FingerPosition, ExceptionReason>,
    officers: Vec<Arc<Prepared>>,
}

/// Prints are personal data: only counts are shown.
impl std::fmt::Debug for Hands {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hands({} tried, {} missing)", self.tries.len(), self.missing.len())
    }
}

impl Hands {
    /// Nothing captured yet; `officers` are prints of the officers of this kit.
    pub fn new(officers: Vec<Arc<Prepared>>) -> Self {
        Self { officers, ..Self::default() }
    }

    /// The hands as they were kept, when an interview goes on.
    pub fn restored(
        officers: Vec<Arc<Prepared>>,
        tries: impl IntoIterator<Item = (FingerPosition, Tries)>,
        missing: impl IntoIterator<Item = (FingerPosition, ExceptionReason)>,
    ) -> Self {
        let missing: BTreeMap<_, _> = missing.into_iter().collect();
        let tries = tries.into_iter().filter(|(finger, _)| !missing.contains_key(finger)).collect();
        Self { tries, missing, officers }
    }

    /// Tries that were made of a finger.
    pub fn used(&self, finger: FingerPosition) -> u8 {
        self.tries.get(&finger).map_or(0, Tries::used)
    }

    /// Takes what a capture gave.
    pub fn take(&mut self, captured: Vec<(FingerPosition, Assessment)>) -> Outcome {
        let prints: Vec<_> = captured
            .iter()
            .filter_map(|(finger, one)| Some((*finger, one.print.clone()?)))
            .collect();
        let known = Comparisons { resident: self.kept(), officers: self.officers.clone() };
        let suspicions = suspicions(&prints, &known);
        // Which of the two tries showed the wrong finger is not known: neither is kept.
        for suspicion in &suspicions {
            if let Suspicion::NotTheSameFinger { finger } = suspicion {
                self.tries.entry(*finger).or_default().discard();
            }
        }
        let fingers = captured
            .into_iter()
            .map(|(finger, assessment)| {
                let tries = self.tries.entry(finger).or_default();
                let clear = !suspicions.iter().any(|one| concerns(*one, finger));
                (finger, if clear { tries.add(assessment) } else { tries.next() })
            })
            .collect();
        Outcome { fingers, suspicions }
    }

    /// Notes that a finger cannot be captured. What was kept of it is dropped: a finger is captured
    /// or missing, never both. [`super::check_exception`] has been asked before.
    pub fn note_missing(&mut self, finger: FingerPosition, reason: ExceptionReason) {
        self.tries.remove(&finger);
        self.missing.insert(finger, reason);
    }

    /// Takes a note back: the finger was found after all.
    pub fn note_present(&mut self, finger: FingerPosition) {
        self.missing.remove(&finger);
    }

    /// What a finger stands at.
    pub fn standing(&self, finger: FingerPosition) -> Standing {
        match self.missing.get(&finger) {
            Some(reason) => Standing::Missing(*reason),
            None => Standing::Captured(
                self.tries.get(&finger).map_or_else(|| Tries::default().next(), Tries::next),
            ),
        }
    }

    /// The prints kept of a finger, best first.
    pub fn prints(&self, finger: FingerPosition) -> &[Assessment] {
        self.tries.get(&finger).map(Tries::kept).unwrap_or_default()
    }

    /// What is to be captured next: the first part with a finger that needs another try. All fingers
    /// of the part that are there are asked for, since they lie on the glass anyway, and a scanner
    /// that is told to leave one out refuses to see it.
    pub fn next(&self) -> Option<Wanted> {
        let needs = |finger: &FingerPosition| {
            matches!(self.standing(*finger), Standing::Captured(Next::Again { .. }))
        };
        let part = PARTS.into_iter().find(|part| part.fingers().iter().any(needs))?;
        let missing: Vec<_> = self.missing.keys().copied().collect();
        Some(Wanted::part(part, &missing))
    }

    /// Fingers of which nothing can be read and nothing was noted: a reason is needed.
    pub fn unexplained(&self) -> Vec<FingerPosition> {
        let unexplained = |finger: &FingerPosition| {
            self.standing(*finger) == Standing::Captured(Next::NeedsReason)
        };
        FingerPosition::all().into_iter().filter(unexplained).collect()
    }

    /// Whether every finger is captured or explained.
    pub fn is_complete(&self) -> bool {
        self.next().is_none() && self.unexplained().is_empty()
    }

    fn kept(&self) -> Vec<(FingerPosition, Arc<Prepared>)> {
        let prints = self.tries.iter().flat_map(|(finger, tries)| {
            tries.kept().iter().filter_map(|kept| Some((*finger, kept.print.clone()?)))
        });
        prints.collect()
    }
}

/// Whether a suspicion is about the finger that was captured under this name.
fn concerns(suspicion: Suspicion, finger: FingerPosition) -> bool {
    match suspicion {
        Suspicion::SameFingerTwice { now, .. } => now == finger,
        Suspicion::NotTheSameFinger { finger: about }
        | Suspicion::OfficersFinger { finger: about } => about == finger,
        // All of the hand is in doubt.
        Suspicion::HandsExchanged => true,
    }
}

//! The cases that reviewers have open at this process: what was shown, which images reached
//! the browser, and what is written but not sent yet.
//!
//! Nothing here is needed to go on: a process that starts anew opens a case anew, which the
//! register records as another opening.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use niims_fingerprint::FingerPosition;
use niims_record::{CaseId, OfficerId, ViewId};
use niims_wire::desk::{EvidenceShown, ImageOf, OpenedCase, SideOf};

use super::draft::Draft;
use super::prints::Layers;

/// Cases kept at once. One weighs some tens of kilobytes, so all of them some tens of
/// megabytes; a desk of five hundred reviewers holds three each.
const MOST_OPEN: usize = 1_500;
/// Minutes after which a case that nobody touched is dropped: four times as long as a claim
/// lasts, so that work survives a meal.
const KEPT_MINUTES: i64 = 120;

/// One case that one officer has open.
#[derive(Default)]
struct Open {
    opened: Option<Arc<OpenedCase>>,
    delivered: HashSet<(SideOf, ImageOf)>,
    layers: HashMap<(SideOf, FingerPosition), Arc<Layers>>,
    draft: Draft,
    touched: Timestamp,
}

/// The cases open at this process.
#[derive(Default)]
pub(crate) struct OpenCases(Mutex<HashMap<(OfficerId, CaseId), Open>>);

impl OpenCases {
    fn all(&self) -> MutexGuard<'_, HashMap<(OfficerId, CaseId), Open>> {
        // What another thread left half done here is a cache; it is as good as any.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<R>(
        &self,
        (officer, case): (OfficerId, CaseId),
        at: Timestamp,
        act: impl FnOnce(&mut Open) -> R,
    ) -> R {
        let mut all = self.all();
        let kept = SignedDuration::from_mins(KEPT_MINUTES);
        all.retain(|_, open| at.duration_since(open.touched) < kept);
        if all.len() >= MOST_OPEN
            && !all.contains_key(&(officer, case))
            && let Some(oldest) = all.iter().min_by_key(|(_, open)| open.touched).map(|(k, _)| *k)
        {
            all.remove(&oldest);
        }
        let open = all.entry((officer, case)).or_default();
        open.touched = at;
        act(open)
    }

    /// What was shown, if it is open.
    pub(super) fn opened(&self, key: (OfficerId, CaseId)) -> Option<Arc<OpenedCase>> {
        self.all().get(&key)?.opened.clone()
    }

    /// Keeps what is shown now. What reached the browser of an earlier opening does not count.
    pub(super) fn keep(
        &self,
        key: (OfficerId, CaseId),
        opened: OpenedCase,
        at: Timestamp,
    ) -> Arc<OpenedCase> {
        let opened = Arc::new(opened);
        self.with(key, at, |open| {
            open.opened = Some(Arc::clone(&opened));
            open.delivered.clear();
            open.layers.clear();
        });
        opened
    }

    /// Forgets the evidence and keeps what was written: the claim has ended.
    pub(super) fn close(&self, key: (OfficerId, CaseId)) {
        if let Some(open) = self.all().get_mut(&key) {
            open.opened = None;
            open.delivered.clear();
            open.layers.clear();
        }
    }

    /// Forgets a case: it is decided or given back.
    pub(super) fn forget(&self, key: (OfficerId, CaseId)) {
        self.all().remove(&key);
    }

    /// What is written but not sent.
    pub(super) fn draft(&self, key: (OfficerId, CaseId)) -> Draft {
        self.all().get(&key).map(|open| open.draft.clone()).unwrap_or_default()
    }

    /// Keeps what is written.
    pub(super) fn write(&self, key: (OfficerId, CaseId), draft: Draft, at: Timestamp) {
        self.with(key, at, |open| open.draft = draft);
    }

    /// Notes that an image of a view left for the browser.
    pub(super) fn deliver(
        &self,
        key: (OfficerId, CaseId),
        view: ViewId,
        which: (SideOf, ImageOf),
        at: Timestamp,
    ) {
        self.with(key, at, |open| {
            if open.opened.as_ref().is_some_and(|opened| opened.view == view) {
                open.delivered.insert(which);
            }
        });
    }

    /// The images of some sides that have not left for the browser.
    pub(super) fn undelivered(
        &self,
        key: (OfficerId, CaseId),
        sides: &[SideOf],
    ) -> Vec<(SideOf, ImageOf)> {
        let all = self.all();
        let Some(open) = all.get(&key) else { return Vec::new() };
        let Some(opened) = &open.opened else { return Vec::new() };
        images(&opened.evidence)
            .into_iter()
            .filter(|which| sides.contains(&which.0) && !open.delivered.contains(which))
            .collect()
    }

    /// The layers of a print, if they were drawn before.
    pub(super) fn layers(
        &self,
        key: (OfficerId, CaseId),
        print: (SideOf, FingerPosition),
    ) -> Option<Arc<Layers>> {
        self.all().get(&key)?.layers.get(&print).cloned()
    }

    /// Keeps the layers of a print.
    pub(super) fn draw(
        &self,
        key: (OfficerId, CaseId),
        print: (SideOf, FingerPosition),
        layers: Layers,
        at: Timestamp,
    ) -> Arc<Layers> {
        let layers = Arc::new(layers);
        self.with(key, at, |open| open.layers.insert(print, Arc::clone(&layers)));
        layers
    }
}

/// Every image that evidence names.
pub(super) fn images(evidence: &EvidenceShown) -> Vec<(SideOf, ImageOf)> {
    let candidates = evidence.candidates.iter().enumerate();
    let candidates = candidates.map(|(index, c)| (SideOf::Candidate { index }, &c.side));
    core::iter::once((SideOf::Applicant, &evidence.applicant))
        .chain(candidates)
        .flat_map(|(of, side)| {
            let portrait = side.portrait.iter().map(|_| ImageOf::Portrait);
            let fingers = side.fingers.iter().map(|f| ImageOf::Finger { position: f.position });
            let documents = (0..side.documents.len()).map(|index| ImageOf::Document { index });
            let seconds = side.fingers.iter().filter(|finger| finger.second.is_some());
            let seconds = seconds.map(|f| ImageOf::SecondPrint { position: f.position });
            let photo = side.exception_photo.iter().map(|_| ImageOf::ExceptionPhoto);
            let prints = fingers.chain(seconds);
            let all: Vec<_> = portrait.chain(prints).chain(photo).chain(documents).collect();
            all.into_iter().map(move |image| (of, image))
        })
        .collect()
}

//! A part of a gallery in this process: answers phase by phase from its index and its files.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use niims_fingerprint::index::{
    Level, PartialSearch, SearchOptions, Shortlisted, compare_shortlist,
};
use niims_fingerprint::{Assignment, Candidate, FingerPosition, PersonTemplates, compare_persons};
use niims_record::GalleryReference;
use niims_wire::Clock;
use niims_wire::abis::FingerTemplate;
use rayon::prelude::*;
use tokio::runtime::Handle;

use super::lead::{is_small, order, to_levels};
use super::phases::{Phase, PhaseAnswer, PhaseQuestion, PhasedSearch, PhasedSearcher, Ranked};
use super::prepared::PreparedPeople;
use super::probe::{Probe, ReadyProbes};
use super::sessions::{Session, Sessions};
use crate::gallery::{
    GalleryError, GalleryFolder, Maintained, Source, engine_reference, is_canary, place_of,
};
use crate::prints;
use crate::search::{Change, ChangeFeed, FoundCandidate, SearchError};
use crate::shard::placement::SlotSet;

/// A gallery folder and the feed that fills it.
#[derive(Clone)]
pub struct LocalPart(Arc<Inner>);

struct Inner {
    gallery: GalleryFolder,
    feed: Arc<dyn ChangeFeed>,
    clock: Clock,
    sessions: Mutex<Sessions>,
    prepared: PreparedPeople,
    probes: ReadyProbes,
}

/// The feed as the gallery reads it, from a thread that may wait.
pub struct WaitingSource {
    /// The feed.
    pub feed: Arc<dyn ChangeFeed>,
    /// Where it runs.
    pub runtime: Handle,
}

impl Source for WaitingSource {
    fn changes(&self, after: u64, up_to: u64, at_most: usize) -> Result<Vec<Change>, GalleryError> {
        let changes = self.feed.changes(after, up_to, at_most);
        self.runtime.block_on(changes).map_err(|error| match error {
            SearchError::Template => GalleryError::Template,
            _ => GalleryError::Feed,
        })
    }
}

impl LocalPart {
    /// A part over an open gallery.
    pub fn new(gallery: GalleryFolder, feed: Arc<dyn ChangeFeed>, clock: Clock) -> Self {
        let (sessions, prepared) = (Mutex::default(), PreparedPeople::default());
        let probes = ReadyProbes::default();
        Self(Arc::new(Inner { gallery, feed, clock, sessions, prepared, probes }))
    }

    /// The gallery.
    pub fn gallery(&self) -> &GalleryFolder {
        &self.0.gallery
    }

    /// Keeps a probe ready for the phases that will ask for it.
    pub(super) fn keep_ready(&self, probe: Arc<Probe>) {
        self.0.probes.put(probe);
    }

    /// Runs blocking work on the gallery where it may block.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self, &WaitingSource) -> Result<T, SearchError> + Send + 'static,
    ) -> Result<T, SearchError> {
        let part = self.clone();
        let source = WaitingSource { feed: Arc::clone(&self.0.feed), runtime: Handle::current() };
        tokio::task::spawn_blocking(move || work(&part, &source))
            .await
            .map_err(|_| SearchError::Storage)?
    }

    /// Reads the feed up to a sequence number, as far as it goes.
    ///
    /// # Errors
    /// [`SearchError`] where feed or folder fail.
    pub async fn catch_up(&self, up_to: u64) -> Result<(), SearchError> {
        if self.0.gallery.position() >= up_to {
            return Ok(());
        }
        self.run(move |part, source| {
            let now = part.0.clock.now();
            Ok(part.0.gallery.catch_up(source, up_to, now)?)
        })
        .await
    }

    /// One round of maintenance; see [`GalleryFolder::maintain`]. Prepared prints are forgotten too, so
    /// that nothing of an erased person is left in memory.
    ///
    /// # Errors
    /// [`SearchError`] where feed or folder fail.
    pub async fn maintain(&self) -> Result<Maintained, SearchError> {
        self.run(|part, source| {
            part.0.prepared.forget();
            part.0.probes.forget();
            Ok(part.0.gallery.maintain(source, part.0.clock.now())?)
        })
        .await
    }

    /// Lets go of everybody in these slots: they are held elsewhere. See [`GalleryFolder::forget`].
    ///
    /// # Errors
    /// [`SearchError`] where the folder cannot be written.
    pub(crate) async fn forget(&self, slots: SlotSet) -> Result<u64, SearchError> {
        self.run(move |part, _| {
            part.0.prepared.forget();
            let is_gone = |reference: &GalleryReference| slots.holds(reference);
            Ok(part.0.gallery.forget(&is_gone, part.0.clock.now())?)
        })
        .await
    }

    /// Reads every byte of the gallery and makes anew what is damaged; see [`GalleryFolder::scrub`].
    ///
    /// # Errors
    /// [`SearchError`] where feed or folder fail.
    pub async fn scrub(&self) -> Result<u32, SearchError> {
        self.run(|part, source| Ok(part.0.gallery.scrub(source, part.0.clock.now())?)).await
    }

    /// What is enrolled under a reference, prepared; `None` where nobody is.
    pub(crate) fn prepared(
        &self,
        reference: GalleryReference,
        source: &dyn Source,
    ) -> Result<Option<PersonTemplates>, SearchError> {
        let Some(place) = self.0.gallery.place(reference) else { return Ok(None) };
        if let Some(prepared) = self.0.prepared.get(reference, place) {
            return Ok(Some(prepared));
        }
        let Some(enrolled) = self.0.gallery.enrolled(reference, source)? else { return Ok(None) };
        let prepared = prints::prepare(&enrolled.fingers)?;
        self.0.prepared.put(reference, place, prepared.clone());
        Ok(Some(prepared))
    }

    /// Some fingers of somebody enrolled, prepared, with those of unknown position: most of a shortlist
    /// is given up after three.
    fn prepared_fingers(
        &self,
        reference: GalleryReference,
        wanted: &[FingerPosition],
        source: &dyn Source,
    ) -> Result<Option<PersonTemplates>, SearchError> {
        let Some(mut enrolled) = self.0.gallery.enrolled(reference, source)? else {
            return Ok(None);
        };
        let is_wanted = |finger: &FingerTemplate| {
            finger.position == FingerPosition::Unknown || wanted.contains(&finger.position)
        };
        enrolled.fingers.retain(is_wanted);
        prints::prepare(&enrolled.fingers).map(Some)
    }

    fn answer_now(
        &self,
        question: &PhaseQuestion,
        source: &WaitingSource,
    ) -> Result<PhaseAnswer, SearchError> {
        let search = &question.search;
        match &question.phase {
            Phase::Begin => self.begin(search),
            Phase::Narrow { cuts } => {
                let session = self.session(search, cuts)?;
                let levels = to_levels(&session.search.tally());
                self.keep(search, session);
                Ok(PhaseAnswer::Levels(levels))
            }
            Phase::Rank { cuts } => {
                let ranking = self.session(search, cuts)?.search.ranking();
                let real = ranking.iter().filter(|one| !is_canary(one.sequence));
                Ok(PhaseAnswer::Ranking(real.map(Ranked::of).collect()))
            }
            Phase::Compare { shortlist } => {
                let mut found = self.compare_shortlist(search, shortlist, source)?;
                order(&mut found, search.most_candidates as usize);
                Ok(PhaseAnswer::Candidates(found))
            }
            Phase::CompareAll => {
                let mut found = self.compare_all(search, source)?;
                order(&mut found, search.most_candidates as usize);
                Ok(PhaseAnswer::Candidates(found))
            }
        }
    }

    fn begin(&self, search: &PhasedSearch) -> Result<PhaseAnswer, SearchError> {
        let gallery = &self.0.gallery;
        // A small set is compared in full, whatever the index would say. Small is the whole set, as every
        // part sees it, and not the share that one part holds.
        if let Some(among) = &search.among
            && is_small(among.len() as u64, search.fingers.len())
        {
            let persons = gallery.visible(search.below_sequence, Some(among), 0);
            return Ok(PhaseAnswer::Begun { persons, levels: Vec::new() });
        }
        let session = self.session(search, &[])?;
        let tally = session.search.tally();
        let among = search.among.as_ref();
        let persons = gallery.visible(search.below_sequence, among, tally.total());
        self.keep(search, session);
        Ok(PhaseAnswer::Begun { persons, levels: to_levels(&tally) })
    }

    /// The search after these cuts: the one kept, carried on, or all of it again.
    fn session(&self, search: &PhasedSearch, cuts: &[u16]) -> Result<Session, SearchError> {
        let kept = self.sessions().take(&search.id, cuts);
        let mut session = match kept {
            Some(session) => session,
            None => Session { search: self.begin_index(search)?, cuts: Vec::new() },
        };
        for cut in &cuts[session.cuts.len()..] {
            session.search.narrow(Level::new(*cut));
            session.cuts.push(*cut);
        }
        Ok(session)
    }

    fn begin_index(&self, search: &PhasedSearch) -> Result<PartialSearch, SearchError> {
        let probe = self.0.probes.get(&search.fingers)?;
        let among = search.among.as_ref().map(|among| {
            Arc::new(among.iter().copied().map(engine_reference).collect::<BTreeSet<_>>())
        });
        let below_sequence = Some(place_of(search.below_sequence));
        let assignment = search.assignment;
        let options =
            SearchOptions { below_sequence, among, assignment, ..SearchOptions::default() };
        Ok(self.0.gallery.begin(&probe.cylinders, &options))
    }

    fn keep(&self, search: &PhasedSearch, session: Session) {
        self.sessions().put(search.id, session);
    }

    fn sessions(&self) -> std::sync::MutexGuard<'_, Sessions> {
        self.0.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn compare_shortlist(
        &self,
        search: &PhasedSearch,
        shortlist: &[Ranked],
        source: &WaitingSource,
    ) -> Result<Vec<FoundCandidate>, SearchError> {
        let probe = self.0.probes.get(&search.fingers)?;
        let shortlist: Vec<Shortlisted> = shortlist.iter().map(Ranked::shortlisted).collect();
        self.compare_these(
            &probe.templates,
            &shortlist,
            search.assignment,
            search.threshold,
            source,
        )
    }

    /// Full comparison of a shortlist; those at or above the threshold.
    pub(crate) fn compare_these(
        &self,
        probe: &PersonTemplates,
        shortlist: &[Shortlisted],
        assignment: Assignment,
        threshold: i32,
        source: &WaitingSource,
    ) -> Result<Vec<FoundCandidate>, SearchError> {
        // The engine asks for prints by a function that cannot fail: the first failure is kept here,
        // and nothing is answered instead of too little.
        let failure = Mutex::new(None);
        let candidates = compare_shortlist(probe, shortlist, assignment, |reference, wanted| {
            let reference = GalleryReference::from_bytes(reference.0.to_be_bytes());
            self.prepared_fingers(reference, wanted, source).unwrap_or_else(|error| {
                failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                None
            })
        });
        match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error),
            None => Ok(candidates
                .into_iter()
                .filter(|candidate| candidate.score >= threshold)
                .map(to_found)
                .collect()),
        }
    }

    fn compare_all(
        &self,
        search: &PhasedSearch,
        source: &WaitingSource,
    ) -> Result<Vec<FoundCandidate>, SearchError> {
        let probe = self.0.probes.get(&search.fingers)?;
        let people = self.0.gallery.visible_people(search.below_sequence, search.among.as_ref());
        let compared: Result<Vec<Option<FoundCandidate>>, SearchError> = people
            .par_iter()
            .map(|reference| self.compare_one(&probe.templates, *reference, source))
            .collect();
        Ok(compared?
            .into_iter()
            .flatten()
            .filter(|found| found.score >= search.threshold)
            .collect())
    }

    /// Compares a probe with one enrolment; `None` where nobody is enrolled or no finger can be compared.
    pub(crate) fn compare_one(
        &self,
        probe: &PersonTemplates,
        reference: GalleryReference,
        source: &dyn Source,
    ) -> Result<Option<FoundCandidate>, SearchError> {
        let Some(enrolled) = self.prepared(reference, source)? else { return Ok(None) };
        let compared = compare_persons(probe, &enrolled);
        Ok((!compared.fingers.is_empty()).then_some(FoundCandidate {
            reference,
            score: compared.score,
            assignment: compared.assignment,
            fingers: compared.fingers,
        }))
    }
}

#[async_trait]
impl PhasedSearcher for LocalPart {
    async fn answer(&self, question: &PhaseQuestion) -> Result<PhaseAnswer, SearchError> {
        // Once for each search: later phases look at what was there at its beginning.
        let id = question.search.id;
        if !self.sessions().has_begun(&id) {
            self.catch_up(question.search.below_sequence.saturating_sub(1)).await?;
            self.sessions().begin(id);
        }
        let question = question.clone();
        self.run(move |part, source| part.answer_now(&question, source)).await
    }
}

fn to_found(candidate: Candidate) -> FoundCandidate {
    FoundCandidate {
        reference: GalleryReference::from_bytes(candidate.reference.0.to_be_bytes()),
        score: candidate.score,
        assignment: candidate.assignment,
        fingers: candidate.fingers,
    }
}

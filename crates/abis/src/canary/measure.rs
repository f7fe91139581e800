//! One search for a synthetic person, stage by stage.

use niims_fingerprint::index::{
    Asked, PartialSearch, Round, SearchOptions, Shortlisted, promising,
};
use niims_fingerprint::{Assignment, CANDIDATE_THRESHOLD};

use super::judge::Reached;
use crate::cascade::{LocalPart, Probe, WaitingSource, cut, is_small};
use crate::gallery::{engine_reference, is_canary};
use crate::search::{Effort, SearchError};

/// As many as a search shortlists.
const SHORTLIST: usize = 50;

/// What a search for one synthetic person came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Measured {
    pub(super) reached: Reached,
    /// Whether it was found when everybody was compared by bits.
    pub(super) exhaustively: bool,
}

/// Searches for the synthetic person at a place; `None` where there is none.
pub(super) fn measure(
    part: &LocalPart,
    place: u64,
    source: &WaitingSource,
) -> Result<Option<Measured>, SearchError> {
    let Some(canary) = part.gallery().canaries.after(place / 2) else { return Ok(None) };
    let probe = Probe::new(&canary.probe())?;
    let prints = &probe.templates;
    let own = engine_reference(canary.reference);
    let search = Search { part, probe: &probe };
    let persons = part.gallery().len() as u64;
    let is_own = |one: &Shortlisted| one.reference == own;
    let in_full = |one: &Shortlisted| -> Result<bool, SearchError> {
        let as_stated = Assignment::AsStated;
        let found = part.compare_these(prints, &[*one], as_stated, CANDIDATE_THRESHOLD, source)?;
        Ok(!found.is_empty())
    };
    if is_small(persons, probe.fingers.len()) {
        let compared = part.compare_one(prints, canary.reference, source)?;
        let found = compared.is_some_and(|found| found.score >= CANDIDATE_THRESHOLD);
        let reached = if found { Reached::Candidate } else { Reached::Shortlist };
        return Ok(Some(Measured { reached, exhaustively: found }));
    }
    let mut exhaustively = false;
    if let Some(one) = search.standing_out(Effort::Exhaustive, is_own).1 {
        exhaustively = in_full(&one)?;
    }
    let (left, outstanding) = search.standing_out(Effort::Usual, is_own);
    let reached = match outstanding {
        Some(one) if in_full(&one)? => Reached::Candidate,
        Some(_) => Reached::Shortlist,
        None if left => Reached::Bits,
        None if search.after_votes().ranking().iter().any(is_own) => Reached::Votes,
        None => Reached::Nothing,
    };
    Ok(Some(Measured { reached, exhaustively }))
}

struct Search<'a> {
    part: &'a LocalPart,
    probe: &'a Probe,
}

impl Search<'_> {
    fn begin(&self) -> PartialSearch {
        self.part.gallery().begin(&self.probe.cylinders, &SearchOptions::default())
    }

    /// Of a search that has just begun.
    fn asked(&self, begun: &PartialSearch) -> Asked<'_> {
        let people = begun.tally().total();
        Asked { probe: &self.probe.cylinders, assignment: Assignment::AsStated, people }
    }

    fn after_votes(&self) -> PartialSearch {
        let mut search = self.begin();
        let asked = self.asked(&search);
        search.narrow(cut(Round::Votes, Effort::Usual, &asked, &search.tally()));
        search
    }

    /// Whether the person is left after the last round; and the person, if it stands out from real
    /// people. Other synthetic people are left out, as in every search.
    fn standing_out(
        &self,
        effort: Effort,
        is_own: impl Fn(&Shortlisted) -> bool,
    ) -> (bool, Option<Shortlisted>) {
        let mut search = self.begin();
        let asked = self.asked(&search);
        for round in Round::ALL {
            search.narrow(cut(round, effort, &asked, &search.tally()));
        }
        let mut ranked = search.ranking();
        ranked.retain(|one| !is_canary(one.sequence) || is_own(one));
        let left = ranked.iter().any(&is_own);
        ranked.truncate(promising(&asked, &ranked, SHORTLIST));
        (left, ranked.into_iter().find(is_own))
    }
}

//! Leading a search over parts: what is asked next, from the sum of the answers.

use niims_fingerprint::Assignment;
use niims_fingerprint::index::{
    Asked, Level, Round, Shortlisted, Tally, merge_rankings, promising,
};
use niims_record::GalleryReference;
use niims_wire::Entropy;
use rand_core::Rng;

use super::assignments::worth_searching;
use super::phases::{LevelCount, Parts, Phase, PhaseAnswer, PhaseQuestion, PhasedSearch, Ranked};
use super::probe::Probe;
use crate::gallery::engine_reference;
use crate::modality::Biometrics;
use crate::search::{Among, Effort, FoundCandidate, SearchError, SearchOutcome, SearchRequest};

/// Finger comparisons in full that a search of a small gallery may cost, at about 0.1 ms each: 128
/// persons for a probe of ten fingers. Beyond, the index chooses. As [`niims_fingerprint::Gallery`] has it.
const FULL_COMPARISONS: u64 = 1_280;
/// A gallery of so few is always compared in full, however many fingers the probe has.
const FEW_PEOPLE: u64 = 64;
/// Persons whom bits single out and who are compared in full. Range 20 to 200; the ranking itself says
/// how many stand out, usually five.
const SHORTLIST: usize = 50;
/// Most candidates that anybody is given.
const MOST_CANDIDATES: usize = 1_000;

/// Searches all parts for a probe. The answer depends on who is enrolled and on nothing else.
///
/// # Errors
/// [`SearchError::Template`] where the probe does not read; those of the parts.
pub async fn search(
    parts: &dyn Parts,
    biometrics: &Biometrics,
    request: &SearchRequest,
    entropy: &Entropy,
) -> Result<SearchOutcome, SearchError> {
    let probe = ready(biometrics).await?;
    search_with(parts, &probe, request, entropy).await
}

/// Makes a probe ready where that may take its time.
pub(super) async fn ready(biometrics: &Biometrics) -> Result<Probe, SearchError> {
    let owned = biometrics.clone();
    tokio::task::spawn_blocking(move || Probe::new(&owned))
        .await
        .map_err(|_| SearchError::Storage)?
}

/// The same for a probe that is ready.
pub(super) async fn search_with(
    parts: &dyn Parts,
    probe: &Probe,
    request: &SearchRequest,
    entropy: &Entropy,
) -> Result<SearchOutcome, SearchError> {
    let mut leader = Leader { parts, probe, request, entropy, covered_permille: 1_000 };
    let mut candidates = leader.find().await?;
    order(&mut candidates, most(request));
    let covered_permille = leader.covered_permille;
    Ok(if covered_permille >= 1_000 {
        SearchOutcome::Complete { candidates }
    } else {
        SearchOutcome::Incomplete { candidates, covered_permille }
    })
}

/// Whether a gallery is compared in full with a probe of so many fingers.
pub(crate) fn is_small(persons: u64, fingers: usize) -> bool {
    persons <= FEW_PEOPLE || persons.saturating_mul(fingers as u64) <= FULL_COMPARISONS
}

/// Best first, equal ones by reference; each person once, with the best score.
pub(crate) fn order(candidates: &mut Vec<FoundCandidate>, most: usize) {
    candidates.sort_by(|a, b| b.score.cmp(&a.score).then(a.reference.cmp(&b.reference)));
    let mut seen = std::collections::BTreeSet::new();
    candidates.retain(|candidate| seen.insert(candidate.reference));
    candidates.truncate(most);
}

fn most(request: &SearchRequest) -> usize {
    request.most_candidates.clamp(1, MOST_CANDIDATES)
}

/// One search.
struct Leader<'a> {
    parts: &'a dyn Parts,
    probe: &'a Probe,
    request: &'a SearchRequest,
    entropy: &'a Entropy,
    /// The least that any question reached.
    covered_permille: u16,
}

impl Leader<'_> {
    async fn find(&mut self) -> Result<Vec<FoundCandidate>, SearchError> {
        let stated = self.new_search(Assignment::AsStated);
        let (persons, votes) = self.begin(&stated).await?;
        if is_small(persons, self.probe.fingers.len()) {
            return self.compare(&stated, Phase::CompareAll).await;
        }
        // Prints without a single cylinder are alike to nobody, by bits or in full.
        if self.probe.cylinders.is_empty() {
            return Ok(Vec::new());
        }
        let found = self.narrow_down(&stated, votes).await?;
        if !found.is_empty() {
            return Ok(found);
        }
        let mut rearranged = Vec::new();
        for assignment in worth_searching(&self.probe.fingers) {
            let search = self.new_search(assignment);
            let (_, votes) = self.begin(&search).await?;
            rearranged.extend(self.narrow_down(&search, votes).await?);
        }
        Ok(rearranged)
    }

    fn new_search(&self, assignment: Assignment) -> PhasedSearch {
        let mut id = [0; 16];
        self.entropy.rng().fill_bytes(&mut id);
        PhasedSearch {
            id,
            fingers: self.probe.fingers.clone(),
            assignment,
            below_sequence: self.request.below_sequence,
            among: match &self.request.among {
                Among::Everyone => None,
                Among::Only(these) => Some((**these).clone()),
            },
            threshold: self.request.threshold,
            most_candidates: most(self.request) as u32,
        }
    }

    /// From votes to candidates.
    async fn narrow_down(
        &mut self,
        search: &PhasedSearch,
        votes: Tally,
    ) -> Result<Vec<FoundCandidate>, SearchError> {
        let asked = Asked {
            probe: &self.probe.cylinders,
            assignment: search.assignment,
            people: votes.total(),
        };
        let (mut tally, mut cuts) = (votes, Vec::new());
        for (number, round) in Round::ALL.into_iter().enumerate() {
            let cut = cut(round, self.request.effort, &asked, &tally);
            cuts.push(cut.number());
            if number + 1 < Round::ALL.len() {
                tally = self.levels(search, Phase::Narrow { cuts: cuts.clone() }).await?;
            }
        }
        let mut ranked = self.rank(search, cuts).await?;
        ranked.truncate(promising(&asked, &ranked, SHORTLIST));
        let shortlist = ranked.iter().map(Ranked::of).collect();
        self.compare(search, Phase::Compare { shortlist }).await
    }

    async fn begin(&mut self, search: &PhasedSearch) -> Result<(u64, Tally), SearchError> {
        let (mut all, mut sum) = (0, Tally::default());
        for answer in self.ask(search, Phase::Begin).await? {
            let PhaseAnswer::Begun { persons, levels } = answer else { continue };
            all += persons;
            sum.add(&to_tally(&levels));
        }
        Ok((all, sum))
    }

    async fn levels(&mut self, search: &PhasedSearch, phase: Phase) -> Result<Tally, SearchError> {
        let mut sum = Tally::default();
        for answer in self.ask(search, phase).await? {
            if let PhaseAnswer::Levels(levels) = answer {
                sum.add(&to_tally(&levels));
            }
        }
        Ok(sum)
    }

    async fn rank(
        &mut self,
        search: &PhasedSearch,
        cuts: Vec<u16>,
    ) -> Result<Vec<Shortlisted>, SearchError> {
        let answers = self.ask(search, Phase::Rank { cuts }).await?;
        Ok(merge_rankings(answers.into_iter().map(|answer| match answer {
            PhaseAnswer::Ranking(ranked) => ranked.iter().map(Ranked::shortlisted).collect(),
            _ => Vec::new(),
        })))
    }

    async fn compare(
        &mut self,
        search: &PhasedSearch,
        phase: Phase,
    ) -> Result<Vec<FoundCandidate>, SearchError> {
        let answers = self.ask(search, phase).await?;
        Ok(answers
            .into_iter()
            .flat_map(|answer| match answer {
                PhaseAnswer::Candidates(candidates) => candidates,
                _ => Vec::new(),
            })
            .collect())
    }

    async fn ask(
        &mut self,
        search: &PhasedSearch,
        phase: Phase,
    ) -> Result<Vec<PhaseAnswer>, SearchError> {
        let question = PhaseQuestion { search: search.clone(), phase };
        let gathered = self.parts.ask(&question).await?;
        self.covered_permille = self.covered_permille.min(gathered.covered_permille);
        Ok(gathered.answers)
    }
}

/// The level from which on persons go on. When the effort is exhaustive, everybody does until some fingers of
/// each have been compared by bits.
pub(crate) fn cut(round: Round, effort: Effort, asked: &Asked<'_>, tally: &Tally) -> Level {
    match (round, effort) {
        (Round::Votes | Round::OneFinger, Effort::Exhaustive) => Level::LOWEST,
        _ => round.cut(asked, tally),
    }
}

pub(crate) fn to_levels(tally: &Tally) -> Vec<LevelCount> {
    let counts = (0u16..).zip(tally.counts());
    counts
        .filter(|(_, persons)| **persons > 0)
        .map(|(level, persons)| LevelCount { level, persons: *persons })
        .collect()
}

fn to_tally(levels: &[LevelCount]) -> Tally {
    let mut counts = vec![0; Tally::default().counts().len()];
    for level in levels {
        if let Some(count) = counts.get_mut(usize::from(level.level)) {
            *count = u32::saturating_add(*count, level.persons);
        }
    }
    Tally::from_counts(&counts)
}

impl Ranked {
    pub(crate) fn of(one: &Shortlisted) -> Self {
        let reference = GalleryReference::from_bytes(one.reference.0.to_be_bytes());
        let Shortlisted { sequence, votes, likeness, .. } = *one;
        Self { reference, sequence, votes, likeness }
    }

    pub(crate) fn shortlisted(&self) -> Shortlisted {
        let Self { reference, sequence, votes, likeness } = *self;
        Shortlisted { reference: engine_reference(reference), sequence, votes, likeness }
    }
}

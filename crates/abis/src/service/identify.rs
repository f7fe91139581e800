//! Searching everybody, or a part.

use std::collections::BTreeSet;
use std::sync::Arc;

use niims_record::GalleryReference;
use niims_store::Tx;
use niims_store::abis::{encounters, names, sequence};
use serde_json::json;

use super::encounter::Finding;
use super::error::{MOST_CANDIDATES, MOST_NAMED};
use super::people::{self, Found};
use super::probe::Resolved;
use super::question::{Identified, IdentifyQuestion, PersonCandidate, Probe};
use super::rewritten::as_stored;
use super::{Missing, Service, ServiceError, comparison};
use crate::modality::Biometrics;
use crate::search::{Among, FoundCandidate, SearchOutcome, SearchRequest};
use crate::subject::PersonReference;

/// Most people that are compared directly because they were updated while a search ran. Range 16 to
/// 1,000; each costs a row and up to half a millisecond, and hardly ever is there one.
const COMPARED_DIRECTLY: usize = 64;

/// A question as the searcher takes it.
struct Asked {
    probe: Resolved,
    request: SearchRequest,
    findings: Vec<Finding>,
}

/// What the searcher found, over all captures of the probe.
struct Hits {
    found: Vec<FoundCandidate>,
    /// The least share that was covered, where it was not everybody.
    covered: Option<u16>,
    /// Whether an answer was as long as it may be, so that more may stand behind it.
    is_full: bool,
}

impl Service {
    /// Searches for who looks like the probe. It sees exactly who was enrolled below the place in
    /// question; each person counts once, by the capture that is most alike; the probe's own
    /// person is never among them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an enrolled probe, or a person named in `among`, who is not;
    /// [`ServiceError::GalleryUnknown`], [`ServiceError::TooManyCandidates`],
    /// [`ServiceError::TooManyNamed`]; [`ServiceError::FaceModelMissing`]; what is wrong with a given probe; those of the searcher.
    pub async fn identify(&self, question: IdentifyQuestion) -> Result<Identified, ServiceError> {
        bounded(&question)?;
        let findings = self.check_probe(&question.probe, &question.operators).await?;
        let asked = self.ask(&question, findings).await?;
        let (candidates, covered) = self.look(&asked, question.most_candidates).await?;
        let seen_below = asked.request.below_sequence;
        let mut tx = self.db().write().await?;
        let details = json!({
            "below": seen_below,
            "candidates": candidates.len(),
            "covered": covered.unwrap_or(1_000),
        });
        let subject =
            asked.probe.own.first().map_or_else(|| "given".to_owned(), ToString::to_string);
        self.note(&mut tx, "abis.identified", subject, details).await?;
        tx.commit().await?;
        Ok(match covered {
            None => Identified::Complete { candidates, seen_below, findings: asked.findings },
            Some(covered_permille) => Identified::Incomplete { candidates, covered_permille },
        })
    }

    /// Checks a probe that comes with a question.
    pub(super) async fn check_probe(
        &self,
        probe: &Probe,
        operators: &[PersonReference],
    ) -> Result<Vec<Finding>, ServiceError> {
        let Probe::Given(biometrics) = probe else { return Ok(Vec::new()) };
        if biometrics.is_empty() {
            return Err(ServiceError::BiometricsEmpty);
        }
        Ok(self.check_biometrics(biometrics, operators).await?.findings)
    }

    async fn ask(
        &self,
        question: &IdentifyQuestion,
        findings: Vec<Finding>,
    ) -> Result<Asked, ServiceError> {
        let mut tx = self.db().read().await?;
        // One unchanging view: the last place and everything below it.
        let next = sequence::last(&mut tx).await? + 1;
        let mut probe = self.resolve(&mut tx, &question.probe).await?;
        self.comparable(&mut probe.captures, question.by)?;
        let request = SearchRequest {
            below_sequence: question.below_sequence.map_or(next, |below| below.min(next)),
            among: self.among(&mut tx, question).await?,
            effort: question.effort,
            most_candidates: (question.most_candidates + probe.own.len()).min(MOST_CANDIDATES),
            threshold: question.least_score(),
        };
        Ok(Asked { probe, request, findings })
    }

    async fn among(&self, tx: &mut Tx, question: &IdentifyQuestion) -> Result<Among, ServiceError> {
        let members = match &question.gallery {
            Some(name) => Some(self.members(tx, name).await?),
            None => None,
        };
        let Some(persons) = &question.among else {
            return Ok(members.map_or(Among::Everyone, Among::Only));
        };
        let persons: Vec<&str> = persons.iter().map(PersonReference::as_str).collect();
        let mut named = encounters::of_persons(tx, &persons)
            .await?
            .ok_or(ServiceError::NotFound(Missing::Person))?;
        if let Some(members) = members {
            named.retain(|reference| members.contains(reference));
        }
        Ok(Among::Only(Arc::new(named)))
    }

    /// Looks until there are enough different people, or nobody is left.
    async fn look(
        &self,
        asked: &Asked,
        most: usize,
    ) -> Result<(Vec<PersonCandidate>, Option<u16>), ServiceError> {
        let mut request = asked.request.clone();
        loop {
            let mut hits = self.search_all(&asked.probe, &request).await?;
            self.catch_rewritten(asked, &request, &mut hits).await?;
            let mut found = self.name(hits.found).await?;
            found.retain(|one| {
                one.named.active
                    && one.named.place < request.below_sequence
                    && asked.probe.person.as_ref().is_none_or(|own| *own != one.key.person)
            });
            let mut candidates = people::best_of_each(found, most);
            let is_short = candidates.len() < most && hits.is_full;
            if !is_short || request.most_candidates >= MOST_CANDIDATES {
                self.show_faces(&asked.probe, &mut candidates).await?;
                return Ok((candidates, hits.covered));
            }
            // Several captures of one person took the places of others.
            request.most_candidates = (request.most_candidates * 4).min(MOST_CANDIDATES);
        }
    }

    async fn search_all(
        &self,
        probe: &Resolved,
        request: &SearchRequest,
    ) -> Result<Hits, ServiceError> {
        let mut hits = Hits { found: Vec::new(), covered: None, is_full: false };
        for capture in probe.captures.iter().filter(|capture| !capture.is_empty()) {
            let outcome = match &self.faces {
                Some(faces) if capture.fingers.is_empty() => {
                    faces.search(&capture.faces, request).await?
                }
                _ => self.parts.searcher.search(capture, request).await?,
            };
            let found = match outcome {
                SearchOutcome::Complete { candidates } => candidates,
                SearchOutcome::Incomplete { candidates, covered_permille } => {
                    let least = hits.covered.unwrap_or(u16::MAX).min(covered_permille);
                    hits.covered = Some(least);
                    candidates
                }
            };
            hits.is_full |= found.len() >= request.most_candidates;
            hits.found.extend(found);
        }
        Ok(hits)
    }

    /// Looks anew at those who were enrolled below the place and have been updated since: the
    /// searcher may know them no longer as they were, and not yet as they are. A few are compared
    /// as one view of the database has them, which settles it; many are searched for first.
    async fn catch_rewritten(
        &self,
        asked: &Asked,
        request: &SearchRequest,
        hits: &mut Hits,
    ) -> Result<(), ServiceError> {
        let mut since = request.below_sequence;
        loop {
            let mut tx = self.db().read().await?;
            let next = sequence::last(&mut tx).await? + 1;
            let mut rewritten: BTreeSet<GalleryReference> =
                encounters::rewritten_since(&mut tx, request.below_sequence, since)
                    .await?
                    .into_iter()
                    .collect();
            if let Among::Only(only) = &request.among {
                rewritten.retain(|reference| only.contains(reference));
            }
            hits.found.retain(|one| !rewritten.contains(&one.reference));
            if rewritten.len() <= COMPARED_DIRECTLY {
                let found = as_stored(&mut tx, &asked.probe, rewritten).await?;
                drop(tx);
                hits.found.extend(found.compared(request.threshold, self.faces().cloned()).await?);
                return Ok(());
            }
            drop(tx);
            let again = SearchRequest {
                below_sequence: next,
                among: Among::Only(Arc::new(rewritten)),
                ..request.clone()
            };
            let anew = self.search_all(&asked.probe, &again).await?;
            hits.found.extend(anew.found);
            hits.is_full |= anew.is_full;
            hits.covered = hits.covered.into_iter().chain(anew.covered).min();
            since = next;
        }
    }

    /// Says beside each candidate found by fingers how alike the faces are. Nobody is found or left out
    /// by it: a face that is not alike may be a portrait of somebody else, put there to hide a duplicate.
    async fn show_faces(
        &self,
        probe: &Resolved,
        candidates: &mut [PersonCandidate],
    ) -> Result<(), ServiceError> {
        let Some(matching) = self.faces() else { return Ok(()) };
        if candidates.is_empty() || probe.captures.iter().all(|capture| capture.faces.is_empty()) {
            return Ok(());
        }
        let mut tx = self.db().read().await?;
        for one in candidates.iter_mut().filter(|one| one.face.is_none()) {
            let (person, encounter) = (one.person.as_str(), one.encounter.as_str());
            let Some(reference) = encounters::find(&mut tx, person, encounter).await? else {
                continue;
            };
            let Some(row) = encounters::get(&mut tx, reference).await? else { continue };
            let enrolled = comparison::stored(&row.content.biometrics)?;
            let likeness =
                |capture: &Biometrics| matching.likeness(&capture.faces, &enrolled.faces);
            one.face = probe.captures.iter().filter_map(likeness).max();
        }
        Ok(())
    }

    async fn name(&self, found: Vec<FoundCandidate>) -> Result<Vec<Found>, ServiceError> {
        let references: Vec<GalleryReference> = found.iter().map(|one| one.reference).collect();
        let mut tx = self.db().read().await?;
        let named = names::of(&mut tx, &references).await?;
        people::name(found, &named)
    }
}

fn bounded(question: &IdentifyQuestion) -> Result<(), ServiceError> {
    if !(1..=MOST_CANDIDATES).contains(&question.most_candidates) {
        return Err(ServiceError::TooManyCandidates(question.most_candidates));
    }
    match question.among.as_ref().map(Vec::len) {
        Some(named) if named > MOST_NAMED => Err(ServiceError::TooManyNamed(named)),
        _ => Ok(()),
    }
}

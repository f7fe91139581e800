//! Searching. Everybody enrolled before the call is seen, the one who asks is not.

use niims_fingerprint::CANDIDATE_THRESHOLD;

use super::{Edge, Failure};
use crate::mosip::messages::{
    Analytics, Candidate, FailureReason, Flags, Identify, Modality, Outcome,
};
use crate::service::{Identified, IdentifyQuestion, Missing, PersonCandidate, Probe, ServiceError};

/// Candidates of a reply unless the request says otherwise. People look at ten; the number also
/// bounds what somebody learns who only wants to collect references.
const USUAL_RESULTS: usize = 20;

/// Natural logarithm of a million, millinats: the odds against a chance pair in a gallery of a
/// million people, at which a score is worth even odds.
const EVEN_ODDS: f64 = 13_815.5;

impl Edge {
    pub(super) async fn identify(&self, identify: &Identify) -> Result<Outcome, Failure> {
        let threshold = self.threshold(identify.flags).await?;
        let most_candidates = identify.flags.most_results.map_or(USUAL_RESULTS, usize::from);
        let question = IdentifyQuestion {
            among: identify.among.clone(),
            most_candidates,
            threshold,
            ..IdentifyQuestion::of(Probe::EnrolledPerson(identify.reference.clone()))
        };
        // The reference wins over the address; the address serves who is not enrolled.
        match (self.service.identify(question.clone()).await, &identify.url) {
            (Err(ServiceError::NotFound(Missing::Person | Missing::Encounter)), Some(url))
                if !self.is_enrolled(identify).await? =>
            {
                let probe = Probe::Given(self.fetch(url).await?);
                self.candidates(self.service.identify(IdentifyQuestion { probe, ..question }).await)
            }
            (result, _) => self.candidates(result),
        }
    }

    /// Whether it was the one who asks who was not found, or somebody of the gallery.
    async fn is_enrolled(&self, identify: &Identify) -> Result<bool, Failure> {
        match self.service.read_person(&identify.reference).await {
            Ok(captures) => Ok(!captures.is_empty()),
            Err(ServiceError::NotFound(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn threshold(&self, flags: Flags) -> Result<Option<i32>, Failure> {
        if flags.target_fpir.is_none() {
            return Ok(None);
        }
        let enrolled = self.service.count().await?.active;
        // Never below the usual one: a caller may ask for fewer false candidates, not for more.
        Ok(flags.least_score(enrolled).map(|least| least.max(CANDIDATE_THRESHOLD)))
    }

    fn candidates(&self, found: Result<Identified, ServiceError>) -> Result<Outcome, Failure> {
        match found? {
            Identified::Complete { candidates, .. } => Ok(Outcome::Candidates(
                candidates.iter().map(|one| candidate(one, self.sees_scores())).collect(),
            )),
            // A list that lacks people must not be read as one that has them all.
            Identified::Incomplete { covered_permille, .. } => {
                tracing::warn!(covered_permille, "a search did not reach the whole gallery");
                Err(Failure::passing(FailureReason::Aborted))
            }
        }
    }
}

fn candidate(found: &PersonCandidate, sees_scores: bool) -> Candidate {
    let modality = if found.is_by_face() { Modality::Face } else { Modality::Fingers };
    let analytics = match modality {
        _ if !sees_scores => ranked(found.rank),
        Modality::Fingers => scored(found.score),
        // What a likeness is worth only the model's maker knows, so it has no percentage of its own.
        Modality::Face => {
            Analytics { internal_score: found.score.to_string(), ..ranked(found.rank) }
        }
    };
    Candidate { reference_id: found.person.as_str().to_owned(), modality, analytics }
}

/// The score itself, and the percentage it is worth where one in a million would be a chance pair.
fn scored(score: i32) -> Analytics {
    let odds = (f64::from(score) - EVEN_ODDS) / 1_000.0;
    let confidence = 100.0 / (1.0 + (-odds).exp());
    Analytics { confidence: format!("{confidence:.0}"), internal_score: score.to_string() }
}

/// For callers that may not see scores: the place in the list, and nothing that could be climbed.
fn ranked(rank: u16) -> Analytics {
    let confidence = 100_u16.saturating_sub(rank).max(1);
    Analytics { confidence: confidence.to_string(), internal_score: rank.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_not_see_scores_sees_ranks() {
        let check = |analytics: Analytics, confidence: &str, internal_score: &str| {
            let Analytics { confidence: found, internal_score: inner } = analytics;
            assert_eq!((found.as_str(), inner.as_str()), (confidence, internal_score));
        };
        check(ranked(1), "99", "1");
        check(ranked(20), "80", "20");
        check(ranked(1_000), "1", "1000");
        check(scored(13_815), "50", "13815");
        check(scored(7_000), "0", "7000");
        check(scored(150_000), "100", "150000");
    }
}

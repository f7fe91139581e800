//! Demographic search: who is already here with such names, dates and places?
//! Scores, never a verdict.

use niims_linkage::{LinkageRecord, NameKnowledge, blocking_terms, compare};
use niims_record::ApplicationId;
use niims_record::application::{Application, Candidate};
use niims_store::{Tx, applications, search};

use super::{Outcome, Run, StepError};
use crate::Register;

/// Most candidates that are scored, best blocked first. A bound on work: in a
/// village of 500 fewer than 40 share any term with an applicant.
const MOST_SCORED: usize = 2_000;
/// Most candidates that are kept for people to look at.
pub const MOST_KEPT: usize = 10;

/// Decides whom to keep as candidates, best first, ties by id.
pub fn decide(
    applicant: &LinkageRecord,
    others: &[(ApplicationId, LinkageRecord)],
    names: &NameKnowledge,
) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = others
        .iter()
        .map(|(id, other)| (*id, compare(applicant, other, names)))
        .filter(|(_, score)| score.is_candidate())
        .map(|(application, score)| Candidate {
            application,
            demographic: Some(score.total),
            biometric: None,
        })
        .collect();
    candidates.sort_by_key(|c| (core::cmp::Reverse(c.demographic), c.application));
    candidates.truncate(MOST_KEPT);
    candidates
}

/// Takes the application's place in the order of all searches, files its terms
/// under it and searches everyone before it. Place and search share a
/// transaction, so of two that come at once exactly one sees the other.
pub async fn run(register: &Register, run: &Run) -> Result<Outcome, StepError> {
    let id = run.application.id;
    let mut tx = register.db.write().await?;
    let applicant = load_record(&mut tx, id).await?;
    let sequence = search::next_search_sequence(&mut tx).await?;
    applications::set_search_sequence(&mut tx, id, sequence).await?;
    let terms = blocking_terms(&applicant);
    let terms: Vec<(&str, &str)> = terms.iter().map(|(c, v)| (*c, v.as_str())).collect();
    let hits = search::find_by_terms(&mut tx, &terms, sequence).await?;
    search::put_terms(&mut tx, id, sequence, &terms).await?;
    let blocked: Vec<ApplicationId> =
        hits.iter().take(MOST_SCORED).map(|hit| hit.application).collect();
    let others = search::records(&mut tx, &blocked)
        .await?
        .into_iter()
        .map(|(id, bytes)| Ok((id, read_record(&bytes)?)))
        .collect::<Result<Vec<_>, StepError>>()?;
    let candidates = decide(&applicant, &others, &register.names);
    register.move_on(tx, run, Application::DemographicsSearched { candidates }).await
}

/// Loads one linkage record.
pub(crate) async fn load_record(
    tx: &mut Tx,
    id: ApplicationId,
) -> Result<LinkageRecord, StepError> {
    let found = search::records(tx, &[id]).await?;
    let (_, bytes) = found.first().ok_or(StepError::Evidence("search.record_missing"))?;
    read_record(bytes)
}

fn read_record(bytes: &[u8]) -> Result<LinkageRecord, StepError> {
    serde_json::from_slice(bytes).map_err(|_| StepError::Evidence("search.record_malformed"))
}

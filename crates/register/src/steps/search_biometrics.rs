//! Biometric search: is this one of everyone who came before?

mod fingers;
mod officer;

use std::collections::BTreeSet;

use jiff::SignedDuration;
use niims_fingerprint::FingerPosition;
use niims_record::application::{Application, Candidate, CaseReason, NewBecause};
use niims_record::{ApplicationId, CaseId};
use niims_store::{gallery, seen_once};
use niims_wire::abis::Identification;

use super::search_demographics::MOST_KEPT;
use super::{Outcome, Run, StepError};
use crate::desk::{self, NewCase, open_case};
use crate::{Register, links};

/// Fewest usable fingers that both must have in common before unlike fingers mean
/// unlike people. Of one finger alone, 9 in 100 impressions of the same finger do
/// not reach the threshold (measured, see `niims_fingerprint::CANDIDATE_THRESHOLD`);
/// of two, hardly any. Lower: a double registration with one bandaged hand slips
/// through. Higher: namesakes with few fingers are shown to people in vain.
pub const LEAST_COMMON_FINGERS: usize = 2;
/// Pause before a search is tried again that waits for the fingers of an
/// application before it: these take a second or two to extract.
const TURN_WAIT: SignedDuration = SignedDuration::from_millis(200);
/// Pause before a search is tried again that could not reach the whole gallery.
const GALLERY_WAIT: SignedDuration = SignedDuration::from_secs(5);

/// What the decision needs to know.
pub struct Facts {
    /// What the demographic search found.
    pub demographic: Vec<Candidate>,
    /// What the fingerprints found, with the applications behind the references.
    pub biometric: Option<Vec<(ApplicationId, i32)>>,
    /// The applicant's usable fingers.
    pub usable: BTreeSet<FingerPosition>,
    /// The usable fingers of each demographic candidate; `None` where they are not
    /// in the gallery yet.
    pub candidates_usable: Vec<(ApplicationId, Option<BTreeSet<FingerPosition>>)>,
    /// The capturing officer's own application, with the evidence that a captured finger is the
    /// officer's; none where no finger is, or nobody noted which person the officer is.
    pub officer: Option<(ApplicationId, i32)>,
    /// Somebody else's application that came before with the same form.
    pub same_form: Option<ApplicationId>,
}

/// What is to happen.
#[derive(Debug, PartialEq, Eq)]
pub enum Decision {
    /// A candidate before this one has not been searched; its fingers may be
    /// without use, and then only names would tell.
    AwaitTurn,
    /// The gallery was not searched whole: wait, never "no duplicate".
    Wait,
    /// Nobody alike: a number is due.
    New,
    /// People must look.
    Adjudicate {
        /// Why.
        reason: CaseReason,
        /// At whom.
        candidates: Vec<Candidate>,
    },
}

/// Decides what follows from both searches.
///
/// A demographic candidate whose fingers were compared and did not match is not
/// shown: two people of one name are common, unlike fingers are not the same
/// hands. Where fingers say little or nothing, names alone reach the desk. An
/// officer's own finger in the capture always does, whoever else is found, and so does a form on
/// paper that came before: it was given to one person.
pub fn decide(facts: &Facts) -> Decision {
    if facts.candidates_usable.iter().any(|(_, fingers)| fingers.is_none()) {
        return Decision::AwaitTurn;
    }
    let Some(biometric) = &facts.biometric else { return Decision::Wait };
    let demographic_of = |application| {
        let found = facts.demographic.iter().find(|c| c.application == application);
        found.and_then(|c| c.demographic)
    };
    let mut candidates: Vec<Candidate> = biometric
        .iter()
        .map(|&(application, score)| Candidate {
            application,
            demographic: demographic_of(application),
            biometric: Some(score),
        })
        .collect();
    candidates.extend(
        facts
            .demographic
            .iter()
            .filter(|c| !biometric.iter().any(|(application, _)| *application == c.application))
            .filter(|c| !told_apart(facts, c.application))
            .cloned(),
    );
    // A single lent finger among ten hardly shows in a search, and people must see whose it is.
    if let Some((application, score)) = facts.officer {
        let known = candidates.iter().position(|one| one.application == application);
        let officer = known.map(|place| candidates.remove(place)).unwrap_or(Candidate {
            application,
            demographic: demographic_of(application),
            biometric: Some(score),
        });
        candidates.insert(0, officer);
    }
    if let Some(application) = facts.same_form
        && candidates.iter().all(|one| one.application != application)
    {
        let demographic = demographic_of(application);
        candidates.insert(0, Candidate { application, demographic, biometric: None });
    }
    candidates.truncate(MOST_KEPT);
    if facts.officer.is_some() {
        return Decision::Adjudicate { reason: CaseReason::OfficersFinger, candidates };
    }
    if facts.usable.is_empty() {
        return Decision::Adjudicate { reason: CaseReason::NoUsableFingerprints, candidates };
    }
    if facts.same_form.is_some() {
        return Decision::Adjudicate { reason: CaseReason::SameForm, candidates };
    }
    if candidates.is_empty() {
        return Decision::New;
    }
    Decision::Adjudicate { reason: CaseReason::LikelyDuplicate, candidates }
}

/// Whether enough fingers of both were compared to say that they are not one person.
fn told_apart(facts: &Facts, candidate: ApplicationId) -> bool {
    let found = facts.candidates_usable.iter().find(|(id, _)| *id == candidate);
    let fingers = found.and_then(|(_, fingers)| fingers.as_ref());
    fingers.is_some_and(|f| f.intersection(&facts.usable).count() >= LEAST_COMMON_FINGERS)
}

/// Extracts the templates, files them in the gallery, searches everyone before,
/// and opens a case or makes a number due.
pub async fn run(register: &Register, run: &Run) -> Result<Outcome, StepError> {
    let Application::DemographicsSearched { candidates } = &run.application.state else {
        return Err(StepError::Overtaken);
    };
    let filed = fingers::file(register, run).await?;
    let usable = fingers::usable(&filed.fingers)?;
    let quality = fingers::mean_quality(&filed.fingers);
    let officer = officer::own_finger(register, run, &filed.fingers).await?;
    let identification = register.abis.identify(filed.fingers, filed.sequence).await?;
    let others = others_of(register, run.application.id, candidates.clone(), |c| c.application);
    let demographic = others.await?;
    let biometric = match resolve(register, identification).await? {
        Some(found) => Some(others_of(register, run.application.id, found, |f| f.0).await?),
        None => None,
    };
    let same_form = same_form(register, run.application.id).await?;
    let candidates_usable = fingers::of_candidates(register, &demographic).await?;
    let found = (usable.len(), quality);
    let facts = Facts { demographic, biometric, usable, candidates_usable, officer, same_form };
    conclude(register, run, decide(&facts), found).await
}

/// The application of another that came before with the same form on paper.
async fn same_form(
    register: &Register,
    applicant: ApplicationId,
) -> Result<Option<ApplicationId>, StepError> {
    let earlier = seen_once::form_again(&mut register.db.read().await?, applicant).await?;
    let earlier = earlier.into_iter().collect();
    Ok(others_of(register, applicant, earlier, |id| *id).await?.pop())
}

/// Leaves out earlier encounters of this very applicant, in whose place this one came: a
/// recapture or a correction.
async fn others_of<T>(
    register: &Register,
    applicant: ApplicationId,
    found: Vec<T>,
    of: impl Fn(&T) -> ApplicationId,
) -> Result<Vec<T>, StepError> {
    let mut tx = register.db.read().await?;
    let mut others = Vec::with_capacity(found.len());
    for one in found {
        if links::stands_for(&mut tx, of(&one)).await? != applicant {
            others.push(one);
        }
    }
    Ok(others)
}

/// `found` is the number of usable fingers and their mean quality.
async fn conclude(
    register: &Register,
    run: &Run,
    decision: Decision,
    (usable, quality): (usize, Option<u8>),
) -> Result<Outcome, StepError> {
    match decision {
        Decision::AwaitTurn => Ok(Outcome::Wait { code: "search.turn", again_in: TURN_WAIT }),
        Decision::Wait => Ok(Outcome::Wait { code: "search.incomplete", again_in: GALLERY_WAIT }),
        Decision::New => {
            let mut tx = register.db.write().await?;
            desk::note_search(register, &mut tx, &run.application, quality, false, run.at).await?;
            let because = NewBecause::NoCandidate;
            register.move_on(tx, run, Application::NumberDue { because }).await
        }
        Decision::Adjudicate { reason, candidates } => {
            let case = CaseId::random(&mut register.entropy.rng());
            let mut tx = register.db.write().await?;
            let id = run.application.id;
            let new = NewCase {
                case,
                application: id,
                reason,
                candidates: &candidates,
                usable_fingers: usable,
                kept_from: Vec::new(),
                at: run.at,
            };
            if !open_case(register, &mut tx, new).await? {
                return Err(StepError::Overtaken);
            }
            desk::note_search(register, &mut tx, &run.application, quality, true, run.at).await?;
            register.move_on(tx, run, Application::InAdjudication { case }).await
        }
    }
}

/// The applications behind the references found; `None` when the search was not whole.
async fn resolve(
    register: &Register,
    identification: Identification,
) -> Result<Option<Vec<(ApplicationId, i32)>>, StepError> {
    let Identification::Complete { candidates } = identification else { return Ok(None) };
    let mut tx = register.db.read().await?;
    let mut found = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let application = gallery::resolve(&mut tx, candidate.reference)
            .await?
            .ok_or(StepError::Evidence("gallery.pseudonym_missing"))?;
        found.push((application, candidate.score));
    }
    Ok(Some(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> ApplicationId {
        ApplicationId::from_bytes([n; 16])
    }

    fn by_name(n: u8) -> Candidate {
        Candidate { application: id(n), demographic: Some(20_000), biometric: None }
    }

    fn fingers(codes: core::ops::RangeInclusive<u8>) -> BTreeSet<FingerPosition> {
        codes.filter_map(FingerPosition::from_code).collect()
    }

    fn facts() -> Facts {
        Facts {
            demographic: vec![],
            biometric: Some(vec![]),
            usable: fingers(1..=10),
            candidates_usable: vec![],
            officer: None,
            same_form: None,
        }
    }

    /// Facts with one demographic candidate who has these fingers.
    fn namesake(usable: Option<BTreeSet<FingerPosition>>) -> Facts {
        Facts { demographic: vec![by_name(1)], candidates_usable: vec![(id(1), usable)], ..facts() }
    }

    fn check(facts: &Facts, want: Option<(CaseReason, &[u8])>) {
        match (decide(facts), want) {
            (Decision::New, None) => {}
            (Decision::Adjudicate { reason, candidates }, Some((why, who))) => {
                assert_eq!(reason, why);
                let ids: Vec<_> = candidates.iter().map(|c| c.application).collect();
                assert_eq!(ids, who.iter().map(|&n| id(n)).collect::<Vec<_>>());
            }
            (other, want) => panic!("{other:?} instead of {want:?}"),
        }
    }

    #[test]
    fn what_each_search_leads_to() {
        let duplicate: Option<(CaseReason, &[u8])> = Some((CaseReason::LikelyDuplicate, &[1]));
        let ten = || Some(fingers(1..=10));
        check(&facts(), None);
        // A namesake with other fingers is nobody's business.
        check(&namesake(ten()), None);
        let matched = Some(vec![(id(2), 40_000)]);
        check(
            &Facts { biometric: matched, ..namesake(ten()) },
            Some((CaseReason::LikelyDuplicate, &[2])),
        );
        // Fingers that cannot be compared tell nobody apart.
        check(&namesake(Some(BTreeSet::new())), duplicate);
        check(&Facts { usable: fingers(1..=5), ..namesake(Some(fingers(6..=10))) }, duplicate);
        check(&Facts { usable: fingers(1..=6), ..namesake(Some(fingers(6..=10))) }, duplicate);
        check(&Facts { usable: fingers(1..=7), ..namesake(Some(fingers(6..=10))) }, None);
        check(
            &Facts { usable: BTreeSet::new(), ..namesake(ten()) },
            Some((CaseReason::NoUsableFingerprints, &[1])),
        );
        check(
            &Facts { usable: BTreeSet::new(), ..facts() },
            Some((CaseReason::NoUsableFingerprints, &[])),
        );
    }

    #[test]
    fn an_officers_finger_is_shown_first_whoever_else_is_found() {
        let officer = Some((id(9), 12_000));
        let why = CaseReason::OfficersFinger;
        check(&Facts { officer, ..facts() }, Some((why, &[9])));
        check(
            &Facts { officer, usable: fingers(1..=5), ..namesake(Some(fingers(6..=10))) },
            Some((why, &[9, 1])),
        );
        let biometric = Some(vec![(id(2), 40_000), (id(9), 30_000)]);
        check(&Facts { biometric, officer, ..facts() }, Some((why, &[9, 2])));
        check(&Facts { officer, usable: BTreeSet::new(), ..facts() }, Some((why, &[9])));
        // Not before everybody was searched.
        assert_eq!(decide(&Facts { officer, biometric: None, ..facts() }), Decision::Wait);
    }

    #[test]
    fn a_form_that_came_before_is_looked_at() {
        let same_form = Some(id(7));
        let why = CaseReason::SameForm;
        check(&Facts { same_form, ..facts() }, Some((why, &[7])));
        check(
            &Facts { same_form: Some(id(1)), ..namesake(Some(BTreeSet::new())) },
            Some((why, &[1])),
        );
        let unusable = Facts { same_form, usable: BTreeSet::new(), ..facts() };
        check(&unusable, Some((CaseReason::NoUsableFingerprints, &[7])));
        assert_eq!(decide(&Facts { same_form, biometric: None, ..facts() }), Decision::Wait);
    }

    #[test]
    fn an_incomplete_search_never_means_new() {
        assert_eq!(decide(&Facts { biometric: None, ..facts() }), Decision::Wait);
    }

    #[test]
    fn a_candidate_that_is_not_searched_yet_is_waited_for() {
        assert_eq!(decide(&namesake(None)), Decision::AwaitTurn);
    }
}

//! How a case comes onto the desk: opened, put into the queue, and kept from those who must not
//! decide it. Beside a real case a planted one may come.

use jiff::Timestamp;
use niims_linkage::name_words;
use niims_record::application::{Application, Candidate, CaseReason};
use niims_record::desk::{Priority, Skill, SkillFacts, due_at, plants, skill_of};
use niims_record::{ApplicationId, CaseId};
use niims_store::desk::queue::{self, Needs, Queued};
use niims_store::desk::reviewers::Tie;
use niims_store::desk::{fraud, opinions, planted, recaptures, views};
use niims_store::{BlindToken, Owner, StoreError, Tx, applications, cases};
use rand_core::Rng;

use crate::Register;
use crate::steps::StepError;

/// A case that is to be opened.
pub(crate) struct NewCase<'a> {
    /// The case.
    pub case: CaseId,
    /// About which application.
    pub application: ApplicationId,
    /// Why.
    pub reason: CaseReason,
    /// Who may be the same person, best first.
    pub candidates: &'a [Candidate],
    /// Fingers of the applicant that can be compared.
    pub usable_fingers: usize,
    /// Tokens of more people who must not decide it.
    pub kept_from: Vec<BlindToken>,
    /// When.
    pub at: Timestamp,
}

/// Opens a case; `false` where the application has an open one.
pub(crate) async fn open_case(
    register: &Register,
    tx: &mut Tx,
    new: NewCase<'_>,
) -> Result<bool, StepError> {
    let rounds = recaptures::rounds(tx, new.application).await?;
    let exhausted = rounds >= register.pack.desk().most_recapture_rounds;
    let reason = match new.reason {
        CaseReason::LikelyDuplicate | CaseReason::NoUsableFingerprints if exhausted => {
            CaseReason::RecaptureExhausted
        }
        reason => reason,
    };
    let inserted =
        cases::insert(tx, new.case, new.application, reason, new.candidates, new.at).await?;
    if !inserted {
        return Ok(false);
    }
    let application = applications::get(tx, new.application)
        .await?
        .ok_or(StepError::Evidence("step.application_missing"))?;
    let minor = application.form_kind.as_deref() == Some("minor");
    let queued = queued(&new, reason, minor);
    let mut tokens = new.kept_from;
    tokens.extend(ties(register, tx, new.application).await?);
    for candidate in new.candidates {
        tokens.extend(ties(register, tx, candidate.application).await?);
    }
    queue::insert(tx, &queued, &tokens).await?;
    let draw = register.entropy.rng().next_u32();
    if plants(draw, register.pack.desk().planted_permille) {
        plant(register, tx, new.at).await?;
    }
    Ok(true)
}

fn queued(new: &NewCase<'_>, reason: CaseReason, minor: bool) -> Queued {
    let skill = match reason {
        // The prints were not good enough three times: they are not what decides.
        CaseReason::RecaptureExhausted => Skill::NoPrints,
        _ => skill_of(SkillFacts { usable_fingers: new.usable_fingers, minor }),
    };
    let priority = match reason {
        CaseReason::Appeal | CaseReason::Released => Priority::Appeal,
        _ if minor => Priority::Child,
        _ => Priority::Ordinary,
    };
    Queued {
        case: new.case,
        needs: Needs::Reviewer,
        skill,
        priority,
        opened_at: new.at,
        due_at: due_at(new.at, priority),
        claimed: None,
    }
}

/// The tokens of an application: itself, who captured it, its family names and its place.
async fn ties(
    register: &Register,
    tx: &mut Tx,
    id: ApplicationId,
) -> Result<Vec<BlindToken>, StepError> {
    let mut found = vec![Tie::Application(id)];
    if let Some(officer) = applications::get(tx, id).await?.and_then(|a| a.officer) {
        found.push(Tie::Officer(officer));
    }
    match register.answers(tx, id).await {
        Ok(answers) => found.extend(stated_ties(register, &answers)),
        // An erased candidate has no family any more.
        Err(StoreError::KeyDestroyed) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(found.iter().map(|tie| tie.token(tx.keyring())).collect())
}

/// The ties that follow from answers: family names and place.
pub(super) fn stated_ties(register: &Register, answers: &niims_country::Answers) -> Vec<Tie> {
    let view = register.pack.view(answers);
    let surname = view.text(niims_country::Role::Surname).unwrap_or_default();
    let mut found = family_ties(register, surname);
    let home = view.address(niims_country::Role::CurrentResidence);
    found.extend(place_tie(home.area.as_deref(), home.village.as_deref()));
    found
}

/// A tie for each word of a family name, whatever its spelling.
pub(super) fn family_ties(register: &Register, surname: &str) -> Vec<Tie> {
    let words = name_words(surname, &register.names);
    words.into_iter().map(|word| Tie::Family(word.cluster)).collect()
}

/// The tie of a village, or of the area where no village is known.
pub(super) fn place_tie(area: Option<&str>, village: Option<&str>) -> Option<Tie> {
    let area = area?;
    let village = village.unwrap_or_default();
    let folded: String =
        village.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    Some(Tie::Place(area.to_owned(), folded))
}

/// Opens a case of the pair that was shown least often, for people who have not seen it.
pub(super) async fn plant(
    register: &Register,
    tx: &mut Tx,
    at: Timestamp,
) -> Result<Option<CaseId>, StepError> {
    let Some(pair) = planted::take_pair(tx).await? else { return Ok(None) };
    let mut tokens = Vec::new();
    for earlier in planted::cases_of(tx, pair).await? {
        tokens.extend(who_saw(tx, earlier, Owner::Register).await?);
    }
    let case = CaseId::random(&mut register.entropy.rng());
    planted::insert_case(tx, case, pair, &slip_number(register), at).await?;
    let queued = Queued {
        case,
        needs: Needs::Reviewer,
        skill: Skill::Prints,
        priority: Priority::Ordinary,
        opened_at: at,
        due_at: due_at(at, Priority::Ordinary),
        claimed: None,
    };
    queue::insert(tx, &queued, &tokens).await?;
    Ok(Some(case))
}

/// A number as kits draw it for slips: three groups of four letters.
pub(super) fn slip_number(register: &Register) -> String {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut drawn = [0_u8; 12];
    register.entropy.rng().fill_bytes(&mut drawn);
    let letters: Vec<char> =
        drawn.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

/// Tokens of everybody who opened a case, gave an opinion in it, or answered it as a senior.
pub(super) async fn who_saw(
    tx: &mut Tx,
    case: CaseId,
    owner: Owner,
) -> Result<Vec<BlindToken>, StoreError> {
    let mut officers: Vec<_> =
        views::of_case(tx, case).await?.into_iter().map(|view| view.officer).collect();
    officers.extend(opinions::of_case(tx, case, owner).await?.into_iter().map(|(o, _)| o.officer));
    if let Some((_, stage)) = fraud::get(tx, case, false).await? {
        let (niims_record::desk::FraudHold::Held { votes }
        | niims_record::desk::FraudHold::Answered { votes, .. }) = stage;
        officers.extend(votes.into_iter().map(|vote| vote.officer));
    }
    Ok(officers.into_iter().map(|officer| Tie::Officer(officer).token(tx.keyring())).collect())
}

/// The state of an application that goes back to the search, without some candidates.
pub(super) fn searched_again(
    candidates: &[Candidate],
    without: Option<ApplicationId>,
) -> Application {
    let candidates = candidates
        .iter()
        .filter(|candidate| candidate.demographic.is_some())
        .filter(|candidate| Some(candidate.application) != without)
        .cloned()
        .collect();
    Application::DemographicsSearched { candidates }
}

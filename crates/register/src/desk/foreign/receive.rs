//! A request of another platform becomes a case: its people are compared as ours are, so that
//! reviewers see the same pages.

use jiff::Timestamp;
use niims_country::Answers;
use niims_packet::Image;
use niims_record::CaseId;
use niims_record::adjudication::Case;
use niims_record::desk::{Priority, SkillFacts, due_at, skill_of};
use niims_store::Tx;
use niims_store::desk::foreign::{self, ForeignCase, ForeignData};
use niims_store::desk::queue::{self, Needs, Queued};
use niims_wire::desk::{
    EvidenceShown, FingerMissing, ForeignRequest, ForeignStanding, ImageBytes, ImageOf,
    MOST_EXCHANGED, SideExchanged, SideOf, SideShown,
};

use super::standing;
use crate::desk::enter::{slip_number, stated_ties};
use crate::desk::error::{DeskError, refused};
use crate::desk::fingers::Prints;
use crate::desk::outside::check_name;
use crate::desk::pair::{Compared, PairSide, beside, read_prints, side};
use crate::desk::planted::{place, write_image};
use crate::desk::show;
use crate::steps::StepError;
use crate::{Register, trail};

/// Why a finger is missing that a platform says is: it gives no reason.
const NO_REASON: &str = "foreign.not_stated";

/// One person, with what was made of them.
struct Read {
    shown: SideShown,
    prints: Prints,
    answers: Answers,
}

type Images = Vec<(SideOf, ImageOf, ImageBytes)>;

pub(super) async fn run(
    register: &Register,
    request: ForeignRequest,
    at: Timestamp,
) -> Result<ForeignStanding, DeskError> {
    check_name(&request.platform)?;
    if !(2..=MOST_EXCHANGED + 1).contains(&request.people.len()) {
        let detail = format!("Send one applicant and 1 to {MOST_EXCHANGED} candidates.");
        let title = "A case has a pair to look at";
        return Err(refused(422, "foreign.people_count", title, &detail).into());
    }
    let (platform, hash) = (request.platform.clone(), request.hash);
    let (references, people): (Vec<String>, Vec<SideExchanged>) =
        request.people.into_iter().unzip();
    let slip = slip_number(register);
    let mut images = Images::new();
    let mut read = Vec::with_capacity(people.len());
    for (place, person) in people.into_iter().enumerate() {
        let which = match place.checked_sub(1) {
            None => SideOf::Applicant,
            Some(index) => SideOf::Candidate { index },
        };
        read.push(one(register, person, which, &slip, &mut images, at).await?);
    }
    let case = ForeignCase {
        id: CaseId::random(&mut register.entropy.rng()),
        platform,
        request: request.request,
        request_hash: hash,
        slip_number: slip,
        sides: read.iter().map(|one| one.shown.application).collect(),
        stage: Case::AwaitsFirst,
        opened_at: at,
        decided_at: None,
        answered_at: None,
        erased_at: None,
        version: 1,
    };
    let mut ties = Vec::new();
    for one in &read {
        ties.extend(stated_ties(register, &one.answers));
    }
    let usable = read.first().map_or(0, |applicant| applicant.prints.0.len());
    let evidence = evidence(register, read)?;
    let evidence =
        serde_json::to_vec(&evidence).map_err(|_| StepError::Evidence("desk.encoding"))?;
    let stored = stored_images(&images)?;
    let data = ForeignData { references: &references, evidence: &evidence, images: &stored };
    let mut tx = register.db.write().await?;
    if foreign::unanswered(&mut tx, &case.platform).await? >= request.most_open as u64 {
        let detail = "Send it again when some are answered.";
        let title = "Too many cases of this platform are open";
        return Err(refused(429, "foreign.too_many_open", title, detail).into());
    }
    if !foreign::insert(&mut tx, &case, &data).await? {
        // Sent twice at the same time: the first one stands.
        return standing(&mut tx, &case.platform, &case.request, &hash).await;
    }
    let tokens: Vec<_> = ties.iter().map(|tie| tie.token(tx.keyring())).collect();
    queue::insert(&mut tx, &queued(&case, usable), &tokens).await?;
    record(&mut tx, &case, at).await?;
    tx.commit().await?;
    Ok(ForeignStanding::Open)
}

async fn record(tx: &mut Tx, case: &ForeignCase, at: Timestamp) -> Result<(), DeskError> {
    let details = serde_json::json!({ "platform": case.platform, "people": case.sides.len() });
    trail::event(tx, "register", "foreign.received", &case.id.to_string(), details, at).await?;
    Ok(())
}

fn queued(case: &ForeignCase, usable_fingers: usize) -> Queued {
    Queued {
        case: case.id,
        needs: Needs::Reviewer,
        skill: skill_of(SkillFacts { usable_fingers, minor: false }),
        priority: Priority::Ordinary,
        opened_at: case.opened_at,
        due_at: due_at(case.opened_at, Priority::Ordinary),
        claimed: None,
    }
}

async fn one(
    register: &Register,
    person: SideExchanged,
    which: SideOf,
    slip: &str,
    images: &mut Images,
    at: Timestamp,
) -> Result<Read, DeskError> {
    let image = |found: ImageBytes| Image { media_type: found.media_type, bytes: found.bytes };
    let answers: Answers = person.answers.into_iter().collect();
    let fingers: Vec<_> = person
        .fingers
        .into_iter()
        .filter_map(|(position, found)| Some((position, found.dpi?, image(found))))
        .collect();
    // Extraction takes some hundredths of a second for each finger.
    let (fingers, prints) = tokio::task::spawn_blocking(move || {
        let prints = read_prints(&fingers);
        (fingers, prints)
    })
    .await
    .map_err(|_| StepError::Evidence("foreign.extraction"))?;
    let number = match which {
        SideOf::Applicant => slip.to_owned(),
        SideOf::Candidate { .. } => slip_number(register),
    };
    let of = PairSide {
        application_number: number,
        form_kind: String::new(),
        answers: answers.clone(),
        portrait: person.portrait.map(image),
        fingers,
        documents: person.documents.into_iter().map(|(kind, scan)| (kind, image(scan))).collect(),
        captured_at: at,
    };
    let mut shown = side(register, of, &prints, which, images);
    // What the pack does not know is shown too, as the platform calls it.
    let known: Vec<String> = shown.answers.iter().map(|(field, _)| field.clone()).collect();
    let others = answers.iter().filter(|(field, _)| !known.iter().any(|id| id == field));
    let others = others.map(|(field, value)| (field.to_owned(), crate::desk::plain(value)));
    shown.answers.extend(others.filter(|(_, text)| !text.is_empty()).collect::<Vec<_>>());
    for document in &mut shown.documents {
        // Whether anybody saw the original is not said.
        document.original_sighted = false;
    }
    let missing = person.missing_fingers.into_iter();
    shown.missing_fingers = missing
        .map(|position| FingerMissing { position, reason: NO_REASON.into(), permanent: false })
        .collect();
    Ok(Read { shown, prints, answers })
}

fn evidence(register: &Register, read: Vec<Read>) -> Result<EvidenceShown, DeskError> {
    let mut read = read.into_iter();
    let applicant = read.next().ok_or(StepError::Evidence("foreign.side_missing"))?;
    let ours =
        Compared { side: &applicant.shown, prints: &applicant.prints, answers: &applicant.answers };
    let candidates = read
        .map(|other| beside(register, &ours, other.shown, &other.prints, &other.answers))
        .collect();
    Ok(EvidenceShown {
        missing: show::of_side(&applicant.shown, "applicant"),
        candidates,
        applicant: applicant.shown,
        software: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

fn stored_images(images: &Images) -> Result<Vec<(String, Vec<u8>)>, StepError> {
    let one = |(side, image, bytes): &(SideOf, ImageOf, ImageBytes)| {
        Ok((place((*side, *image))?, write_image(&bytes.media_type, &bytes.bytes)?))
    };
    images.iter().map(one).collect()
}

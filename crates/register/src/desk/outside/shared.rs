//! Giving a person of a request to the desk that was asked. It is a read of that person: the line
//! commits before anything leaves, and under a freeze nothing leaves.

use jiff::Timestamp;
use niims_country::FieldType;
use niims_fingerprint::FingerPosition;
use niims_packet::{CaptureOutcome, Encounter, Image};
use niims_record::ApplicationId;
use niims_record::freeze::{Act, Power, stopping};
use niims_store::desk::outside;
use niims_store::{applications, cases, freezes, packets};
use niims_wire::Problem;
use niims_wire::desk::{ImageBytes, ShareRead, SideExchanged};
use sha2::{Digest, Sha256};

use super::secret;
use crate::Register;
use crate::desk::error::{DeskError, refused};
use crate::disclose::{self, Look};
use crate::evidence::OpenError;
use crate::steps::StepError;

/// What leaves, as a disclosure line names it.
const ATTRIBUTES: [&str; 3] = ["record", "portrait", "fingerprints"];

pub(super) async fn run(
    register: &Register,
    read: ShareRead,
    at: Timestamp,
) -> Result<SideExchanged, DeskError> {
    let application = admit(register, &read, at).await?;
    gather(register, application, read.fields.as_deref()).await
}

/// Whose share this opens, if it may be opened; counted, and with its line.
async fn admit(
    register: &Register,
    read: &ShareRead,
    at: Timestamp,
) -> Result<ApplicationId, DeskError> {
    let mut tx = register.db.write().await?;
    let request = outside::get(&mut tx, read.request, true).await?;
    let expected = secret(tx.keyring(), read.request, read.place);
    // Hashes are compared, so that the time it takes says nothing of the secret.
    let opens = Sha256::digest(&expected) == Sha256::digest(&read.secret);
    let request = request.filter(|_| opens).ok_or_else(none)?;
    let shares = outside::shares(&mut tx, request.id).await?;
    let share = shares.iter().find(|share| share.place == read.place).ok_or_else(none)?;
    let case = cases::get(&mut tx, request.case).await?;
    // Once the case needs no other desk, nothing justifies a read.
    let needed = case.is_some_and(|case| case.stage.opinions().len() < 2 && case.stage.is_open());
    let answered = request.answered_at.is_some() || request.outcome.is_some();
    if answered || at >= request.expires_at || !needed {
        return Err(closed().into());
    }
    let desk = outside::desk_name(&mut tx, request.officer).await?.ok_or_else(none)?;
    let stored = applications::get(&mut tx, share.application).await?;
    let county = stored.and_then(|application| application.county);
    let act = Act { power: Power::Share, agency: Some(&desk), county: county.as_deref() };
    let freezes = freezes::all(&mut tx).await?;
    let frozen = stopping(&freezes, act, at).is_some();
    if !frozen && !outside::count_read(&mut tx, request.id, read.place, read.most_reads).await? {
        return Err(closed().into());
    }
    let look = Look {
        application: Some(share.application),
        asker: &desk,
        officer: &request.officer.to_string(),
        purpose: "adjudication",
        attributes: &ATTRIBUTES,
        denied: frozen.then_some("freeze.share"),
        at,
    };
    disclose::line(&mut tx, &look).await?;
    tx.commit().await?;
    if frozen {
        let detail = "Nothing is given out until the order is lifted.";
        return Err(refused(423, "freeze.share", "Sharing is frozen by an order", detail).into());
    }
    Ok(share.application)
}

async fn gather(
    register: &Register,
    application: ApplicationId,
    fields: Option<&[String]>,
) -> Result<SideExchanged, DeskError> {
    let mut tx = register.db.read().await?;
    let missing = || StepError::Evidence("step.application_missing");
    let stored = applications::get(&mut tx, application).await?.ok_or_else(missing)?;
    let answers = register.answers(&mut tx, application).await?;
    let packet = packets::get(&mut tx, stored.packet).await?.ok_or_else(missing)?;
    drop(tx);
    let encounter = register.reopen_packet(&packet).await.map_err(|error| match error {
        OpenError::Step(error) => error,
        OpenError::Gate(code) => StepError::Evidence(code),
    })?;
    let given = register.pack.fields().iter().filter(|field| {
        field.parent.is_none()
            && !matches!(field.kind, FieldType::Consent { .. })
            && fields.is_none_or(|fields| fields.contains(&field.id))
    });
    let answers =
        given.filter_map(|field| Some((field.id.clone(), answers.get(&field.id)?.clone())));
    let mut side = SideExchanged { answers: answers.collect(), ..SideExchanged::default() };
    fill(&mut side, encounter);
    Ok(side)
}

/// Documents stay here: what a pair is decided by is looked at by our own people too.
fn fill(side: &mut SideExchanged, encounter: Encounter) {
    side.portrait = encounter.portrait.map(|image| bytes(image, None));
    for finger in encounter.fingers {
        let Some(position) = FingerPosition::from_code(finger.position) else { continue };
        match finger.outcome {
            CaptureOutcome::Captured { image, dpi, .. } => {
                side.fingers.push((position, bytes(image, Some(dpi))));
            }
            CaptureOutcome::Missing { .. } => side.missing_fingers.push(position),
        }
    }
}

fn bytes(image: Image, dpi: Option<u16>) -> ImageBytes {
    ImageBytes { media_type: image.media_type, bytes: image.bytes, dpi }
}

/// One answer for a share that is not there and for a secret that is wrong.
fn none() -> Problem {
    let detail = "Use the address of the request as it came.";
    refused(404, "outside.no_such_share", "There is no such share", detail)
}

fn closed() -> Problem {
    let detail = "Answer the request without it; if that cannot be, say that it failed.";
    refused(410, "outside.share_closed", "This share is closed", detail)
}

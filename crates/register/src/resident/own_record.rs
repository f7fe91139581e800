//! A resident's own record, and who looked at it. Their own look is a line too.

use jiff::Timestamp;
use niims_record::ApplicationId;
use niims_store::disclosures::{self, Outcome};
use niims_store::{StoreError, Tx, applications, cards, numbers, people, sessions};
use niims_wire::Problem;
use niims_wire::disclosure::{DisclosureLine, DisclosureOutcome};
use niims_wire::resident::{OwnRecord, SessionToken};

use crate::desk::plain_answers;
use crate::disclose::{self, Look};
use crate::{Register, links};

/// Lines of one page of "who looked".
const LINES: usize = 100;

/// Reads the record of the session's resident.
pub(super) async fn run(
    register: &Register,
    session: &SessionToken,
    at: Timestamp,
) -> Result<Result<OwnRecord, Problem>, StoreError> {
    let mut tx = register.db.write().await?;
    let Some(id) = sessions::find(&mut tx, &session.0, at).await? else {
        return Ok(Err(signed_out()));
    };
    let Some(application) = applications::get(&mut tx, id).await? else {
        return Ok(Err(signed_out()));
    };
    let look = Look {
        application: Some(id),
        asker: "resident",
        officer: "self",
        purpose: "own_record",
        attributes: &["record"],
        denied: None,
        at,
    };
    disclose::line(&mut tx, &look).await?;
    let number = number_and_card(&mut tx, id).await?;
    let answers = register.answers(&mut tx, id).await?;
    let record = OwnRecord {
        application_number: applications::application_number(&mut tx, id)
            .await?
            .unwrap_or_default(),
        state: application.state.name().to_owned(),
        since: application.since,
        waits_for: application.state.waits_for(),
        number: number.0,
        card: number.1,
        answers: plain_answers(&register.pack, &answers),
        disclosures: lines(&mut tx, id).await?,
    };
    tx.commit().await?;
    Ok(Ok(record))
}

async fn number_and_card(
    tx: &mut Tx,
    id: ApplicationId,
) -> Result<(Option<niims_record::number::HudumaNamba>, Option<String>), StoreError> {
    // A linked application shows the number of the person it was linked to, once
    // that person has one.
    let founding = links::stands_for(tx, id).await?;
    let Some(person) = people::person_of(tx, founding).await? else { return Ok((None, None)) };
    // Where two numbers were one person's, the one that stays is shown.
    let person = links::person_now(tx, person).await?;
    let number = numbers::number_of(tx, person).await?;
    let card = cards::list_of_person(tx, person).await?.into_iter().next();
    Ok((number, card.map(|card| card.state.name().to_owned())))
}

async fn lines(tx: &mut Tx, id: ApplicationId) -> Result<Vec<DisclosureLine>, StoreError> {
    let lines = disclosures::list_for_application(tx, id, None, LINES).await?;
    Ok(lines
        .into_iter()
        .map(|line| DisclosureLine {
            at: line.at,
            by: line.asker,
            purpose: line.purpose,
            attributes: line.attributes,
            outcome: match line.outcome {
                Outcome::Answered => DisclosureOutcome::Answered,
                Outcome::Denied { code } => DisclosureOutcome::Denied { code },
            },
        })
        .collect())
}

fn signed_out() -> Problem {
    Problem::new(401, "portal.signed_out", "You are signed out")
        .detail("Sign in again with a new code.")
}

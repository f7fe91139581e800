//! Asking another desk about open cases.

use jiff::Timestamp;
use niims_record::OutsideRequestId;
use niims_record::desk::{SENT_OUT, Skill};
use niims_store::desk::outside::{self, OutsideRequest};
use niims_store::{Tx, cases};
use niims_wire::desk::{MOST_EXCHANGED, OutsideTerms};

use super::AT_ONCE;
use crate::desk::error::DeskError;
use crate::{Register, trail};

/// Opens requests as far as the terms allow; how many.
pub(super) async fn run(
    register: &Register,
    terms: OutsideTerms,
    at: Timestamp,
) -> Result<usize, DeskError> {
    let mut tx = register.db.write().await?;
    let waiting = usize::try_from(outside::waiting(&mut tx, terms.desk).await?);
    let room = terms.most_waiting.saturating_sub(waiting.unwrap_or(usize::MAX)).min(AT_ONCE);
    if room == 0 {
        return Ok(0);
    }
    let without: &[Skill] = if terms.children { &[] } else { &[Skill::Child] };
    // Some more than there is room for: cases with too many candidates are passed over.
    let found = outside::candidates(&mut tx, &SENT_OUT, without, room + AT_ONCE).await?;
    let mut asked = 0;
    for case in found {
        if asked == room {
            break;
        }
        let Some(case) = cases::get(&mut tx, case).await? else { continue };
        if case.stage.is_open() && case.candidates.len() <= MOST_EXCHANGED {
            ask(register, &mut tx, &case, terms, at).await?;
            asked += 1;
        }
    }
    tx.commit().await?;
    Ok(asked)
}

async fn ask(
    register: &Register,
    tx: &mut Tx,
    case: &cases::StoredCase,
    terms: OutsideTerms,
    at: Timestamp,
) -> Result<(), DeskError> {
    let request = OutsideRequest {
        id: OutsideRequestId::random(&mut register.entropy.rng()),
        case: case.id,
        officer: terms.desk,
        asked_at: at,
        expires_at: at.checked_add(terms.lasts).unwrap_or(at),
        published_at: None,
        answer_hash: None,
        answered_at: None,
        outcome: None,
    };
    let mut people = vec![case.application];
    people.extend(case.candidates.iter().map(|candidate| candidate.application));
    outside::insert(tx, &request, &people).await?;
    let details = serde_json::json!({ "desk": terms.desk.to_string(), "people": people.len() });
    trail::event(tx, "register", "case.sent_out", &case.id.to_string(), details, at).await?;
    Ok(())
}

//! An encounter says that it is the one that was asked for. The kit is not believed: the centre
//! looks at the request, at whom it told, and at name and birth.

use std::collections::BTreeSet;

use jiff::Timestamp;
use niims_linkage::name_words;
use niims_packet::Encounter;
use niims_record::KitId;
use niims_record::fleet::Alarm;
use niims_record::revisit::{AnswerFacts, NotTheAnswer, is_the_answer};
use niims_store::applications::StoredApplication;
use niims_store::fleet::alarms;
use niims_store::{StoreError, Tx, applications, revisits};

use super::Met;
use super::give::read;
use crate::desk::take_place;
use crate::steps::StepError;
use crate::{Register, trail};

/// Lets an encounter take the place of the one before it, where it answers a request. Where it
/// does not, it goes the ordinary way, and the request stays as it is.
pub(crate) async fn settle_what_it_answers(
    register: &Register,
    tx: &mut Tx,
    application: &StoredApplication,
    encounter: &Encounter,
    met: &Met,
    at: Timestamp,
) -> Result<(), StepError> {
    let Some(id) = encounter.revisit else { return Ok(()) };
    let told = revisits::was_told(tx, id, application.kit).await?;
    let request = revisits::get(tx, id).await?.filter(|_| told);
    let before = match &request {
        Some(request) => applications::get_for_update(tx, request.application).await?,
        None => None,
    };
    let who = match &request {
        Some(request) => person(tx, request).await?,
        None => None,
    };
    let facts = AnswerFacts {
        told_to_this_kit: request.is_some(),
        is_open: request.as_ref().is_some_and(|request| request.settled_at.is_none())
            && who.is_some(),
        shares_a_name: who.as_ref().is_some_and(|who| share_a_name(register, who, met)),
        born: who.as_ref().and_then(|who| who.born.zip(met.born)),
    };
    match (is_the_answer(&facts), before) {
        (Ok(()), Some(before)) if before.id != application.id => {
            let details = serde_json::json!({ "by": application.id, "revisit": id });
            let subject = before.id.to_string();
            trail::event(tx, "register", "application.replaced", &subject, details, at).await?;
            take_place(tx, &before, application.id, at).await
        }
        (Ok(()), _) => Ok(()),
        (Err(why), _) => Ok(note(tx, application, application.kit, why, at).await?),
    }
}

async fn person(tx: &mut Tx, request: &revisits::Revisit) -> Result<Option<Met>, StoreError> {
    match revisits::person(tx, request).await {
        Ok(bytes) => read(&bytes).map(Some),
        Err(StoreError::KeyDestroyed) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Words of a name that both must have, where both have as many. One alone is shared by too many
/// neighbours; a third may be written down anew.
const SHARED_WORDS: usize = 2;

/// Whether two names can be one person's, in any order and whatever their spelling.
fn share_a_name(register: &Register, before: &Met, now: &Met) -> bool {
    let clusters = |name: &str| -> BTreeSet<String> {
        name_words(name, &register.names).into_iter().map(|word| word.cluster).collect()
    };
    let (before, now) = (clusters(&before.name), clusters(&now.name));
    let wanted = SHARED_WORDS.min(before.len()).min(now.len());
    wanted > 0 && before.intersection(&now).count() >= wanted
}

async fn note(
    tx: &mut Tx,
    application: &StoredApplication,
    kit: KitId,
    why: NotTheAnswer,
    at: Timestamp,
) -> Result<(), StoreError> {
    if why == NotTheAnswer::NotThisKits {
        alarms::raise(tx, kit, Alarm::StrangeAnswer, at).await?;
    }
    let details = serde_json::json!({ "code": why.code() });
    let subject = application.id.to_string();
    trail::event(tx, "register", "revisit.not_the_answer", &subject, details, at).await
}

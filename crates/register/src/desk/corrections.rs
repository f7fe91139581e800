//! Corrections of a record: the differences that a later application of the same person brought.
//!
//! A record is its base and the corrections that it took, in order. Each belongs to the record
//! for which its application stands, whatever is merged.

use std::collections::BTreeMap;

use jiff::Timestamp;
use niims_country::{Answers, SensitivityClass};
use niims_linkage::LinkageRecord;
use niims_record::{ApplicationId, CorrectionId, OfficerId, PersonId};
use niims_store::desk::corrections::{self, Correction, CorrectionState};
use niims_store::desk::merges;
use niims_store::people::Person;
use niims_store::{StoreError, Tx, answers, applications, cases, people, search};
use niims_wire::desk::{CorrectionAnswer, CorrectionOffered};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::{DeskError, refused};
use super::roles::{SUPERVISOR, holder};
use crate::disclose::{self, Look};
use crate::steps::StepError;
use crate::{Register, links, trail};

/// Merges into merges that are followed; more does not happen.
const DEEPEST: usize = 64;

/// Old and new answer of a field.
#[derive(Serialize, Deserialize)]
struct Change {
    old: Option<Value>,
    new: Option<Value>,
}

/// Offers the differences between a record and an application of the same person. What only the
/// record has stays: an answer that was not given again is not taken back.
pub(super) async fn offer(
    register: &Register,
    tx: &mut Tx,
    person: PersonId,
    application: ApplicationId,
    at: Timestamp,
) -> Result<(), DeskError> {
    let shown = links::person_now(tx, person).await?;
    let founding = load(tx, shown).await?.founding;
    let record = register.answers(tx, founding).await?;
    let brought = register.answers(tx, application).await?;
    let belongs_to = people::person_of(tx, application).await?.unwrap_or(person);
    for (field, new) in brought.iter() {
        let old = record.get(field);
        if old == Some(new) {
            continue;
        }
        let change = Change { old: old.cloned(), new: Some(new.clone()) };
        let correction = Correction {
            id: CorrectionId::random(&mut register.entropy.rng()),
            person: belongs_to,
            application,
            field: field.to_owned(),
            change: serde_json::to_vec(&change)
                .map_err(|_| StepError::Evidence("desk.encoding"))?,
            state: CorrectionState::Offered,
            offered_at: at,
            place: None,
        };
        corrections::offer(tx, &correction).await?;
    }
    Ok(())
}

/// Corrections offered: a read of each person.
pub(super) async fn list(
    register: &Register,
    after: Option<CorrectionId>,
    at_most: usize,
    officer: OfficerId,
    at: Timestamp,
) -> Result<Vec<CorrectionOffered>, DeskError> {
    let mut tx = register.db.write().await?;
    holder(&mut tx, officer, &[SUPERVISOR], at).await?;
    let mut found = Vec::new();
    for offered in corrections::list_offered(&mut tx, after, at_most).await? {
        let person = load(&mut tx, offered.person).await?;
        for application in [offered.application, person.founding] {
            let look = Look {
                application: Some(application),
                asker: "register",
                officer: &officer.to_string(),
                purpose: "correction",
                attributes: &["record"],
                denied: None,
                at,
            };
            disclose::line(&mut tx, &look).await?;
        }
        let change = read_change(&offered)?;
        let number = applications::application_number(&mut tx, offered.application).await?;
        found.push(CorrectionOffered {
            correction: offered.id,
            application_number: number.unwrap_or_default(),
            field: offered.field,
            old: change.old.as_ref().map(super::plain),
            new: change.new.as_ref().map(super::plain),
            offered_at: offered.offered_at,
        });
    }
    tx.commit().await?;
    Ok(found)
}

/// Accepts or declines.
pub(super) async fn answer(
    register: &Register,
    id: CorrectionId,
    answer: CorrectionAnswer,
    officer: OfficerId,
    at: Timestamp,
) -> Result<(), DeskError> {
    let mut tx = register.db.write().await?;
    holder(&mut tx, officer, &[SUPERVISOR], at).await?;
    let settled = || {
        let detail = "Nothing was changed. Open the list anew.";
        refused(409, "desk.correction_settled", "This correction is answered", detail)
    };
    let offered = corrections::get(&mut tx, id).await?;
    let offered = offered.filter(|c| c.state == CorrectionState::Offered).ok_or_else(settled)?;
    check_took_no_part(&mut tx, &offered, officer).await?;
    let state = match answer {
        CorrectionAnswer::Accept => CorrectionState::Accepted,
        CorrectionAnswer::Decline => CorrectionState::Declined,
    };
    let shown = links::person_now(&mut tx, offered.person).await?;
    if answer == CorrectionAnswer::Accept {
        let founding = load(&mut tx, shown).await?.founding;
        let own = load(&mut tx, offered.person).await?.founding;
        let old = read_change(&offered)?.old;
        // Offered before a merge, it is about the answer of its own record.
        let mut as_offered = false;
        for record in [founding, own] {
            let now = register.answers(&mut tx, record).await?;
            as_offered |= now.get(&offered.field) == old.as_ref();
        }
        if !as_offered {
            let detail = "Decline it: the record has another answer by now.";
            let title = "The record has moved on";
            return Err(refused(409, "desk.record_moved", title, detail).into());
        }
        // Before the first correction of either, both are kept as they are.
        keep_base(register, &mut tx, shown).await?;
        keep_base(register, &mut tx, offered.person).await?;
    }
    if !corrections::settle(&mut tx, id, state, officer, at).await? {
        return Err(settled().into());
    }
    if answer == CorrectionAnswer::Accept {
        make_anew(register, &mut tx, shown).await?;
    }
    let details = serde_json::json!({ "field": offered.field, "state": state.name() });
    let (actor, subject) = (officer.to_string(), offered.person.to_string());
    trail::event(&mut tx, &actor, "correction.answered", &subject, details, at).await?;
    tx.commit().await?;
    Ok(())
}

/// Nobody answers what they captured or decided themselves.
async fn check_took_no_part(
    tx: &mut Tx,
    offered: &Correction,
    officer: OfficerId,
) -> Result<(), DeskError> {
    let application = applications::get(tx, offered.application).await?;
    let captured = application.is_some_and(|found| found.officer == Some(officer));
    let case = cases::case_by_application(tx, offered.application).await?;
    let decided = case
        .is_some_and(|case| case.stage.opinions().iter().any(|opinion| opinion.officer == officer));
    if captured || decided {
        let detail = "Another supervisor must answer it.";
        return Err(refused(409, "desk.took_part", "You took part in this", detail).into());
    }
    Ok(())
}

/// Keeps a record as it is, once, before anything corrects it.
async fn keep_base(register: &Register, tx: &mut Tx, person: PersonId) -> Result<(), DeskError> {
    if corrections::base(tx, person).await?.is_some() {
        return Ok(());
    }
    let founding = load(tx, person).await?.founding;
    let now = register.answers(tx, founding).await?;
    let now: BTreeMap<&str, &Value> = now.iter().collect();
    let bytes = serde_json::to_vec(&now).map_err(|_| StepError::Evidence("desk.encoding"))?;
    Ok(corrections::keep_base(tx, person, &bytes).await?)
}

/// Makes the answers of a record anew of its base and of the corrections that it and those
/// merged into it took, in their order. Without effect where nothing was ever corrected.
pub(super) async fn make_anew(
    register: &Register,
    tx: &mut Tx,
    person: PersonId,
) -> Result<(), DeskError> {
    let mut taken = Vec::new();
    for (member, since) in family(tx, person).await? {
        let of_member = corrections::accepted_of(tx, member).await?;
        taken.extend(of_member.into_iter().filter(|correction| correction.place > since));
    }
    if !taken.is_empty() {
        keep_base(register, tx, person).await?;
    }
    let Some(base) = corrections::base(tx, person).await? else { return Ok(()) };
    taken.sort_by_key(|correction| correction.place);
    let mut record: BTreeMap<String, Value> =
        serde_json::from_slice(&base).map_err(|_| StepError::Evidence("desk.base_malformed"))?;
    for correction in &taken {
        match read_change(correction)?.new {
            Some(new) => record.insert(correction.field.clone(), new),
            None => record.remove(&correction.field),
        };
    }
    let founding = load(tx, person).await?.founding;
    write(register, tx, founding, record).await
}

/// A person and everybody whose record is merged into theirs now, each with the place since
/// which their corrections count: what one took before a merge stays theirs alone.
async fn family(tx: &mut Tx, person: PersonId) -> Result<Vec<(PersonId, Option<i64>)>, StoreError> {
    let mut found = vec![(person, None)];
    let mut at = 0;
    while at < found.len() && found.len() < DEEPEST {
        let (member, since) = found[at];
        let into = merges::into(tx, member).await?;
        found.extend(into.into_iter().map(|merge| (merge.merged, since.max(Some(merge.place)))));
        at += 1;
    }
    Ok(found)
}

/// Writes answers by class, where they differ, and what is searched with them.
async fn write(
    register: &Register,
    tx: &mut Tx,
    application: ApplicationId,
    record: BTreeMap<String, Value>,
) -> Result<(), DeskError> {
    let mut classes: BTreeMap<SensitivityClass, Answers> = BTreeMap::new();
    for (field, value) in record {
        let class =
            register.pack.field(&field).map_or(SensitivityClass::Sensitive, |f| f.sensitivity);
        classes.entry(class).or_default().set(field, value);
    }
    let mut whole = Vec::new();
    for class in SensitivityClass::ALL {
        let wanted = classes.remove(&class).unwrap_or_default();
        let bytes =
            serde_json::to_vec(&wanted).map_err(|_| StepError::Evidence("desk.encoding"))?;
        let stored = answers::get(tx, application, class.as_str()).await?;
        let empty = stored.is_none() && wanted.is_empty();
        if !empty && stored.as_deref() != Some(&bytes) {
            answers::put(tx, application, class.as_str(), &bytes).await?;
        }
        whole.push(wanted);
    }
    search_anew(register, tx, application, &Answers::merge(whole)).await
}

/// Lets the record be found under its new answers too. Terms of old ones stay: who once used a
/// name can be found by it.
async fn search_anew(
    register: &Register,
    tx: &mut Tx,
    application: ApplicationId,
    record: &Answers,
) -> Result<(), DeskError> {
    let person = register.pack.view(record).person()?;
    let areas = register.pack.geography();
    let linkage = LinkageRecord::from_details(&person, &register.names)
        .with_area_parents(|code| areas.area(code)?.parent.clone());
    let bytes = serde_json::to_vec(&linkage).map_err(|_| StepError::Evidence("desk.encoding"))?;
    search::replace_record(tx, application, &bytes).await?;
    let stored = applications::get(tx, application).await?;
    let Some(sequence) = stored.and_then(|found| found.search_sequence) else { return Ok(()) };
    let terms = niims_linkage::blocking_terms(&linkage);
    let terms: Vec<(&str, &str)> = terms.iter().map(|(c, v)| (*c, v.as_str())).collect();
    Ok(search::put_terms(tx, application, sequence, &terms).await?)
}

async fn load(tx: &mut Tx, person: PersonId) -> Result<Person, DeskError> {
    let found = people::get(tx, person).await?;
    Ok(found.ok_or(StepError::Evidence("desk.person_missing"))?)
}

fn read_change(correction: &Correction) -> Result<Change, StepError> {
    serde_json::from_slice(&correction.change)
        .map_err(|_| StepError::Evidence("desk.correction_malformed"))
}

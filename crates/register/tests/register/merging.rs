//! Two numbers of one person: merged and unmerged, with corrections in between.

use niims_record::adjudication::Verdict;
use niims_record::person::PersonStatus;
use niims_record::{ApplicationId, OfficerId, PersonId};
use niims_store::testing::TestDatabase;
use niims_store::{disclosures, people};
use niims_wire::desk::{AppealAsked, CorrectionAnswer, FollowUp, MergeProposed};
use serde_json::json;

use crate::fixture::desk::refusal;
use crate::fixture::seed::{self, Prepared};
use crate::fixture::{ADJUDICATORS, FRESH, RELATIONS, SENIOR, SUPERVISOR, World, worlds};

/// Pairs in the ordinary test; `NIIMS_MERGES` asks for more.
const PAIRS: u64 = 6;

/// A record with a number, and a later application of the same person linked to it, which
/// brought other answers.
async fn record(world: &World, n: u64, changed: &[(&str, &str)]) -> (ApplicationId, PersonId) {
    let person = seed::adult(n);
    let prepared = Prepared::new(&person);
    let mut tx = world.write().await;
    let first = seed::place(world, &mut tx, n * 10, &prepared, None).await;
    tx.commit().await.unwrap();
    seed::drain(world).await;
    let mut later = person;
    for (field, value) in changed {
        later.answer(field, json!(value));
    }
    let mut tx = world.write().await;
    let candidates = Some(vec![seed::by_name(first)]);
    let prepared = Prepared::new(&later);
    let second = seed::place(world, &mut tx, n * 10 + 1, &prepared, candidates).await;
    tx.commit().await.unwrap();
    seed::drain(world).await;
    let case = world.case_of(second).await.id;
    opine_both(
        world,
        case,
        [ADJUDICATORS[0], ADJUDICATORS[1]],
        Verdict::SamePerson { candidate: first },
    )
    .await;
    let id = people::person_of(&mut world.read().await, first).await.unwrap().unwrap();
    (first, id)
}

async fn opine_both(
    world: &World,
    case: niims_record::CaseId,
    officers: [OfficerId; 2],
    verdict: Verdict,
) {
    for officer in officers {
        world.opine(case, officer, verdict).await.unwrap();
    }
}

async fn snapshot(world: &World, person: PersonId) -> Vec<u8> {
    world.register.record_snapshot(person).await.unwrap()
}

/// Accepts what an application brought for a field, if it is still offered.
async fn accept(world: &World, slip: &str, field: &str) {
    let offered = world.register.corrections(None, 200, SUPERVISOR, world.now()).await.unwrap();
    let found = offered.iter().find(|c| c.application_number == slip && c.field == field);
    let Some(found) = found else { return };
    let (id, yes) = (found.correction, CorrectionAnswer::Accept);
    world.register.answer_correction(id, yes, SUPERVISOR, world.now()).await.unwrap();
}

/// Declines whatever is left on offer.
async fn decline_rest(world: &World) {
    let offered = world.register.corrections(None, 200, SUPERVISOR, world.now()).await.unwrap();
    for correction in offered {
        let (id, no) = (correction.correction, CorrectionAnswer::Decline);
        world.register.answer_correction(id, no, SUPERVISOR, world.now()).await.unwrap();
    }
}

async fn merge(world: &World, stays: ApplicationId, goes: ApplicationId) {
    let proposed = MergeProposed {
        stays: world.number_of(stays).await.unwrap().digits(),
        goes: world.number_of(goes).await.unwrap().digits(),
        note: "one birth certificate".into(),
        officer: SENIOR,
    };
    let case = world.register.propose_merge(proposed, world.now()).await.unwrap();
    let verdict = Verdict::SamePerson { candidate: stays };
    opine_both(world, case, [ADJUDICATORS[0], ADJUDICATORS[1]], verdict).await;
}

async fn unmerge(world: &World, goes: ApplicationId) {
    let asked = AppealAsked {
        application_number: world.slip(goes).await,
        ground: "we are two".into(),
        officer: RELATIONS,
    };
    let appeal = world.register.appeal(asked, world.now()).await.unwrap();
    opine_both(world, appeal.case, [FRESH[0], FRESH[1]], Verdict::DifferentPeople).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn merge_and_unmerge_bring_both_records_back_exactly() {
    let pairs: u64 =
        std::env::var("NIIMS_MERGES").ok().and_then(|n| n.parse().ok()).unwrap_or(PAIRS);
    for world in worlds().await {
        let control = World::over(TestDatabase::sqlite().await.unwrap(), |m| m).await;
        for pair in 0..pairs {
            one_pair(&world, &control, pair).await;
        }
    }
}

/// Merges and unmerges a pair with corrections before, in between and after. The control world
/// sees the same corrections and no merge: the answers must be the same bytes.
async fn one_pair(world: &World, control: &World, pair: u64) {
    let (a, b) = (pair * 2 + 1, pair * 2 + 2);
    let changed_a = [("first_name", "Asha"), ("email", "a@example.invalid")];
    let changed_b = [("first_name", "Baraka"), ("other_names", "Bena")];
    let (first, stays) = record(world, a, &changed_a).await;
    let (second, goes) = record(world, b, &changed_b).await;
    let slips = [format!("SEED-{}", a * 10 + 1), format!("SEED-{}", b * 10 + 1)];
    // Before: on every other pair the one that goes takes a correction.
    if pair.is_multiple_of(2) {
        accept(world, &slips[1], "other_names").await;
    }
    let before = (snapshot(world, stays).await, snapshot(world, goes).await);
    merge(world, first, second).await;
    assert_eq!(snapshot(world, stays).await, before.0, "a merge alone changes nothing that stays");
    let merged = people::get(&mut world.read().await, goes).await.unwrap().unwrap();
    assert!(matches!(merged.status, PersonStatus::Merged { into, .. } if into == stays));
    if pair.is_multiple_of(3) {
        // Nothing in between: exactly as they were.
        unmerge(world, second).await;
        let after = (snapshot(world, stays).await, snapshot(world, goes).await);
        assert!(before == after, "both records come back byte for byte");
        merge_again_is_possible(world, first, second).await;
    }
    // In between: a correction of each, and the differences of the two that the merge offered.
    let of_second = world.slip(second).await;
    accept(world, &slips[0], "first_name").await;
    accept(world, &slips[1], "other_names").await;
    accept(world, &of_second, "surname").await;
    assert_ne!(snapshot(world, stays).await, before.0, "corrections show in what stays");
    unmerge(world, second).await;
    accept(world, &slips[0], "email").await;
    let (_, control_stays) = record(control, a, &changed_a).await;
    let (_, control_goes) = record(control, b, &changed_b).await;
    accept(control, &slips[1], "other_names").await;
    accept(control, &slips[0], "first_name").await;
    accept(control, &slips[0], "email").await;
    for (here, there) in [(stays, control_stays), (goes, control_goes)] {
        let answers = |bytes: Vec<u8>| {
            let record: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            (record["answers"].to_string(), record["status"].to_string())
        };
        let (here, there) = (snapshot(world, here).await, snapshot(control, there).await);
        assert_eq!(answers(here), answers(there), "pair {pair}");
    }
    decline_rest(world).await;
    decline_rest(control).await;
}

async fn merge_again_is_possible(world: &World, stays: ApplicationId, goes: ApplicationId) {
    let number = world.number_of(goes).await;
    merge(world, stays, goes).await;
    assert_eq!(world.number_of(goes).await, number, "a number is suspended, never another's");
    let again = MergeProposed {
        stays: world.number_of(stays).await.unwrap().digits(),
        goes: number.unwrap().digits(),
        note: "again".into(),
        officer: SENIOR,
    };
    let refused = world.register.propose_merge(again, world.now()).await;
    assert_eq!(refusal(refused), (409, "desk.merged_already".into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_is_answered_once_and_by_somebody_else() {
    for world in worlds().await {
        let (first, person) = record(&world, 1, &[("first_name", "Asha")]).await;
        let before = snapshot(&world, person).await;
        let offered = world.register.corrections(None, 9, SUPERVISOR, world.now()).await.unwrap();
        assert_eq!(offered.len(), 1);
        let (id, yes) = (offered[0].correction, CorrectionAnswer::Accept);
        assert_eq!(offered[0].new.as_deref(), Some("Asha"));
        let denied = world.register.answer_correction(id, yes, RELATIONS, world.now()).await;
        assert_eq!(refusal(denied), (403, "desk.role_missing".into()));
        world.register.answer_correction(id, yes, SUPERVISOR, world.now()).await.unwrap();
        let twice = world.register.answer_correction(id, yes, SUPERVISOR, world.now()).await;
        assert_eq!(refusal(twice), (409, "desk.correction_settled".into()));
        let after = snapshot(&world, person).await;
        assert!(before != after && String::from_utf8(after).unwrap().contains("Asha"));
        let mut tx = world.read().await;
        let lines = disclosures::list_for_application(&mut tx, first, None, 9).await.unwrap();
        assert!(lines.iter().any(|line| line.purpose == "correction"));
    }
}

//! Who may decide, who may look, and what each look leaves behind.

use niims_record::OfficerId;
use niims_record::adjudication::Verdict;
use niims_record::{ApplicationId, CaseId};
use niims_store::disclosures::{self, Outcome};
use niims_store::officers::{self, OfficerStatus};
use niims_wire::Problem;
use niims_wire::desk::{AdjudicationDesk, CaseStanding, OpinionGiven};

use crate::fixture::{
    ADJUDICATORS, CAPTURER, CAPTURER_WHO_ADJUDICATES, Person, SENIOR, World, worlds,
};

/// A person and their disguised double: the first, the second, and the case.
async fn double(world: &World) -> (ApplicationId, ApplicationId, CaseId) {
    let first = Person::adult(0);
    let (known, _) = world.carry(&first).await;
    let mut again = first.disguised(1);
    again.officer = CAPTURER_WHO_ADJUDICATES;
    let (application, _) = world.carry(&again).await;
    (known, application, world.case_of(application).await.id)
}

fn refused(standing: Result<CaseStanding, Problem>) -> (u16, String) {
    let problem = standing.unwrap_err();
    (problem.status, problem.code)
}

fn refusal(status: u16, code: &str) -> (u16, String) {
    (status, format!("adjudication.{code}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_decide_blindly_and_a_senior_when_they_differ() {
    for world in worlds().await {
        let (known, application, case) = double(&world).await;
        let same = Verdict::SamePerson { candidate: known };
        let [one, two, three] = ADJUDICATORS;
        let own = CAPTURER_WHO_ADJUDICATES;
        assert_eq!(refused(world.opine(case, own, same).await), refusal(409, "own_capture"));
        let stranger = OfficerId::from_bytes([99; 16]);
        for nobody in [CAPTURER, stranger] {
            let code = refusal(403, "not_an_adjudicator");
            assert_eq!(refused(world.opine(case, nobody, same).await), code);
        }
        let elsewhere = Verdict::SamePerson { candidate: application };
        let code = refusal(409, "no_such_candidate");
        assert_eq!(refused(world.opine(case, one, elsewhere).await), code);
        let nowhere = CaseId::from_bytes([9; 16]);
        assert_eq!(refused(world.opine(nowhere, one, same).await), refusal(404, "no_such_case"));
        check_reasons(&world, case).await;

        let standing = world.opine(case, one, same).await.unwrap();
        assert_eq!((standing.stage.as_str(), standing.verdict), ("awaits_second", None));
        assert_eq!(refused(world.opine(case, one, same).await), refusal(409, "same_officer"));
        let standing = world.opine(case, two, Verdict::DifferentPeople).await.unwrap();
        assert_eq!((standing.stage.as_str(), standing.verdict), ("awaits_senior", None));
        assert_eq!(world.state(application).await.name(), "in_adjudication");
        assert_eq!(refused(world.opine(case, three, same).await), refusal(409, "senior_needed"));
        let standing = world.opine(case, SENIOR, Verdict::DifferentPeople).await.unwrap();
        assert_eq!(standing.verdict, Some(Verdict::DifferentPeople));
        let late = world.opine(case, three, same).await;
        assert_eq!(refused(late), refusal(409, "already_decided"));
        check_trail(&world, case).await;
        world.drain().await;
        assert_eq!(world.state(application).await.name(), "numbered");
    }
}

/// Each opinion taken stands in the trail under its officer; none that was refused.
async fn check_trail(world: &World, case: CaseId) {
    let mut tx = world.read().await;
    let events = niims_store::events::list_for_subject(&mut tx, &case.to_string(), 10).await;
    let actors: Vec<String> = events.unwrap().into_iter().map(|event| event.actor).collect();
    let [one, two, _] = ADJUDICATORS;
    assert_eq!(actors, [one, two, SENIOR].map(|officer| officer.to_string()));
}

async fn check_reasons(world: &World, case: CaseId) {
    let give = |reasons: &[&str]| {
        let reasons = reasons.iter().map(|&r| r.to_owned()).collect();
        let verdict = Verdict::DifferentPeople;
        let opinion = OpinionGiven { officer: ADJUDICATORS[0], verdict, reasons };
        world.register.give_opinion(case, opinion, world.now())
    };
    assert_eq!(refused(give(&["adjudication.a_feeling"]).await), refusal(422, "reason_unknown"));
    // A reason of the law is none of the desk.
    assert_eq!(refused(give(&["law.under_six"]).await), refusal(422, "reason_unknown"));
    assert_eq!(refused(give(&[]).await), refusal(409, "no_reason"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspended_adjudicator_decides_nothing_and_sees_nothing() {
    for world in worlds().await {
        let (known, _, case) = double(&world).await;
        let mut tx = world.write().await;
        officers::set_status(&mut tx, ADJUDICATORS[0], OfficerStatus::Suspended).await.unwrap();
        tx.commit().await.unwrap();
        let same = Verdict::SamePerson { candidate: known };
        let code = refusal(403, "not_an_adjudicator");
        assert_eq!(refused(world.opine(case, ADJUDICATORS[0], same).await), code);
        let look = world.register.evidence(case, ADJUDICATORS[0], world.now()).await;
        assert_eq!(look.unwrap_err().status, 403);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn evidence_writes_a_line_for_everyone_in_the_case_and_so_does_a_refusal() {
    for world in worlds().await {
        let (known, application, case) = double(&world).await;
        let evidence = world.register.evidence(case, ADJUDICATORS[0], world.now()).await.unwrap();
        assert_eq!(evidence.applicant.application, application);
        assert_eq!(evidence.candidates[0].side.application, known);
        assert_eq!(evidence.applicant.fingers.len(), 3);
        assert!(evidence.applicant.portrait.is_some());
        assert!(evidence.candidates[0].biometric.is_some());
        let (score, parts) = evidence.candidates[0].demographic.clone().unwrap();
        assert!(score > 0 && !parts.is_empty());
        let named = |side: &niims_wire::desk::Side| {
            side.answers.iter().any(|(field, text)| field == "surname" && !text.is_empty())
        };
        assert!(named(&evidence.applicant) && named(&evidence.candidates[0].side));

        let look = world.register.evidence(case, CAPTURER, world.now()).await;
        let problem = look.unwrap_err();
        assert_eq!((problem.status, &*problem.code), (403, "adjudication.not_an_adjudicator"));
        let denied = Outcome::Denied { code: "adjudication.not_an_adjudicator".into() };
        for id in [known, application] {
            let mut tx = world.read().await;
            let lines = disclosures::list_for_application(&mut tx, id, None, 10).await.unwrap();
            let outcomes: Vec<_> = lines.iter().map(|line| &line.outcome).collect();
            assert_eq!(outcomes, [&denied, &Outcome::Answered]);
            assert!(lines.iter().all(|line| line.purpose == "adjudication"));
            assert_eq!(lines[0].officer, CAPTURER.to_string());
        }
    }
}

/// What was believed while an officer was in office stands after they leave it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn suspending_an_officer_stops_new_packets_and_spoils_none_that_was_taken_in() {
    for world in worlds().await {
        let before = world.submit(&Person::adult(0)).await;
        assert!(world.register.work_once("worker").await.unwrap(), "intake is due");
        let mut tx = world.write().await;
        officers::set_status(&mut tx, CAPTURER, OfficerStatus::Suspended).await.unwrap();
        tx.commit().await.unwrap();
        let after = world.submit(&Person::adult(1)).await;
        world.drain().await;
        assert_eq!(world.state(before).await.name(), "numbered");
        let state = world.state(after).await;
        let code = "intake.officer_unknown".to_owned();
        assert_eq!(state, niims_record::application::Application::Quarantined { code });
    }
}

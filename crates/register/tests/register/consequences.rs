//! What follows from decisions: recapture, fraud, appeal, and who may act.

use jiff::SignedDuration;
use niims_record::adjudication::Verdict;
use niims_record::application::{Application, CaseReason};
use niims_record::desk::{CheckReason, FraudAnswer};
use niims_record::{ApplicationId, CaseId, OfficerId};
use niims_store::desk::checks;
use niims_store::messages;
use niims_wire::Problem;
use niims_wire::desk::{
    AppealAsked, AppealStanding, CaseQueue, FollowUp, FraudAnswerGiven, FraudStanding,
};

use crate::fixture::desk::refusal;
use crate::fixture::{
    ADJUDICATORS, CAPTURER, FRESH, MORE_SENIORS, Person, RELATIONS, SENIOR, SUPERVISOR, World,
    worlds,
};

const PAIR: [OfficerId; 2] = [ADJUDICATORS[0], ADJUDICATORS[1]];
const FRESH_PAIR: [OfficerId; 2] = [FRESH[0], FRESH[1]];

/// A person with a number and a second registration: both applications and the case.
async fn double(world: &World, n: u8) -> (ApplicationId, ApplicationId, CaseId) {
    let first = Person::adult(n);
    let (known, _) = world.carry(&first).await;
    let (application, _) = world.carry(&first.disguised(1)).await;
    (known, application, world.case_of(application).await.id)
}

async fn appeal(world: &World, application: ApplicationId) -> Result<AppealStanding, Problem> {
    let asked = AppealAsked {
        application_number: world.slip(application).await,
        ground: "that is my brother".into(),
        officer: RELATIONS,
    };
    world.register.appeal(asked, world.now()).await
}

async fn told(world: &World) -> Vec<String> {
    let messages = messages::list_recent(&mut world.read().await, 50).await.unwrap();
    messages.into_iter().map(|message| message.kind).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recapture_is_asked_and_the_new_encounter_takes_its_place() {
    for world in worlds().await {
        let (_, application, case) = double(&world, 0).await;
        world.settle(case, PAIR, Verdict::AskRecapture).await;
        assert_eq!(world.state(application).await, Application::RecaptureAsked { case });
        assert!(told(&world).await.contains(&"recapture_asked".to_owned()));
        let open = world.register.recaptures(None, None, 50, CAPTURER).await.unwrap();
        assert_eq!((open.len(), open[0].round), (1, 1));
        assert_eq!(open[0].advice.len(), 1);
        let packet = niims_store::applications::get(&mut world.read().await, application).await;
        let packet = packet.unwrap().unwrap().packet;
        let kit = world.kits[0].id;
        let standing = world.register.packet_standing(packet, kit).await.unwrap().unwrap();
        assert_eq!(standing.standing, "recapture_asked");
        assert_eq!(standing.code.as_deref(), Some("capture.dry.moisten:2"));
        let nowhere = world.register.recaptures(Some("999"), None, 50, CAPTURER).await.unwrap();
        assert_eq!(nowhere, []);

        // The resident comes again. The search finds the first encounter and the record.
        let (again, _) = world.carry(&Person::adult(0).disguised(2)).await;
        let second = world.case_of(again).await;
        assert_eq!(second.candidates.len(), 2);
        let slip = world.slip(again).await;
        world
            .register
            .answer_recapture(open[0].request, &slip, CAPTURER, world.now())
            .await
            .unwrap();
        assert_eq!(world.state(application).await, Application::Replaced { by: again });
        let twice = world.register.answer_recapture(open[0].request, &slip, CAPTURER, world.now());
        assert_eq!(refusal(twice.await), (409, "desk.recapture_answered".into()));
        let late = world.register.claim(second.id, ADJUDICATORS[2], world.now()).await;
        assert_eq!(refusal(late), (409, "desk.withdrawn".into()));
        world.drain().await;
        // Searched again without itself: only the record is left.
        let third = world.case_of(again).await;
        assert_ne!(third.id, second.id);
        assert_eq!(third.candidates.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reviewers_can_say_that_a_new_encounter_is_the_recapture() {
    for world in worlds().await {
        let (known, application, case) = double(&world, 0).await;
        world.settle(case, PAIR, Verdict::AskRecapture).await;
        let (again, _) = world.carry(&Person::adult(0).disguised(2)).await;
        let second = world.case_of(again).await;
        let verdict = Verdict::SamePerson { candidate: application };
        world.settle(second.id, [ADJUDICATORS[2], FRESH[0]], verdict).await;
        assert_eq!(world.state(application).await, Application::Replaced { by: again });
        world.drain().await;
        let third = world.case_of(again).await;
        assert_eq!(third.candidates[0].application, known);
        world.settle(third.id, [FRESH[1], FRESH[2]], Verdict::DifferentPeople).await;
        world.drain().await;
        // One number for the person behind both encounters, another for the other record.
        let number = world.number_of(again).await.unwrap();
        assert_ne!(Some(number), world.number_of(known).await);
        assert_eq!(world.numbers_given().await, 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_rounds_of_the_pack_people_look_at_the_person() {
    for world in worlds().await {
        let person = Person::adult(0);
        let (known, _) = world.carry(&person).await;
        let officers = [ADJUDICATORS, FRESH].concat();
        let mut before = None;
        for round in 1..=3_u8 {
            let (application, _) = world.carry(&person.disguised(round)).await;
            if let Some(old) = before {
                let open = world.register.recaptures(None, None, 9, CAPTURER).await.unwrap();
                let slip = world.slip(application).await;
                let request = open[0].request;
                assert_eq!(open[0].application_number, world.slip(old).await);
                world
                    .register
                    .answer_recapture(request, &slip, CAPTURER, world.now())
                    .await
                    .unwrap();
                world.drain().await;
            }
            let case = world.case_of(application).await.id;
            let at = usize::from(round - 1) * 2 % 6;
            world.settle(case, [officers[at], officers[at + 1]], Verdict::AskRecapture).await;
            before = Some(application);
        }
        let (last, _) = world.carry(&person.disguised(4)).await;
        let open = world.register.recaptures(None, None, 9, CAPTURER).await.unwrap();
        assert_eq!((open[0].round, open[0].most_rounds), (3, 3));
        let slip = world.slip(last).await;
        world
            .register
            .answer_recapture(open[0].request, &slip, CAPTURER, world.now())
            .await
            .unwrap();
        world.drain().await;
        let case = world.case_of(last).await;
        assert_eq!(case.reason, CaseReason::RecaptureExhausted);
        let again = world.judge(case.id, PAIR[0], Verdict::AskRecapture).await;
        assert_eq!(refusal(again), (409, "desk.no_more_recapture".into()));
        world.settle(case.id, PAIR, Verdict::DifferentPeople).await;
        world.drain().await;
        assert!(world.number_of(last).await.is_some(), "never a refusal for a body");
        assert_ne!(world.number_of(last).await, world.number_of(known).await);
        let day = "2030-01-01".parse().unwrap();
        let due = checks::list_due(&mut world.read().await, day, None, 9).await.unwrap();
        assert_eq!((due.len(), due[0].reason), (1, CheckReason::RecaptureExhausted));
        assert_eq!(due[0].due_on.to_string(), "2027-11-22");
    }
}

async fn answer(
    world: &World,
    case: CaseId,
    officer: OfficerId,
    answer: FraudAnswer,
) -> Result<FraudStanding, Problem> {
    let given = FraudAnswerGiven { officer, answer, note: "both documents compared".into() };
    world.register.answer_fraud(case, given, world.now()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_seniors_refer_a_held_case_and_an_appeal_can_undo_it() {
    for world in worlds().await {
        let (_, application, case) = double(&world, 0).await;
        world.judge(case, ADJUDICATORS[0], Verdict::SuspectFraud).await.unwrap();
        world.judge(case, ADJUDICATORS[1], Verdict::DifferentPeople).await.unwrap();
        world.judge(case, SENIOR, Verdict::SuspectFraud).await.unwrap();
        assert_eq!(world.state(application).await, Application::HeldForFraud { case });
        assert!(told(&world).await.contains(&"held".to_owned()));
        // A senior who took part answers nothing and does not see it among the held.
        assert_eq!(world.register.held(None, 9, SENIOR).await.unwrap(), []);
        let code = refusal(answer(&world, case, SENIOR, FraudAnswer::Refer).await);
        assert_eq!(code, (409, "desk.took_part".into()));
        let [one, two] = MORE_SENIORS;
        assert_eq!(world.register.held(None, 9, one).await.unwrap().len(), 1);
        let evidence = world.register.held_evidence(case, one, world.now()).await.unwrap();
        assert_eq!(evidence.applicant.application, application);
        let first = answer(&world, case, one, FraudAnswer::Refer).await.unwrap();
        assert_eq!((first.decided, first.answers), (None, 1));
        let code = refusal(answer(&world, case, one, FraudAnswer::Refer).await);
        assert_eq!(code, (409, "desk.answered_already".into()));
        let second = answer(&world, case, two, FraudAnswer::Refer).await.unwrap();
        assert_eq!(second.decided, Some(FraudAnswer::Refer));
        let refused = Application::Refused { code: "law.fraud_found".into() };
        assert_eq!(world.state(application).await, refused);

        let appealed = appeal(&world, application).await.unwrap();
        let twice = appeal(&world, application).await;
        assert_eq!(refusal(twice), (409, "desk.appeal_open".into()));
        for seen in [ADJUDICATORS[0], ADJUDICATORS[1], SENIOR, one, two] {
            let code = refusal(world.register.claim(appealed.case, seen, world.now()).await);
            assert_eq!(code, (409, "desk.not_for_you".into()), "{seen}");
        }
        let opened = world.open(appealed.case, FRESH[0]).await.unwrap();
        assert_eq!(opened.appeal_ground.as_deref(), Some("that is my brother"));
        world.settle(appealed.case, FRESH_PAIR, Verdict::DifferentPeople).await;
        world.drain().await;
        assert!(world.number_of(application).await.is_some());
        let appeals = world.register.appeals(None, 9, RELATIONS).await.unwrap();
        assert_eq!(appeals[0].overturned, Some(true));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_released_case_is_decided_by_people_who_have_not_seen_it() {
    for world in worlds().await {
        let (known, application, case) = double(&world, 0).await;
        world.settle(case, PAIR, Verdict::SuspectFraud).await;
        answer(&world, case, SENIOR, FraudAnswer::Release).await.unwrap();
        let second = answer(&world, case, MORE_SENIORS[0], FraudAnswer::Release).await.unwrap();
        assert_eq!(second.decided, Some(FraudAnswer::Release));
        let released = world.case_of(application).await;
        assert_eq!(released.reason, CaseReason::Released);
        let code = refusal(world.register.claim(released.id, PAIR[0], world.now()).await);
        assert_eq!(code, (409, "desk.not_for_you".into()));
        world.settle(released.id, FRESH_PAIR, Verdict::SamePerson { candidate: known }).await;
        assert_eq!(world.number_of(application).await, world.number_of(known).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_appeal_undoes_a_wrong_link_and_upholds_a_right_one() {
    for world in worlds().await {
        let (known, application, case) = double(&world, 0).await;
        assert_eq!(refusal(appeal(&world, known).await), (409, "desk.nothing_to_appeal".into()));
        world.settle(case, PAIR, Verdict::SamePerson { candidate: known }).await;
        let first = appeal(&world, application).await.unwrap();
        world.settle(first.case, FRESH_PAIR, Verdict::SamePerson { candidate: known }).await;
        assert_eq!(world.state(application).await, Application::Linked { to: known, case });
        assert!(told(&world).await.contains(&"appeal_upheld".to_owned()));
        assert_eq!(world.numbers_given().await, 1);

        let (other, wronged, case) = double(&world, 1).await;
        world.settle(case, PAIR, Verdict::SamePerson { candidate: other }).await;
        let second = appeal(&world, wronged).await.unwrap();
        world.settle(second.case, FRESH_PAIR, Verdict::DifferentPeople).await;
        world.drain().await;
        assert!(told(&world).await.contains(&"appeal_overturned".to_owned()));
        let number = world.number_of(wronged).await;
        assert!(number.is_some() && number != world.number_of(other).await);
        assert_eq!(world.numbers_given().await, 3);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn corrected_answers_come_with_a_new_encounter() {
    for world in worlds().await {
        let mut wrong = Person::adult(3);
        wrong.answer("sex", serde_json::json!("SEA"));
        let (old, state) = world.carry(&wrong).await;
        assert_eq!(state.name(), "correction_asked");
        let new = world.submit(&Person::adult(3).again(1)).await;
        world.run_due().await;
        let (from, to) = (world.slip(old).await, world.slip(new).await);
        let denied = world.register.replace_corrected(&from, &to, RELATIONS, world.now()).await;
        assert_eq!(refusal(denied), (403, "desk.role_missing".into()));
        world.register.replace_corrected(&from, &to, CAPTURER, world.now()).await.unwrap();
        assert_eq!(world.state(old).await, Application::Replaced { by: new });
        world.drain().await;
        assert!(world.number_of(new).await.is_some());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawn_case_takes_no_decision() {
    for world in worlds().await {
        let (.., case) = double(&world, 0).await;
        let opened = world.open(case, PAIR[0]).await.unwrap();
        let denied = world.register.withdraw(case, "desk.x", RELATIONS, world.now()).await;
        assert_eq!(refusal(denied), (403, "desk.role_missing".into()));
        world.register.withdraw(case, "desk.test_only", SUPERVISOR, world.now()).await.unwrap();
        let given = crate::fixture::desk::decision(&opened, PAIR[0], Verdict::DifferentPeople);
        let late = niims_wire::desk::CaseReview::decide(&*world.register, case, given, world.now());
        assert_eq!(refusal(late.await), (409, "desk.withdrawn".into()));
        world.pass(SignedDuration::from_secs(1));
    }
}

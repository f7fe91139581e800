//! Who is found to be here already, by fingers or by name, and who is left alone.

use niims_record::adjudication::Verdict;
use niims_record::application::{Application, CaseReason, NewBecause};
use niims_store::officers;
use serde_json::json;

use crate::fixture::people::{all_ten, blank, captured, print};
use crate::fixture::{CAPTURER, Person, encounter, worlds};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_usable_prints_two_people_decide_and_a_number_follows() {
    for world in worlds().await {
        let mut encounter = encounter(&Person::adult(1));
        encounter.fingers = all_ten(vec![captured(2, blank()), captured(7, blank())]);
        let sealed = world.kits[0].seal(&world, encounter);
        world.receive(&sealed).await.unwrap();
        world.drain().await;
        assert_eq!(world.numbers_given().await, 0);
        let case = world.case_of(sealed.application).await;
        assert_eq!(case.reason, CaseReason::NoUsableFingerprints);
        assert!(case.candidates.is_empty());
        world.decide(case.id, Verdict::DifferentPeople).await;
        let because = NewBecause::Adjudication { case: case.id };
        assert_eq!(world.state(sealed.application).await, Application::NumberDue { because });
        world.drain().await;
        assert!(world.number_of(sealed.application).await.is_some());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_namesake_with_other_fingers_gets_a_number_without_a_case() {
    for world in worlds().await {
        let first = Person::adult(0);
        let mut namesake = first.again(1);
        namesake.hand = 2;
        namesake.slip = "SYN-NAMESAKE".into();
        assert_eq!(world.carry(&first).await.1.name(), "numbered");
        let (application, state) = world.carry(&namesake).await;
        assert_eq!(state.name(), "numbered");
        assert_ne!(world.number_of(application).await, None);
        assert_eq!(world.numbers_given().await, 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disguised_double_is_found_by_fingers() {
    for world in worlds().await {
        let first = Person::adult(0);
        let (known, _) = world.carry(&first).await;
        let (application, state) = world.carry(&first.disguised(1)).await;
        assert_eq!(state.name(), "in_adjudication");
        let case = world.case_of(application).await;
        assert_eq!(case.reason, CaseReason::LikelyDuplicate);
        assert_eq!(case.candidates[0].application, known);
        assert!(case.candidates[0].biometric.is_some());
        world.decide(case.id, Verdict::SamePerson { candidate: known }).await;
        world.drain().await;
        assert_eq!(world.number_of(application).await, world.number_of(known).await);
        assert_eq!(world.numbers_given().await, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disguised_double_without_prints_is_found_by_name_and_year() {
    for world in worlds().await {
        let first = Person::adult(0);
        let (known, _) = world.carry(&first).await;
        let mut disguised = encounter(&first.disguised(1));
        disguised.fingers = all_ten(vec![captured(2, blank())]);
        let sealed = world.kits[1].seal(&world, disguised);
        world.receive(&sealed).await.unwrap();
        world.drain().await;
        let case = world.case_of(sealed.application).await;
        assert_eq!(case.reason, CaseReason::NoUsableFingerprints);
        assert_eq!(case.candidates[0].application, known);
        assert!(case.candidates[0].demographic.is_some());
    }
}

/// Whoever shows the right hand first and the left hand later is not cleared by
/// fingers that were never compared.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_double_with_the_other_hand_is_found_by_name() {
    for world in worlds().await {
        let first = Person::adult(0);
        let (known, _) = world.carry(&first).await;
        let mut other_hand = first.disguised(1);
        other_hand.fingers = vec![7, 8];
        let right_only = Person { fingers: vec![2, 3], ..Person::adult(3) };
        let (right, _) = world.carry(&right_only).await;
        let mut left_only = right_only.disguised(2);
        left_only.fingers = vec![7, 8];
        let (application, state) = world.carry(&left_only).await;
        assert_eq!(state.name(), "in_adjudication");
        let case = world.case_of(application).await;
        assert_eq!(case.candidates.len(), 1);
        assert_eq!(case.candidates[0].application, right);
        // One finger in common is too few to clear, and matches here.
        let (application, _) = world.carry(&other_hand).await;
        assert_eq!(world.case_of(application).await.candidates[0].application, known);
    }
}

/// An officer who lends a finger is seen by people, whatever the finger was called.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_officers_own_finger_opens_a_case() {
    for world in worlds().await {
        let officer = Person::adult(0);
        let (own, _) = world.carry(&officer).await;
        let mut tx = world.write().await;
        officers::link_person(&mut tx, CAPTURER, own).await.unwrap();
        tx.commit().await.unwrap();
        let honest = world.carry(&Person::adult(1)).await.1;
        assert_eq!(honest.name(), "numbered");
        let mut lent = encounter(&Person::adult(2));
        assert_eq!(lent.officer, CAPTURER);
        // The officer's right index as the applicant's other one.
        let borrowed = print(officer.hand, 5, 2);
        *lent.fingers.iter_mut().find(|finger| finger.position == 7).unwrap() =
            captured(7, borrowed);
        let sealed = world.kits[0].seal(&world, lent);
        world.receive(&sealed).await.unwrap();
        world.drain().await;
        let case = world.case_of(sealed.application).await;
        assert_eq!(case.reason, CaseReason::OfficersFinger);
        assert_eq!(case.candidates[0].application, own);
        assert!(case.candidates[0].biometric.is_some());
        assert_eq!(world.numbers_given().await, 2);
    }
}

/// Somebody without prints is not searched yet when a namesake's prints are: the
/// namesake waits, for by fingers alone both would pass unseen.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_waits_for_the_fingers_of_candidates_before_it() {
    for world in worlds().await {
        let person = Person::adult(0);
        let mut printless = encounter(&person);
        printless.fingers = all_ten(vec![captured(2, blank())]);
        let printless = world.kits[0].seal(&world, printless);
        let double = world.kits[1].seal(&world, encounter(&person.disguised(1)));
        world.receive(&printless).await.unwrap();
        world.receive(&double).await.unwrap();
        run_step(&world, &printless, ["intake", "validate", "search_demographics"]).await;
        run_step(
            &world,
            &double,
            ["intake", "validate", "search_demographics", "search_biometrics"],
        )
        .await;
        assert_eq!(world.state(double.application).await.name(), "demographics_searched");
        world.drain().await;
        let case = world.case_of(double.application).await;
        assert_eq!(case.candidates[0].application, printless.application);
        assert_eq!(world.numbers_given().await, 0);
    }
}

/// Two whose searches found each other can be linked one way, never both: then
/// neither would have a number.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_applications_are_never_linked_to_each_other() {
    for world in worlds().await {
        let early = Person { fingers: vec![7], ..Person::adult(0) };
        let late = early.disguised(1);
        let early = world.kits[0].seal(&world, encounter(&early));
        let late = world.kits[1].seal(&world, encounter(&late));
        world.receive(&early).await.unwrap();
        world.receive(&late).await.unwrap();
        // First by name, second by fingers: one finger tells nobody apart, so each
        // is a candidate of the other.
        run_step(&world, &early, ["intake", "validate", "search_demographics"]).await;
        run_step(&world, &late, ["intake", "validate", "search_demographics", "search_biometrics"])
            .await;
        world.drain().await;
        let (first, second) =
            (world.case_of(early.application).await, world.case_of(late.application).await);
        assert_eq!(first.candidates[0].application, late.application);
        assert_eq!(second.candidates[0].application, early.application);
        let to_late = Verdict::SamePerson { candidate: late.application };
        world.decide(first.id, to_late).await;
        let back = Verdict::SamePerson { candidate: early.application };
        let refused = world.opine(second.id, crate::fixture::ADJUDICATORS[0], back).await;
        assert_eq!(refused.unwrap_err().code, "adjudication.circular_link");
        world.decide(second.id, Verdict::DifferentPeople).await;
        world.drain().await;
        assert_eq!(world.numbers_given().await, 1);
    }
}

/// Runs steps of one application, whatever else is in the queue.
async fn run_step<const N: usize>(
    world: &crate::fixture::World,
    sealed: &crate::fixture::Sealed,
    steps: [&str; N],
) {
    for step in steps {
        let mut tx = world.write().await;
        let subject = *sealed.application.as_bytes();
        let job = niims_store::jobs::enqueue(&mut tx, step, subject, world.now()).await.unwrap();
        tx.commit().await.unwrap();
        let step = niims_record::application::Step::from_name(step).unwrap();
        world.register.run_step("worker", job, step, sealed.application).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slip_used_twice_is_set_aside() {
    for world in worlds().await {
        world.carry(&Person::adult(0)).await;
        let mut other = Person::adult(1);
        other.slip = Person::adult(0).slip;
        let (_, state) = world.carry(&other).await;
        let code = "intake.application_number_taken".to_owned();
        assert_eq!(state, Application::Quarantined { code });
        other.slip = "SYN-FRESH".into();
        other.answer("email", json!("someone@example.org"));
        assert_eq!(world.carry(&other).await.1.name(), "numbered");
    }
}

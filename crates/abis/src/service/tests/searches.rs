//! Searches and comparisons.

use super::*;
use crate::search::Effort;
use crate::service::{
    Against, By, EncounterStatus, Finding, Identified, IdentifyQuestion, Missing, ServiceError,
    VerifyQuestion,
};

#[tokio::test]
async fn each_person_is_one_candidate_and_never_their_own() {
    for bench in Bench::each().await {
        for encounter in 1..=3 {
            bench.service.insert(&key(1, encounter), new(1, encounter)).await.unwrap();
        }
        bench.service.insert(&key(2, 1), new(1, 7)).await.unwrap();
        let ask = async |probe, most| {
            let question =
                IdentifyQuestion { most_candidates: most, ..IdentifyQuestion::of(probe) };
            names(&bench.service.identify(question).await.unwrap())
        };
        let mut both = ask(Probe::Given(capture(1, 9)), 10).await;
        both.sort();
        assert_eq!(both, ["person-1", "person-2"]);
        assert_eq!(ask(Probe::Enrolled(key(1, 2)), 10).await, ["person-2"]);
        assert_eq!(ask(Probe::EnrolledPerson(person_name(1)), 10).await, ["person-2"]);
        // The captures of one person do not crowd out the other.
        assert_eq!(ask(Probe::Enrolled(key(2, 1)), 1).await, ["person-1"]);
        let mut both = ask(Probe::Given(capture(1, 9)), 2).await;
        both.sort();
        assert_eq!(both, ["person-1", "person-2"]);
    }
}

#[tokio::test]
async fn a_search_is_narrowed_by_gallery_names_and_threshold() {
    for bench in Bench::each().await {
        for (person, name) in [(1, "north"), (2, "south")] {
            let encounter = NewEncounter { galleries: galleries(&[name]), ..new(5, person) };
            bench.service.insert(&key(person, 1), encounter).await.unwrap();
        }
        let all = IdentifyQuestion::of(Probe::Given(capture(5, 9)));
        let among = |persons: &[u64]| Some(persons.iter().map(|n| person_name(*n)).collect());
        let check = async |question: IdentifyQuestion, want: &[&str]| {
            let mut found = names(&bench.service.identify(question).await.unwrap());
            found.sort();
            assert_eq!(found, want);
        };
        check(all.clone(), &["person-1", "person-2"]).await;
        check(
            IdentifyQuestion { effort: Effort::Exhaustive, ..all.clone() },
            &["person-1", "person-2"],
        )
        .await;
        let north = IdentifyQuestion { gallery: Some(gallery("north")), ..all.clone() };
        check(north.clone(), &["person-1"]).await;
        check(IdentifyQuestion { among: among(&[2]), ..all.clone() }, &["person-2"]).await;
        check(IdentifyQuestion { among: among(&[]), ..all.clone() }, &[]).await;
        check(IdentifyQuestion { among: among(&[2]), ..north.clone() }, &[]).await;
        check(IdentifyQuestion { threshold: Some(i32::MAX), ..all.clone() }, &[]).await;
        // A gallery kept in memory follows its members.
        bench.service.set_galleries(&key(2, 1), galleries(&["north"])).await.unwrap();
        check(north, &["person-1", "person-2"]).await;
    }
}

#[tokio::test]
async fn exchanged_hands_are_found() {
    for bench in Bench::each().await {
        bench.enrol(1).await;
        let swapped = FINGERS
            .iter()
            .map(|code| {
                let other = if *code > 5 { code - 5 } else { code + 5 };
                finger(other, &template(1, *code, 4))
            })
            .collect();
        let probe = Probe::Given(Biometrics { fingers: swapped, ..Biometrics::default() });
        let found = bench.service.identify(IdentifyQuestion::of(probe)).await.unwrap();
        assert_eq!(names(&found), ["person-1"]);
        let assignment = found.candidates()[0].assignment;
        assert_eq!(assignment, niims_fingerprint::Assignment::HandsExchanged);
    }
}

#[tokio::test]
async fn an_operators_own_finger_and_a_poor_one_are_remarked_on() {
    for bench in Bench::each().await {
        bench.enrol(7).await;
        let mut mixed = new(1, 0);
        mixed.operators = vec![person_name(7)];
        // The officer's right index as somebody's left little finger.
        mixed.biometrics.fingers.push(finger(10, &template(7, 2, 3)));
        mixed.biometrics.fingers[0].quality = 5;
        let low = Finding::LowQuality { finger: FingerPosition::RightIndex, quality: 5 };
        let own = Finding::OperatorFinger { finger: FingerPosition::LeftLittle };
        let inserted = bench.service.insert(&key(1, 1), mixed.clone()).await.unwrap();
        assert_eq!(inserted.findings, [low, own]);
        let question = IdentifyQuestion {
            operators: mixed.operators,
            ..IdentifyQuestion::of(Probe::Given(mixed.biometrics))
        };
        match bench.service.identify(question).await.unwrap() {
            Identified::Complete { findings, .. } => assert_eq!(findings, [low, own]),
            other @ Identified::Incomplete { .. } => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn one_is_compared_with_one() {
    for bench in Bench::each().await {
        bench.service.insert(&key(1, 1), new(1, 0)).await.unwrap();
        let asleep = NewEncounter { status: EncounterStatus::Inactive, ..new(2, 0) };
        bench.service.insert(&key(2, 1), asleep).await.unwrap();
        let check = async |probe: Probe, against: Against, want: Result<bool, ServiceError>| {
            let (gallery, threshold, by) = (None, None, By::Any);
            let question = VerifyQuestion { probe, against, gallery, threshold, by };
            let verified = bench.service.verify(question).await;
            assert_eq!(verified.map(|verified| verified.matched), want);
        };
        check(given(1), Against::Person(person_name(1)), Ok(true)).await;
        check(given(2), Against::Person(person_name(1)), Ok(false)).await;
        check(given(1), Against::Given(capture(1, 5)), Ok(true)).await;
        check(Probe::Enrolled(key(1, 1)), Against::Given(capture(3, 5)), Ok(false)).await;
        check(given(2), Against::Encounter(key(2, 1)), Ok(true)).await;
        let nobody = Err(ServiceError::NotFound(Missing::Person));
        check(given(2), Against::Person(person_name(2)), nobody.clone()).await;
        check(given(2), Against::Person(person_name(8)), nobody).await;
    }
}

//! Faces: taken where there is a model, compared by it, and never a reason to say "nobody".

use niims_face::testing;

use super::super::{
    Against, By, EncounterStatus, Finding, Identified, IdentifyQuestion, NewEncounter, Probe,
    Service, ServiceError, VerifyQuestion,
};
use super::{Bench, capture, given, key, names, new, person_name};
use crate::faces::FaceMatching;
use crate::intake::face_image;
use crate::modality::{Biometrics, FaceTemplate};

/// Between two photos of one drawn face and those of two.
const THRESHOLD: i32 = 900;

fn matching() -> FaceMatching {
    FaceMatching::new(testing::tiny(), THRESHOLD, 1 << 20)
}

/// A photo of a drawn face, as it is taken in.
fn face(kind: u32, shift: u32) -> FaceTemplate {
    let photo = testing::png(&testing::face(kind, shift));
    face_image(&photo, Some(&matching())).unwrap()
}

fn only_face(kind: u32, shift: u32) -> Biometrics {
    Biometrics { faces: vec![face(kind, shift)], ..Biometrics::default() }
}

fn both(person: u64, impression: u64, kind: u32, shift: u32) -> Biometrics {
    Biometrics { faces: vec![face(kind, shift)], ..capture(person, impression) }
}

async fn enrol(service: &Service, person: u64, biometrics: Biometrics) {
    let new = NewEncounter { biometrics, ..NewEncounter::default() };
    service.insert(&key(person, 1), new).await.unwrap();
}

async fn search(service: &Service, probe: Probe, by: By) -> Identified {
    service.identify(IdentifyQuestion { by, ..IdentifyQuestion::of(probe) }).await.unwrap()
}

#[tokio::test]
async fn a_face_alone_finds_faces() {
    for bench in Bench::each().await {
        let service = bench.service.clone().comparing_faces(matching());
        enrol(&service, 1, only_face(1, 0)).await;
        enrol(&service, 2, only_face(8, 0)).await;
        enrol(&service, 3, both(3, 0, 1, 1)).await;
        enrol(&service, 4, capture(4, 0)).await;
        let probe = Probe::Given(only_face(1, 3));
        let found = search(&service, probe.clone(), By::Any).await;
        assert!(matches!(found, Identified::Complete { .. }));
        let mut found_names = names(&found);
        found_names.sort_unstable();
        assert_eq!(found_names, ["person-1", "person-3"]);
        for one in found.candidates() {
            assert!(one.is_by_face() && one.face == Some(one.score) && one.score >= THRESHOLD);
        }
        // Enrolled ones as well, never themselves, and erased ones not any more.
        let enrolled = Probe::EnrolledPerson(person_name(1));
        assert_eq!(names(&search(&service, enrolled.clone(), By::Any).await), ["person-3"]);
        service.delete_person(&person_name(3)).await.unwrap();
        assert!(names(&search(&service, enrolled, By::Any).await).is_empty());
        service.set_status(&key(1, 1), EncounterStatus::Inactive).await.unwrap();
        assert!(names(&search(&service, probe, By::Any).await).is_empty());
    }
}

#[tokio::test]
async fn beside_fingers_a_face_is_shown_and_decides_nothing() {
    for bench in Bench::each().await {
        let service = bench.service.clone().comparing_faces(matching());
        enrol(&service, 1, both(1, 0, 1, 0)).await;
        enrol(&service, 2, both(2, 0, 8, 0)).await;
        // The fingers of the first with the portrait of the second: the duplicate is found all the same.
        let probe = Probe::Given(both(1, 1, 8, 1));
        let found = search(&service, probe.clone(), By::Any).await;
        assert_eq!(names(&found), ["person-1"]);
        let likeness = found.candidates()[0].face.unwrap();
        assert!(likeness < THRESHOLD && !found.candidates()[0].is_by_face(), "{likeness}");
        assert_eq!(names(&search(&service, probe.clone(), By::Face).await), ["person-2"]);
        let found = search(&service, probe, By::Fingers).await;
        assert_eq!((names(&found).len(), found.candidates()[0].face), (1, None));
    }
}

#[tokio::test]
async fn one_face_is_compared_with_one() {
    for bench in Bench::each().await {
        let service = bench.service.clone().comparing_faces(matching());
        enrol(&service, 1, both(1, 0, 1, 0)).await;
        enrol(&service, 2, only_face(8, 0)).await;
        let check = async |probe, person, by, want: (bool, bool)| {
            let against = Against::Person(person_name(person));
            let (probe, threshold) = (Probe::Given(probe), None);
            let question = VerifyQuestion { probe, against, gallery: None, threshold, by };
            let verified = service.verify(question).await.unwrap();
            assert_eq!((verified.matched, verified.fingers.is_empty()), want, "{person}, {by:?}");
        };
        check(only_face(1, 3), 1, By::Any, (true, true)).await;
        check(only_face(8, 3), 1, By::Any, (false, true)).await;
        // Fingers decide where both have them; the face where it is asked for, or there is nothing else.
        check(both(1, 1, 8, 0), 1, By::Any, (true, false)).await;
        check(both(1, 1, 8, 0), 1, By::Face, (false, true)).await;
        check(both(2, 1, 1, 0), 1, By::Any, (false, false)).await;
        check(both(2, 1, 8, 3), 2, By::Any, (true, true)).await;
        check(both(2, 1, 8, 3), 2, By::Fingers, (false, true)).await;
    }
}

#[tokio::test]
async fn without_a_model_a_face_is_refused_and_nothing_is_stored() {
    for bench in Bench::each().await {
        let before = bench.state().await;
        let new = |biometrics| NewEncounter { biometrics, ..NewEncounter::default() };
        let probe = Probe::Given(only_face(1, 0));
        let ask = |probe| IdentifyQuestion::of(probe);
        for refused in [
            bench.service.insert(&key(1, 1), new(only_face(1, 0))).await.map(|_| ()),
            bench.service.insert(&key(1, 1), new(both(1, 0, 1, 0))).await.map(|_| ()),
            bench.service.identify(ask(probe)).await.map(|_| ()),
            bench
                .service
                .identify(IdentifyQuestion { by: By::Face, ..ask(given(1)) })
                .await
                .map(|_| ()),
        ] {
            assert_eq!(refused, Err(ServiceError::FaceModelMissing));
        }
        assert_eq!(bench.state().await, before);
        // Enrolled while there was one: not "nobody" when it is gone.
        let service = bench.service.clone().comparing_faces(matching());
        enrol(&service, 1, only_face(1, 0)).await;
        let gone = bench.service.identify(ask(Probe::EnrolledPerson(person_name(1)))).await;
        assert_eq!(gone, Err(ServiceError::FaceModelMissing));
    }
}

#[tokio::test]
async fn another_model_makes_a_search_incomplete() {
    for bench in Bench::each().await {
        let service = bench.service.clone().comparing_faces(matching());
        enrol(&service, 1, only_face(1, 0)).await;
        let other = niims_face::FaceModel::load(testing::model(&[1, 3, 48, 48], 64)).unwrap();
        let other = FaceMatching::new(other, THRESHOLD, 1 << 20);
        let photo = testing::png(&testing::face(1, 0));
        let faces = vec![face_image(&photo, Some(&other)).unwrap()];
        let changed = bench.service.clone().comparing_faces(other);
        let probe = Probe::Given(Biometrics { faces, ..Biometrics::default() });
        let found = search(&changed, probe, By::Any).await;
        assert!(matches!(found, Identified::Incomplete { covered_permille: 0, .. }), "{found:?}");
        let old = NewEncounter { biometrics: only_face(1, 0), ..NewEncounter::default() };
        assert_eq!(changed.insert(&key(2, 1), old).await, Err(ServiceError::FaceModelOther));
    }
}

#[tokio::test]
async fn a_poor_portrait_is_remarked_on_and_one_that_is_replaced_is_not_found() {
    for bench in Bench::each().await {
        let service = bench.service.clone().comparing_faces(matching());
        let poor = FaceTemplate { quality: 20, ..face(1, 0) };
        let biometrics = Biometrics { faces: vec![poor], ..Biometrics::default() };
        let enrolment = NewEncounter { biometrics, ..NewEncounter::default() };
        let inserted = service.insert(&key(1, 1), enrolment).await.unwrap();
        assert_eq!(inserted.findings, [Finding::LowQualityFace { quality: 20 }]);
        let probe = Probe::Given(only_face(1, 3));
        assert_eq!(names(&search(&service, probe.clone(), By::Any).await), ["person-1"]);
        let replaced = NewEncounter { biometrics: only_face(8, 0), ..new(1, 0) };
        service.update(&key(1, 1), replaced).await.unwrap();
        assert!(names(&search(&service, probe, By::Any).await).is_empty());
    }
}

//! Bad input: each with its code, and no effect.

use super::*;
use crate::modality::{Eye, IrisRecord};
use crate::service::error::{LONGEST_ATTACHMENT, MOST_GALLERIES, MOST_NAMED};
use crate::service::tasks::{Callback, JobRequest, Operation};
use crate::service::{Against, By, IdentifyQuestion, ServiceError, VerifyQuestion};
use niims_record::JobId;

fn of(fingers: Vec<FingerTemplate>) -> Biometrics {
    Biometrics { fingers, ..Biometrics::default() }
}

fn broken(change: impl Fn(&mut Vec<u8>)) -> Biometrics {
    let mut one = finger(2, &template(1, 2, 0));
    change(&mut one.template);
    of(vec![one])
}

/// Biometrics that no operation may take, and why.
fn bad_biometrics() -> Vec<(&'static str, Biometrics, &'static str)> {
    let print = template(1, 2, 0);
    let empty_print = Template::new(300, 300, 0, Vec::new()).unwrap();
    let ten = |print: &Template| (1..=10).map(|code| finger(code, print)).collect();
    vec![
        ("nothing", Biometrics::default(), "abis.biometrics_empty"),
        ("an empty template", broken(Vec::clear), "abis.biometrics_format"),
        ("a cut template", broken(|bytes| bytes.truncate(20)), "abis.biometrics_format"),
        ("a flipped bit", broken(|bytes| bytes[25] ^= 4), "abis.biometrics_format"),
        ("a PNG", broken(|bytes| *bytes = b"\x89PNG\r\n\x1a\n".to_vec()), "abis.biometrics_format"),
        ("ten copies of one finger", of(ten(&print)), "abis.finger_repeated"),
        (
            "one finger under two names",
            of(vec![finger(2, &print), finger(7, &template(1, 2, 1))]),
            "abis.finger_repeated",
        ),
        (
            "one name twice",
            of(vec![finger(2, &print), finger(2, &template(1, 3, 0))]),
            "abis.finger_twice",
        ),
        ("eleven fingers", of([ten(&print), vec![finger(0, &print)]].concat()), "abis.too_many"),
        ("a print without minutiae", of(vec![finger(2, &empty_print)]), "abis.quality_too_low"),
        ("a long template", broken(|bytes| bytes.resize(70_000, 0)), "abis.too_long"),
    ]
}

#[tokio::test]
async fn bad_biometrics_are_refused_everywhere() {
    for bench in Bench::each().await {
        bench.enrol(9).await;
        let before = bench.state().await;
        for (name, biometrics, code) in bad_biometrics() {
            let encounter =
                NewEncounter { biometrics: biometrics.clone(), ..NewEncounter::default() };
            let probe = Probe::Given(biometrics.clone());
            let verify = VerifyQuestion {
                probe: given(9),
                against: Against::Given(biometrics),
                gallery: None,
                threshold: None,
                by: By::Any,
            };
            let errors = [
                bench.service.insert(&key(1, 1), encounter.clone()).await.unwrap_err(),
                bench.service.update(&key(9, 1), encounter).await.unwrap_err(),
                bench.service.identify(IdentifyQuestion::of(probe)).await.unwrap_err(),
                bench.service.verify(verify).await.unwrap_err(),
            ];
            assert_eq!(errors.each_ref().map(ServiceError::code), [code; 4], "{name}");
        }
        let iris = IrisRecord { eye: Eye::Left, quality: 1, record: vec![0; 2_000_000] };
        let encounter = NewEncounter {
            biometrics: Biometrics { irises: vec![iris], ..Biometrics::default() },
            ..NewEncounter::default()
        };
        let refused = bench.service.insert(&key(1, 1), encounter).await.unwrap_err();
        assert_eq!(refused.code(), "abis.too_long");
        assert_eq!(bench.state().await, before);
    }
}

#[tokio::test]
async fn bad_questions_are_refused() {
    for bench in Bench::each().await {
        bench.enrol(1).await;
        let before = bench.state().await;
        let usual = IdentifyQuestion::of(given(1));
        for (question, code) in [
            (
                IdentifyQuestion { most_candidates: 1_000_000, ..usual.clone() },
                "abis.too_many_candidates",
            ),
            (IdentifyQuestion { most_candidates: 0, ..usual.clone() }, "abis.too_many_candidates"),
            (
                IdentifyQuestion { gallery: Some(gallery("nowhere")), ..usual.clone() },
                "abis.gallery_unknown",
            ),
            (
                IdentifyQuestion {
                    among: Some(vec![person_name(1), person_name(2)]),
                    ..usual.clone()
                },
                "abis.not_found",
            ),
            (
                IdentifyQuestion {
                    among: Some(vec![person_name(1); MOST_NAMED + 1]),
                    ..usual.clone()
                },
                "abis.too_many_named",
            ),
            (
                IdentifyQuestion { operators: vec![person_name(8)], ..usual.clone() },
                "abis.not_found",
            ),
            (IdentifyQuestion { operators: vec![person_name(1); 17], ..usual }, "abis.too_many"),
            (IdentifyQuestion::of(Probe::Enrolled(key(1, 2))), "abis.not_found"),
            (IdentifyQuestion::of(Probe::EnrolledPerson(person_name(2))), "abis.not_found"),
        ] {
            assert_eq!(bench.service.identify(question).await.unwrap_err().code(), code);
        }
        assert_eq!(bench.state().await, before);
    }
}

#[tokio::test]
async fn bad_changes_are_refused() {
    for bench in Bench::each().await {
        bench.enrol(1).await;
        let service = &bench.service;
        let before = bench.state().await;
        let many: Vec<String> = (0..=MOST_GALLERIES).map(|n| n.to_string()).collect();
        let many = galleries(&many.iter().map(String::as_str).collect::<Vec<_>>());
        let attached = NewEncounter { attachment: vec![0; LONGEST_ATTACHMENT + 1], ..new(2, 0) };
        let kind = NewEncounter { kind: "x".repeat(129), ..new(2, 0) };
        let spread = NewEncounter { galleries: many.clone(), ..new(2, 0) };
        let (one, two) = (person_name(1), person_name(2));
        let encounter = key(1, 1).encounter;
        let active = crate::service::EncounterStatus::Active;
        for (error, code) in [
            (service.insert(&key(1, 1), new(2, 0)).await.unwrap_err(), "abis.already_exists"),
            (service.insert(&key(2, 1), attached).await.unwrap_err(), "abis.too_long"),
            (service.insert(&key(2, 1), kind).await.unwrap_err(), "abis.too_long"),
            (service.insert(&key(2, 1), spread).await.unwrap_err(), "abis.too_many"),
            (service.update(&key(2, 1), new(2, 0)).await.unwrap_err(), "abis.not_found"),
            (service.delete(&key(1, 2)).await.unwrap_err(), "abis.not_found"),
            (service.delete_person(&two).await.unwrap_err(), "abis.not_found"),
            (service.merge(&one, &one).await.unwrap_err(), "abis.same_person"),
            (service.merge(&one, &two).await.unwrap_err(), "abis.not_found"),
            (service.merge(&two, &one).await.unwrap_err(), "abis.not_found"),
            (service.move_encounter(&one, &one, &encounter).await.unwrap_err(), "abis.same_person"),
            (service.move_encounter(&one, &two, &encounter).await.unwrap_err(), "abis.not_found"),
            (service.set_status(&key(2, 1), active).await.unwrap_err(), "abis.not_found"),
            (service.set_galleries(&key(1, 1), many).await.unwrap_err(), "abis.too_many"),
            (
                service.gallery_content(&gallery("nowhere"), 0, 1).await.unwrap_err(),
                "abis.gallery_unknown",
            ),
            (
                service.gallery_content(&gallery("nowhere"), 0, 1_000_000).await.unwrap_err(),
                "abis.too_many",
            ),
        ] {
            assert_eq!(error.code(), code);
            assert!(!format!("{error} {error:?}").contains("person-"));
        }
        assert_eq!(bench.state().await, before);
    }
}

#[tokio::test]
async fn bad_tasks_are_refused() {
    for bench in Bench::each().await {
        let before = bench.state().await;
        let callback = Callback {
            url: "http://169.254.169.254/".into(),
            edge: "test".into(),
            context: vec![],
        };
        let request = JobRequest { operation: Operation::Galleries, callback: Some(callback) };
        let refused = bench.service.submit(request).await.unwrap_err();
        assert_eq!(refused.code(), "abis.callback_refused");
        let unknown = JobId::from_bytes([1; 16]);
        assert_eq!(bench.service.job(unknown).await.unwrap_err().code(), "abis.not_found");
        assert_eq!(bench.service.redeliver(unknown).await.unwrap_err().code(), "abis.not_found");
        assert_eq!(bench.state().await, before);
    }
}

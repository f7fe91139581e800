//! Tasks: they survive a crash, count once, and tell whoever asked.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;

use niims_record::JobId;

use super::*;
use crate::service::tasks::{
    Answer, Callback, CallbackForm, CallbackForms, CallbackMessage, EndedTask, JobRequest,
    JobStatus, Operation,
};
use crate::service::{Identified, IdentifyQuestion};

fn insert(person: u64) -> JobRequest {
    JobRequest { operation: Operation::Insert(key(person, 1), new(person, 0)), callback: None }
}

/// Works until nothing is due.
async fn work(bench: &Bench, forms: &CallbackForms) {
    while bench.service.work_once("worker", forms).await.unwrap() {}
}

async fn status(bench: &Bench, id: JobId) -> JobStatus {
    bench.service.job(id).await.unwrap()
}

#[tokio::test]
async fn every_operation_can_be_a_task() {
    for bench in Bench::each().await {
        let encounter = key(1, 1).encounter;
        let identify = IdentifyQuestion::of(Probe::Enrolled(key(1, 1)));
        let verify = crate::service::VerifyQuestion {
            probe: given(1),
            against: crate::service::Against::Person(person_name(1)),
            gallery: None,
            threshold: None,
            by: crate::service::By::Any,
        };
        let active = crate::service::EncounterStatus::Active;
        let (one, two) = (person_name(1), person_name(2));
        let page = Operation::GalleryContent { name: gallery("all"), offset: 0, limit: 5 };
        let operations = [
            Operation::Insert(key(1, 1), new(1, 0)),
            Operation::Update(key(1, 1), new(1, 2)),
            Operation::SetStatus(key(1, 1), active),
            Operation::SetGalleries(key(1, 1), galleries(&["all"])),
            Operation::Read(key(1, 1)),
            Operation::ReadPerson(one.clone()),
            Operation::Identify(identify),
            Operation::Verify(verify),
            Operation::Galleries,
            page,
            Operation::Move { target: two.clone(), source: one.clone(), encounter },
            Operation::Insert(key(3, 3), new(3, 0)),
            Operation::Merge { target: two.clone(), source: person_name(3) },
            Operation::Delete(key(2, 1)),
            Operation::DeletePerson(two),
        ];
        let mut ids = Vec::new();
        for operation in operations {
            let kind = operation.kind();
            let request = JobRequest { operation, callback: None };
            ids.push((kind, bench.service.submit(request).await.unwrap()));
        }
        assert_eq!(bench.service.pending_jobs().await.unwrap(), 15);
        for _ in 0..200 {
            work(&bench, &CallbackForms::new()).await;
            bench.wait(1);
        }
        assert_eq!(bench.service.pending_jobs().await.unwrap(), 0);
        for (kind, id) in ids {
            let JobStatus::Done(answer) = status(&bench, id).await else { panic!("{kind}") };
            match (kind, *answer) {
                ("insert" | "update", Answer::Inserted(_)) => {}
                ("read" | "read_person", Answer::Encounters(all)) => {
                    assert_eq!(all[0].key, key(1, 1));
                }
                ("identify", Answer::Identified(Identified::Complete { candidates, .. })) => {
                    assert!(candidates.is_empty());
                }
                ("verify", Answer::Verified(verified)) => assert!(verified.matched),
                ("galleries", Answer::Galleries(all)) => assert_eq!(all, [gallery("all")]),
                ("gallery_content", Answer::GalleryContent(all)) => assert_eq!(all, [key(1, 1)]),
                (_, answer) => assert_eq!(answer, Answer::Done, "{kind}"),
            }
        }
        assert_eq!(bench.service.count().await.unwrap().encounters, 0);
    }
}

#[tokio::test]
async fn a_task_outlives_its_server_and_counts_once() {
    for bench in Bench::each().await {
        let id = bench.service.submit(insert(1)).await.unwrap();
        // A worker takes the job and dies: it never says another word.
        let mut tx = bench.db.database.write().await.unwrap();
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let lease = jiff::SignedDuration::from_secs(120);
        let claimed =
            niims_store::jobs::claim(&mut tx, "dead", now, lease, &["abis.run"]).await.unwrap();
        tx.commit().await.unwrap();
        let reborn = Bench::service(&bench.db, &bench.seconds, &[]);
        assert!(!reborn.work_once("alive", &CallbackForms::new()).await.unwrap());
        assert_eq!(reborn.job(id).await.unwrap(), JobStatus::Waiting);
        bench.wait(121);
        assert!(reborn.work_once("alive", &CallbackForms::new()).await.unwrap());
        assert!(matches!(reborn.job(id).await.unwrap(), JobStatus::Done(_)));
        // The dead one was only slow: what it does now has no effect.
        let before = bench.state().await;
        bench.service.run_again(&claimed.unwrap(), "dead").await;
        assert_eq!(bench.state().await, before);
        assert!(matches!(reborn.job(id).await.unwrap(), JobStatus::Done(_)));
    }
}

#[tokio::test]
async fn a_refused_task_keeps_the_code_and_holds_up_nobody() {
    for bench in Bench::each().await {
        let ids = [
            bench.service.submit(insert(1)).await.unwrap(),
            bench.service.submit(insert(1)).await.unwrap(),
            bench.service.submit(insert(2)).await.unwrap(),
        ];
        for _ in 0..30 {
            work(&bench, &CallbackForms::new()).await;
            bench.wait(1);
        }
        assert!(matches!(status(&bench, ids[0]).await, JobStatus::Done(_)));
        assert_eq!(status(&bench, ids[1]).await, JobStatus::Failed("abis.already_exists".into()));
        assert!(matches!(status(&bench, ids[2]).await, JobStatus::Done(_)));
        assert_eq!(bench.service.count().await.unwrap().encounters, 2);
    }
}

/// A worker that dies on one task each time must not stop those behind it.
#[tokio::test]
async fn a_task_that_kills_its_workers_is_given_up() {
    for bench in Bench::each().await {
        let deadly = bench.service.submit(insert(1)).await.unwrap();
        bench.wait(1);
        let next = bench.service.submit(insert(2)).await.unwrap();
        for _ in 0..niims_store::jobs::MOST_ATTEMPTS {
            let now = 1_700_000_000 + bench.seconds.load(Ordering::Relaxed);
            let now = Timestamp::from_second(now).unwrap();
            let mut tx = bench.db.database.write().await.unwrap();
            let lease = jiff::SignedDuration::from_secs(1);
            // The first in the queue each time: its run time never changes.
            let job = niims_store::jobs::claim(&mut tx, "dies", now, lease, &["abis.run"]).await;
            assert_eq!(job.unwrap().unwrap().subject, *deadly.as_bytes());
            tx.commit().await.unwrap();
            bench.wait(2);
        }
        work(&bench, &CallbackForms::new()).await;
        bench.service.clear_up().await.unwrap();
        bench.wait(5);
        work(&bench, &CallbackForms::new()).await;
        assert_eq!(status(&bench, deadly).await, JobStatus::Failed("job.lease_lost".into()));
        assert!(matches!(status(&bench, next).await, JobStatus::Done(_)));
    }
}

#[tokio::test]
async fn ended_tasks_are_forgotten_after_a_day() {
    for bench in Bench::each().await {
        let id = bench.service.submit(insert(1)).await.unwrap();
        work(&bench, &CallbackForms::new()).await;
        bench.wait(24 * 3_600 - 10);
        bench.service.clear_up().await.unwrap();
        assert!(matches!(status(&bench, id).await, JobStatus::Done(_)));
        bench.wait(20);
        bench.service.clear_up().await.unwrap();
        assert_eq!(bench.service.job(id).await.unwrap_err().code(), "abis.not_found");
        assert_eq!(bench.service.count().await.unwrap().encounters, 1);
    }
}

/// The simplest form: the outcome's name.
struct Plain;

impl CallbackForm for Plain {
    fn message(&self, ended: &EndedTask) -> CallbackMessage {
        let word = match &ended.outcome {
            Ok(_) => "done",
            Err(code) => code.as_str(),
        };
        let context = String::from_utf8_lossy(&ended.callback.context);
        CallbackMessage {
            url: format!("{}?transaction={context}", ended.callback.url),
            content_type: "text/plain",
            body: word.as_bytes().to_vec(),
        }
    }
}

fn forms() -> CallbackForms {
    CallbackForms::from([("plain", Arc::new(Plain) as Arc<dyn CallbackForm>)])
}

/// A server of one connection at a time that answers with these statuses and says what it got.
fn listener(statuses: &'static [&'static str]) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for status in statuses {
            let (mut stream, _) = listener.accept().unwrap();
            let mut text = Vec::new();
            let mut chunk = [0; 1_024];
            loop {
                let read = stream.read(&mut chunk).unwrap();
                text.extend(&chunk[..read]);
                let whole = String::from_utf8_lossy(&text);
                let body = whole.split_once("\r\n\r\n").map(|(_, body)| body.len());
                let length = whole.lines().find_map(|line| {
                    line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok()
                });
                if read == 0 || (body.is_some() && body >= length) {
                    break;
                }
            }
            let extra = if status.starts_with("302") { "location: /elsewhere\r\n" } else { "" };
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-length: 0\r\n{extra}connection: close\r\n\r\n"
            );
            stream.write_all(answer.as_bytes()).unwrap();
            tell.send(String::from_utf8_lossy(&text).into_owned()).unwrap();
        }
    });
    (address, told)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn results_are_delivered_until_they_are_taken() {
    for db in TestDatabase::each().await.unwrap() {
        let (address, told) = listener(&["500 Not Now", "302 Found", "204 No Content", "200 OK"]);
        let bench = Bench::on(db, &[&address]);
        let callback = Callback {
            url: format!("http://{address}/done"),
            edge: "plain".into(),
            context: b"t-1".to_vec(),
        };
        let request = JobRequest { callback: Some(callback), ..insert(1) };
        let id = bench.service.submit(request).await.unwrap();
        assert_eq!(
            bench.service.redeliver(id).await.unwrap_err().code(),
            "abis.nothing_to_deliver"
        );
        for _ in 0..4 {
            work(&bench, &forms()).await;
            bench.wait(60);
        }
        let mut got: Vec<String> = told.try_iter().collect();
        assert_eq!(got.len(), 3, "two refusals and one that was taken");
        bench.service.redeliver(id).await.unwrap();
        work(&bench, &forms()).await;
        got.extend(told.try_iter());
        assert_eq!(got.len(), 4);
        for message in got {
            assert!(message.starts_with("POST /done?transaction=t-1 HTTP/1.1"), "{message}");
            assert!(message.ends_with("done"), "{message}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_told_for_ever() {
    for db in TestDatabase::each().await.unwrap() {
        // Nobody listens there.
        let bench = Bench::on(db, &["127.0.0.1:9"]);
        let callback = Callback {
            url: "http://127.0.0.1:9/".into(),
            edge: "plain".into(),
            context: Vec::new(),
        };
        let request = JobRequest { callback: Some(callback), ..insert(1) };
        let id = bench.service.submit(request).await.unwrap();
        for _ in 0..12 {
            work(&bench, &forms()).await;
            bench.wait(3_600);
        }
        let mut tx = bench.db.database.read().await.unwrap();
        let task = niims_store::abis::tasks::get(&mut tx, id).await.unwrap().unwrap();
        assert_eq!(task.delivery, niims_store::abis::tasks::Delivery::GivenUp);
        let counts = niims_store::jobs::counts(&mut tx, Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!((counts.waiting, counts.parked), (0, 0));
    }
}

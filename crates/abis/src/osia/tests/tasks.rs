//! Asynchronous calls: taken, done, told, and told again.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::{Edge, code, encounter, items, token};
use crate::access::Scope;
use crate::osia::{EDGE, OsiaCallbacks};
use crate::service::tasks::CallbackForms;

/// What a listener was sent: the request's first line, its type, its body.
type Heard = Arc<Mutex<Vec<(String, String, String)>>>;

/// Listens for callbacks and answers each with the next of these statuses.
fn listen(statuses: Vec<u16>) -> (String, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let heard = Heard::default();
    let log = Arc::clone(&heard);
    std::thread::spawn(move || {
        for status in statuses {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
            let (head, body) = loop {
                let read = stream.read(&mut buffer).unwrap();
                bytes.extend_from_slice(&buffer[..read]);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let length = header(head, "content-length").parse::<usize>().unwrap();
                if body.len() >= length {
                    break (head.to_owned(), body.to_owned());
                }
            };
            let line = head.lines().next().unwrap().to_owned();
            log.lock().unwrap().push((line, header(&head, "content-type"), body));
            let answer =
                format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    (host, heard)
}

fn header(head: &str, name: &str) -> String {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim().to_owned())
        .unwrap_or_default()
}

async fn work(edge: &Edge) {
    let forms: CallbackForms = BTreeMap::from([(EDGE, Arc::new(OsiaCallbacks) as _)]);
    while edge.service.work_once("worker", &forms).await.unwrap() {}
}

/// Asks for something with a callback; gives the task.
async fn ask(edge: &Edge, call: &str, host: &str, body: Option<Value>) -> String {
    let sign = if call.contains('?') { '&' } else { '?' };
    let call = format!("{call}{sign}callback=http://{host}/done%3Fx=1");
    let (status, answer) = edge.send(&call, body).await;
    assert_eq!(status, 202, "{call}: {answer}");
    answer["taskId"].as_str().unwrap().to_owned()
}

async fn status(edge: &Edge, task: &str) -> Value {
    let (status, answer) = edge.send(&format!("GET tasks/{task}/status"), None).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_result_is_told() {
    let (host, heard) = listen(vec![204; 9]);
    let edge = Edge::telling(&[host.as_str()]).await;
    let search = json!({"filter": {}, "biometricData": items(1, 1)});
    for (call, body, kind, want) in [
        (
            "POST persons/p/encounters/e",
            Some(encounter(1, 0, &["A"])),
            "application/json",
            r#"{"personId":"p","encounterId":"e","others""#,
        ),
        (
            "GET persons/p/encounters/e",
            None,
            "application/json",
            r#"{"encounterId":"e","status":"ACTIVE""#,
        ),
        ("GET persons/p/encounters", None, "application/json", r#"[{"encounterId":"e""#),
        (
            "GET persons/p/encounters/e/templates",
            None,
            "application/json",
            r#"[{"biometricType":"FINGER""#,
        ),
        (
            "POST identify/A?priority=9",
            Some(search.clone()),
            "application/json",
            r#"[{"personId":"p","rank":1"#,
        ),
        (
            "POST identify/C",
            Some(search),
            "application/error+json",
            r#"{"code":40402,"message":"abis.gallery_unknown"#,
        ),
        ("GET galleries", None, "application/json", r#"["A"]"#),
        ("GET galleries/ALL", None, "application/json", r#"[{"personId":"p","encounterId":"e"}]"#),
        ("DELETE persons/p", None, "application/json", r#""OK""#),
    ] {
        let task = ask(&edge, call, &host, body).await;
        assert_eq!(status(&edge, &task).await, "PENDING", "{call}");
        work(&edge).await;
        assert_eq!(status(&edge, &task).await, "COMPLETED", "{call}");
        let (line, found, body) = heard.lock().unwrap().last().unwrap().clone();
        assert_eq!(line, format!("POST /done?x=1&transactionId=t&taskId={task} HTTP/1.1"));
        assert_eq!(found, kind, "{call}");
        assert!(body.starts_with(want), "{call}: {body}");
    }
    assert_eq!(edge.service.count().await.unwrap().encounters, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_is_not_taken_is_sent_again() {
    let (host, heard) = listen(vec![500, 302, 204, 204]);
    let edge = Edge::telling(&[host.as_str()]).await;
    let task = ask(&edge, "GET galleries", &host, None).await;
    work(&edge).await;
    assert_eq!(status(&edge, &task).await, "RESPONSE_RETRY");
    for want in ["RESPONSE_RETRY", "COMPLETED"] {
        edge.seconds.fetch_add(60, std::sync::atomic::Ordering::Relaxed);
        work(&edge).await;
        assert_eq!(status(&edge, &task).await, want);
    }
    assert_eq!(edge.send(&format!("POST tasks/{task}/redeliver"), None).await.0, 204);
    assert_eq!(status(&edge, &task).await, "RESPONSE_SCHEDULED");
    work(&edge).await;
    assert_eq!(heard.lock().unwrap().len(), 4);
}

#[tokio::test]
async fn a_task_answers_to_its_own_client_only() {
    let edge = Edge::telling(&["127.0.0.1:9"]).await;
    let task = ask(&edge, "GET galleries", "127.0.0.1:9", None).await;
    // While it waits there is nothing to deliver, and it will be delivered.
    assert_eq!(edge.send(&format!("POST tasks/{task}/redeliver"), None).await.0, 204);
    let other = token(&edge.service, &Scope::ALL).await;
    for call in [format!("GET tasks/{task}/status"), format!("POST tasks/{task}/redeliver")] {
        let (status, _, body) = edge.send_as(&other, &call, None).await;
        let answer: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((status, code(&answer)), (404, "abis.not_found"), "{call}");
    }
}

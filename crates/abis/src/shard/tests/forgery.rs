//! Somebody who reads and writes everything on the broker learns nothing and changes nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_nats::{Client, ConnectOptions, Message};
use tokio::task::JoinHandle;
use tokio_stream::StreamExt;

use super::cluster::{Cluster, everybody, is_complete, table};
use super::people::{Feed, probe, reference};
use crate::search::Searcher;

/// Answers that are played back to each question.
const REPLAYED: usize = 8;

/// Everything that others sent.
type Seen = Arc<Mutex<Vec<Message>>>;

/// Reads everything; answers every question before its holder can, repeats every question, and doubles
/// every answer.
struct Spy {
    client: Client,
    seen: Seen,
    task: JoinHandle<()>,
}

impl Spy {
    async fn start(broker: &str) -> Self {
        let client = ConnectOptions::new().no_echo().connect(broker).await.unwrap();
        let mut everything = client.subscribe("niims.abis.>").await.unwrap();
        client.flush().await.unwrap();
        let (seen, listener) = (Seen::default(), client.clone());
        let record = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Some(message) = everything.next().await {
                let earlier = record.lock().unwrap().clone();
                for (subject, reply, payload) in lies(&message, &earlier) {
                    let sent = match reply {
                        Some(reply) => {
                            listener.publish_with_reply(subject, reply, payload.into()).await
                        }
                        None => listener.publish(subject, payload.into()).await,
                    };
                    sent.unwrap();
                }
                record.lock().unwrap().push(message);
            }
        });
        Self { client, seen, task }
    }
}

/// What the spy sends when it sees a message: subject, where to answer, content.
fn lies(message: &Message, earlier: &[Message]) -> Vec<(String, Option<String>, Vec<u8>)> {
    let subject = message.subject.to_string();
    let Some(reply) = message.reply.as_ref().map(ToString::to_string) else {
        // An answer, twice more.
        return vec![(subject, None, message.payload.to_vec()); 2];
    };
    let is_answer = |one: &&Message| one.reply.is_none() && !one.payload.is_empty();
    let replayed = earlier.iter().rev().filter(is_answer).take(REPLAYED);
    let mut lies: Vec<(String, Option<String>, Vec<u8>)> =
        replayed.map(|answer| (reply.clone(), None, answer.payload.to_vec())).collect();
    // Noise, nothing, the question itself as its answer, and one with a bit turned.
    lies.push((reply.clone(), None, vec![1; 300]));
    lies.push((reply.clone(), None, Vec::new()));
    lies.push((reply.clone(), None, message.payload.to_vec()));
    let mut altered = message.payload.to_vec();
    altered[60] ^= 1;
    lies.push((subject.clone(), Some(reply.clone()), altered));
    // The question again, and an earlier one.
    lies.push((subject, Some(reply), message.payload.to_vec()));
    if let Some(one) = earlier.iter().rev().find(|one| one.reply.is_some()) {
        let again = one.reply.as_ref().map(ToString::to_string);
        lies.push((one.subject.to_string(), again, one.payload.to_vec()));
    }
    lies
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spy_learns_nothing_and_changes_nothing() {
    let cluster = Cluster::start(Feed::of(330, 4), &[1, 2]).await;
    let coordinator = cluster.coordinator(&table(1, &[1, 2])).await;
    let (whole, request) = (cluster.one_process().await, everybody(cluster.feed.end()));
    let spy = Spy::start(&cluster.broker.url).await;
    for person in (0..24).chain([5_000]) {
        let expected = whole.search(&probe(person, 4), &request).await.unwrap();
        let outcome = coordinator.search(&probe(person, 4), &request).await;
        assert!(is_complete(&outcome, &expected));
    }
    // Everything once more, when nobody waits for it any more.
    let seen = spy.seen.lock().unwrap().clone();
    for one in &seen {
        let again = (one.subject.clone(), one.payload.clone());
        let sent = match one.reply.clone() {
            Some(reply) => spy.client.publish_with_reply(again.0, reply, again.1).await,
            None => spy.client.publish(again.0, again.1).await,
        };
        sent.unwrap();
    }
    spy.client.flush().await.unwrap();
    let expected = whole.search(&probe(30, 4), &request).await.unwrap();
    assert!(is_complete(&coordinator.search(&probe(30, 4), &request).await, &expected));
    tokio::time::sleep(Duration::from_millis(300)).await;
    spy.task.abort();

    let seen = spy.seen.lock().unwrap().clone();
    nothing_shows(&seen);
    each_question_was_answered_once(&seen);
}

fn nothing_shows(seen: &[Message]) {
    assert!(seen.len() > 100, "{}", seen.len());
    let template = &probe(3, 4).fingers[2].template;
    let secrets = [reference(3).as_bytes().to_vec(), template[..16].to_vec()];
    for message in seen {
        for secret in &secrets {
            assert!(!message.payload.windows(secret.len()).any(|bytes| bytes == &secret[..]));
        }
        let words: Vec<&str> = message.subject.split('.').collect();
        let is_hex = |word: &str| word.chars().all(|c| c.is_ascii_hexdigit());
        let plain = match &words[..] {
            ["niims", "abis", tag, "shard", "1" | "2", "a" | "b"] => is_hex(tag),
            ["niims", "abis", tag, "answers", of, id] => [tag, of, id].iter().all(|w| is_hex(w)),
            _ => false,
        };
        assert!(plain, "{}", message.subject);
    }
}

/// A repeated question costs a holder nothing.
fn each_question_was_answered_once(seen: &[Message]) {
    let mut answers: BTreeMap<&str, usize> = BTreeMap::new();
    for answer in seen.iter().filter(|message| message.reply.is_none()) {
        *answers.entry(answer.subject.as_str()).or_default() += 1;
    }
    assert!(answers.len() > 40 && answers.values().all(|count| *count == 1), "{answers:?}");
}

//! Over a real broker: both forms of messages, the order of the queue, messages that come twice or
//! make no sense, and a broker that is killed with requests under way.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use niims_abis::mosip::queue::{QueueConfig, serve};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::bench::{Bench, candidates, delete, failure, identify, insert, request};
use crate::document::person;

/// How long a reply may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// A broker that is stopped and removed when it is dropped.
struct Broker {
    folder: TempDir,
    address: String,
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/activemq-throwaway")
}

fn run(arguments: &[&str]) -> String {
    let output = Command::new(script()).args(arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

impl Broker {
    /// A broker, or nothing, loudly, where none is installed and none is asked for.
    fn start() -> Option<Self> {
        if !Path::new("/usr/share/activemq/bin/activemq.jar").exists() {
            assert!(std::env::var_os("NIIMS_TEST_BROKER").is_none(), "ActiveMQ is not installed");
            eprintln!("skipped: ActiveMQ is not installed");
            return None;
        }
        let folder = TempDir::new().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = run(&["start", folder.path().to_str().unwrap(), &port.to_string()]);
        Some(Self { folder, address })
    }

    fn path(&self) -> &str {
        self.folder.path().to_str().unwrap()
    }

    /// Cuts its power.
    fn halt(&self) {
        run(&["halt", self.path()]);
    }

    fn start_again(&self) {
        let port = self.address.rsplit(':').next().unwrap();
        run(&["start", self.path(), port]);
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = Command::new(script()).args(["stop", self.path()]).output();
    }
}

/// The other end of the queues: a plain STOMP client.
struct Platform {
    stream: TcpStream,
    held: Vec<u8>,
    /// Messages that came while something else was waited for.
    early: VecDeque<String>,
}

/// A reply, and whether it came as bytes.
type Received = (Value, bool);

impl Platform {
    async fn connect(broker: &Broker) -> Self {
        let stream = TcpStream::connect(&broker.address).await.unwrap();
        let mut platform = Self { stream, held: Vec::new(), early: VecDeque::new() };
        platform
            .write("CONNECT\naccept-version:1.2\nhost:x\nlogin:abis\npasscode:throwaway\n\n", b"")
            .await;
        assert!(platform.frame().await.starts_with("CONNECTED"));
        // A reply counts as taken once it was read, not once it was sent.
        let subscription =
            "SUBSCRIBE\nid:0\ndestination:/queue/abis-to-mosip\nack:client-individual\n\n";
        platform.write(subscription, b"").await;
        platform
    }

    async fn write(&mut self, head: &str, body: &[u8]) {
        self.stream.write_all(&[head.as_bytes(), body, b"\0"].concat()).await.unwrap();
    }

    async fn frame(&mut self) -> String {
        loop {
            if let Some(end) = self.held.iter().position(|byte| *byte == 0) {
                let frame: Vec<u8> = self.held.drain(..=end).collect();
                return String::from_utf8_lossy(&frame[..end]).trim_start().to_owned();
            }
            let mut chunk = [0; 4_096];
            let read = tokio::time::timeout(PATIENCE, self.stream.read(&mut chunk)).await;
            let read = read.expect("a reply in time").unwrap();
            assert!(read > 0, "the broker hung up");
            self.held.extend_from_slice(&chunk[..read]);
        }
    }

    /// Sends a text message, as the platform is shipped.
    async fn send(&mut self, body: &str) {
        self.publish("", body).await;
    }

    async fn send_bytes(&mut self, body: &str) {
        self.publish(&format!("content-length:{}\n", body.len()), body).await;
    }

    /// Sends a message and waits until it lies on the broker's disk.
    async fn publish(&mut self, form: &str, body: &str) {
        let head = "SEND\ndestination:/queue/mosip-to-abis\npersistent:true\nreceipt:sent\n";
        self.write(&format!("{head}{form}\n"), body.as_bytes()).await;
        loop {
            let frame = self.frame().await;
            if frame.starts_with("RECEIPT") {
                return;
            }
            self.early.push_back(frame);
        }
    }

    async fn reply(&mut self) -> Received {
        loop {
            let frame = match self.early.pop_front() {
                Some(frame) => frame,
                None => self.frame().await,
            };
            if let Some(message) = frame.strip_prefix("MESSAGE\n") {
                let (head, body) = message.split_once("\n\n").unwrap();
                let ack = head.lines().find_map(|line| line.strip_prefix("ack:")).unwrap();
                self.write(&format!("ACK\nid:{ack}\n\n"), b"").await;
                return (serde_json::from_str(body).unwrap(), head.contains("content-length"));
            }
        }
    }

    async fn replies(&mut self, count: usize) -> Vec<Value> {
        let mut replies = Vec::new();
        for _ in 0..count {
            replies.push(self.reply().await.0);
        }
        replies
    }
}

/// An ABIS at the queue.
struct Served {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Served {
    fn start(bench: &Bench, broker: &Broker) -> Self {
        let (stop, stopped) = oneshot::channel();
        let config = QueueConfig::new(&broker.address).login("abis", "throwaway".to_owned().into());
        let edge = bench.edge.clone();
        let task = tokio::spawn(serve(edge, config, async {
            let _ = stopped.await;
        }));
        Self { stop, task }
    }

    async fn stop(self) {
        let _ = self.stop.send(());
        tokio::time::timeout(PATIENCE, self.task).await.expect("it stops in time").unwrap();
    }
}

fn of<'r>(replies: &'r [Value], request: &Value) -> Vec<&'r Value> {
    replies.iter().filter(|reply| reply["requestId"] == request["requestId"]).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_queue() {
    let Some(broker) = Broker::start() else {
        return;
    };
    let bench = Bench::new().await;
    let served = Served::start(&bench, &broker);
    let mut platform = Platform::connect(&broker).await;

    both_forms_and_what_makes_no_sense(&mut platform).await;
    the_order_of_the_queue(&bench, &mut platform).await;
    what_comes_twice(&bench, &mut platform).await;
    let platform = a_broker_that_is_killed(&bench, &broker, platform).await;
    one_that_is_stopped(&bench, &broker, served, platform).await;
}

async fn both_forms_and_what_makes_no_sense(platform: &mut Platform) {
    let ping = request("ping", "ping").to_string();
    platform.send(&ping).await;
    let (reply, is_binary) = platform.reply().await;
    assert_eq!((failure(&reply), is_binary), (None, false));
    platform.send_bytes(&ping).await;
    let (reply, is_binary) = platform.reply().await;
    assert_eq!((failure(&reply), is_binary), (None, true));

    for poison in ["", "no JSON", "[1, 2", &"x".repeat((8 << 20) + 1)] {
        platform.send(poison).await;
        assert_eq!(failure(&platform.reply().await.0), Some(4));
    }
}

/// Everything is sent at once; a search sees what stands before it in the queue and no more.
async fn the_order_of_the_queue(bench: &Bench, platform: &mut Platform) {
    let enrol = |name: &str, number: u8| {
        insert(name, &bench.share.put(name, &person(11, number))).to_string()
    };
    let mut later = identify("q-1", &[]);
    later["requestId"] = "later".into();
    for body in [
        enrol("q-1", 1),
        enrol("q-2", 2),
        identify("q-1", &[]).to_string(),
        enrol("q-3", 3),
        later.to_string(),
        delete("q-2").to_string(),
        delete("q-3").to_string(),
    ] {
        platform.send(&body).await;
    }
    let replies = platform.replies(7).await;
    assert!(replies.iter().all(|reply| failure(reply).is_none()), "{replies:?}");
    let found = |request: &Value| {
        let mut found = candidates(of(&replies, request)[0]);
        found.sort();
        found
    };
    assert_eq!(found(&identify("q-1", &[])), ["q-2"]);
    assert_eq!(found(&later), ["q-2", "q-3"]);
    assert_eq!(bench.count().await, 1);
}

async fn what_comes_twice(bench: &Bench, platform: &mut Platform) {
    let request = insert("t-1", &bench.share.put("t-1", &person(12, 1)));
    let fetched = bench.share.counts().1;
    for _ in 0..3 {
        platform.send(&request.to_string()).await;
    }
    for reply in platform.replies(3).await {
        assert_eq!(failure(&reply), None);
    }
    assert_eq!(bench.share.counts().1, fetched + 1);
}

/// The broker is killed while requests are under way, and comes back with its messages.
async fn a_broker_that_is_killed(
    bench: &Bench,
    broker: &Broker,
    mut platform: Platform,
) -> Platform {
    let before = bench.count().await;
    let requests: Vec<Value> = (0..6)
        .map(|number| {
            let name = format!("k-{number}");
            insert(&name, &bench.share.put(&name, &person(13 + number, 1)))
        })
        .collect();
    for request in &requests {
        platform.send(&request.to_string()).await;
    }
    // The first reply shows that the broker has them and that they are being done.
    let mut replies = platform.replies(1).await;
    broker.halt();
    drop(platform);
    tokio::time::sleep(Duration::from_millis(300)).await;
    broker.start_again();
    let mut platform = Platform::connect(broker).await;
    while requests.iter().any(|request| of(&replies, request).is_empty()) {
        replies.extend(platform.replies(1).await);
    }
    for request in &requests {
        for reply in of(&replies, request) {
            assert_eq!(failure(reply), None, "{request}");
        }
    }
    assert_eq!(bench.count().await, before + 6, "each counts once");
    platform
}

/// One that is asked to stop answers what it has begun and leaves the rest in the queue.
async fn one_that_is_stopped(
    bench: &Bench,
    broker: &Broker,
    served: Served,
    mut platform: Platform,
) {
    let request = insert("s-1", &bench.share.put("s-1", &person(19, 1)));
    served.stop().await;
    platform.send(&request.to_string()).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(bench.service.read_person(&"s-1".to_owned().try_into().unwrap()).await.is_err());
    let served = Served::start(bench, broker);
    let reply = loop {
        let (reply, _) = platform.reply().await;
        // Replies that were read just before the broker was killed may come again.
        if reply["requestId"] == request["requestId"] {
            break reply;
        }
    };
    assert_eq!(failure(&reply), None);
    served.stop().await;
}

//! `niims abis shard`, `move` and `serve` over shards as an operator runs them: processes, a real broker,
//! and holders that are killed.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test stops where anything is off")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use niims_fingerprint::synthetic::{ImpressionConditions, MasterFinger, PersonTraits};
use niims_fingerprint::{FingerPosition, encode_png};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use tempfile::TempDir;

/// How long something may take that takes a second on an idle machine.
const PATIENCE: Duration = Duration::from_secs(40);

/// A broker that ends with the test.
struct Broker {
    folder: TempDir,
    url: String,
}

impl Broker {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = Self::script(&folder, "start", &["0"]);
        Self { folder, url }
    }

    fn script(folder: &TempDir, word: &str, more: &[&str]) -> String {
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../scripts/nats-throwaway");
        let place = folder.path().join("broker");
        let output = Command::new(script).arg(word).arg(place).args(more).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        Self::script(&self.folder, "stop", &[]);
    }
}

/// A process that is killed without a word when it is dropped.
struct Running(Child);

impl Running {
    /// Starts one and gives its first line.
    fn start(folder: &Path, line: &str) -> (Self, String) {
        let mut child = command(folder, line).stdout(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        (Self(child), first.trim().to_owned())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn command(folder: &Path, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_niims"));
    command.arg("abis").args(line.split_whitespace()).current_dir(folder);
    command
}

fn abis(folder: &Path, line: &str) -> (i32, String) {
    let output = command(folder, line).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

/// Two impressions of a finger, each with its list.
fn prints(folder: &Path) {
    let traits = PersonTraits::adult(&mut ChaCha8Rng::from_seed([1; 32]));
    let master = MasterFinger::grow([1; 32], FingerPosition::RightIndex, &traits);
    for number in 1..=2_u8 {
        let mut generator = ChaCha8Rng::from_seed([number; 32]);
        let print = master.impression(&mut generator, &ImpressionConditions::good());
        std::fs::write(folder.join(format!("{number}.png")), encode_png(&print)).unwrap();
        let list = format!("right_index\t{number}.png\t500\n");
        std::fs::write(folder.join(format!("{number}.tsv")), list).unwrap();
    }
}

/// An answer of the server: status and body.
fn ask(address: &str, head: &str, token: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let (kind, bearer) = if token.is_empty() {
        ("x-www-form-urlencoded", String::new())
    } else {
        ("json", format!("authorization: Bearer {token}\r\n"))
    };
    write!(
        stream,
        "{head} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{bearer}\
         content-length: {length}\r\ncontent-type: application/{kind}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
}

/// Asks until the wanted status comes.
fn until(what: &str, want: u16, question: impl Fn() -> (u16, String)) -> String {
    let end = Instant::now() + PATIENCE;
    loop {
        let (status, body) = question();
        if status == want {
            return body;
        }
        assert!(Instant::now() < end, "{what}: {status} instead of {want}: {body}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn token(folder: &Path, address: &str) -> String {
    let scopes = "--scope abis.identify --scope abis.encounter.write";
    let (_, text) = abis(folder, &format!("client add --label x {scopes}"));
    let after = |word: &str| {
        text.lines().find_map(|line| line.strip_prefix(word)).unwrap().trim().to_owned()
    };
    let (id, secret) = (after("client_id"), after("client_secret"));
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let (status, body) = ask(address, "POST /abis/token", "", &form);
    assert_eq!(status, 200, "{body}");
    let token = body.split("\"access_token\":\"").nth(1).unwrap();
    token.split('"').next().unwrap().to_owned()
}

#[test]
fn a_gallery_over_processes() {
    let (broker, home) = (Broker::start(), tempfile::tempdir().unwrap());
    let folder = home.path();
    prints(folder);
    assert_eq!(abis(folder, "init").0, 0);
    for (person, list) in [("p1", "1.tsv"), ("p2", "2.tsv")] {
        let (code, text) = abis(folder, &format!("insert --person {person} --list {list}"));
        assert_eq!(code, 0, "{text}");
    }
    let spread = format!("--broker {} --shards 1,2", broker.url);
    let (_server, line) = Running::start(folder, &format!("serve --listen 127.0.0.1:0 {spread}"));
    let address = line.rsplit_once('/').unwrap().1.to_owned();
    let health = || ask(&address, "GET /abis/health", "", "");
    let token = token(folder, &address);
    let identify = || ask(&address, "POST /v1/identify/ALL/p1?transactionId=t", &token, "{}");

    // Nobody holds anything: neither well nor an answer.
    assert_eq!(health().0, 503);
    let (status, body) = identify();
    assert!(status == 500 && !body.starts_with('['), "{status}: {body}");

    let hold = |shard: u16, seat: &str| {
        let line = format!("shard --shard {shard} --seat {seat} {spread}");
        Running::start(folder, &line).0
    };
    let mut first = vec![hold(1, "a"), hold(1, "b")];
    let mut second = vec![hold(2, "a"), hold(2, "b")];
    until("holders run", 204, health);
    let found = until("holders have read everything", 200, identify);
    assert!(found.contains("\"personId\":\"p2\""), "{found}");

    // A new table with a shard that nobody holds does not come into force.
    let line = format!("move {spread} --to-version 2 --to-shards 1,2,9 --at-most 1");
    let (code, text) = abis(folder, &line);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("see whether they run"), "{text}");
    assert!(until("the old table", 200, identify).contains("\"personId\":\"p2\""));

    // One holder of each shard may die.
    first.pop();
    second.pop();
    assert!(until("the other holders", 200, identify).contains("\"personId\":\"p2\""));

    // With the last holder of one gone there is no answer, not even that nobody was found.
    second.pop();
    let body = until("a shard is missing", 500, identify);
    assert!(body.contains("abis.incomplete"), "{body}");
    for _ in 0..3 {
        assert_eq!(identify().0, 500);
    }
    second.push(hold(2, "a"));
    let found = until("it is held again", 200, identify);
    assert!(found.contains("\"personId\":\"p2\""), "{found}");

    // A shard more, once its holders run.
    first.push(hold(1, "b"));
    second.push(hold(2, "b"));
    let _third = [hold(3, "a"), hold(3, "b")];
    let line = format!("move {spread} --to-version 2 --to-shards 1,2,3 --at-most 30");
    let (code, text) = abis(folder, &line);
    assert!(code == 0 && text.contains("version 2 is in force"), "{code}: {text}");
    assert!(until("the new table", 200, identify).contains("\"personId\":\"p2\""));
}

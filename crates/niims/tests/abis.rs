//! `niims abis …` as outsiders run it, on synthetic prints and on wrong input.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test stops where anything is off")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use niims_fingerprint::synthetic::{ImpressionConditions, MasterFinger, PersonTraits};
use niims_fingerprint::{FingerPosition, encode_png};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use tempfile::TempDir;

/// Two impressions of each of two people's right index fingers, and lists of them.
fn prints() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for person in ['a', 'b'] {
        let seed = [person as u8; 32];
        let traits = PersonTraits::adult(&mut ChaCha8Rng::from_seed(seed));
        let master = MasterFinger::grow(seed, FingerPosition::RightIndex, &traits);
        for number in 1..=2_u8 {
            let mut generator = ChaCha8Rng::from_seed([number; 32]);
            let print = master.impression(&mut generator, &ImpressionConditions::good());
            let name = format!("{person}{number}.png");
            std::fs::write(folder.path().join(&name), encode_png(&print)).unwrap();
            let list = folder.path().join(format!("{person}{number}.tsv"));
            std::fs::write(list, format!("right_index\t{name}\t500\n")).unwrap();
        }
    }
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("twice.tsv", "right_index\ta1.png\nleft_index\ta2.png\n");
    write("text.png", "no picture");
    write("text.tsv", "2\ttext.png\n");
    write("nose.tsv", "nose\ta1.png\n");
    write("empty.tsv", "\n");
    folder
}

/// Runs a command; gives its code and all that it wrote.
fn abis(folder: &Path, line: &str) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_niims"))
        .arg("abis")
        .args(line.split_whitespace())
        .current_dir(folder)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

#[test]
fn people_are_enrolled_searched_compared_and_erased() {
    let folder = prints();
    for (line, code, word) in [
        ("count", 1, "niims abis init"),
        ("init", 0, "root.key"),
        ("init", 1, "already"),
        ("insert --person p1 --list a1.tsv --gallery all", 0, "sequence\t1"),
        ("insert --person p2 --list b1.tsv", 0, "sequence\t2"),
        ("insert --person p1 --list a2.tsv", 1, "abis.already_exists"),
        ("insert --person p3 --list twice.tsv", 1, "abis.finger_repeated"),
        ("insert --person p3 --list text.tsv", 1, "abis.biometrics_format"),
        ("insert --person p3 --list nose.tsv", 1, "line 1"),
        ("insert --person p3 --list empty.tsv", 1, "abis.biometrics_empty"),
        ("insert --person p3 --list missing.tsv", 1, "missing.tsv"),
        ("identify --list a2.tsv", 0, "candidate\t1\tp1\t1\t"),
        ("identify --person p1", 0, "complete\tbelow 3"),
        ("identify --list b2.tsv --gallery all", 0, "complete\tbelow 3"),
        ("identify --list b2.tsv --gallery none", 1, "abis.gallery_unknown"),
        ("identify --list a2.tsv --most 1000000", 1, "abis.too_many_candidates"),
        ("identify --person p9", 1, "abis.not_found"),
        ("verify --person p2 --list b2.tsv", 0, "match\t"),
        ("verify --person p2 --list a2.tsv", 3, "no match\t"),
        ("insert --person p3 --list b2.tsv --operator p2", 0, "abis.operator_finger\tright_index"),
        ("delete --person p3", 0, ""),
        ("delete --person p3", 1, "abis.not_found"),
        ("count", 0, "encounters\t2\nactive\t2"),
        ("ping", 0, "ok"),
        ("jobs", 0, "pending\t0"),
        ("client add --label x --scope abis.nothing", 1, "abis.identify"),
        ("client revoke 00000000-0000-0000-0000-000000000001", 1, "no active client"),
        ("serve --listen 0.0.0.0:0", 1, "--behind-tls"),
    ] {
        let (got, text) = abis(folder.path(), line);
        assert_eq!(got, code, "{line}: {text}");
        assert!(text.contains(word), "{line}: {text}");
    }
}

/// A model and portraits of drawn faces: two of one, one of another, and a wall.
fn portraits(folder: &Path) {
    use niims_face::testing::{face, png, tiny_bytes};
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    write("tiny.onnx", &tiny_bytes());
    write("one.png", &png(&face(1, 0)));
    write("one-again.png", &png(&face(1, 3)));
    write("other.png", &png(&face(8, 0)));
    write("wall.png", &png(&niims_face::Photo::from_fn(240, 320, |_, _| [225; 3])));
}

#[test]
fn faces_are_enrolled_searched_and_compared_where_there_is_a_model() {
    let folder = prints();
    portraits(folder.path());
    for (line, code, word) in [
        ("init --face-model tiny.onnx", 2, "--face-threshold"),
        ("init --face-model tiny.onnx --face-threshold 0", 2, "1..=1000"),
        ("init --face-model text.png --face-threshold 900", 1, "face_model.unreadable"),
        ("count", 1, "niims abis init"),
        ("face-model --face-model tiny.onnx --face-threshold 900", 1, "niims abis init"),
        ("init", 0, "root.key"),
        ("insert --person f1 --face one.png", 1, "abis.face_model_missing"),
        ("insert --person f1 --list a1.tsv --face one.png", 1, "no face model is configured"),
        ("identify --face one.png", 1, "abis.face_model_missing"),
        ("count", 0, "encounters\t0"),
        ("face-model --face-model tiny.onnx --face-threshold 900", 0, "face-model.onnx"),
        ("insert --person f1", 2, "--face"),
        ("insert --person f1 --face wall.png", 1, "abis.not_one_face"),
        ("insert --person f1 --face text.png", 1, "abis.biometrics_format"),
        ("insert --person f1 --face one.png", 0, "sequence\t1"),
        ("insert --person f2 --face other.png --list b1.tsv", 0, "sequence\t2"),
        ("identify --face one-again.png", 0, "candidate\t1\tf1\t1\t"),
        ("identify --list b2.tsv --face one-again.png", 0, "candidate\t1\tf2\t1\t"),
        ("identify --list b2.tsv --face one-again.png --by-face", 0, "candidate\t1\tf1\t1\t"),
        ("identify --person f1", 0, "complete\tbelow 3"),
        ("verify --person f1 --face one-again.png", 0, "match\t"),
        ("verify --person f2 --face one-again.png", 3, "no match\t"),
        ("verify --person f2 --list b2.tsv --face one-again.png", 0, "thousandths of the cosine"),
        ("verify --person f2 --list b2.tsv --face one-again.png --by-face", 3, "no match\t"),
        ("status", 0, "faces\tfrom 900"),
    ] {
        let (got, text) = abis(folder.path(), line);
        assert_eq!(got, code, "{line}: {text}");
        assert!(text.contains(word), "{line}: {text}");
    }
    // What is configured and cannot be used stops everything: faces would be left aside in silence.
    std::fs::write(folder.path().join("niims-abis/face.toml"), "model = 'x'").unwrap();
    let (code, text) = abis(folder.path(), "count");
    assert!(code == 1 && text.contains("abis.face_settings_form"), "{text}");
}

#[test]
fn the_status_says_what_stands_and_what_the_serving_process_saw() {
    let folder = prints();
    for line in [
        "init",
        "insert --person p1 --list a1.tsv --gallery all --gallery some",
        "insert --person p2 --list b1.tsv --gallery all",
    ] {
        assert_eq!(abis(folder.path(), line).0, 0, "{line}");
    }
    let (_, text) = abis(folder.path(), "status");
    for line in [
        "encounters\t2",
        "active\t2",
        "gallery\tall\t2\t2 active",
        "gallery\tsome\t1\t1 active",
        "tasks pending\t0",
        "faces\tno model",
        "served\tnever",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    let mut server = Command::new(env!("CARGO_BIN_EXE_niims"))
        .args(["abis", "serve", "--listen", "127.0.0.1:0"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let end = std::time::Instant::now() + std::time::Duration::from_secs(40);
    let status = loop {
        let (code, text) = abis(folder.path(), "status --json");
        assert_eq!(code, 0, "{text}");
        let status: serde_json::Value = serde_json::from_str(&text).unwrap();
        if status["served"].is_object() || std::time::Instant::now() > end {
            break status;
        }
    };
    let (_, text) = abis(folder.path(), "status");
    server.kill().unwrap();
    server.wait().unwrap();
    let served = &status["served"];
    assert_eq!(status["galleries"]["some"]["active"], 1, "{status}");
    // It reads the database with its first search or round, so the numbers of people may be old.
    for member in ["people", "canaries", "segments", "dead_rows", "disk_bytes", "position"] {
        assert!(served["gallery"][member].is_u64(), "{member}: {status}");
    }
    assert!(served["gallery"]["disk_bytes"].as_u64() > Some(0), "{status}");
    assert_eq!(served["recall"]["counts"]["searched"], 0, "{status}");
    for line in ["live recall\ttoo few", "recall low since\tnever", "last audit\tnever"] {
        assert!(text.contains(line), "{line} in {text}");
    }
    for line in ["last flush\tnever", "segments\t0", "dead rows\t0", "canary searches\t0\tvotes"] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[test]
fn a_served_abis_gives_tokens_to_its_clients() {
    let folder = prints();
    abis(folder.path(), "init");
    let (_, text) = abis(folder.path(), "client add --label x --scope abis.identify");
    let after = |word: &str| {
        text.lines().find_map(|line| line.strip_prefix(word)).unwrap().trim().to_owned()
    };
    let (id, secret) = (after("client_id"), after("client_secret"));
    let mut server = Command::new(env!("CARGO_BIN_EXE_niims"))
        .args(["abis", "serve", "--listen", "127.0.0.1:0"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().rsplit_once('/').unwrap().1.to_owned();
    let ask = |head: &str, body: &str| {
        let mut stream = TcpStream::connect(&address).unwrap();
        let length = body.len();
        write!(
            stream,
            "{head} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\
             content-type: application/x-www-form-urlencoded\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let health = ask("GET /abis/health", "");
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let token = ask("POST /abis/token", &form);
    let (revoked, _) = abis(folder.path(), &format!("client revoke {id}"));
    let refused = ask("POST /abis/token", &form);
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(health.starts_with("HTTP/1.1 204"), "{health}");
    assert!(token.starts_with("HTTP/1.1 200") && token.contains("access_token"), "{token}");
    assert_eq!(revoked, 0);
    assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
}

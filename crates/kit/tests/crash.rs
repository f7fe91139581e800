//! `kill -9` at random moments, and a disk that takes no more: nothing saved is lost or doubled.
//!
//! The child is this test binary run again with a variable set; it prints a line after each
//! call that reported success, and the parent holds the kit to those lines.

#![allow(clippy::unwrap_used, reason = "helpers of tests stand outside of test functions")]

mod common;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use common::{Capture, Centre, SUPERVISOR, files_in, new_kit, now, open_all, options, rng};
use niims_kit::Kit;
use rand_chacha::rand_core::Rng;
use serde_json::json;

const FOLDER: &str = "NIIMS_KIT_CRASH_FOLDER";
const START: &str = "NIIMS_KIT_CRASH_START";
const WORK: &str = "NIIMS_KIT_CRASH_WORK";

/// How often the kit is killed.
const ROUNDS: u64 = 20;

/// A resident without usable fingers, so that nearly all the time goes into writing.
fn capture(folder: PathBuf, number: &str) -> Capture {
    let mut capture = Capture::adult_without_fingers(folder, number);
    capture.fingers["missing"]["right_index"] = json!({"reason": "WORN"});
    capture.form["exceptions"] = json!([{"of": "fingers", "reason": "WORN",
        "approved_by": SUPERVISOR.to_string(), "approved_at": "2026-11-22T07:45:00Z"}]);
    capture
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n@{line}").unwrap();
    out.flush().unwrap();
}

/// What the child does; without the variable it is an empty test.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let folder = PathBuf::from(folder);
    let start: u64 = std::env::var(START).unwrap().parse().unwrap();
    let work = std::env::var(WORK).unwrap();
    let mut kit = Kit::open(&folder.join("kit"), options()).unwrap();
    if work == "seal" {
        match kit.seal_pending(now(), &mut rng(start)) {
            Ok(report) => say(&format!("SEALED {}", report.sealed.len())),
            Err(error) => say(&format!("REFUSED {}", error.code())),
        }
        return;
    }
    let mut capture = capture(folder.join("capture"), "");
    say("OPEN");
    for n in start..start + 400 {
        let number = format!("CRASH-{n}");
        capture.form["application_number"] = json!(number);
        match capture.enrol(&mut kit) {
            Ok(_) => say(&format!("SAVED {number}")),
            Err(refused) => {
                say(&format!("REFUSED {}", refused.code()));
                return;
            }
        }
        if work == "enrol" && n % 3 == 0 {
            kit.seal_pending(now(), &mut rng(n ^ 0x5ea1)).unwrap();
        }
    }
}

fn child_command(program: Command, folder: &Path, start: u64, work: &str) -> Child {
    let mut program = program;
    program
        .env(FOLDER, folder)
        .env(START, start.to_string())
        .env(WORK, work)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn myself() -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child", "--nocapture", "--test-threads", "1"]);
    command
}

/// The same under a limit on the size of files, in units of 512 bytes. The signal that goes
/// with the limit is ignored, so that writing fails as on a full disk.
fn myself_limited(blocks: u32) -> Command {
    let mut command = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    command.args(["-c", &script, "sh"]);
    command.arg(std::env::current_exe().unwrap());
    command.args(["--exact", "child", "--nocapture", "--test-threads", "1"]);
    command
}

/// Lines of the child until it ends.
fn lines(child: &mut Child) -> Vec<String> {
    BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| line.strip_prefix('@').map(str::to_owned))
        .collect()
}

fn saved(lines: &[String]) -> Vec<String> {
    lines.iter().filter_map(|line| line.strip_prefix("SAVED ").map(str::to_owned)).collect()
}

#[test]
fn killed_at_random_moments_it_loses_and_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let centre = Centre::new();
    drop(new_kit(&folder.path().join("kit"), 1, &centre));
    let mut chance = rng(std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64);
    let mut promised = Vec::new();
    for round in 0..ROUNDS {
        let mut child = child_command(myself(), folder.path(), round * 1000, "enrol");
        let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
        // The clock starts when the kit is open, so that most rounds hit the writes.
        let mut seen: Vec<String> = Vec::new();
        for line in out.by_ref().map_while(Result::ok) {
            seen.push(line);
            if seen.last().is_some_and(|line| line == "@OPEN") {
                break;
            }
        }
        std::thread::sleep(Duration::from_micros(u64::from(chance.next_u32() % 400_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        seen.extend(out.map_while(Result::ok));
        // Only whole lines count; a line cut by the kill was not read by anybody.
        let whole = seen.iter().filter_map(|line| line.strip_prefix("@SAVED "));
        promised.extend(whole.map(str::to_owned));
    }
    let mut kit = Kit::open(&folder.path().join("kit"), options()).unwrap();
    kit.seal_pending(now(), &mut rng(1)).unwrap();
    let mut found: BTreeMap<String, u32> = BTreeMap::new();
    for number in open_all(&mut kit, &folder.path().join("kit"), &centre) {
        *found.entry(number).or_default() += 1;
    }
    assert!(promised.len() > 20, "only {} were saved: nothing was tested", promised.len());
    for number in &promised {
        assert_eq!(found.get(number), Some(&1), "{number}");
    }
    assert!(found.values().all(|times| *times == 1));
    let unpromised = found.len() - promised.len();
    assert!(unpromised as u64 <= ROUNDS, "a kill may hide one answer each, not {unpromised}");
    assert_eq!(files_in(&folder.path().join("kit"), "outbox"), found.len());
    assert_eq!(files_in(&folder.path().join("kit"), "set_aside"), 0);
    assert!(kit.recovered().missing.is_empty());
}

#[test]
fn a_full_disk_keeps_what_was_saved_and_nothing_half() {
    let folder = tempfile::tempdir().unwrap();
    let kit_folder = folder.path().join("kit");
    let centre = Centre::new();
    drop(new_kit(&kit_folder, 1, &centre));

    // 2 MiB a file: the store fills up after a few residents.
    let mut child = child_command(myself_limited(4096), folder.path(), 1, "fill");
    let said = lines(&mut child);
    child.wait().unwrap();
    let promised = saved(&said);
    assert_eq!(said.last().map(String::as_str), Some("REFUSED kit.disk_full"), "{said:?}");
    assert!(!promised.is_empty());

    // Under a limit below one packet nothing can be sealed, and nothing of it stays.
    let mut kit = Kit::open(&kit_folder, options()).unwrap();
    capture(folder.path().join("capture"), "LAST").enrol(&mut kit).unwrap();
    let (drafts, sealed) = (kit.draft_counts().unwrap(), kit.packet_counts().unwrap().sealed);
    assert!(drafts.complete > 0 && drafts.open == 0);
    drop(kit);
    let mut child = child_command(myself_limited(200), folder.path(), 5, "seal");
    let said = lines(&mut child);
    child.wait().unwrap();
    assert_eq!(said.last().map(String::as_str), Some("REFUSED kit.disk_full"), "{said:?}");
    assert_eq!(files_in(&kit_folder, "outbox") as u64, sealed);

    // With room again everything saved is there once.
    let mut kit = Kit::open(&kit_folder, options()).unwrap();
    assert_eq!(kit.draft_counts().unwrap(), drafts);
    kit.seal_pending(now(), &mut rng(3)).unwrap();
    let mut found = open_all(&mut kit, &kit_folder, &centre);
    found.sort();
    let mut expected = promised;
    expected.push("LAST".to_owned());
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn what_a_crash_leaves_is_settled() {
    let folder = tempfile::tempdir().unwrap();
    let kit_folder = folder.path().join("kit");
    let centre = Centre::new();
    let mut kit = new_kit(&kit_folder, 1, &centre);
    capture(folder.path().join("capture"), "ONE").enrol(&mut kit).unwrap();
    kit.seal_pending(now(), &mut rng(1)).unwrap();
    capture(folder.path().join("capture"), "TWO").enrol(&mut kit).unwrap();
    drop(kit);

    // A copy of the kit seals the second draft; its packet without its row is what a kill
    // between the two leaves in the outbox.
    // The database is closed by a thread of its own.
    let log = kit_folder.join("kit.sqlite-wal");
    for _ in 0..500 {
        if !log.exists() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let copy = folder.path().join("copy");
    assert!(Command::new("cp").arg("-r").args([&kit_folder, &copy]).status().unwrap().success());
    let mut twin = Kit::open(&copy, options()).unwrap();
    let unsaved = twin.seal_pending(now(), &mut rng(2)).unwrap().sealed.remove(0).packet;
    let name = format!("outbox/{unsaved}.packet");
    std::fs::copy(copy.join(&name), kit_folder.join(&name)).unwrap();
    std::fs::write(kit_folder.join(format!("outbox/{SUPERVISOR}.part")), b"cut").unwrap();

    let mut kit = Kit::open(&kit_folder, options()).unwrap();
    assert_eq!((kit.recovered().unsaved_removed, kit.recovered().begun_removed), (1, 1));
    kit.seal_pending(now(), &mut rng(3)).unwrap();
    assert_eq!(open_all(&mut kit, &kit_folder, &centre), ["ONE", "TWO"]);
    drop(kit);

    // The twin's packet again, now that no draft explains it: kept, never destroyed.
    std::fs::copy(copy.join(&name), kit_folder.join(&name)).unwrap();
    let kit = Kit::open(&kit_folder, options()).unwrap();
    assert_eq!((kit.recovered().set_aside, kit.recovered().unsaved_removed), (1, 0));
    assert_eq!(files_in(&kit_folder, "set_aside"), 1);
    drop(kit);

    let lost = std::fs::read_dir(kit_folder.join("outbox")).unwrap().next().unwrap().unwrap();
    let bytes = std::fs::read(lost.path()).unwrap();
    std::fs::remove_file(lost.path()).unwrap();
    let mut kit = Kit::open(&kit_folder, options()).unwrap();
    assert_eq!(kit.recovered().missing.len(), 1);
    assert_eq!(kit.packet_counts().unwrap().faulty, 1);
    drop(kit);
    std::fs::write(lost.path(), bytes).unwrap();
    let mut kit = Kit::open(&kit_folder, options()).unwrap();
    assert!(kit.recovered().missing.is_empty());
    assert_eq!(kit.packet_counts().unwrap().faulty, 0);
}

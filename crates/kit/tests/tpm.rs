//! A kit bound to a TPM 2.0: over `swtpm`, each test with simulators of its own.
//!
//! Where `swtpm` is not installed these tests pass over, unless `NIIMS_TEST_TPM` is set.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stand outside of test functions"
)]

mod common;

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use common::{Centre, OFFICER, new_kit, now, options, rng, setup};
use niims_kit::{Kit, KitError};

/// A simulated TPM with its state in one folder and its socket in another.
struct Simulator {
    child: Child,
    socket: PathBuf,
}

impl Simulator {
    fn start(state: &Path, socket: &Path) -> Self {
        let _ = std::fs::remove_file(socket);
        let child = Command::new("swtpm")
            .args(["socket", "--tpm2", "--flags", "not-need-init,startup-clear", "--tpmstate"])
            .arg(format!("dir={}", state.display()))
            .arg("--server")
            .arg(format!("type=unixio,path={}", socket.display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let simulator = Self { child, socket: socket.to_owned() };
        for _ in 0..200 {
            if socket.exists() {
                return simulator;
            }
            thread::sleep(Duration::from_millis(25));
        }
        panic!("swtpm did not start");
    }
}

/// Killed without a word, as when the power goes; the socket goes with it.
impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.socket);
    }
}

fn is_installed() -> bool {
    let found = Command::new("swtpm").arg("--version").output().is_ok();
    assert!(found || std::env::var_os("NIIMS_TEST_TPM").is_none(), "swtpm is not installed");
    found
}

struct World {
    folder: tempfile::TempDir,
}

/// A program that another test starts at this moment holds the kit's lock until it runs.
fn patiently<T>(act: impl Fn() -> Result<T, KitError>) -> Result<T, KitError> {
    for _ in 0..100 {
        match act() {
            Err(error) if error.code() == "kit.in_use" => {
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            done => return done,
        }
    }
    act()
}

impl World {
    fn new() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap() };
        for state in ["one", "two"] {
            std::fs::create_dir(world.at(state)).unwrap();
        }
        world
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn tpm(&self, state: &str) -> Simulator {
        Simulator::start(&self.at(state), &self.at("tpm.sock"))
    }

    /// A kit bound from its first byte on.
    fn bound_kit(&self) -> Kit {
        let (setup, keys) = setup(7, &Centre::new());
        let keys = keys.bound_to(&self.at("tpm.sock"), &mut rng(3));
        Kit::create(&self.at("kit"), &setup, &keys, options(), now()).unwrap()
    }

    fn open(&self) -> Result<Kit, KitError> {
        patiently(|| Kit::open(&self.at("kit"), options()))
    }

    fn key_files(&self) -> Vec<(String, String)> {
        let entries = std::fs::read_dir(self.at("kit").join("keys")).unwrap();
        let files = entries.map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = files
            .filter(|path| path.extension().is_some_and(|ending| ending == "key"))
            .map(|path| {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                (name, std::fs::read_to_string(path).unwrap())
            })
            .collect();
        files.sort();
        files
    }
}

fn code(opened: Result<Kit, KitError>) -> (&'static str, String) {
    let error = opened.unwrap_err();
    (error.code(), error.to_string())
}

#[test]
fn a_bound_kit_opens_after_a_restart_on_its_own_laptop_alone() {
    if !is_installed() {
        return;
    }
    let world = World::new();
    let tpm = world.tpm("one");
    let id = world.bound_kit().id();
    for (name, text) in world.key_files() {
        assert!(text.starts_with("tpm1 "), "{name} is in clear");
    }
    drop(tpm);
    // A copied folder, or a disk in a laptop without a TPM.
    let (refused, words) = code(world.open());
    assert_eq!(refused, "tpm.not_there");
    assert!(words.contains("on its own laptop"), "{words}");
    // Another laptop, with a TPM of its own.
    let other = world.tpm("two");
    let (refused, words) = code(world.open());
    assert_eq!(refused, "tpm.other");
    assert!(words.contains("another TPM"), "{words}");
    drop(other);
    let tpm = world.tpm("one");
    assert_eq!(world.open().unwrap().id(), id);
    // Many times over, without one of its three places for keys being used up.
    for _ in 0..6 {
        world.open().unwrap();
    }
    // A running kit needs it no more.
    let mut kit = world.open().unwrap();
    drop(tpm);
    kit.packet_counts().unwrap();
    kit.set_pin(OFFICER, "Desk one", "482913", &mut rng(5)).unwrap();
}

#[test]
fn a_set_up_kit_is_bound_later_and_an_interruption_is_finished() {
    if !is_installed() {
        return;
    }
    let world = World::new();
    drop(new_kit(&world.at("kit"), 7, &Centre::new()));
    let before = world.key_files();
    let device = world.at("tpm.sock");
    let bind = || Kit::bind_to_tpm(&world.at("kit"), &device, &mut rng(4));
    assert_eq!(bind().unwrap_err().code(), "tpm.not_there");
    assert_eq!(world.key_files(), before, "nothing was changed");
    let _tpm = world.tpm("one");
    {
        let _open = world.open().unwrap();
        assert_eq!(bind().unwrap_err().code(), "kit.in_use");
    }
    patiently(bind).unwrap();
    for ((name, text), (_, clear)) in world.key_files().iter().zip(&before) {
        assert!(text.starts_with("tpm1 ") && !text.contains(clear.trim()), "{name}");
    }
    world.open().unwrap();
    // The power went after the first file: the rest is in clear, opens, and is bound by the next.
    let (name, clear) = &before[0];
    std::fs::write(world.at("kit").join("keys").join(name), clear).unwrap();
    world.open().unwrap();
    patiently(bind).unwrap();
    assert!(world.key_files().iter().all(|(_, text)| text.starts_with("tpm1 ")));
    world.open().unwrap();
    // One encrypted file in the place of another.
    let keys = world.at("kit").join("keys");
    let kept = std::fs::read(keys.join("kit.key")).unwrap();
    std::fs::copy(keys.join("store.key"), keys.join("kit.key")).unwrap();
    assert_eq!(code(world.open()).0, "kit.key");
    std::fs::write(keys.join("kit.key"), kept).unwrap();
    // What the TPM sealed, altered.
    let sealed = std::fs::read_to_string(keys.join("tpm.sealed")).unwrap();
    let cut = sealed.trim_end();
    let last = if cut.ends_with('0') { "1" } else { "0" };
    let altered = format!("{}{last}\n", &cut[..cut.len() - 1]);
    std::fs::write(keys.join("tpm.sealed"), altered).unwrap();
    assert_eq!(code(world.open()).0, "tpm.other");
    std::fs::write(keys.join("tpm.sealed"), "no key at all").unwrap();
    assert_eq!(code(world.open()).0, "kit.key");
    std::fs::write(keys.join("tpm.sealed"), sealed).unwrap();
    world.open().unwrap();
}

/// Passes so many commands on, then hangs up.
fn dies_after(commands: usize, front: &Path, behind: &Path) -> thread::JoinHandle<()> {
    let _ = std::fs::remove_file(front);
    let listener = UnixListener::bind(front).unwrap();
    let behind = behind.to_owned();
    thread::spawn(move || {
        let (mut kit, _) = listener.accept().unwrap();
        let mut tpm = UnixStream::connect(behind).unwrap();
        for _ in 0..commands {
            let Some(command) = message(&mut kit) else { return };
            tpm.write_all(&command).unwrap();
            let answer = message(&mut tpm).unwrap();
            if kit.write_all(&answer).is_err() {
                return;
            }
        }
        // The command after comes, and no answer.
        let _ = message(&mut kit);
    })
}

fn message(stream: &mut UnixStream) -> Option<Vec<u8>> {
    let mut head = [0; 10];
    stream.read_exact(&mut head).ok()?;
    let size = u32::from_be_bytes(head[2..6].try_into().unwrap()) as usize;
    let mut message = head.to_vec();
    message.resize(size, 0);
    stream.read_exact(&mut message[10..]).ok()?;
    Some(message)
}

#[test]
fn a_tpm_that_goes_in_the_middle_changes_nothing() {
    if !is_installed() {
        return;
    }
    let world = World::new();
    let tpm = world.tpm("one");
    let (behind, front) = (tpm.socket.clone(), world.at("front.sock"));
    drop(new_kit(&world.at("kit"), 7, &Centre::new()));
    let before = world.key_files();
    // Capability, primary, create: each may be the last that is answered. What is flushed
    // afterwards is a courtesy.
    for answered in 0..3 {
        let proxy = dies_after(answered, &front, &behind);
        let refused = Kit::bind_to_tpm(&world.at("kit"), &front, &mut rng(6)).unwrap_err();
        assert_eq!(refused.code(), "tpm.gone", "after {answered}");
        proxy.join().unwrap();
        assert_eq!(world.key_files(), before, "after {answered}");
        world.open().unwrap();
    }
    drop(tpm);
    let tpm = world.tpm("one");
    Kit::bind_to_tpm(&world.at("kit"), &behind, &mut rng(7)).unwrap();
    let sealed = world.at("kit").join("keys").join("tpm.sealed");
    let text = std::fs::read_to_string(&sealed).unwrap();
    let by_front = text.replace("tpm.sock", "front.sock");
    for answered in 0..4 {
        std::fs::write(&sealed, &by_front).unwrap();
        let proxy = dies_after(answered, &front, &behind);
        assert_eq!(code(world.open()).0, "tpm.gone", "after {answered}");
        proxy.join().unwrap();
        std::fs::write(&sealed, &text).unwrap();
    }
    drop(tpm);
    let _tpm = world.tpm("one");
    world.open().unwrap();
}

#[test]
fn what_is_no_tpm_is_told() {
    let world = World::new();
    drop(new_kit(&world.at("kit"), 7, &Centre::new()));
    let front = world.at("front.sock");
    let answers: [(&[u8], &str); 6] = [
        // A TPM 1.2 says "bad tag" under a tag of its own.
        (&[0, 0xc4, 0, 0, 0, 10, 0, 0, 0, 30], "tpm.not_two"),
        // Success, and nothing in it.
        (&[0x80, 1, 0, 0, 0, 10, 0, 0, 0, 0], "tpm.not_two"),
        // A size below its own head, one beyond all, and an answer cut short.
        (&[0x80, 1, 0, 0, 0, 9, 0, 0, 0, 0], "tpm.not_two"),
        (&[0x80, 1, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], "tpm.not_two"),
        (&[0x80, 1, 0, 0, 0, 20, 0, 0, 0, 0], "tpm.gone"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "tpm.not_two"),
    ];
    for (answer, want) in answers {
        let _ = std::fs::remove_file(&front);
        let listener = UnixListener::bind(&front).unwrap();
        let stranger = thread::spawn(move || {
            let (mut kit, _) = listener.accept().unwrap();
            let _ = message(&mut kit);
            let _ = kit.write_all(answer);
        });
        let refused = Kit::bind_to_tpm(&world.at("kit"), &front, &mut rng(8)).unwrap_err();
        assert_eq!(refused.code(), want, "{answer:?}");
        stranger.join().unwrap();
    }
    // A file that is neither device nor socket.
    let file = world.at("file");
    std::fs::write(&file, "").unwrap();
    let refused = Kit::bind_to_tpm(&world.at("kit"), &file, &mut rng(8)).unwrap_err();
    assert_eq!(refused.code(), "tpm.not_two");
    world.open().unwrap();
}

//! A centre and two kits as processes of their own, and a village that comes to them.

use std::collections::BTreeSet;
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use niims_country::CountryPack;
use niims_record::OfficerId;
use niims_sim::census::Census;
use niims_sim::folder::{Desk, write_visit};
use niims_sim::plants::{self, Plant};
use niims_sim::prints::PrintSource;
use niims_sim::village::Setting;
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_niims");
pub const KITS: usize = 2;
/// Fewest residents who come to each kit. A round serves at most two, and each
/// costs ten prints.
const FEWEST_PER_KIT: usize = 6;
/// People of a village besides those who come: planted cases stay at home here.
const AT_HOME: usize = 20;
const COUNTY: &str = "019";
const SUBLOCATIONS: [&str; KITS] = ["X00800", "X00801"];
/// Longest wait for the server to open its door or to finish its work.
const PATIENCE: Duration = Duration::from_secs(150);

/// A process that may be killed.
pub struct Process(Option<Child>);

impl Process {
    /// SIGKILL. False when it had ended by itself.
    pub fn kill(&mut self) -> bool {
        let Some(child) = &mut self.0 else { return false };
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        // The whole group: a shell that is killed alone leaves its command running.
        let group = format!("-{}", child.id());
        Command::new("kill").args(["-9", "--", &group]).status().unwrap();
        child.wait().unwrap();
        true
    }

    /// All that it printed, once it ended.
    pub fn wait_for_output(&mut self) -> String {
        let mut text = String::new();
        if let Some(mut child) = self.0.take() {
            child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
            child.wait().unwrap();
        }
        text
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The centre, the kits, and who has come.
pub struct World {
    folder: TempDir,
    address: String,
    /// Capture folders of each kit, in the order in which residents come.
    captures: Vec<Vec<PathBuf>>,
    /// Numbers on the slips that residents were handed.
    pub saved: BTreeSet<String>,
    /// How many residents of each kit hold a slip.
    served: Vec<usize>,
    last_kit: usize,
}

impl World {
    pub fn make(rounds: usize) -> Self {
        let folder = TempDir::new().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut world = Self {
            address: format!("127.0.0.1:{port}"),
            captures: Vec::new(),
            saved: BTreeSet::new(),
            served: vec![0; KITS],
            last_kit: 0,
            folder,
        };
        run(&["init", "--data", world.centre().to_str().unwrap()]);
        for kit in 0..KITS {
            world.add_kit(kit, FEWEST_PER_KIT.max(rounds / 3));
        }
        world
    }

    pub fn centre(&self) -> PathBuf {
        self.folder.path().join("centre")
    }

    pub fn kit(&self, kit: usize) -> PathBuf {
        self.folder.path().join(format!("kit-{kit}"))
    }

    fn add_kit(&mut self, kit: usize, residents: usize) {
        let (centre, folder) = (self.centre(), self.kit(kit));
        let serial = format!("CRASH-{kit}");
        let output = run(&[
            "staff",
            "add-kit",
            "--data",
            centre.to_str().unwrap(),
            "--kit",
            folder.to_str().unwrap(),
            "--serial",
            &serial,
            "--sublocation",
            SUBLOCATIONS[kit],
            "--officers",
            "2",
        ]);
        let officers: Vec<OfficerId> =
            output.lines().filter_map(|line| line.strip_prefix("officer ")?.parse().ok()).collect();
        let desks = self.folder.path().join("desks");
        self.captures.push(write_captures(&desks, kit, residents, officers[1]));
    }

    /// Starts the server and waits until its door is open.
    pub fn serve(&self) -> Process {
        let child = Command::new(BINARY)
            .args(["serve", "--data", self.centre().to_str().unwrap(), "--listen", &self.address])
            .process_group(0)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let until = Instant::now() + PATIENCE;
        while std::net::TcpStream::connect(&self.address).is_err() {
            assert!(Instant::now() < until, "the server did not open its door");
            std::thread::sleep(Duration::from_millis(20));
        }
        Process(Some(child))
    }

    /// One piece of a kit's day, killed or not: enrol two, seal, upload, delete.
    pub fn kit_work(&mut self, round: usize) -> Process {
        let kit = round % KITS;
        self.last_kit = kit;
        let next = self.waiting(kit);
        self.start(kit, &next[..next.len().min(2)])
    }

    /// A kit's whole day.
    pub fn kit_work_to_the_end(&mut self, kit: usize) -> Process {
        self.last_kit = kit;
        self.start(kit, &self.waiting(kit))
    }

    fn waiting(&self, kit: usize) -> Vec<PathBuf> {
        self.captures[kit][self.served[kit]..].to_vec()
    }

    /// The day as one shell of commands, so that a kill may fall on each of them.
    fn start(&self, kit: usize, captures: &[PathBuf]) -> Process {
        let folder = self.kit(kit);
        let kit = format!("--kit {}", folder.display());
        let captures: Vec<String> = captures.iter().map(|c| c.display().to_string()).collect();
        let enrol = format!("{BINARY} kit enrol {kit} {};", captures.join(" "));
        let enrol = if captures.is_empty() { String::new() } else { enrol };
        let script = format!(
            "{enrol} {BINARY} kit seal {kit}; {BINARY} kit upload {kit} --centre http://{}; \
             {BINARY} kit delete {kit} --retention-days 0",
            self.address
        );
        let child = Command::new("bash")
            .args(["-c", &script])
            .process_group(0)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Process(Some(child))
    }

    /// Notes the slips that were handed out.
    pub fn note_saved(&mut self, output: &str) {
        for line in output.lines() {
            if let Some(slip) = line.strip_prefix("saved ").and_then(|l| l.split(' ').nth(1)) {
                self.saved.insert(slip.to_owned());
                self.served[self.last_kit] += 1;
            }
        }
    }

    /// Waits until the server has nothing left to do but wait for people.
    pub fn drain(&self) {
        let until = Instant::now() + PATIENCE;
        while super::count::unfinished(self) > 0 {
            assert!(Instant::now() < until, "the register did not finish");
            std::thread::sleep(Duration::from_millis(500));
        }
        // The log is published a moment after the last step.
        std::thread::sleep(Duration::from_secs(2));
    }

    /// Whether the published log verifies.
    pub fn log_holds(&self) -> bool {
        let (log, key) = (self.centre().join("log"), self.centre().join("public/log.pub"));
        Command::new(BINARY)
            .args(["audit", "verify", log.to_str().unwrap(), "--key", key.to_str().unwrap()])
            .status()
            .unwrap()
            .success()
    }
}

/// Writes the captures of the innocent residents who come to one kit.
fn write_captures(
    folder: &Path,
    kit: usize,
    residents: usize,
    second_officer: OfficerId,
) -> Vec<PathBuf> {
    let pack = CountryPack::embedded().unwrap();
    let now = Timestamp::now();
    let setting = Setting { county: COUNTY, today: pack.today(now) };
    let census = Census::embedded().unwrap();
    let scenario =
        plants::plan(residents + AT_HOME, setting, &census, &pack, [kit as u8 + 1; 32]).unwrap();
    let innocent = |plant: Option<Plant>| plant.is_none();
    scenario
        .visits
        .iter()
        .filter(|visit| innocent(visit.plant))
        .take(residents)
        .map(|visit| {
            let folder = folder.join(format!("{kit}-{}", visit.number));
            let desk = Desk { county: COUNTY, finished_at: now, second_officer };
            write_visit(&folder, visit, &PrintSource::Synthetic, &pack, &desk).unwrap();
            folder
        })
        .collect()
}

/// Runs a command to its end and gives what it printed.
fn run(arguments: &[&str]) -> String {
    let output = Command::new(BINARY).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

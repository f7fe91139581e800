//! The folders of a centre and a kit, and the programs that serve them.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use niims_country::CountryPack;
use niims_kit::{Kit, KitOptions};
use niims_packet::CentreSecretKey;
use niims_record::OfficerId;
use niims_store::{Database, Keyring};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::sync::Arc;
use tempfile::TempDir;

/// The program under test; `NIIMS_BIN` names another one, such as a release build.
fn binary() -> String {
    std::env::var("NIIMS_BIN").unwrap_or_else(|_| env!("CARGO_BIN_EXE_niims").to_owned())
}
const SUPERVISOR_PIN: &str = "482913";
pub const OFFICER_PIN: &str = "730164";

/// A program that serves, killed when dropped.
pub struct Served {
    child: Child,
    /// Such as `http://127.0.0.1:4711`.
    pub site: String,
}

impl Served {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL, and wait until it is gone.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A centre, a kit and its officer.
pub struct World {
    pub folder: TempDir,
    pub officer: OfficerId,
    pub supervisor: OfficerId,
    pack: Arc<CountryPack>,
    /// Where the laptop's own files lie: its kit, its temporary files, its home.
    disk: PathBuf,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let disk = folder.path().to_owned();
        Self::on(folder, disk)
    }

    /// A laptop whose disk is mounted somewhere; the rest lies in `folder`.
    pub fn on(folder: TempDir, disk: PathBuf) -> Self {
        let at = |name: &str| folder.path().join(name).display().to_string();
        run(&["init", "--data", &at("centre")], "");
        let kit = disk.join("kit").display().to_string();
        let added = run(
            &[
                "staff",
                "add-kit",
                "--data",
                &at("centre"),
                "--kit",
                &kit,
                "--serial",
                "KILLS-1",
                "--sublocation",
                "X00001",
                "--officers",
                "2",
            ],
            "",
        );
        let officers: Vec<OfficerId> =
            added.lines().filter_map(|line| line.strip_prefix("officer ")?.parse().ok()).collect();
        for (officer, badge, pin) in
            [(officers[0], "Supervisor", SUPERVISOR_PIN), (officers[1], "Desk one", OFFICER_PIN)]
        {
            let pin = format!("{pin}\n");
            run(
                &["kit", "pin", "--kit", &kit, "--officer", &officer.to_string(), "--badge", badge],
                &pin,
            );
        }
        std::fs::create_dir(folder.path().join("station")).unwrap();
        for name in ["temporary", "home"] {
            std::fs::create_dir(disk.join(name)).unwrap();
        }
        let pack = Arc::new(CountryPack::embedded().unwrap());
        Self { folder, officer: officers[1], supervisor: officers[0], pack, disk }
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A place on the laptop's disk.
    pub fn on_disk(&self, name: &str) -> PathBuf {
        self.disk.join(name)
    }

    /// The centre's server.
    pub fn serve_centre(&self) -> Served {
        let data = self.at("centre");
        self.serve(&["serve", "--data", data.to_str().unwrap(), "--listen", "127.0.0.1:0"])
    }

    /// The centre's door alone: the steps run elsewhere.
    pub fn serve_centre_without_workers(&self) -> Served {
        let data = self.at("centre");
        let data = data.to_str().unwrap();
        self.serve(&["serve", "--data", data, "--listen", "127.0.0.1:0", "--workers", "0"])
    }

    /// The kit's pages, by a program to which another library is loaded first.
    pub fn serve_kit_under(&self, library: &Path) -> Served {
        let library = library.to_str().unwrap();
        self.serve_with(&self.kit_arguments(None), &[("LD_PRELOAD", library)])
    }

    /// The kit's pages.
    pub fn serve_kit(&self, centre: Option<&str>) -> Served {
        self.serve_with(&self.kit_arguments(centre), &[])
    }

    fn kit_arguments(&self, centre: Option<&str>) -> Vec<String> {
        let (kit, station) = (self.on_disk("kit"), self.at("station"));
        let (kit, station) = (kit.to_str().unwrap(), station.to_str().unwrap());
        let usual = ["kit", "serve", "--kit", kit, "--listen", "127.0.0.1:0", "--station", station];
        usual
            .into_iter()
            .chain(centre.into_iter().flat_map(|centre| ["--centre", centre]))
            .map(str::to_owned)
            .collect()
    }

    fn serve(&self, arguments: &[&str]) -> Served {
        let arguments: Vec<String> = arguments.iter().map(|&word| word.to_owned()).collect();
        self.serve_with(&arguments, &[])
    }

    fn serve_with(&self, arguments: &[String], environment: &[(&str, &str)]) -> Served {
        let mut child = Command::new(binary())
            .args(arguments)
            .envs(environment.iter().copied())
            .env("TMPDIR", self.on_disk("temporary"))
            .env("HOME", self.on_disk("home"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let site = loop {
            let line = lines.next().unwrap().unwrap();
            if let Some((_, rest)) = line.split_once("http://127.0.0.1:") {
                let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
                break format!("http://127.0.0.1:{port}");
            }
        };
        Served { child, site }
    }

    /// The kit's folder, opened by the library with the officer signed in.
    pub fn open_kit(&self) -> Kit {
        let mut kit =
            Kit::open(&self.on_disk("kit"), KitOptions::new(Arc::clone(&self.pack))).unwrap();
        kit.sign_in(self.officer, OFFICER_PIN, jiff::Timestamp::now()).unwrap();
        kit
    }

    /// The day as the officer's counts are kept.
    pub fn today(&self) -> jiff::civil::Date {
        self.pack.today(jiff::Timestamp::now())
    }

    /// The key to which packets are sealed.
    pub fn centre_key(&self) -> CentreSecretKey {
        CentreSecretKey::from_bytes(&secret(&self.at("centre/keys/centre.key"))).unwrap()
    }

    /// The centre's database.
    pub async fn database(&self) -> Database {
        let root = secret(&self.at("centre/keys/root.key"));
        let keyring = Keyring::from_root(&root, ChaCha20Rng::from_seed([7; 32]));
        let url = format!("sqlite:{}", self.at("centre/register.db").display());
        Database::open(&url, keyring, 2).await.unwrap()
    }
}

fn secret(file: &Path) -> [u8; 32] {
    let text = std::fs::read_to_string(file).unwrap();
    let mut key = [0; 32];
    hex::decode_to_slice(text.trim(), &mut key).unwrap();
    key
}

/// Runs a command to its end and gives what it printed.
fn run(arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(binary())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

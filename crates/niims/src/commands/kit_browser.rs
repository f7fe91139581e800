//! The browser of a kit: full screen, with a profile that lives in memory alone.
//!
//! A browser keeps what it shows: cache, form history, crash reports, pictures of pages. On a
//! kit all of this goes to a file system in memory, which is gone with the browser and with
//! the power; where there is none, no browser is opened.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

/// Names under which systems have Chromium or a browser that is built from it.
const PROGRAMS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "microsoft-edge"];

/// What a browser at a kit has to leave alone: other addresses, its own diaries, a keyring.
const ARGUMENTS: [&str; 11] = [
    "--kiosk",
    "--incognito",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=Translate,MediaRouter,OptimizationHints",
    "--noerrdialogs",
    "--password-store=basic",
];

/// How names of profiles begin; the number of the kit's process follows.
const PROFILE: &str = "niims-kit-browser-";

/// Magic number of `tmpfs` in `statfs(2)`.
#[cfg(target_os = "linux")]
const TMPFS: i64 = 0x0102_1994;

/// An open browser with its profile.
pub struct Browser {
    child: Child,
    // Removed when the browser is dropped.
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Opens `address` full screen, with `program` or the first known browser of this laptop.
    pub fn open(program: Option<&Path>, address: &str) -> Result<Self> {
        let program = match program {
            Some(program) => program.to_owned(),
            None => installed()?,
        };
        let memory = memory()?;
        forget_left_over(&memory);
        let prefix = format!("{PROFILE}{}-", std::process::id());
        let profile = tempfile::Builder::new().prefix(&prefix).tempdir_in(memory)?;
        let child = Command::new(&program)
            .args(ARGUMENTS)
            .arg(joined("--user-data-dir=", profile.path()))
            .arg(address)
            // What a browser writes beside its profile goes the same way.
            .env("HOME", profile.path())
            .env("TMPDIR", profile.path())
            .env("XDG_CACHE_HOME", profile.path())
            .env("XDG_CONFIG_HOME", profile.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start the browser {}", program.display()))?;
        Ok(Self { child, _profile: profile })
    }

    /// Whether it ended, and how.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // One that ended cannot be ended again.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn joined(flag: &str, path: &Path) -> std::ffi::OsString {
    let mut argument = std::ffi::OsString::from(flag);
    argument.push(path);
    argument
}

/// The first known browser on the path.
fn installed() -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    PROGRAMS
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(OsStr::new(name))))
        .find(|program| program.is_file())
        .context(
            "no Chromium is installed on this laptop: install it, or name a browser by --browser",
        )
}

/// Removes profiles of kits that were killed and could not do it.
fn forget_left_over(memory: &Path) {
    let Ok(entries) = std::fs::read_dir(memory) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let kit = name.to_str().and_then(|name| name.strip_prefix(PROFILE)?.split('-').next());
        if kit.is_some_and(|kit| !Path::new("/proc").join(kit).exists()) {
            // What belongs to somebody else stays.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// A folder that is in memory and belongs to this user.
fn memory() -> Result<PathBuf> {
    let own = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let found = own.into_iter().chain([PathBuf::from("/dev/shm")]).find(|folder| is_memory(folder));
    if let Some(folder) = found {
        return Ok(folder);
    }
    bail!(
        "there is no file system in memory on this laptop, and a browser would leave pages on the \
         disk: mount a tmpfs on /dev/shm"
    )
}

#[cfg(target_os = "linux")]
fn is_memory(folder: &Path) -> bool {
    rustix::fs::statfs(folder).is_ok_and(|about| about.f_type == TMPFS)
}

/// Only of Linux it is known which file system is in memory.
#[cfg(not(target_os = "linux"))]
const fn is_memory(_: &Path) -> bool {
    false
}

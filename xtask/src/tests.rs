//! `target/debug/xtask tests`: every test executable of the workspace, as many at once as there
//! are processors. Cargo runs them one after another, and many keep one processor waiting. Not by
//! `cargo run`, whose variables make build scripts run again.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use std::{io, thread};

use serde_json::Value;

/// Those that take longest begin first, so that none is left over at the end: by name, longest first.
const LONGEST: [&str; 8] =
    ["niims_abis", "crash", "register", "demo", "niims_kit", "pages", "niims_device", "scans"];

/// A test executable.
struct Executable {
    name: String,
    path: PathBuf,
    /// Folder of its package: where cargo would run it.
    folder: PathBuf,
}

/// Builds all, runs all, prints what each printed, and ends with what failed.
pub fn run(root: &Path) -> ExitCode {
    let mut waiting = match executables(root) {
        Ok(found) => found,
        Err(error) => {
            eprintln!("tests: {error}");
            return ExitCode::FAILURE;
        }
    };
    // The last one is taken first.
    let place = |one: &Executable| LONGEST.iter().position(|name| *name == one.name);
    waiting.sort_by_key(|one| std::cmp::Reverse(place(one).unwrap_or(LONGEST.len())));
    let (waiting, done) = (Mutex::new(waiting), Mutex::new(Vec::new()));
    let at_once = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                loop {
                    // Let go of the list before the test runs, or the others wait for it.
                    let next = locked(&waiting).pop();
                    let Some(one) = next else { break };
                    let begun = Instant::now();
                    let passed = watch(&one);
                    locked(&done).push((one.name, begun.elapsed(), passed));
                }
            });
        }
    });
    report(locked(&done).as_mut_slice())
}

fn report(done: &mut [(String, Duration, bool)]) -> ExitCode {
    done.sort_by_key(|(_, time, _)| std::cmp::Reverse(*time));
    for (name, time, _) in done.iter().take(LONGEST.len()) {
        println!("tests: {name} took {} s", time.as_secs());
    }
    let failed: Vec<&str> =
        done.iter().filter(|(_, _, passed)| !passed).map(|(name, ..)| name.as_str()).collect();
    if failed.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("tests: failed: {}", failed.join(", "));
    ExitCode::FAILURE
}

/// Runs one and prints its lines at once when it ends, so that none are mixed.
fn watch(one: &Executable) -> bool {
    let output = Command::new(&one.path)
        .current_dir(&one.folder)
        .env("CARGO_MANIFEST_DIR", &one.folder)
        .stdin(Stdio::null())
        .output();
    match output {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout);
            let complained = String::from_utf8_lossy(&output.stderr);
            println!("     Running {} ({})\n{said}{complained}", one.name, one.path.display());
            output.status.success()
        }
        Err(error) => {
            println!("tests: {} does not run: {error}", one.path.display());
            false
        }
    }
}

fn executables(root: &Path) -> io::Result<Vec<Executable>> {
    let built = Command::new(env!("CARGO"))
        .args(["test", "--workspace", "--no-run", "--message-format=json-render-diagnostics"])
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()?;
    if !built.status.success() {
        return Err(io::Error::other("the tests do not build"));
    }
    let lines = String::from_utf8_lossy(&built.stdout);
    let found: Vec<Executable> =
        lines.lines().filter_map(|line| executable(&serde_json::from_str(line).ok()?)).collect();
    if found.is_empty() {
        return Err(io::Error::other("cargo names no test executable"));
    }
    Ok(found)
}

fn executable(message: &Value) -> Option<Executable> {
    if message["profile"]["test"] != true {
        return None;
    }
    let manifest = Path::new(message["manifest_path"].as_str()?);
    Some(Executable {
        name: message["target"]["name"].as_str()?.to_owned(),
        path: message["executable"].as_str()?.into(),
        folder: manifest.parent()?.to_owned(),
    })
}

/// A list that a panic left is still a list.
fn locked<T>(list: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    list.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

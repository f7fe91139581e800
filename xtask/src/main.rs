//! Checks of the house itself, `cargo run -p xtask -- tidy`, and its tests, `-- tests`.
//!
//! Dependency rings, module docs, file length, dead links in documents, fields
//! that must never exist. Each finding names the file, the line and the remedy.

mod files;
mod forbidden;
mod licences;
mod links;
mod modules;
mod rings;
mod tests;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// One thing out of order.
pub struct Finding {
    /// File, relative to the workspace.
    pub file: PathBuf,
    /// Line, from one; zero when the whole file is meant.
    pub line: usize,
    /// What is wrong and what to do.
    pub message: String,
}

fn main() -> ExitCode {
    let Some(root) = Path::new(env!("CARGO_MANIFEST_DIR")).parent() else {
        eprintln!("xtask: the workspace folder was not found");
        return ExitCode::FAILURE;
    };
    match std::env::args().nth(1).as_deref() {
        Some("tidy") => tidy(root),
        Some("tests") => tests::run(root),
        _ => {
            eprintln!("usage: cargo run -p xtask -- tidy | tests");
            ExitCode::from(2)
        }
    }
}

fn tidy(root: &Path) -> ExitCode {
    let sources = files::tracked(root);
    let checks: [(&str, Vec<Finding>); 6] = [
        ("rings", rings::check(root)),
        ("modules", modules::check(root, &sources)),
        ("length", files::check_length(root, &sources)),
        ("links", links::check(root, &sources)),
        ("forbidden", forbidden::check(root, &sources)),
        ("licences", licences::check(root)),
    ];
    let mut count = 0;
    for (name, findings) in &checks {
        for finding in findings {
            println!("{name}: {}:{}: {}", finding.file.display(), finding.line, finding.message);
        }
        count += findings.len();
    }
    println!("tidy: {} checks over {} files, {count} findings", checks.len(), sources.len());
    if count == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

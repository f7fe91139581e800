//! The files of the house, and how long one may be.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Finding;

/// Most lines of a Rust file, tests included. Past it a reader loses the thread;
/// the remedy is a second file, not shorter names.
const LONGEST_FILE: usize = 450;

/// The files that version control tracks, relative to the workspace; without
/// version control, every file outside `target` and `node_modules`.
pub fn tracked(root: &Path) -> Vec<PathBuf> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output();
    if let Ok(output) = listed
        && output.status.success()
    {
        let text = String::from_utf8_lossy(&output.stdout);
        return text.lines().map(PathBuf::from).filter(|path| root.join(path).is_file()).collect();
    }
    let mut found = Vec::new();
    walk(root, root, &mut found);
    found
}

/// Rust files that are too long.
pub fn check_length(root: &Path, files: &[PathBuf]) -> Vec<Finding> {
    rust(files)
        .filter_map(|file| {
            let lines = std::fs::read_to_string(root.join(file)).ok()?.lines().count();
            (lines > LONGEST_FILE).then(|| Finding {
                file: file.clone(),
                line: 0,
                message: format!("{lines} lines; split it below {LONGEST_FILE}"),
            })
        })
        .collect()
}

/// The Rust files among these.
pub fn rust(files: &[PathBuf]) -> impl Iterator<Item = &PathBuf> {
    files.iter().filter(|file| file.extension().is_some_and(|e| e == "rs"))
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            if name != "target" && name != "node_modules" && name != ".git" {
                walk(root, &path, found);
            }
        } else if let Ok(relative) = path.strip_prefix(root) {
            found.push(relative.to_path_buf());
        }
    }
}

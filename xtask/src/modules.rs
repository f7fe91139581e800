//! Every module opens with a line that says what it is, and examples in documentation are text:
//! `xtask -- tests` runs executables, and would not see an example that claims to be a test.

use std::path::{Path, PathBuf};

use crate::Finding;
use crate::files;

/// Rust files without a leading `//!` line, and examples that are not text.
pub fn check(root: &Path, sources: &[PathBuf]) -> Vec<Finding> {
    let mut findings = openings(root, sources);
    findings.extend(files::rust(sources).flat_map(|file| examples(root, file)));
    findings
}

/// How examples begin that rustdoc would run.
const RUN: [&str; 5] = ["", "rust", "no_run", "should_panic", "compile_fail"];

fn examples(root: &Path, file: &Path) -> Vec<Finding> {
    let text = std::fs::read_to_string(root.join(file)).unwrap_or_default();
    let comment = |line: &str| {
        let line = line.trim_start();
        let doc = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))?;
        doc.trim_start().strip_prefix("```").map(str::to_owned)
    };
    let fences = text.lines().enumerate().filter_map(|(at, line)| Some((at + 1, comment(line)?)));
    fences
        .step_by(2)
        .filter(|(_, language)| RUN.iter().any(|run| language.split(',').any(|word| word == *run)))
        .map(|(line, _)| Finding {
            file: file.to_owned(),
            line,
            message: "begin an example in documentation with ```text, or write a test".into(),
        })
        .collect()
}

fn openings(root: &Path, sources: &[PathBuf]) -> Vec<Finding> {
    files::rust(sources)
        .filter_map(|file| {
            let text = std::fs::read_to_string(root.join(file)).ok()?;
            let opening = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            (!opening.starts_with("//!")).then(|| Finding {
                file: file.clone(),
                line: 1,
                message: "begin with a `//!` line that says what this module is".into(),
            })
        })
        .collect()
}

//! Every module opens with a line that says what it is.

use std::path::{Path, PathBuf};

use crate::Finding;
use crate::files;

/// Rust files without a leading `//!` line.
pub fn check(root: &Path, sources: &[PathBuf]) -> Vec<Finding> {
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

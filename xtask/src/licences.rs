//! Every dependency is under a permissive licence. The same list as `deny.toml`,
//! checked from what Cargo has on disk, so that it needs no other tool.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::Finding;

const ALLOWED: [&str; 14] = [
    "Apache-2.0",
    "MIT",
    "MIT-0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "Unicode-3.0",
    "CC0-1.0",
    "0BSD",
    "MPL-2.0",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "Unlicense",
];

/// Dependencies whose licence is not on the list.
pub fn check(root: &Path) -> Vec<Finding> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--offline", "--filter-platform"])
        .arg("x86_64-unknown-linux-gnu")
        .current_dir(root)
        .output();
    let metadata: Value = match output.map(|output| serde_json::from_slice(&output.stdout)) {
        Ok(Ok(metadata)) => metadata,
        _ => {
            return vec![Finding {
                file: PathBuf::from("Cargo.lock"),
                line: 0,
                message: "cargo metadata could not be read; build once, then run tidy".into(),
            }];
        }
    };
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages
        .filter_map(|package| {
            let licence = package["license"].as_str().unwrap_or("none stated");
            (!is_permissive(licence)).then(|| Finding {
                file: PathBuf::from(package["name"].as_str().unwrap_or_default()),
                line: 0,
                message: format!("is under {licence}; only permissive licences are taken"),
            })
        })
        .collect()
}

/// Whether an SPDX expression can be satisfied by allowed licences: each part
/// joined by AND must offer one among those joined by OR.
fn is_permissive(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], " ").replace('/', " OR ");
    plain.split(" AND ").all(|part| {
        part.split(" OR ").any(|licence| {
            let name = licence.split(" WITH ").next().unwrap_or_default().trim();
            ALLOWED.contains(&name)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        assert!(is_permissive("MIT OR Apache-2.0"));
        assert!(is_permissive("MIT/Apache-2.0"));
        assert!(is_permissive("(MIT OR GPL-3.0-only) AND Unicode-3.0"));
        assert!(is_permissive("Apache-2.0 WITH LLVM-exception"));
        assert!(!is_permissive("GPL-3.0-only"));
        assert!(!is_permissive("MIT AND LGPL-2.1-only"));
    }
}

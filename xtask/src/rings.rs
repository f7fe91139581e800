//! The dependency rings of `ARCHITECTURE.md`, read from `cargo metadata`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::Finding;

/// Where a crate stands. A crate uses only what stands further in, and a role
/// never another role.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Ring {
    Pure,
    Format,
    Storage,
    Role,
    Tool,
    Binary,
}

const RINGS: [(&str, Ring); 24] = [
    ("niims-record", Ring::Pure),
    ("niims-linkage", Ring::Pure),
    ("niims-fingerprint", Ring::Pure),
    ("niims-face", Ring::Pure),
    ("niims-country", Ring::Format),
    ("niims-packet", Ring::Format),
    ("niims-audit", Ring::Format),
    ("niims-paper", Ring::Format),
    ("niims-prefill", Ring::Format),
    ("niims-wire", Ring::Format),
    ("niims-device", Ring::Format),
    ("niims-store", Ring::Storage),
    ("niims-web", Ring::Storage),
    ("niims-mosip", Ring::Storage),
    ("niims-kit", Ring::Role),
    ("niims-register", Ring::Role),
    ("niims-abis", Ring::Role),
    ("niims-console", Ring::Role),
    ("niims-exchange", Ring::Role),
    ("niims-card", Ring::Role),
    ("niims-portal", Ring::Role),
    ("niims-foreign-desk", Ring::Role),
    ("niims-sim", Ring::Tool),
    ("niims", Ring::Binary),
];

/// What a crate of a ring must not depend on, besides outer rings: a pure crate
/// has no clock, network, storage or source of randomness of its own, and only
/// the store speaks SQL.
const BANNED_IN_PURE: [&str; 8] =
    ["tokio", "sqlx", "axum", "ureq", "tracing", "rand", "getrandom", "async-trait"];

/// Dependencies that bend a ring.
pub fn check(root: &Path) -> Vec<Finding> {
    let metadata = match read_metadata(root) {
        Ok(metadata) => metadata,
        Err(message) => return vec![finding("workspace", message)],
    };
    let rings: BTreeMap<&str, Ring> = RINGS.into_iter().collect();
    let mut findings = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        if name == "xtask" {
            continue;
        }
        let Some(&ring) = rings.get(name) else {
            findings.push(finding(name, "stands in no ring; name it in xtask/src/rings.rs".into()));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            if dependency["kind"].as_str() == Some("dev") {
                continue;
            }
            let on = dependency["name"].as_str().unwrap_or_default();
            if let Some(message) = objection(ring, on, rings.get(on).copied()) {
                findings.push(finding(name, message));
            }
        }
    }
    findings
}

fn objection(ring: Ring, on: &str, on_ring: Option<Ring>) -> Option<String> {
    if ring == Ring::Pure && BANNED_IN_PURE.contains(&on) {
        return Some(format!("is pure and may not use {on}; pass in what it gives"));
    }
    if on == "sqlx" && ring != Ring::Storage {
        return Some("uses sqlx; all SQL belongs in niims-store".into());
    }
    let on_ring = on_ring?;
    let same_role = ring == Ring::Role && on_ring == Ring::Role;
    (on_ring > ring || same_role)
        .then(|| format!("({ring:?}) may not use {on} ({on_ring:?}); speak through niims-wire"))
}

fn read_metadata(root: &Path) -> Result<Value, String> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cargo metadata did not start: {error}"))?;
    serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))
}

fn finding(name: &str, message: String) -> Finding {
    Finding { file: PathBuf::from(name), line: 0, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bent_ring_is_found() {
        assert!(objection(Ring::Pure, "tokio", None).is_some());
        assert!(objection(Ring::Pure, "niims-store", Some(Ring::Storage)).is_some());
        assert!(objection(Ring::Role, "niims-kit", Some(Ring::Role)).is_some());
        assert!(objection(Ring::Role, "sqlx", None).is_some());
        assert!(objection(Ring::Role, "niims-wire", Some(Ring::Format)).is_none());
        assert!(objection(Ring::Format, "niims-audit", Some(Ring::Format)).is_none());
    }
}

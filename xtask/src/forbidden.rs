//! What must never exist: columns for DNA or for the position of people
//! (DESIGN invariant 4, requirements R054, R058), ethnicity in the core record.

use std::path::{Path, PathBuf};

use crate::Finding;

const FORBIDDEN_COLUMNS: [&str; 12] = [
    "latitude",
    "longitude",
    "coordinates",
    "gps",
    "dna",
    "iris",
    "voice",
    "retina",
    "ethnicity",
    "ethnic_group",
    "tribe",
    "religion",
];

/// Migrations that name a forbidden column.
pub fn check(root: &Path, sources: &[PathBuf]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in sources.iter().filter(|file| file.extension().is_some_and(|e| e == "sql")) {
        let Ok(text) = std::fs::read_to_string(root.join(file)) else { continue };
        for (number, line) in text.lines().enumerate() {
            if let Some(word) = forbidden_in(line) {
                findings.push(Finding {
                    file: file.clone(),
                    line: number + 1,
                    message: format!("a column may not be about {word}; the law forbids it"),
                });
            }
        }
    }
    findings
}

fn forbidden_in(line: &str) -> Option<&'static str> {
    let code = line.split("--").next().unwrap_or_default().to_lowercase();
    let words: Vec<&str> = code.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    FORBIDDEN_COLUMNS.into_iter().find(|word| words.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planted_column_is_found() {
        assert_eq!(forbidden_in("  latitude DOUBLE PRECISION,"), Some("latitude"));
        assert_eq!(forbidden_in("  county TEXT -- never latitude"), None);
    }
}

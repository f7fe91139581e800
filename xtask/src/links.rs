//! Links from one document of the house to another must lead somewhere.

use std::path::{Path, PathBuf};

use crate::Finding;

/// Relative links in Markdown files whose target does not exist.
pub fn check(root: &Path, sources: &[PathBuf]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in sources.iter().filter(|file| file.extension().is_some_and(|e| e == "md")) {
        let Ok(text) = std::fs::read_to_string(root.join(file)) else { continue };
        let folder = root.join(file.parent().unwrap_or(Path::new("")));
        for (number, line) in text.lines().enumerate() {
            for target in targets(line) {
                if !folder.join(target).exists() {
                    findings.push(Finding {
                        file: file.clone(),
                        line: number + 1,
                        message: format!("the link to {target} leads nowhere"),
                    });
                }
            }
        }
    }
    findings
}

/// The file part of each relative link in a line.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split([')', ' ']).next()?.split('#').next()?;
        let elsewhere = target.contains("://") || target.starts_with("mailto:");
        (!target.is_empty() && !elsewhere).then_some(target)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_relative_files_count() {
        let line = "[a](docs/A.md#part) [b](https://example.org) [c](#here) ![d](x.svg)";
        assert_eq!(targets(line).collect::<Vec<_>>(), ["docs/A.md", "x.svg"]);
    }
}

//! `niims country check DIR`: what is wrong with a pack, or what it holds.

use std::fmt;
use std::path::Path;

use crate::pack::CountryPack;
use crate::problem::PackProblems;

/// The outcome of a check, ready to print.
#[derive(Debug)]
pub enum Report {
    /// No fault; what the pack holds, one line per kind.
    Clean(Vec<String>),
    /// Every fault, by file and line.
    Faulty(PackProblems),
}

impl Report {
    /// True when the pack may be used.
    pub const fn is_clean(&self) -> bool {
        matches!(self, Self::Clean(_))
    }
}

/// Reads the pack in a folder and reports on it.
pub fn check(folder: &Path) -> Report {
    match CountryPack::load(folder) {
        Ok(pack) => Report::Clean(summary(&pack)),
        Err(problems) => Report::Faulty(problems),
    }
}

fn summary(pack: &CountryPack) -> Vec<String> {
    let settings = pack.settings();
    let mut lines =
        vec![format!("{} {}, version {}", settings.code, settings.release, pack.version())];
    let outer = pack.fields().iter().filter(|field| field.parent.is_none()).count();
    lines.push(format!("{outer} fields, {} with those inside groups", pack.fields().len()));
    for level in pack.geography().levels() {
        let mark = if level.synthetic { " (synthetic)" } else { "" };
        lines.push(format!("{} of level {}{mark}", level.count, level.id));
    }
    lines.push(format!(
        "{} code lists, {} agencies, {} centres, {} holidays",
        pack.code_lists().count(),
        pack.agencies().len(),
        pack.centres().len(),
        pack.holidays().count()
    ));
    lines.push(format!(
        "{} legal bases, {} purposes, {} reasons, {} notices",
        pack.bases().count(),
        pack.purposes().count(),
        pack.reasons().count(),
        pack.notices().count()
    ));
    lines
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clean(lines) => {
                for line in lines {
                    writeln!(formatter, "{line}")?;
                }
                write!(formatter, "0 problems in the country pack")
            }
            Self::Faulty(problems) => problems.fmt(formatter),
        }
    }
}

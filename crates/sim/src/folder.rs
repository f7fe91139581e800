//! Writes one visit as the capture folder that a kit enrols from.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use niims_country::{Answers, CountryPack};
use niims_fingerprint::FingerPosition;
use niims_packet::{CaptureException, ExceptionOf, GuardianIdentified, GuardianKnownBy};
use niims_record::ids::OfficerId;
use serde::Serialize;

use crate::document;
use crate::form::{self, Sitting};
use crate::images::ImagesError;
use crate::plants::Visit;
use crate::portrait;
use crate::prints::{Hands, Print, PrintSource};

/// Reason noted for a finger of which the source has no image.
const NO_IMAGE: &str = "EQUIPMENT";
/// Reason of the exception for hands without readable prints.
const WORN: &str = "WORN";
/// Who introduces guardians in a village.
const INTRODUCER: &str = "CHIEF";
/// Minutes before the end of the visit at which things happen.
const CONSENT_BEFORE: i64 = 12;
const OPENED_BEFORE: i64 = 10;
const CONFIRMED_BEFORE: i64 = 1;

/// The desk at which visits are captured.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// Code of the county.
    pub county: &'a str,
    /// When the visit ends, not after the kit's clock at enrolment.
    pub finished_at: Timestamp,
    /// The officer who vouches for exceptions; not the one who captures.
    pub second_officer: OfficerId,
}

/// Why a folder cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A file or folder cannot be written.
    #[error("{path} cannot be written", path = path.display())]
    Unwritable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The prints cannot be had.
    #[error("the prints cannot be taken")]
    Images(#[from] ImagesError),
    /// The answers cannot be written as JSON.
    #[error("the form cannot be written as JSON")]
    Form(#[from] serde_json::Error),
}

impl WriteError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unwritable { .. } => "folder.unwritable",
            Self::Images(error) => error.code(),
            Self::Form(_) => "folder.form",
        }
    }
}

/// `form.json`.
#[derive(Serialize)]
struct Recorded {
    form_kind: &'static str,
    answers: Answers,
    capture_opened_at: Timestamp,
    captured_at: Timestamp,
    confirmed_at: Timestamp,
    portrait_taken_live: bool,
    guardian: Option<GuardianIdentified>,
    exceptions: Vec<CaptureException>,
}

/// `fingers.json`.
#[derive(Serialize)]
struct FingerNotes {
    dpi: Option<u16>,
    missing: BTreeMap<FingerPosition, Missing>,
}

#[derive(Serialize)]
struct Missing {
    reason: &'static str,
    permanent: bool,
}

/// Writes the capture folder of a visit to `folder`, which must not exist yet; its parents are
/// made. The same visit, source and desk give the same files.
///
/// # Errors
/// [`WriteError`]; the folder may then be incomplete.
pub fn write_visit(
    folder: &Path,
    visit: &Visit,
    prints: &PrintSource,
    pack: &CountryPack,
    desk: &Desk<'_>,
) -> Result<(), WriteError> {
    // Whoever the law sends home lays no finger on the glass.
    let prints = if visit.is_sent_home() {
        Vec::new()
    } else {
        prints.capture(&visit.claimed, visit.impression, visit.hands)?
    };
    make_folders(folder)?;
    write(folder, "form.json", &serde_json::to_vec_pretty(&form_of(visit, pack, desk))?)?;
    write(folder, "fingers.json", &serde_json::to_vec_pretty(&notes_of(&prints))?)?;
    for print in &prints {
        let name = format!("fingers/{}.{}", print.position.name(), print.ending);
        write(folder, &name, &print.bytes)?;
    }
    write(folder, "portrait.png", &portrait::portrait(&visit.claimed))?;
    if let Some((kind, _)) = form::paper(&visit.claimed) {
        let name = format!("documents/{}_1.png", kind.to_ascii_lowercase().replace('-', "_"));
        write(folder, &name, &document::scan(&visit.claimed, kind))?;
    }
    Ok(())
}

fn form_of(visit: &Visit, pack: &CountryPack, desk: &Desk<'_>) -> Recorded {
    let before = |minutes| earlier(desk.finished_at, minutes);
    let sitting = Sitting {
        county: desk.county,
        consented_at: before(CONSENT_BEFORE),
        guardian_consents: visit.guardian_consents,
    };
    let (kind, answers) = form::answers(&visit.claimed, pack, &sitting);
    let exception = (visit.hands == Hands::Unusable).then(|| CaptureException {
        of: ExceptionOf::Fingers,
        reason: WORN.to_owned(),
        approved_by: desk.second_officer,
        approved_at: desk.finished_at,
    });
    let relation = answers.get("guardian").and_then(|guardian| guardian.get("relationship"));
    let guardian =
        relation.and_then(|relation| relation.as_str()).map(|relation| GuardianIdentified {
            relation: relation.to_owned(),
            known: GuardianKnownBy::Introduced { position: INTRODUCER.to_owned() },
            by: desk.second_officer,
            at: before(CONSENT_BEFORE + 1),
        });
    Recorded {
        form_kind: kind.as_str(),
        answers,
        capture_opened_at: before(OPENED_BEFORE),
        captured_at: desk.finished_at,
        confirmed_at: before(CONFIRMED_BEFORE),
        portrait_taken_live: true,
        guardian,
        exceptions: exception.into_iter().collect(),
    }
}

fn notes_of(prints: &[Print]) -> FingerNotes {
    let missing = FingerPosition::all()
        .into_iter()
        .filter(|finger| prints.iter().all(|print| print.position != *finger))
        .map(|finger| (finger, Missing { reason: NO_IMAGE, permanent: false }))
        .collect();
    FingerNotes { dpi: prints.first().map(|print| print.dpi), missing }
}

fn earlier(at: Timestamp, minutes: i64) -> Timestamp {
    at.checked_sub(SignedDuration::from_mins(minutes)).unwrap_or(at)
}

fn make_folders(folder: &Path) -> Result<(), WriteError> {
    let unwritable = |path: &Path| {
        let path = path.to_owned();
        move |source| WriteError::Unwritable { path, source }
    };
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent).map_err(unwritable(parent))?;
    }
    for inner in [folder.to_owned(), folder.join("fingers"), folder.join("documents")] {
        fs::create_dir(&inner).map_err(unwritable(&inner))?;
    }
    Ok(())
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), WriteError> {
    let path = folder.join(name);
    fs::write(&path, bytes).map_err(|source| WriteError::Unwritable { path, source })
}

#[cfg(test)]
mod tests;

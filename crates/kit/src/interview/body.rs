//! Fingers and portrait: taken by a station behind [`BodyCapture`], never sent by a page.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use jiff::Timestamp;
use niims_country::{Answers, CountryPack, Role};
use niims_packet::{CaptureOutcome, CaptureStation, FingerCapture, Image};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use super::begin::Parts;
use super::stage::{about, found};
use super::{InterviewOf, Stage, StatementTaken};
use crate::capture::folder::CaptureFolder;
use crate::capture::picture::{PORTRAIT_LEAST_SIDE, clean};
use crate::capture::{CaptureProblem, EnrolRefused, fingers};
use crate::kit::Kit;

/// What a station took: all ten fingers with picture or reason, and the portrait if it could.
pub struct Body {
    /// The fingers.
    pub fingers: Vec<FingerCapture>,
    /// The portrait, taken live.
    pub portrait: Option<Image>,
}

/// A place where fingers and portrait are taken. The kit opens it once consent is on disk,
/// and takes over what it has; the pages do not know how it works.
pub trait BodyCapture: Send {
    /// Makes ready for one resident. Refuses where something of the one before is left.
    ///
    /// # Errors
    /// `capture.station_not_empty`, `folder.…`.
    fn open(&mut self) -> Result<(), EnrolRefused>;

    /// What was taken since. `answers` may tell fingers that cannot be taken, with reasons.
    ///
    /// # Errors
    /// `capture.…`, `image.…`, `folder.…`.
    fn take(&mut self, answers: &Answers, pack: &CountryPack) -> Result<Body, EnrolRefused>;

    /// Removes what was taken; called once it is on the kit's disk.
    ///
    /// # Errors
    /// `kit.file`.
    fn forget(&mut self) -> Result<(), EnrolRefused>;
}

/// No station at all: every finger needs a reason, and the portrait an exception.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoStation;

impl BodyCapture for NoStation {
    fn open(&mut self) -> Result<(), EnrolRefused> {
        Ok(())
    }

    fn take(&mut self, answers: &Answers, pack: &CountryPack) -> Result<Body, EnrolRefused> {
        Ok(Body { fingers: fingers::told(&plain(answers), pack)?, portrait: None })
    }

    fn forget(&mut self) -> Result<(), EnrolRefused> {
        Ok(())
    }
}

/// A capture station that writes one resident's captures to a folder: `fingers/`,
/// `fingers.json` and the portrait, laid out as for `Kit::enrol_from_folder`.
#[derive(Debug, Clone)]
pub struct FolderStation {
    folder: PathBuf,
}

impl FolderStation {
    /// The station that writes to this folder.
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn entries(&self) -> std::io::Result<Vec<PathBuf>> {
        fs::read_dir(&self.folder)?.map(|entry| entry.map(|entry| entry.path())).collect()
    }
}

impl BodyCapture for FolderStation {
    fn open(&mut self) -> Result<(), EnrolRefused> {
        let unreadable = |error| EnrolRefused::Kit(crate::KitError::file("read", error));
        if self.entries().map_err(unreadable)?.is_empty() {
            Ok(())
        } else {
            Err(CaptureProblem::StationNotEmpty.into())
        }
    }

    fn take(&mut self, answers: &Answers, pack: &CountryPack) -> Result<Body, EnrolRefused> {
        let folder = CaptureFolder::list(&self.folder, pack.settings())?;
        let fingers = fingers::read(&folder, &plain(answers), pack)?;
        let portrait = match &folder.portrait {
            Some(file) => Some(clean(file, &folder.picture(file)?, PORTRAIT_LEAST_SIDE)?),
            None => None,
        };
        Ok(Body { fingers, portrait })
    }

    fn forget(&mut self) -> Result<(), EnrolRefused> {
        let removed = |error| EnrolRefused::Kit(crate::KitError::file("removed", error));
        for path in self.entries().map_err(removed)? {
            if path.is_dir() {
                fs::remove_dir_all(path).map_err(removed)?;
            } else {
                fs::remove_file(path).map_err(removed)?;
            }
        }
        Ok(())
    }
}

/// Fingers and portrait as an interview holds them; the pictures are its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyTaken {
    /// When they were taken over.
    pub taken_at: Timestamp,
    /// The ten fingers.
    pub fingers: Vec<FingerNote>,
    /// The portrait.
    pub portrait: Option<PictureNote>,
    /// The photo of missing or bandaged fingers.
    pub exception_photo: Option<PictureNote>,
    /// What devices signed of them.
    pub statements: Vec<StatementTaken>,
    /// Where they were taken.
    pub station: CaptureStation,
}

impl BodyTaken {
    /// Whether a finger can be compared.
    pub fn is_usable(&self) -> bool {
        self.fingers.iter().any(|finger| matches!(finger, FingerNote::Captured { .. }))
    }
}

/// A picture that is a part of the interview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureNote {
    /// Name of the part.
    pub part: String,
    /// Its media type.
    pub media_type: String,
}

/// The second best print of a finger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondNote {
    /// The picture.
    pub picture: PictureNote,
    /// Resolution, dots per inch.
    pub dpi: u16,
    /// Quality that the kit measured, 1 to 100.
    pub quality: u8,
}

/// One finger as an interview holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FingerNote {
    /// With a picture.
    Captured {
        /// ISO/IEC 19794-2 code, 1 to 10.
        position: u8,
        /// The picture.
        picture: PictureNote,
        /// Resolution, dots per inch.
        dpi: u16,
        /// Quality that the kit measured, 1 to 100.
        quality: u8,
        /// The second best try.
        second: Option<SecondNote>,
    },
    /// With a reason instead.
    Missing {
        /// ISO/IEC 19794-2 code, 1 to 10.
        position: u8,
        /// Code of the country pack.
        reason: String,
        /// Whether the finger can never be captured.
        permanent: bool,
    },
}

impl Kit {
    /// Opens fingers and portrait for one resident: everything asked stands, consent above all.
    /// What was captured before is put aside.
    ///
    /// # Errors
    /// Those of the station; as of every change.
    pub fn open_body(
        &mut self,
        of: InterviewOf,
        station: &mut dyn BodyCapture,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        self.has_room()?;
        self.change_interview(of, Stage::Body, now, rng, |interview, _| {
            station.open()?;
            interview.body_opened_at = Some(now);
            interview.scans = super::Scans::default();
            interview.body = None;
            interview.exceptions.clear();
            Ok(())
        })
    }

    /// Takes over what the station took; `missing` tells fingers that cannot be taken.
    ///
    /// # Errors
    /// Those of the station; `form.…` for faults of the reasons; `interview.not_yet` when it
    /// was not opened; as of every change.
    pub fn take_body(
        &mut self,
        of: InterviewOf,
        station: &mut dyn BodyCapture,
        missing: Vec<Value>,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        self.change_with_parts(of, Stage::Body, now, rng, |interview, kit| {
            if interview.body_opened_at.is_none() {
                return Err(EnrolRefused::NotYet { stage: Stage::Body });
            }
            let pack = &kit.options.pack;
            tell(interview, pack, missing, now)?;
            let body = station.take(&interview.answers, pack)?;
            let (taken, parts) = into_parts(body, now);
            interview.exceptions.clear();
            interview.body = Some(taken);
            Ok(parts)
        })?;
        station.forget()
    }
}

/// Puts the reasons for missing fingers among the answers.
pub(super) fn tell(
    interview: &mut super::Interview,
    pack: &CountryPack,
    missing: Vec<Value>,
    now: Timestamp,
) -> Result<(), EnrolRefused> {
    let field = pack.fields().iter().find(|f| f.role == Some(Role::BiometricExceptions));
    let Some(field) = field else { return Ok(()) };
    let mut answers = interview.answers.clone();
    answers.remove(&field.id);
    if !missing.is_empty() {
        answers.set(&field.id, Value::Array(missing));
    }
    let problems = about(found(&answers, interview, pack, pack.today(now)), &field.id);
    if !problems.is_empty() {
        return Err(EnrolRefused::Form { problems });
    }
    interview.answers = answers;
    Ok(())
}

fn into_parts(body: Body, now: Timestamp) -> (BodyTaken, Parts) {
    let mut parts: Parts = Vec::new();
    let mut keep = |part: String, image: Image| {
        parts.push((part.clone(), Zeroizing::new(image.bytes)));
        PictureNote { part, media_type: image.media_type }
    };
    let fingers = body
        .fingers
        .into_iter()
        .map(|FingerCapture { position, outcome }| match outcome {
            // A folder has one picture of each finger.
            CaptureOutcome::Captured { image, dpi, quality, .. } => {
                let picture = keep(format!("finger.{position}"), image);
                FingerNote::Captured { position, picture, dpi, quality, second: None }
            }
            CaptureOutcome::Missing { reason, permanent } => {
                FingerNote::Missing { position, reason, permanent }
            }
        })
        .collect();
    let portrait = body.portrait.map(|image| keep("portrait".to_owned(), image));
    let station = CaptureStation::Folder;
    let taken = BodyTaken {
        taken_at: now,
        fingers,
        portrait,
        exception_photo: None,
        statements: Vec::new(),
        station,
    };
    (taken, parts)
}

fn plain(answers: &Answers) -> BTreeMap<String, Value> {
    answers.iter().map(|(id, value)| (id.to_owned(), value.clone())).collect()
}

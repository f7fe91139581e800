//! Who sits at the desk: fingers and a face, drawn from a seed or read from a folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::date;
use niims_fingerprint::synthetic::{
    ImpressionConditions, MasterFinger, PersonTraits, SlapConditions, slap,
};
use niims_fingerprint::{FingerPosition, GrayImage, ImageLimits, decode_image, stated_resolution};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use crate::census::Census;
use crate::portrait::portrait;
use crate::village::{Setting, resident};

/// Largest picture file that is read, bytes.
const LARGEST_FILE: u64 = 8 * 1024 * 1024;
/// Resolution of synthetic prints, and of files that state none, dots per inch.
const DPI: u16 = 500;
/// First stream of impressions of a seed; fingers have those of their codes.
const IMPRESSIONS: u64 = 1 << 20;

/// Whose fingers and face a device captures.
#[derive(Clone)]
pub enum Subject {
    /// Grown from a seed: nobody's.
    Synthetic(Arc<Synthetic>),
    /// Files `<finger>.png|tif|bmp|pgm|jp2` and `portrait.png|jpg` of a folder.
    Folder(PathBuf),
}

/// A synthetic person; fingers are grown when they are first laid down.
pub struct Synthetic {
    seed: [u8; 32],
    fingers: Mutex<BTreeMap<FingerPosition, Arc<MasterFinger>>>,
}

/// Why a finger or face is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum SubjectError {
    /// A file cannot be read.
    #[error("{path} cannot be read", path = path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is larger than any that is read, or no picture.
    #[error("{path} is no picture of at most 8 MiB", path = path.display())]
    Picture {
        /// Which.
        path: PathBuf,
    },
    /// There is no such file.
    #[error("{folder} holds no picture named {name}", folder = folder.display())]
    Missing {
        /// The folder.
        folder: PathBuf,
        /// Without ending.
        name: &'static str,
    },
}

impl SubjectError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "subject.unreadable",
            Self::Picture { .. } => "subject.picture",
            Self::Missing { .. } => "subject.missing",
        }
    }
}

impl Subject {
    /// A synthetic person of this seed.
    pub fn synthetic(seed: [u8; 32]) -> Self {
        Self::Synthetic(Arc::new(Synthetic { seed, fingers: Mutex::default() }))
    }

    /// A print of one finger with its resolution; another `occasion` is another impression.
    ///
    /// # Errors
    /// [`SubjectError`].
    pub fn print(
        &self,
        finger: FingerPosition,
        occasion: u64,
        poor: bool,
    ) -> Result<(GrayImage, u16), SubjectError> {
        match self {
            Self::Synthetic(person) => {
                let rng = &mut person.stream(IMPRESSIONS + 16 * occasion + code(finger));
                Ok((person.finger(finger).impression(rng, &conditions(poor)), DPI))
            }
            Self::Folder(folder) => {
                let bytes =
                    file(folder, finger.name(), &["png", "tif", "tiff", "bmp", "pgm", "jp2"])?;
                let picture = decode_image(&bytes, &ImageLimits::default())
                    .map_err(|_| SubjectError::Picture { path: folder.join(finger.name()) })?;
                Ok((picture, stated_resolution(&bytes).unwrap_or(DPI)))
            }
        }
    }

    /// Several fingers in one picture, from left to right.
    ///
    /// # Errors
    /// [`SubjectError`]; a folder holds no slaps unless one of them is named `slap`.
    pub fn slap(
        &self,
        fingers: &[FingerPosition],
        occasion: u64,
        poor: bool,
    ) -> Result<(GrayImage, u16), SubjectError> {
        match self {
            Self::Synthetic(person) => {
                let rng = &mut person.stream(IMPRESSIONS + 16 * occasion);
                let masters: Vec<_> = fingers.iter().map(|finger| person.finger(*finger)).collect();
                let laid: Vec<_> = masters.iter().map(|master| Some(master.as_ref())).collect();
                let left = fingers
                    .first()
                    .is_some_and(|finger| finger.code() > FingerPosition::LeftThumb.code());
                let conditions =
                    SlapConditions { impression: conditions(poor), ..SlapConditions::default() };
                Ok((slap(&laid, left, rng, &conditions).0, DPI))
            }
            Self::Folder(folder) => {
                let bytes = file(folder, "slap", &["png", "tif", "tiff", "bmp", "pgm", "jp2"])?;
                let picture = decode_image(&bytes, &ImageLimits::default())
                    .map_err(|_| SubjectError::Picture { path: folder.join("slap") })?;
                Ok((picture, stated_resolution(&bytes).unwrap_or(DPI)))
            }
        }
    }

    /// A portrait, PNG or JPEG.
    ///
    /// # Errors
    /// [`SubjectError`].
    pub fn portrait(&self) -> Result<Vec<u8>, SubjectError> {
        match self {
            Self::Synthetic(person) => Ok(person.portrait()),
            Self::Folder(folder) => file(folder, "portrait", &["png", "jpg", "jpeg"]),
        }
    }
}

impl Synthetic {
    fn stream(&self, stream: u64) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::from_seed(self.seed);
        rng.set_stream(stream);
        rng
    }

    fn finger(&self, finger: FingerPosition) -> Arc<MasterFinger> {
        let mut fingers = self.fingers.lock().unwrap_or_else(PoisonError::into_inner);
        let grow = || {
            let traits = PersonTraits::adult(&mut self.stream(0));
            let mut seed = [0; 32];
            self.stream(code(finger)).fill_bytes(&mut seed);
            Arc::new(MasterFinger::grow(seed, finger, &traits))
        };
        fingers.entry(finger).or_insert_with(grow).clone()
    }

    fn portrait(&self) -> Vec<u8> {
        let setting = Setting { county: "019", today: date(2026, 11, 22) };
        let rng = &mut self.stream(IMPRESSIONS - 1);
        match Census::embedded() {
            Ok(census) => portrait(&resident(0, 30, true, setting, &census, rng)),
            Err(_) => Vec::new(),
        }
    }
}

fn conditions(poor: bool) -> ImpressionConditions {
    if poor { ImpressionConditions::unusable() } else { ImpressionConditions::typical() }
}

fn code(finger: FingerPosition) -> u64 {
    finger.code().into()
}

fn file(folder: &Path, name: &'static str, endings: &[&str]) -> Result<Vec<u8>, SubjectError> {
    let found = endings.iter().map(|ending| folder.join(format!("{name}.{ending}")));
    let Some(path) = found.into_iter().find(|path| path.is_file()) else {
        return Err(SubjectError::Missing { folder: folder.to_owned(), name });
    };
    let unreadable = |source| SubjectError::Unreadable { path: path.clone(), source };
    if fs::metadata(&path).map_err(unreadable)?.len() > LARGEST_FILE {
        return Err(SubjectError::Picture { path });
    }
    fs::read(&path).map_err(unreadable)
}

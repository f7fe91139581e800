//! A capture folder: what the capture station writes for one resident.
//!
//! ```text
//! form.json                      the form, see `CaptureForm`
//! fingers.json                   optional: resolution, and why fingers are missing
//! fingers/<finger>.png|tif|tiff|bmp|pgm|jpg|jpeg|jp2|wsq|fir
//!                                right_thumb … right_little, left_thumb … left_little
//! portrait.png|jpg|jpeg          taken live at the desk
//! documents/<kind>_<n>.png|jpg|jpeg
//!                                kind as in the country's list, such as national_id_1.png
//! ```
//!
//! Anything else is refused: an unknown file may be data that nobody may collect. Links are
//! not followed. Names are listed first; a file is read only when its gate has come.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use niims_country::Settings;
use niims_fingerprint::FingerPosition;
use niims_packet::limits::{MAX_DOCUMENTS, MAX_IMAGE_BYTES};

use super::prohibited;
use super::refusal::{EnrolRefused, FolderProblem};

/// Largest `form.json`, bytes: 512 KiB, twice what the answers alone may have.
const LARGEST_FORM: u64 = 512 * 1024;
/// Largest `fingers.json`, bytes: 16 KiB; ten fingers with reasons need 1 KiB.
const LARGEST_FINGERS: u64 = 16 * 1024;
/// Endings of finger pictures; what a file is, its bytes say.
const FINGER_FORMATS: [&str; 10] =
    ["png", "tif", "tiff", "bmp", "pgm", "jpg", "jpeg", "jp2", "wsq", "fir"];
/// Most entries of one folder that are looked at.
const MOST_ENTRIES: usize = 64;

/// A capture folder whose names were listed and nothing more.
pub(crate) struct CaptureFolder {
    root: PathBuf,
    /// Finger to file name below the root.
    pub fingers: BTreeMap<FingerPosition, String>,
    /// File name of the portrait.
    pub portrait: Option<String>,
    /// File names of the documents with the kind that the name states, in order.
    pub documents: Vec<(String, String)>,
}

impl CaptureFolder {
    /// Lists a folder and refuses what does not belong into it.
    pub fn list(root: &Path, settings: &Settings) -> Result<Self, EnrolRefused> {
        let mut folder = Self {
            root: root.to_owned(),
            fingers: BTreeMap::new(),
            portrait: None,
            documents: Vec::new(),
        };
        for (name, is_folder) in entries(root, "")? {
            match (name.as_str(), is_folder) {
                ("form.json" | "fingers.json", false) => {}
                ("fingers", true) => folder.list_fingers(settings)?,
                ("documents", true) => folder.list_documents(settings)?,
                ("portrait.png" | "portrait.jpg" | "portrait.jpeg", false) => {
                    if folder.portrait.replace(name.clone()).is_some() {
                        return Err(refuse(&name, FolderProblem::Twice));
                    }
                }
                _ => return Err(unknown(&name, settings)),
            }
        }
        folder.documents.sort();
        Ok(folder)
    }

    fn list_fingers(&mut self, settings: &Settings) -> Result<(), EnrolRefused> {
        for (name, is_folder) in entries(&self.root, "fingers")? {
            let finger = name
                .rsplit_once('.')
                .filter(|(_, ext)| FINGER_FORMATS.contains(ext))
                .and_then(|(stem, _)| FingerPosition::from_name(stem))
                .filter(|finger| finger.code() != 0 && !is_folder);
            let Some(finger) = finger else { return Err(unknown(&name, settings)) };
            let name = format!("fingers/{name}");
            if self.fingers.insert(finger, name.clone()).is_some() {
                return Err(refuse(&name, FolderProblem::Twice));
            }
        }
        Ok(())
    }

    fn list_documents(&mut self, settings: &Settings) -> Result<(), EnrolRefused> {
        let mut seen = BTreeSet::new();
        for (name, is_folder) in entries(&self.root, "documents")? {
            let parts = name
                .rsplit_once('.')
                .filter(|(_, ext)| ["png", "jpg", "jpeg"].contains(ext) && !is_folder)
                .and_then(|(stem, _)| stem.rsplit_once('_'))
                .filter(|(_, number)| number.parse::<u16>().is_ok());
            let Some((kind, number)) = parts else { return Err(unknown(&name, settings)) };
            if prohibited::in_name(kind) || prohibited::modality_off(kind, settings) {
                return Err(unknown(&name, settings));
            }
            if !seen.insert((kind.to_owned(), number.to_owned())) {
                return Err(refuse("documents", FolderProblem::Twice));
            }
            self.documents.push((kind.to_owned(), format!("documents/{name}")));
        }
        if self.documents.len() > MAX_DOCUMENTS {
            return Err(refuse("documents", FolderProblem::TooManyFiles));
        }
        Ok(())
    }

    /// The bytes of `form.json`.
    pub fn form(&self) -> Result<Vec<u8>, EnrolRefused> {
        self.read("form.json", LARGEST_FORM)
    }

    /// The bytes of `fingers.json`, if there is one.
    pub fn finger_notes(&self) -> Result<Option<Vec<u8>>, EnrolRefused> {
        if self.root.join("fingers.json").symlink_metadata().is_err() {
            return Ok(None);
        }
        self.read("fingers.json", LARGEST_FINGERS).map(Some)
    }

    /// The bytes of a picture.
    pub fn picture(&self, name: &str) -> Result<Vec<u8>, EnrolRefused> {
        self.read(name, MAX_IMAGE_BYTES as u64)
    }

    /// Reads a file, bounded whatever its stated size: it may grow while it is read.
    fn read(&self, name: &str, limit: u64) -> Result<Vec<u8>, EnrolRefused> {
        let path = self.root.join(name);
        let unreadable = || refuse(name, FolderProblem::Unreadable);
        let about = path.symlink_metadata().map_err(|_| unreadable())?;
        if !about.is_file() {
            return Err(unreadable());
        }
        if about.len() > limit {
            return Err(refuse(name, FolderProblem::TooLarge));
        }
        let mut bytes = Vec::with_capacity(about.len() as usize);
        let file = fs::File::open(&path).map_err(|_| unreadable())?;
        file.take(limit + 1).read_to_end(&mut bytes).map_err(|_| unreadable())?;
        if bytes.len() as u64 > limit {
            return Err(refuse(name, FolderProblem::TooLarge));
        }
        Ok(bytes)
    }
}

/// A refusal of the folder's layout.
pub(crate) fn refuse(name: &str, problem: FolderProblem) -> EnrolRefused {
    EnrolRefused::Folder { name: name.to_owned(), problem }
}

/// The names in a folder, sorted, each with whether it is a folder itself.
fn entries(root: &Path, below: &str) -> Result<Vec<(String, bool)>, EnrolRefused> {
    let shown = if below.is_empty() { "the capture folder" } else { below };
    let unreadable = |_| refuse(shown, FolderProblem::Unreadable);
    let path = if below.is_empty() { root.to_owned() } else { root.join(below) };
    // The folder itself may be reached through a link; nothing below it may.
    if !below.is_empty() && !path.symlink_metadata().map_err(unreadable)?.is_dir() {
        return Err(refuse(shown, FolderProblem::Unreadable));
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let kind = entry.file_type().map_err(unreadable)?;
        if kind.is_symlink() {
            return Err(refuse(shown, FolderProblem::UnknownFile));
        }
        names.push((entry.file_name().to_string_lossy().into_owned(), kind.is_dir()));
        if names.len() > MOST_ENTRIES {
            return Err(refuse(shown, FolderProblem::TooManyFiles));
        }
    }
    names.sort();
    Ok(names)
}

/// A file that does not belong here. Its name is not repeated: it might name a person.
fn unknown(name: &str, settings: &Settings) -> EnrolRefused {
    if prohibited::in_name(name) {
        super::refusal::LawProblem::ProhibitedData.into()
    } else if prohibited::modality_off(name, settings) {
        super::refusal::LawProblem::ModalityOff.into()
    } else {
        refuse("?", FolderProblem::UnknownFile)
    }
}

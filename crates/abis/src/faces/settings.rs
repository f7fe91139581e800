//! A model as an operator describes it, in a TOML file beside the model.
//!
//! ```toml
//! model = "face-model.onnx"   # relative names start at the folder of the description
//! threshold = 400             # from which likeness on two faces are held one, thousandths of the cosine
//! memory_mib = 1024           # most memory for embeddings
//! ```

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use niims_face::embedding::MOST_MODEL_BYTES;
use niims_face::{FaceModel, ModelError};
use serde::{Deserialize, Serialize};

use super::{FaceMatching, LIKENESS};

/// Memory for embeddings unless it is stated, MiB. Two million people of 512 numbers.
const USUAL_MEMORY: u32 = 1_024;
/// What may be stated, MiB.
const MEMORY: core::ops::RangeInclusive<u32> = 1..=65_536;

/// A description that cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum FaceSettingsError {
    /// Not the form.
    #[error("the description of the face model is not valid TOML with model and threshold")]
    Form(#[source] Box<toml::de::Error>),
    /// A number out of its range.
    #[error("{name} is {found}; it must be {least} to {most}")]
    Range {
        /// Of the member.
        name: &'static str,
        /// As stated.
        found: i64,
        /// At least.
        least: i64,
        /// At most.
        most: i64,
    },
    /// The model cannot be read.
    #[error("{} cannot be read", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// The model does not fit.
    #[error("{} cannot be used", .0.display())]
    Model(PathBuf, #[source] ModelError),
}

impl FaceSettingsError {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form(_) => "abis.face_settings_form",
            Self::Range { .. } => "abis.face_settings_range",
            Self::File(..) => "abis.face_settings_file",
            Self::Model(_, error) => error.code(),
        }
    }
}

/// The description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaceSettings {
    /// The ONNX file.
    pub model: PathBuf,
    /// The least likeness at which two faces are held alike, thousandths of the cosine, 1 to 1,000.
    pub threshold: i32,
    /// Most memory for embeddings, MiB, 1 to 65,536.
    #[serde(default = "usual_memory")]
    pub memory_mib: u32,
}

const fn usual_memory() -> u32 {
    USUAL_MEMORY
}

impl FaceSettings {
    /// A model with the usual memory.
    pub fn new(model: PathBuf, threshold: i32) -> Self {
        Self { model, threshold, memory_mib: USUAL_MEMORY }
    }

    /// Reads a description.
    ///
    /// # Errors
    /// [`FaceSettingsError::Form`].
    pub fn from_toml(text: &str) -> Result<Self, FaceSettingsError> {
        toml::from_str(text).map_err(|error| FaceSettingsError::Form(Box::new(error)))
    }

    /// Loads the model; its name starts at `folder`.
    ///
    /// # Errors
    /// [`FaceSettingsError`] for a number out of its range or a model that does not fit.
    pub fn open(&self, folder: &Path) -> Result<FaceMatching, FaceSettingsError> {
        in_range("threshold", self.threshold.into(), (*LIKENESS.start(), *LIKENESS.end()))?;
        in_range("memory_mib", self.memory_mib.into(), (*MEMORY.start(), *MEMORY.end()))?;
        let path = folder.join(&self.model);
        let bytes = read(&path).map_err(|error| FaceSettingsError::File(path.clone(), error))?;
        let model =
            FaceModel::load(bytes).map_err(|error| FaceSettingsError::Model(path, error))?;
        Ok(FaceMatching::new(model, self.threshold, (self.memory_mib as usize) << 20))
    }
}

/// A file that is not longer than a model may be, and one byte, so that a longer one is refused as such.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_MODEL_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn in_range<N: Into<i64>>(
    name: &'static str,
    found: i64,
    (least, most): (N, N),
) -> Result<(), FaceSettingsError> {
    let (least, most) = (least.into(), most.into());
    if (least..=most).contains(&found) {
        Ok(())
    } else {
        Err(FaceSettingsError::Range { name, found, least, most })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_say_what_is_wrong_with_them() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("tiny.onnx"), niims_face::testing::tiny_bytes()).unwrap();
        std::fs::write(folder.path().join("text.onnx"), "a model").unwrap();
        for (text, want) in [
            ("model = 'tiny.onnx'\nthreshold = 400", None),
            ("model = 'tiny.onnx'\nthreshold = 400\nmemory_mib = 1", None),
            ("model = 'tiny.onnx'", Some("abis.face_settings_form")),
            ("model = 'tiny.onnx'\nthreshold = 4\nlevel = 1", Some("abis.face_settings_form")),
            ("model = 'tiny.onnx'\nthreshold = 0", Some("abis.face_settings_range")),
            ("model = 'tiny.onnx'\nthreshold = 1001", Some("abis.face_settings_range")),
            (
                "model = 'tiny.onnx'\nthreshold = 4\nmemory_mib = 0",
                Some("abis.face_settings_range"),
            ),
            ("model = 'absent.onnx'\nthreshold = 400", Some("abis.face_settings_file")),
            ("model = 'text.onnx'\nthreshold = 400", Some("face_model.unreadable")),
        ] {
            let opened = FaceSettings::from_toml(text).and_then(|read| read.open(folder.path()));
            assert_eq!(opened.err().map(|error| error.code()), want, "{text}");
        }
    }
}

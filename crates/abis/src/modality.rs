//! What is enrolled of a person: a slot for each modality.
//!
//! Fingers are matched. A face is matched where the operator supplies an embedding model. An iris is
//! kept and given back; nothing here compares irises, and no answer pretends to.

use core::fmt;

use niims_wire::abis::FingerTemplate;

/// A face as an embedding model sees it.
#[derive(Clone, PartialEq, Eq)]
pub struct FaceTemplate {
    /// Quality of the photo, 0 to 100.
    pub quality: u8,
    /// SHA-256 of the model that made the embedding; embeddings of different models are not compared.
    pub model: [u8; 32],
    /// The embedding, brought to unit length and rounded to bytes.
    pub embedding: Vec<i8>,
}

/// Which eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Eye {
    /// The right one.
    Right,
    /// The left one.
    Left,
}

/// An iris as it was captured.
#[derive(Clone, PartialEq, Eq)]
pub struct IrisRecord {
    /// Which eye.
    pub eye: Eye,
    /// Quality, 0 to 100.
    pub quality: u8,
    /// The record as received, ISO/IEC 19794-6 or an image.
    pub record: Vec<u8>,
}

/// Everything biometric of one capture.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Biometrics {
    /// Fingers, at most ten known positions.
    pub fingers: Vec<FingerTemplate>,
    /// Faces, usually one or none.
    pub faces: Vec<FaceTemplate>,
    /// Irises, at most two.
    pub irises: Vec<IrisRecord>,
}

impl Biometrics {
    /// Whether there is nothing that a search could compare.
    pub fn is_empty(&self) -> bool {
        self.fingers.is_empty() && self.faces.is_empty()
    }
}

/// Biometric data: only counts are shown.
impl fmt::Debug for Biometrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Biometrics({} fingers, {} faces, {} irises)",
            self.fingers.len(),
            self.faces.len(),
            self.irises.len()
        )
    }
}

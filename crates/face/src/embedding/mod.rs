//! A face as numbers, by an embedding model in ONNX form that the operator supplies.
//!
//! The model takes one colour picture of fixed size, `1 × 3 × height × width` of floats, and gives one
//! vector. What a similarity means depends on the model: the operator who brings one brings its
//! threshold. Embeddings carry the model's fingerprint and are compared within one model only.

mod compare;

use rten::{Dimension, Model, ModelOptions};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::check::Head;
use crate::photo::Photo;

pub use compare::{cosine, product, similarity};

/// Largest model, bytes. The largest published ones have about 260 MB.
pub const MOST_MODEL_BYTES: usize = 512 << 20;
/// Side of the model's picture, pixels. Published models take 96 to 224.
pub const SIDES: core::ops::RangeInclusive<usize> = 16..=512;
/// Length of the vector. Published models give 128 to 1,024.
pub const LENGTHS: core::ops::RangeInclusive<usize> = 16..=2_048;
/// What the head is widened by on each side before it is cut out, thousandths of its width.
/// Models are trained on faces cut with a margin; range 0 to 300. Chosen.
const MARGIN: u32 = 150;
/// Grey, the middle of the levels, and the step to 1: levels become −1 to 1, as most models want.
const MIDDLE: f32 = 127.5;

/// An embedding of a face, rounded to bytes so that comparing is arithmetic of whole numbers.
#[derive(Clone, PartialEq, Eq)]
pub struct Embedding {
    /// SHA-256 of the model's file.
    pub model: [u8; 32],
    /// The vector, its largest part brought to 127 and each rounded.
    pub parts: Vec<i8>,
}

/// Biometric data: only its length is shown.
impl core::fmt::Debug for Embedding {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Embedding({} parts)", self.parts.len())
    }
}

/// Why a model was refused or failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ModelError {
    /// Too many bytes.
    #[error("the model has {found} bytes; at most {MOST_MODEL_BYTES} are read")]
    TooLarge {
        /// Bytes of the file.
        found: usize,
    },
    /// Not a model, or with operators that the runtime does not know.
    #[error("the file cannot be read as an ONNX model; check that it is one and whole")]
    Unreadable,
    /// The model takes something else.
    #[error(
        "the model must take one picture, 1 × 3 × height × width of fixed size, 16 to 512 a side"
    )]
    Input,
    /// The model gives something else.
    #[error("the model must give one vector of 16 to 2,048 numbers, all finite and not all zero")]
    Output,
    /// Running it failed.
    #[error("the model failed on this picture")]
    Run,
}

impl ModelError {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "face_model.too_large",
            Self::Unreadable => "face_model.unreadable",
            Self::Input => "face_model.input",
            Self::Output => "face_model.output",
            Self::Run => "face_model.run",
        }
    }
}

/// A model, loaded and tried.
pub struct FaceModel {
    model: Model,
    fingerprint: [u8; 32],
    height: usize,
    width: usize,
    length: usize,
}

impl core::fmt::Debug for FaceModel {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "FaceModel({} × {} to {})", self.width, self.height, self.length)
    }
}

impl FaceModel {
    /// Loads a model from the bytes of an ONNX file and runs it once, so that one which does not fit
    /// is refused here and not at a resident's photo.
    ///
    /// # Errors
    /// [`ModelError`].
    pub fn load(bytes: Vec<u8>) -> Result<Self, ModelError> {
        if bytes.len() > MOST_MODEL_BYTES {
            return Err(ModelError::TooLarge { found: bytes.len() });
        }
        let fingerprint = Sha256::digest(&bytes).into();
        let model = ModelOptions::with_all_ops().load(bytes).map_err(|_| ModelError::Unreadable)?;
        if model.input_ids().len() != 1 || model.output_ids().is_empty() {
            return Err(ModelError::Input);
        }
        let shape = model.input_shape(0).ok_or(ModelError::Input)?;
        let (height, width) = picture_sides(&shape).ok_or(ModelError::Input)?;
        let mut loaded = Self { model, fingerprint, height, width, length: 0 };
        // Zeros alone may come out as zeros, so a slope is tried.
        let slope = (0..3 * height * width).map(|n| (n % width) as f32 / width as f32 - 0.5);
        loaded.length = loaded.run(slope.collect())?.len();
        Ok(loaded)
    }

    /// The embedding of the face in a photo, cut out around the head.
    ///
    /// The runtime computes in floats; on another processor a part may come out one step beside.
    ///
    /// # Errors
    /// [`ModelError::Output`] or [`ModelError::Run`].
    pub fn embed(&self, photo: &Photo, head: &Head) -> Result<Embedding, ModelError> {
        let face = photo.resized(cut(photo, head), self.width as u32, self.height as u32);
        let mut levels = Vec::with_capacity(3 * self.height * self.width);
        for channel in 0..3 {
            for y in 0..face.height() {
                let row = (0..face.width()).map(|x| face.pixel(x, y)[channel]);
                levels.extend(row.map(|level| (f32::from(level) - MIDDLE) / MIDDLE));
            }
        }
        let vector = self.run(levels)?;
        Ok(Embedding { model: self.fingerprint, parts: compare::rounded(&vector) })
    }

    /// SHA-256 of the model's file.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    fn run(&self, levels: Vec<f32>) -> Result<Vec<f32>, ModelError> {
        let picture = NdTensor::from_data([1, 3, self.height, self.width], levels);
        let output =
            self.model.run_one(picture.view().into(), None).map_err(|_| ModelError::Run)?;
        let output: Tensor<f32> = output.try_into().map_err(|_| ModelError::Output)?;
        let vector: Vec<f32> = output.iter().copied().collect();
        let fits = LENGTHS.contains(&vector.len())
            && vector.iter().all(|part| part.is_finite())
            && vector.iter().any(|part| *part != 0.0);
        if fits { Ok(vector) } else { Err(ModelError::Output) }
    }
}

/// Height and width of the model's picture, when it takes one.
fn picture_sides(shape: &[Dimension]) -> Option<(usize, usize)> {
    let [batch, Dimension::Fixed(3), Dimension::Fixed(height), Dimension::Fixed(width)] = shape
    else {
        return None;
    };
    let one = !matches!(batch, Dimension::Fixed(n) if *n != 1);
    (one && SIDES.contains(height) && SIDES.contains(width)).then_some((*height, *width))
}

/// The square around a head: left, top, width, height, inside the photo.
fn cut(photo: &Photo, head: &Head) -> (u32, u32, u32, u32) {
    let margin = head.width * MARGIN / 1_000;
    let side = (head.width.max(head.height) + 2 * margin).min(photo.width()).min(photo.height());
    let place = |start: u32, length: u32, limit: u32| {
        (start + length / 2).saturating_sub(side / 2).min(limit - side)
    };
    let left = place(head.left, head.width, photo.width());
    let top = place(head.top, head.height, photo.height());
    (left, top, side, side)
}

#[cfg(test)]
mod tests;

//! Photos of faces: checks that need no model, and embeddings by a model that the operator supplies.
//!
//! No model comes with the project. What can be said of a photo without one is said by [`check`]:
//! size, exposure, sharpness, background, and whether there is one head of a fitting size. Nothing here
//! looks at the colour of skin: a check that does works for some people only.
//!
//! Pure: bytes come in, values go out.

pub mod check;
pub mod embedding;
pub mod photo;
pub mod record;

#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use check::{Finding, PhotoReport, check};
pub use embedding::{Embedding, FaceModel, ModelError};
pub use photo::{Photo, PhotoError, decode_photo};

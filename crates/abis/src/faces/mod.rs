//! Faces by a model of the operator's: how alike two must be, and a search of all.
//!
//! No model comes with the project, and no claim is made of one: what a likeness means, the operator says
//! who brings the model. Without one, faces are not compared, and a face alone is refused.

mod matching;
mod rows;
mod searcher;
mod settings;

#[cfg(test)]
mod tests;

pub use matching::{FaceMatching, LIKENESS};
pub use searcher::FaceSearcher;
pub use settings::{FaceSettings, FaceSettingsError};

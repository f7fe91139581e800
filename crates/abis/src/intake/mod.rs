//! From bytes to biometrics: bounded first, then read, then judged.
//!
//! What a label says is held against what the bytes say. A file that is named as another format, or
//! as another finger, is refused: whoever mixed up one label may have mixed up more.

mod error;
mod face;
mod image;
mod iris;
mod template;

#[cfg(test)]
mod tests;

pub use error::IntakeError;
pub use face::face_image;
pub use image::{LONGEST_IMAGE, finger_image, finger_pixels, finger_record};
pub use iris::iris_record;
pub use template::{LONGEST_TEMPLATE, finger_template, finger_templates};

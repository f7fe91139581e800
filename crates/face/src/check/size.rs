//! Whether there are pixels enough.

use super::Finding;
use crate::photo::Photo;

/// Least width and height, pixels: the token face image of ISO/IEC 19794-5:2005, 8.4, in which the eyes
/// are 60 pixels apart. Range 240 × 320 to 480 × 640, above which matchers gain nothing.
const LEAST: (u32, u32) = (240, 320);

/// Says whether there are too few.
pub(super) fn check(photo: &Photo) -> Option<Finding> {
    (photo.width() < LEAST.0 || photo.height() < LEAST.1).then_some(Finding::TooFewPixels)
}

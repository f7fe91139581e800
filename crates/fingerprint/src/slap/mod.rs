//! A picture of several fingers taken apart: where each lies, from left to right, and of which hand
//! they seem to be.
//!
//! All lengths are in pixels at 500 dpi unless a name says otherwise; y points down, fingertips up.

mod crop;
mod direction;
mod mask;
mod regions;

#[cfg(test)]
mod tests;

use thiserror::Error;

use crate::extract::DPI_RANGE;
use crate::image::{GrayImage, resample};
use crate::person::Hand;
use mask::Mask;
use regions::Region;

/// Least difference in height between the outer fingertips from which the hand is told. Range 3 to
/// 12 mm. The tip of the little finger lies 10 to 30 mm below that of the index finger. Of
/// 100 synthetic slaps each (`slap/tests.rs`), upright and spread, 100 came apart and 100 hands were
/// told; turned by up to 12°, close and with phalanges, 93 and 92; by up to 20°, 79 and 71, and one
/// hand was told wrongly.
const LEAST_DROP: f32 = 6.0 / PIXEL;
/// Side of a pixel at 500 dpi, millimetres.
const PIXEL: f32 = 0.0508;

/// One finger of a slap, in pixels of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlapFinger {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height: the fingertip, not the phalanx below.
    pub height: u32,
}

/// A slap taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slap {
    /// The fingertips from left to right.
    pub fingers: Vec<SlapFinger>,
    /// The hand that the heights of four fingertips speak for; `None` when they say little, or when
    /// there are not four.
    pub hand: Option<Hand>,
}

/// Why a slap is not taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SlapError {
    /// A resolution that is not worked with.
    #[error("{0} dpi is outside 250 to 1000")]
    Resolution(u16),
    /// There is no finger.
    #[error("no finger is in the picture: place the fingers flat on the glass")]
    NoFinger,
    /// More than four fingers, which no hand lays on a slap.
    #[error("{0} fingers are in the picture: only one hand may be on the glass")]
    TooMany(usize),
}

impl SlapError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Resolution(_) => "slap.resolution",
            Self::NoFinger => "slap.no_finger",
            Self::TooMany(_) => "slap.too_many",
        }
    }
}

/// Takes a slap apart.
///
/// # Errors
/// [`SlapError`].
pub fn segment(picture: &GrayImage, dpi: u16) -> Result<Slap, SlapError> {
    if !DPI_RANGE.contains(&dpi) {
        return Err(SlapError::Resolution(dpi));
    }
    let plane = resample(picture, dpi);
    let mask = Mask::of(&plane);
    let turn = direction::of(&mask);
    let fingers = regions::fingertips(&mask, turn);
    match fingers.len() {
        0 => return Err(SlapError::NoFinger),
        1..=4 => {}
        many => return Err(SlapError::TooMany(many)),
    }
    let hand = hand_of(&fingers);
    let scale = f32::from(dpi) / 500.0;
    let bounds = (picture.width(), picture.height());
    let boxes = fingers.iter().map(|finger| crop::around(finger, scale, bounds)).collect();
    Ok(Slap { fingers: boxes, hand })
}

impl SlapFinger {
    /// The finger alone. Pixels outside the picture that it came from are left out.
    pub fn cut(&self, picture: &GrayImage) -> Option<GrayImage> {
        crop::cut(self, picture)
    }
}

/// The little finger's tip lies lowest: at the right of a right hand, at the left of a left one.
fn hand_of(fingers: &[Region]) -> Option<Hand> {
    let [first, _, _, last] = fingers else { return None };
    let drop = last.top - first.top;
    if drop > LEAST_DROP {
        Some(Hand::Right)
    } else if drop < -LEAST_DROP {
        Some(Hand::Left)
    } else {
        None
    }
}

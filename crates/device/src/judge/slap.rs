//! A picture of several fingers, taken apart and named.

use niims_fingerprint::person::Hand;
use niims_fingerprint::slap::{SlapError, segment};
use niims_fingerprint::{FingerPosition, GrayImage};
use thiserror::Error;

use super::advice::Advice;
use crate::vocabulary::SubDevice;

/// Why a slap is captured again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SlapProblem {
    /// The picture does not come apart.
    #[error("{}", .0.english())]
    Picture(Advice),
    /// Another number of fingers than was asked.
    #[error("{found} fingers were seen and {asked} asked for")]
    Count {
        /// Seen.
        found: usize,
        /// Asked for.
        asked: usize,
    },
    /// The hand looks like the other one.
    #[error("the other hand seems to lie on the glass: place the hand that is asked for")]
    OtherHand,
}

impl SlapProblem {
    /// Stable dotted code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Picture(advice) => advice.code(),
            Self::Count { found, asked } if found < asked => Advice::FingersAbsent.code(),
            Self::Count { .. } => Advice::FingersTooMany.code(),
            Self::OtherHand => "capture.other_hand",
        }
    }
}

/// Takes a slap apart: the fingers in `present`, from left to right as they lie on the glass.
///
/// # Errors
/// [`SlapProblem`]: the slap is captured again, and nothing of it is kept.
pub fn segment_slap(
    picture: &GrayImage,
    dpi: u16,
    part: SubDevice,
    present: &[FingerPosition],
) -> Result<Vec<(FingerPosition, GrayImage)>, SlapProblem> {
    let slap = segment(picture, dpi).map_err(|error| match error {
        SlapError::Resolution(_) => SlapProblem::Picture(Advice::Picture),
        SlapError::NoFinger => SlapProblem::Picture(Advice::NoFinger),
        SlapError::TooMany(found) => SlapProblem::Count { found, asked: present.len() },
    })?;
    let (found, asked) = (slap.fingers.len(), present.len());
    if found != asked {
        return Err(SlapProblem::Count { found, asked });
    }
    let wanted = match part {
        SubDevice::LeftSlap => Some(Hand::Left),
        SubDevice::RightSlap => Some(Hand::Right),
        SubDevice::Whole | SubDevice::Thumbs => None,
    };
    if let (Some(wanted), Some(seen)) = (wanted, slap.hand)
        && wanted != seen
    {
        return Err(SlapProblem::OtherHand);
    }
    let cut = |(finger, place): (&FingerPosition, &niims_fingerprint::slap::SlapFinger)| {
        place.cut(picture).map(|print| (*finger, print))
    };
    let prints: Option<Vec<_>> = present.iter().zip(&slap.fingers).map(cut).collect();
    prints.ok_or(SlapProblem::Picture(Advice::Picture))
}

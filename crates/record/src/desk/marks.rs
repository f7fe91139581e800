//! Marks that a reviewer draws on prints.

use serde::{Deserialize, Serialize};

/// Most marks of one opinion.
pub const MOST_MARKS: usize = 100;
/// Largest coordinate of a mark, pixels: the largest image that is read has fewer a side.
const LARGEST: u16 = 10_000;

/// Which side a mark is drawn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "side", rename_all = "snake_case")]
pub enum MarkSide {
    /// The applicant's print.
    Applicant,
    /// The print of a candidate, counted from 0.
    Candidate {
        /// Which.
        index: usize,
    },
}

/// A point or a line, pixels of the image from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "shape", rename_all = "snake_case")]
pub enum MarkShape {
    /// A point.
    Point {
        /// Rightwards.
        x: u16,
        /// Downwards.
        y: u16,
    },
    /// A line from one place to another.
    Line {
        /// Rightwards, where it begins.
        x: u16,
        /// Downwards, where it begins.
        y: u16,
        /// Rightwards, where it ends.
        to_x: u16,
        /// Downwards, where it ends.
        to_y: u16,
    },
}

/// One mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// On which side.
    pub side: MarkSide,
    /// On which finger: ISO/IEC 19794-2 code, 1 to 10.
    pub finger: u8,
    /// What is drawn.
    pub shape: MarkShape,
}

/// Why marks are not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MarksRefused {
    /// Too many.
    #[error("there are more than {MOST_MARKS} marks; keep those that say most")]
    TooMany,
    /// Not on a finger, side or image of this case.
    #[error("a mark lies on no print of this case")]
    OutOfBounds,
}

/// Checks marks against a case with so many candidates.
pub fn check_marks(marks: &[Mark], candidates: usize) -> Result<(), MarksRefused> {
    if marks.len() > MOST_MARKS {
        return Err(MarksRefused::TooMany);
    }
    let on_a_print = |mark: &Mark| {
        let side = match mark.side {
            MarkSide::Applicant => true,
            MarkSide::Candidate { index } => index < candidates,
        };
        let largest = match mark.shape {
            MarkShape::Point { x, y } => x.max(y),
            MarkShape::Line { x, y, to_x, to_y } => x.max(y).max(to_x).max(to_y),
        };
        side && (1..=10).contains(&mark.finger) && largest <= LARGEST
    };
    if marks.iter().all(on_a_print) { Ok(()) } else { Err(MarksRefused::OutOfBounds) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_lie_on_prints_of_the_case() {
        let point = |side, finger, x| Mark { side, finger, shape: MarkShape::Point { x, y: 1 } };
        let check = |mark, want| assert_eq!(check_marks(&[mark], 1), want);
        check(point(MarkSide::Applicant, 1, 0), Ok(()));
        check(point(MarkSide::Candidate { index: 0 }, 10, LARGEST), Ok(()));
        let outside = Err(MarksRefused::OutOfBounds);
        check(point(MarkSide::Candidate { index: 1 }, 1, 0), outside);
        check(point(MarkSide::Applicant, 0, 0), outside);
        check(point(MarkSide::Applicant, 11, 0), outside);
        check(point(MarkSide::Applicant, 1, LARGEST + 1), outside);
        let far = MarkShape::Line { x: 0, y: 0, to_x: 0, to_y: u16::MAX };
        check(Mark { side: MarkSide::Applicant, finger: 1, shape: far }, outside);
        let many = vec![point(MarkSide::Applicant, 1, 0); MOST_MARKS + 1];
        assert_eq!(check_marks(&many, 1), Err(MarksRefused::TooMany));
        assert_eq!(check_marks(&many[1..], 1), Ok(()));
    }
}

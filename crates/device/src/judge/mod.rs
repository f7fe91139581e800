//! What a capture is worth: quality with cause and remedy, whose finger it is, which tries are
//! kept, and what may stand in place of a finger. Pure: pictures in, a judgement out.
//!
//! Nothing here refuses a person. A print that stays poor after three tries is kept as it is, and a
//! finger that cannot be captured is noted with its reason.

mod advice;
mod finger;
mod hands;
mod missing;
mod slap;
mod suspicion;
mod tries;

#[cfg(test)]
mod tests;

pub use advice::Advice;
pub use finger::{Assessment, assess};
pub use hands::{Hands, Outcome, Standing};
pub use missing::{Exception, ExceptionProblem, ExceptionReason, check_exception};
pub use slap::{SlapProblem, segment_slap};
pub use suspicion::{Comparisons, Suspicion, another_finger, suspicions};
pub use tries::{GOOD_QUALITY, KEPT, MOST_TRIES, Next, Tries, next_of};

//! Templates of synthetic fingers without pictures, for galleries of millions.
//!
//! A person's ten fingers are minutiae placed straight into a field of ridge orientations, not
//! grown as ridges; an impression keeps, moves, loses and invents some of them. Everything follows
//! from (population, person, finger, impression), so a gallery is stored as four numbers.
//!
//! ```text
//! use niims_fingerprint::FingerPosition;
//! use niims_fingerprint::synthetic::{ImpressionConditions, sample::PersonSampler};
//!
//! let person = PersonSampler::new(1, 42);
//! let finger = person.finger(FingerPosition::RightIndex);
//! let enrolled = finger.impression(0, &ImpressionConditions::operational());
//! let probe = finger.impression(1, &ImpressionConditions::operational());
//! assert_ne!(enrolled, probe);
//! ```

mod person;

mod finger;
mod flow;

mod capture;

#[cfg(test)]
mod tests;

pub use finger::FingerSampler;
pub use person::PersonSampler;

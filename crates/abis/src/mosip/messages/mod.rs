//! The messages of the ABIS API, version 1.1: what is asked, what is answered, and why not.

mod failure;

mod flags;

mod read;

mod reply;

#[cfg(test)]
mod tests;

pub use failure::FailureReason;
pub use flags::{Flags, MOST_RESULTS};
pub use niims_mosip::write_time;
pub use read::{
    Identify, Insert, LARGEST_REQUEST, MOST_GALLERY_REFERENCES, Named, Operation, Refused, Request,
    read,
};
pub use reply::{Analytics, Candidate, Modality, Outcome, Reply};

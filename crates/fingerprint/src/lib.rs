//! Fingerprint image to template to score, and back to pictures. Pure, publishable alone.
//!
//! No I/O, no clock, no global mutable state, no randomness that is not passed in: bytes and
//! values go in, values come out. The modules stand in the order in which a print meets them, then
//! what shows, measures and makes prints, then what several share.

pub mod image;

pub mod extract;

pub mod quality;

pub mod slap;

pub mod template;

pub mod compare;

pub mod finger;

pub mod person;

pub mod gallery;

pub mod index;

pub mod draw;

pub mod evaluation;

/// Synthetic fingers and prints, for tests and demonstrations without anyone's real prints.
pub mod synthetic;

// What several of them share.
mod fields;

mod portable;

pub use compare::{Comparison, Prepared, compare};
pub use extract::{ExtractError, Extraction, extract, extract_traced, extract_watched};
pub use finger::FingerPosition;
pub use gallery::{Candidate, Gallery, GalleryReference};
pub use image::{
    GrayImage, ImageError, ImageLimits, decode_image, encode_png, encode_wsq, stated_resolution,
};
pub use person::{
    Assignment, CANDIDATE_THRESHOLD, PersonComparison, PersonTemplates, compare_persons,
    repeated_fingers,
};
pub use quality::FingerQuality;
pub use template::{
    Minutia, MinutiaKind, Template, TemplateError, TemplateFile, TemplateFormat, read_any,
};

/// Keeps the README's program compiling.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

//! A matcher's gallery of synthetic people, and what searching it costs.
//!
//! The people have ten fingers each, sampled as minutiae ([`niims_fingerprint::synthetic::sample`]); how
//! far they are like real ones stands in that crate's SYNTHETIC.md. They are drawn from their numbers
//! whenever they are needed, so a gallery of a million needs no database behind it.

mod people;

mod fill;
mod searches;

mod load;

mod meter;

pub use fill::{FillReport, GallerySettings, SizeReport, SyntheticGallery};
pub use load::{LoadPlan, LoadReport};
pub use meter::Spent;
pub use people::ProbeKind;
pub use searches::{SearchReport, Tenth};

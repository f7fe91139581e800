//! Synthetic fingers and their prints, grown from a seed: no person's finger is behind them.
//!
//! After SFinGe (Cappelli, Maio and Maltoni): a master finger is grown once (class, orientation,
//! period, ridge growth, lasting blemishes); impressions of it are taken under conditions that
//! vary (placement, plastic distortion, pressure, dryness, wear, sensor). Every image is a pure
//! function of the generator passed in, bit for bit, on every machine.

mod pattern;

mod orientation;
mod period;
mod silhouette;

mod growth;
mod truth;

mod blemish;
mod finger;

mod conditions;
mod distortion;
mod placement;

mod impression;

mod slap;

pub mod sample;

mod draw;
mod plane;

#[cfg(test)]
mod tests;

use crate::portable;
pub use conditions::ImpressionConditions;
pub use finger::{MasterFinger, PersonTraits};
pub use pattern::PatternClass;
pub use slap::{SlapConditions, slap};
pub use truth::TrueMinutia;

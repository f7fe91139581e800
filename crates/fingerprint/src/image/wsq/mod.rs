//! Wavelet scalar quantisation (WSQ), the grey-scale compression of police fingerprint cards.
//!
//! Written from the *WSQ Gray-scale Fingerprint Image Compression Specification*, FBI
//! IAFIS-IC-0110, version 3.1 (2010). A picture is split into 64 subbands by a wavelet transform,
//! each subband is quantised with its own bin width, and the whole numbers are Huffman-coded in
//! three blocks.

mod bits;
mod decode;
mod encode;
mod huffman;
mod layout;
mod quantisation;
mod segments;
mod wavelet;

use thiserror::Error;

pub(super) use decode::{decode, dimensions, resolution};
pub use encode::{WSQ_BIT_RATE, encode_wsq};

/// The two bytes with which every WSQ file begins.
pub(super) const START: [u8; 2] = marker::START_OF_IMAGE.to_be_bytes();

/// Marker codes, table 5 of the specification.
mod marker {
    pub(super) const START_OF_IMAGE: u16 = 0xffa0;
    pub(super) const END_OF_IMAGE: u16 = 0xffa1;
    pub(super) const START_OF_FRAME: u16 = 0xffa2;
    pub(super) const START_OF_BLOCK: u16 = 0xffa3;
    pub(super) const TRANSFORM_TABLE: u16 = 0xffa4;
    pub(super) const QUANTISATION_TABLE: u16 = 0xffa5;
    pub(super) const HUFFMAN_TABLE: u16 = 0xffa6;
    pub(super) const RESTART_INTERVAL: u16 = 0xffa7;
    pub(super) const COMMENT: u16 = 0xffa8;
    pub(super) const RESTARTS: std::ops::RangeInclusive<u16> = 0xffb0..=0xffb7;
}

/// What is wrong with a WSQ file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WsqError {
    /// The file ends inside a segment, or before its end marker.
    #[error("the file ends before its end marker")]
    Truncated,
    /// A marker where none may stand.
    #[error("marker {0:#06x} is not known or stands where it may not")]
    Marker(u16),
    /// A table or header breaks the specification.
    #[error("the {0} breaks the specification")]
    Segment(&'static str),
    /// A table is used that was not given.
    #[error("the {0} is missing")]
    Missing(&'static str),
    /// Filters of even length; no certified encoder makes them.
    #[error("wavelet filters of {0} and {1} taps; only odd lengths up to 31 are read")]
    Filters(u8, u8),
    /// More blocks of coded data than subbands; encoders write three.
    #[error("the picture has more blocks of coded data than subbands")]
    Blocks,
    /// The coded numbers do not fill the picture, or overfill it, or break the code.
    #[error("the coded data do not fit the picture")]
    Data,
}

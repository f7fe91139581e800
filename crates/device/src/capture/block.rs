//! The biometric block of an answer: one picture in a record of ISO/IEC 19794-4 or 19794-5.
//!
//! # Traps
//! - The specification asks for the editions of 2011; devices with those of 2005 are on the market,
//!   and both are read.
//! - Registration asks for lossless pictures. WSQ and JPEG are refused. Of JPEG 2000 the record of
//!   2011 has one code for each, while the picture itself decides; the code is not believed and the
//!   reversible transform is not looked for yet, so lossy JPEG 2000 passes.
//! - A slap device that does not segment sends one picture of all fingers, `UNKNOWN` in the answer
//!   and 13, 14 or 15 in the record. It is taken apart here ([`crate::judge`]).

use niims_fingerprint::image::finger_record::{FingerPicture, PictureCoding, read_pictures};
use niims_fingerprint::{FingerPosition, GrayImage, ImageLimits};

use crate::refusal::Refusal;
use crate::vocabulary::DeviceKind;

/// Least resolution for registration, dots per inch: 500 less 1 % (ISO/IEC 19794-4, annex B.1).
const LEAST_DPI: u16 = 495;

/// What a block holds.
#[derive(Clone, PartialEq, Eq)]
pub enum Block {
    /// A picture of one finger, or of several when `position` is `None`.
    Print {
        /// The finger that the record states.
        position: Option<FingerPosition>,
        /// Dots per inch.
        dpi: u16,
        /// The picture.
        picture: GrayImage,
    },
    /// A picture of a face: the file as it stands in the record.
    Face {
        /// PNG, JPEG or JPEG 2000.
        file: Vec<u8>,
    },
}

/// Only its size is shown.
impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Print { picture, dpi, .. } => {
                write!(f, "Print({} × {}, {dpi} dpi)", picture.width(), picture.height())
            }
            Self::Face { file } => write!(f, "Face({} bytes)", file.len()),
        }
    }
}

/// Reads a block of a kind. The caller has bounded it.
///
/// # Errors
/// [`Refusal`] of the family `device.record`.
pub fn read_block(block: &[u8], kind: DeviceKind) -> Result<Block, Refusal> {
    match kind {
        DeviceKind::Finger => print(block),
        DeviceKind::Face => face(block),
        DeviceKind::Iris => Err(Refusal::BioType),
    }
}

fn print(block: &[u8]) -> Result<Block, Refusal> {
    let pictures = read_pictures(block).map_err(|_| Refusal::RecordForm)?;
    let [picture]: [FingerPicture<'_>; 1] =
        pictures.try_into().map_err(|_| Refusal::RecordPictures)?;
    if picture.dpi < LEAST_DPI {
        return Err(Refusal::RecordResolution);
    }
    if matches!(picture.coding, PictureCoding::Wsq | PictureCoding::Jpeg) {
        return Err(Refusal::RecordLossy);
    }
    let grey = picture.decode(&ImageLimits::default()).map_err(|_| Refusal::RecordForm)?;
    let position = picture.position.filter(|finger| *finger != FingerPosition::Unknown);
    Ok(Block::Print { position, dpi: picture.dpi, picture: grey })
}

fn face(block: &[u8]) -> Result<Block, Refusal> {
    let pictures = niims_face::record::pictures(block).map_err(|_| Refusal::RecordForm)?;
    let [file]: [&[u8]; 1] = pictures.try_into().map_err(|_| Refusal::RecordPictures)?;
    let known =
        [&b"\x89PNG\r\n\x1a\n"[..], b"\xff\xd8\xff", b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51"];
    if !known.iter().any(|magic| file.starts_with(magic)) {
        return Err(Refusal::RecordForm);
    }
    Ok(Block::Face { file: file.to_vec() })
}

//! Finger image records of ISO/IEC 19794-4, editions of 2005 and 2011: pictures with their finger
//! and resolution.

mod iso2005;
mod iso2011;

use std::borrow::Cow;

use thiserror::Error;

use super::decode::decode_picture;
use super::wsq::{WSQ_BIT_RATE, encode_wsq};
use super::{GrayImage, ImageError, ImageLimits, encode_png};
use crate::fields::Fields;
use crate::finger::FingerPosition;

/// The code for pixels that are packed without gaps, in both editions.
const PACKED: u8 = 1;

/// The editions of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordEdition {
    /// ISO/IEC 19794-4:2005.
    Iso2005,
    /// ISO/IEC 19794-4:2011.
    Iso2011,
}

/// How the grey values of a picture are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PictureCoding {
    /// One byte a pixel, row by row.
    Raw,
    /// [Wavelet scalar quantisation](super::encode_wsq), with loss.
    Wsq,
    /// JPEG, with loss; read only.
    Jpeg,
    /// JPEG 2000; read only.
    Jpeg2000,
    /// PNG, without loss.
    Png,
}

/// One picture of a record, not yet decoded.
#[derive(Clone, PartialEq, Eq)]
pub struct FingerPicture<'a> {
    /// Which finger; `None` for palms and pictures of several fingers.
    pub position: Option<FingerPosition>,
    /// Number of the view of this finger, from 1 in the edition of 2005 and from 0 in that of 2011.
    pub view: u8,
    /// Impression type, 0 live-scan plain, 1 live-scan rolled, …
    pub impression: u8,
    /// Pixels per inch, the same along x and y.
    pub dpi: u16,
    /// Stated width, pixels.
    pub width: u16,
    /// Stated height, pixels.
    pub height: u16,
    /// How `data` holds the pixels.
    pub coding: PictureCoding,
    /// The pixels as they stand in the record.
    pub data: Cow<'a, [u8]>,
}

/// A print is personal data: only its size is shown.
impl std::fmt::Debug for FingerPicture<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FingerPicture({} × {}, {:?})", self.width, self.height, self.coding)
    }
}

/// What is wrong with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
enum FingerRecordError {
    #[error("the record does not have the length that it states, or ends inside a picture")]
    Length,
    #[error("{0} is outside the range of ISO/IEC 19794-4")]
    Field(&'static str),
    #[error("a picture in the record has another size than the record states")]
    Size,
}

impl FingerPicture<'_> {
    /// A live-scan plain print of one finger. WSQ is written at [`WSQ_BIT_RATE`].
    ///
    /// # Errors
    /// [`ImageError::TooManyPixels`] above 65,535 pixels a side, [`ImageError::Unsupported`] for
    /// codings that are read only.
    pub fn encode(
        position: FingerPosition,
        dpi: u16,
        picture: &GrayImage,
        coding: PictureCoding,
    ) -> Result<FingerPicture<'static>, ImageError> {
        let (width, height) = (picture.width(), picture.height());
        let (Ok(columns), Ok(rows)) = (u16::try_from(width), u16::try_from(height)) else {
            let (max_width, max_height) = (u16::MAX.into(), u16::MAX.into());
            return Err(ImageError::TooManyPixels { width, height, max_width, max_height });
        };
        let data = match coding {
            PictureCoding::Raw => picture.pixels().to_vec(),
            PictureCoding::Wsq => encode_wsq(picture, Some(dpi), WSQ_BIT_RATE)?,
            PictureCoding::Png => encode_png(picture),
            PictureCoding::Jpeg | PictureCoding::Jpeg2000 => {
                return Err(ImageError::Unsupported("writers of JPEG and JPEG 2000"));
            }
        };
        Ok(FingerPicture {
            position: Some(position),
            view: 0,
            impression: 0,
            dpi,
            width: columns,
            height: rows,
            coding,
            data: Cow::Owned(data),
        })
    }

    /// The grey values, bounded by what the record states before they are decoded.
    ///
    /// # Errors
    /// [`ImageError`] as for [`super::decode_image`], and when the picture has another size than
    /// the record states.
    pub fn decode(&self, limits: &ImageLimits) -> Result<GrayImage, ImageError> {
        let (width, height) = (self.width.into(), self.height.into());
        limits.check_dimensions(width, height)?;
        if self.coding == PictureCoding::Raw {
            if self.data.len() as u64 != u64::from(width) * u64::from(height) {
                return Err(ImageError::damaged(FingerRecordError::Size));
            }
            return GrayImage::new(width, height, self.data.to_vec());
        }
        let picture = decode_picture(&self.data, limits)?;
        if (picture.width(), picture.height()) == (width, height) {
            Ok(picture)
        } else {
            Err(ImageError::damaged(FingerRecordError::Size))
        }
    }
}

/// The pictures of a record of either edition, in its order; nothing is decoded or copied.
///
/// Times, devices, qualities, certifications, segmentation and comments are skipped.
///
/// # Errors
/// [`ImageError::Format`] when the bytes are no such record, [`ImageError::Damaged`] when they
/// break the standard, [`ImageError::Unsupported`] for packed pixels and for resolutions that
/// differ along x and y.
pub fn read_pictures(bytes: &[u8]) -> Result<Vec<FingerPicture<'_>>, ImageError> {
    match edition(bytes) {
        Some(RecordEdition::Iso2005) => iso2005::read(bytes),
        Some(RecordEdition::Iso2011) => iso2011::read(bytes),
        None => Err(ImageError::Format),
    }
}

/// Pictures as a record. The edition of 2005 states one resolution for all.
///
/// # Errors
/// [`ImageError::Unsupported`] when there are none or more than 255, when an edition of 2005 would
/// have to state two resolutions, or when a picture shows no single finger.
pub fn write_pictures(
    pictures: &[FingerPicture<'_>],
    edition: RecordEdition,
) -> Result<Vec<u8>, ImageError> {
    if !(1..=255).contains(&pictures.len()) {
        return Err(ImageError::Unsupported("records of none or more than 255 pictures"));
    }
    if pictures.iter().any(|picture| picture.position.is_none()) {
        return Err(ImageError::Unsupported("writers of pictures of no single finger"));
    }
    match edition {
        RecordEdition::Iso2005 => iso2005::write(pictures),
        RecordEdition::Iso2011 => Ok(iso2011::write(pictures)),
    }
}

/// Whether bytes begin like a record.
pub(super) fn is_record(bytes: &[u8]) -> bool {
    edition(bytes).is_some()
}

fn edition(bytes: &[u8]) -> Option<RecordEdition> {
    if bytes.starts_with(&iso2005::MAGIC) {
        Some(RecordEdition::Iso2005)
    } else if bytes.starts_with(&iso2011::MAGIC) {
        Some(RecordEdition::Iso2011)
    } else {
        None
    }
}

fn bad(field: &'static str) -> ImageError {
    ImageError::damaged(FingerRecordError::Field(field))
}

fn wrong_length() -> ImageError {
    ImageError::damaged(FingerRecordError::Length)
}

/// Pixels per inch from the record's unit and its two resolutions.
fn read_dpi(unit: u8, x: u16, y: u16) -> Result<u16, ImageError> {
    if x != y {
        return Err(ImageError::Unsupported("records of different resolutions along x and y"));
    }
    match (unit, x) {
        (_, 0) => Err(bad("image resolution")),
        (1, dpi) => Ok(dpi),
        // What devices state for 500 dpi, 196.85 pixels per centimetre.
        (2, 196 | 197) => Ok(500),
        (2, per_cm) => {
            u16::try_from((u32::from(per_cm) * 127 + 25) / 50).map_err(|_| bad("image resolution"))
        }
        _ => Err(bad("scale unit")),
    }
}

/// The finger of a position code, or none for the codes of palms and several fingers.
fn read_position(code: u8) -> Result<Option<FingerPosition>, ImageError> {
    match code {
        0..=10 => Ok(FingerPosition::from_code(code)),
        13..=15 | 20..=36 | 40..=50 => Ok(None),
        _ => Err(bad("finger position")),
    }
}

fn code_of(picture: &FingerPicture<'_>) -> u8 {
    picture.position.map_or(0, FingerPosition::code)
}

/// The coding that a code of an edition's table stands for.
fn coding_of(table: &[(u8, PictureCoding)], code: u8) -> Result<PictureCoding, ImageError> {
    match table.iter().find(|(known, _)| *known == code) {
        Some((_, coding)) => Ok(*coding),
        None if code == PACKED => Err(ImageError::Unsupported("records of packed pixels")),
        None => Err(bad("compression")),
    }
}

/// The first code of an edition's table for a coding; every table has all of them.
fn code_of_coding(table: &[(u8, PictureCoding)], coding: PictureCoding) -> u8 {
    table.iter().find(|(_, known)| *known == coding).map_or(0, |(code, _)| *code)
}

/// How many different fingers the pictures show.
fn fingers(pictures: &[FingerPicture<'_>]) -> u8 {
    let mut codes: Vec<u8> = pictures.iter().map(code_of).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.len() as u8
}

/// Eight bits a pixel, and unpacked.
fn check_depth(depth: u8) -> Result<(), ImageError> {
    if depth == 8 { Ok(()) } else { Err(ImageError::Unsupported("records of other than 8 bits")) }
}

/// Resolution of the first picture, for whoever only asks for that.
pub(super) fn stated_resolution(bytes: &[u8]) -> Option<u16> {
    read_pictures(bytes).ok()?.first().map(|picture| picture.dpi)
}

/// What is left of a record behind its magic.
fn behind(bytes: &[u8], magic: [u8; 8]) -> Result<Fields<'_>, ImageError> {
    bytes.strip_prefix(&magic).map(Fields).ok_or(ImageError::Format)
}

#[cfg(test)]
mod tests;

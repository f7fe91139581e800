//! The record of ISO/IEC 19794-4:2005: one header for all pictures, and one for each.

use std::borrow::Cow;

use super::{
    FingerPicture, ImageError, PictureCoding, behind, check_depth, code_of, code_of_coding,
    coding_of, fingers, read_dpi, read_position, wrong_length,
};
use crate::fields::Fields;

/// Format identifier and version.
pub(super) const MAGIC: [u8; 8] = *b"FIR\x00010\0";
const HEADER: usize = 32;
/// Bytes before the pixels of a picture, counted in its length.
const PICTURE_HEADER: usize = 14;
/// Image acquisition level 31 of annex A of the standard: 500 dpi, 256 grey values.
const LEVEL: u16 = 31;

/// Codes of table 4 of the standard.
const CODINGS: [(u8, PictureCoding); 5] = [
    (0, PictureCoding::Raw),
    (2, PictureCoding::Wsq),
    (3, PictureCoding::Jpeg),
    (4, PictureCoding::Jpeg2000),
    (5, PictureCoding::Png),
];

pub(super) fn read(bytes: &[u8]) -> Result<Vec<FingerPicture<'_>>, ImageError> {
    let mut fields = behind(bytes, MAGIC)?;
    let header = read_header(&mut fields).ok_or_else(wrong_length)?;
    if header.length != bytes.len() as u64 {
        return Err(wrong_length());
    }
    check_depth(header.depth)?;
    let dpi = read_dpi(header.unit, header.x_resolution, header.y_resolution)?;
    let coding = coding_of(&CODINGS, header.compression)?;
    // The header counts fingers, and each finger its views: pictures follow until the end.
    let mut pictures = Vec::new();
    while !fields.0.is_empty() {
        pictures.push(read_picture(&mut fields, dpi, coding).ok_or_else(wrong_length)??);
    }
    if pictures.len() < header.fingers.into() {
        return Err(wrong_length());
    }
    Ok(pictures)
}

struct Header {
    length: u64,
    fingers: u8,
    unit: u8,
    x_resolution: u16,
    y_resolution: u16,
    depth: u8,
    compression: u8,
}

fn read_header(fields: &mut Fields<'_>) -> Option<Header> {
    let (high, low) = (fields.word()?, fields.long()?);
    // Capture device and acquisition level.
    fields.take(4)?;
    let (fingers, unit) = (fields.byte()?, fields.byte()?);
    // Resolution of the scan, which may differ from that of the picture.
    fields.take(4)?;
    let (x_resolution, y_resolution) = (fields.word()?, fields.word()?);
    let (depth, compression) = (fields.byte()?, fields.byte()?);
    fields.take(2)?;
    let length = u64::from(high) << 32 | u64::from(low);
    Some(Header { length, fingers, unit, x_resolution, y_resolution, depth, compression })
}

/// One picture; `None` when the bytes end inside it.
fn read_picture<'a>(
    fields: &mut Fields<'a>,
    dpi: u16,
    coding: PictureCoding,
) -> Option<Result<FingerPicture<'a>, ImageError>> {
    let length = fields.long()? as usize;
    let mut body = Fields(fields.take(length.checked_sub(4)?)?);
    let position = body.byte()?;
    body.byte()?;
    let view = body.byte()?;
    body.byte()?;
    let impression = body.byte()?;
    let (width, height) = (body.word()?, body.word()?);
    body.byte()?;
    Some(read_position(position).map(|position| FingerPicture {
        position,
        view,
        impression,
        dpi,
        width,
        height,
        coding,
        data: Cow::Borrowed(body.0),
    }))
}

pub(super) fn write(pictures: &[FingerPicture<'_>]) -> Result<Vec<u8>, ImageError> {
    let first = &pictures[0];
    if pictures.iter().any(|picture| (picture.dpi, picture.coding) != (first.dpi, first.coding)) {
        return Err(ImageError::Unsupported("records of 2005 of several resolutions or codings"));
    }
    let length: usize =
        HEADER + pictures.iter().map(|picture| PICTURE_HEADER + picture.data.len()).sum::<usize>();
    let mut out = MAGIC.to_vec();
    out.extend_from_slice(&(length as u64).to_be_bytes()[2..]);
    out.extend_from_slice(&[0; 2]);
    out.extend_from_slice(&LEVEL.to_be_bytes());
    out.extend_from_slice(&[fingers(pictures), 1]);
    for _ in 0..4 {
        out.extend_from_slice(&first.dpi.to_be_bytes());
    }
    out.extend_from_slice(&[8, code_of_coding(&CODINGS, first.coding), 0, 0]);
    for (index, picture) in pictures.iter().enumerate() {
        let same = |other: &&FingerPicture<'_>| other.position == picture.position;
        let views = pictures.iter().filter(same).count() as u8;
        let view = pictures[..=index].iter().filter(same).count() as u8;
        out.extend_from_slice(&((PICTURE_HEADER + picture.data.len()) as u32).to_be_bytes());
        // Quality of a picture was not yet defined in this edition: 254.
        out.extend_from_slice(&[code_of(picture), views, view, 254, picture.impression]);
        out.extend_from_slice(&picture.width.to_be_bytes());
        out.extend_from_slice(&picture.height.to_be_bytes());
        out.push(0);
        out.extend_from_slice(&picture.data);
    }
    Ok(out)
}

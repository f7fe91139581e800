//! The record of ISO/IEC 19794-4:2011: every picture states its own resolution and coding.

use std::borrow::Cow;

use super::{
    FingerPicture, ImageError, PictureCoding, bad, behind, check_depth, code_of, code_of_coding,
    coding_of, fingers, read_dpi, read_position, wrong_length,
};
use crate::fields::Fields;

/// Format identifier and version.
pub(super) const MAGIC: [u8; 8] = *b"FIR\x00020\0";
/// Bytes of the record before the first picture.
const HEADER: usize = 16;
/// Bytes of a picture before its pixels, without blocks of quality and certification.
const PICTURE_HEADER: usize = 41;
/// Year to millisecond of a capture nobody stated: all ones.
const NO_TIME: [u8; 9] = [0xff; 9];

/// Codes of table 8 of the standard; JPEG 2000 has one with and one without loss.
const CODINGS: [(u8, PictureCoding); 6] = [
    (0, PictureCoding::Raw),
    (2, PictureCoding::Wsq),
    (3, PictureCoding::Jpeg),
    (4, PictureCoding::Jpeg2000),
    (5, PictureCoding::Jpeg2000),
    (6, PictureCoding::Png),
];

pub(super) fn read(bytes: &[u8]) -> Result<Vec<FingerPicture<'_>>, ImageError> {
    let mut fields = behind(bytes, MAGIC)?;
    let mut header = || Some((fields.long()?, fields.word()?, fields.byte()?, fields.byte()?));
    let (length, count, certified, _) = header().ok_or_else(wrong_length)?;
    if u64::from(length) != bytes.len() as u64 {
        return Err(wrong_length());
    }
    if certified > 1 {
        return Err(bad("certification flag"));
    }
    let mut pictures = Vec::new();
    for _ in 0..count {
        let length = fields.long().ok_or_else(wrong_length)? as usize;
        let body = length.checked_sub(4).and_then(|rest| fields.take(rest));
        let body = Fields(body.ok_or_else(wrong_length)?);
        pictures.push(read_picture(body, certified == 1).ok_or_else(wrong_length)??);
    }
    if fields.0.is_empty() { Ok(pictures) } else { Err(wrong_length()) }
}

/// One picture behind its length; `None` when the bytes end inside it.
fn read_picture(
    mut body: Fields<'_>,
    certified: bool,
) -> Option<Result<FingerPicture<'_>, ImageError>> {
    // Time, technology, vendor and type of the device.
    body.take(NO_TIME.len() + 5)?;
    let blocks = body.byte()?;
    body.take(5 * usize::from(blocks))?;
    if certified {
        let blocks = body.byte()?;
        body.take(3 * usize::from(blocks))?;
    }
    let (position, view, unit) = (body.byte()?, body.byte()?, body.byte()?);
    // Resolution of the scan, which may differ from that of the picture.
    body.take(4)?;
    let (x_resolution, y_resolution) = (body.word()?, body.word()?);
    let (depth, compression, impression) = (body.byte()?, body.byte()?, body.byte()?);
    let (width, height) = (body.word()?, body.word()?);
    let length = body.long()? as usize;
    // Segmentation, annotations and comments follow.
    let data = body.take(length)?;
    let checked = || {
        check_depth(depth)?;
        Ok(FingerPicture {
            position: read_position(position)?,
            view,
            impression,
            dpi: read_dpi(unit, x_resolution, y_resolution)?,
            width,
            height,
            coding: coding_of(&CODINGS, compression)?,
            data: Cow::Borrowed(data),
        })
    };
    Some(checked())
}

pub(super) fn write(pictures: &[FingerPicture<'_>]) -> Vec<u8> {
    let size = |picture: &FingerPicture<'_>| PICTURE_HEADER + picture.data.len();
    let length: usize = HEADER + pictures.iter().map(size).sum::<usize>();
    let mut out = MAGIC.to_vec();
    out.extend_from_slice(&(length as u32).to_be_bytes());
    out.extend_from_slice(&(pictures.len() as u16).to_be_bytes());
    out.extend_from_slice(&[0, fingers(pictures)]);
    for (index, picture) in pictures.iter().enumerate() {
        let before = pictures[..index].iter().filter(|other| other.position == picture.position);
        out.extend_from_slice(&(size(picture) as u32).to_be_bytes());
        out.extend_from_slice(&NO_TIME);
        // Device unknown, no quality block.
        out.extend_from_slice(&[0; 6]);
        // Resolutions are in pixels per inch.
        out.extend_from_slice(&[code_of(picture), before.count() as u8, 1]);
        for _ in 0..4 {
            out.extend_from_slice(&picture.dpi.to_be_bytes());
        }
        out.extend_from_slice(&[8, code_of_coding(&CODINGS, picture.coding), picture.impression]);
        out.extend_from_slice(&picture.width.to_be_bytes());
        out.extend_from_slice(&picture.height.to_be_bytes());
        out.extend_from_slice(&(picture.data.len() as u32).to_be_bytes());
        out.extend_from_slice(&picture.data);
    }
    out
}

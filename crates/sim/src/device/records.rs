//! The biometric blocks: records of ISO/IEC 19794-4 and 19794-5, editions of 2011.

use jiff::Timestamp;
use niims_fingerprint::image::finger_record::{
    FingerPicture, PictureCoding, RecordEdition, write_pictures,
};
use niims_fingerprint::{FingerPosition, GrayImage, ImageError};

/// Where the code of a position stands in a record of one picture: behind the head of the record (16),
/// length (4), time (9), device (5) and number of quality blocks (1).
const POSITION: usize = 35;

/// A record of one finger.
pub(super) fn finger(
    finger: FingerPosition,
    picture: &GrayImage,
    dpi: u16,
    lossy: bool,
) -> Result<Vec<u8>, ImageError> {
    let coding = if lossy { PictureCoding::Wsq } else { PictureCoding::Png };
    let picture = FingerPicture::encode(finger, dpi, picture, coding)?;
    write_pictures(&[picture], RecordEdition::Iso2011)
}

/// A record of several fingers in one picture: position 13 for four right fingers, 14 for four left
/// ones, 15 for both thumbs (ISO/IEC 19794-4, table 5).
pub(super) fn slap(
    fingers: &[FingerPosition],
    picture: &GrayImage,
    dpi: u16,
) -> Result<Vec<u8>, ImageError> {
    let mut record = finger(FingerPosition::Unknown, picture, dpi, false)?;
    let first = fingers.first().copied().unwrap_or(FingerPosition::Unknown);
    record[POSITION] = match first {
        FingerPosition::LeftThumb | FingerPosition::RightThumb => 15,
        finger if finger.code() > FingerPosition::LeftThumb.code() => 14,
        _ => 13,
    };
    Ok(record)
}

/// A record of one face: a full frontal picture, without points, taken then. A camera never gives the
/// same record twice; `frame` stands for the milliseconds, since simulated clocks may stand still.
pub(super) fn face(
    picture: &[u8],
    (width, height): (u16, u16),
    taken: Timestamp,
    frame: u64,
) -> Vec<u8> {
    // Image type of table 12: 0 JPEG, 2 PNG.
    let coding = if picture.starts_with(b"\x89PNG") { 2 } else { 0 };
    let mut block = Vec::new();
    let time = taken.to_zoned(jiff::tz::TimeZone::UTC);
    block.extend_from_slice(&time.year().to_be_bytes());
    let parts = [time.month(), time.day(), time.hour(), time.minute(), time.second()];
    block.extend(parts.map(i8::cast_unsigned));
    block.extend_from_slice(&((frame % 1_000) as u16).to_be_bytes());
    // Technology, vendor and device nobody stated.
    block.extend_from_slice(&[0; 5]);
    // No quality block, no points; sex, colours, expression and pose not stated.
    block.push(0);
    block.extend_from_slice(&[0; 2]);
    block.extend_from_slice(&[0; 15]);
    // Full frontal, its coding, size, no scale, 24-bit colour.
    block.extend_from_slice(&[1, coding]);
    block.extend_from_slice(&width.to_be_bytes());
    block.extend_from_slice(&height.to_be_bytes());
    block.extend_from_slice(&[0, 0, 0, 1, 0]);
    block.extend_from_slice(&(picture.len() as u32).to_be_bytes());
    block.extend_from_slice(picture);
    let length = (block.len() + 4) as u32;
    let mut record = b"FAC\x00030\0".to_vec();
    record.extend_from_slice(&(17 + 4 + block.len() as u32).to_be_bytes());
    record.extend_from_slice(&[0, 1, 0, 0, 0]);
    record.extend_from_slice(&length.to_be_bytes());
    record.extend_from_slice(&block);
    record
}

#[cfg(test)]
mod tests {
    use super::*;
    use niims_fingerprint::image::finger_record::read_pictures;

    #[test]
    fn records_read_as_they_were_written() {
        let picture = GrayImage::new(100, 100, vec![7; 10_000]).unwrap();
        let one = finger(FingerPosition::LeftRing, &picture, 500, false).unwrap();
        assert_eq!(read_pictures(&one).unwrap()[0].position, Some(FingerPosition::LeftRing));
        for (finger, code) in [
            (FingerPosition::RightIndex, 13),
            (FingerPosition::LeftLittle, 14),
            (FingerPosition::LeftThumb, 15),
        ] {
            let record = slap(&[finger], &picture, 500).unwrap();
            assert_eq!(record[POSITION], code);
            assert_eq!(read_pictures(&record).unwrap()[0].position, None);
        }
        let taken = "2026-11-22T08:00:00Z".parse().unwrap();
        let record = face(b"\x89PNG and so on", (240, 320), taken, 1);
        assert_ne!(record, face(b"\x89PNG and so on", (240, 320), taken, 2));
        assert_eq!(niims_face::record::pictures(&record), Ok(vec![&b"\x89PNG and so on"[..]]));
    }
}

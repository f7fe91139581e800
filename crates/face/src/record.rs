//! Pictures out of ISO/IEC 19794-5 records, editions 2005 and 2011, and into the latter.
//!
//! ```text
//! 2005: "FAC" 0 "010" 0 | length 4 | pictures 2
//!       each: length 4 | points 2, 14 | points × 8 | 12 | picture to the end of the block
//! 2011: "FAC" 0 "030" 0 | length 4 | pictures 2 | certified 1 | 2
//!       each: length 4 | 14 | qualities 1, × 5 | points 2, 15 | points × 8 | 11 | length 4, picture
//! ```
//! What a record says of face, pose and quality is passed over: the picture speaks for itself.

use thiserror::Error;

/// How a record begins, whatever its edition.
const MAGIC: &[u8; 4] = b"FAC\0";
const EDITION_2005: &[u8] = b"010\0";
const EDITION_2011: &[u8] = b"030\0";
/// Most pictures that are read of one record; one is usual.
pub const MOST_PICTURES: usize = 16;

/// Why a record does not read. It holds nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the record of a face is damaged, or of an edition other than 2005 and 2011")]
pub struct FaceRecordError;

/// Whether bytes claim to be such a record.
pub fn is_record(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The picture files of a record, in its order, at most [`MOST_PICTURES`].
///
/// # Errors
/// [`FaceRecordError`] where lengths do not fit together.
pub fn pictures(record: &[u8]) -> Result<Vec<&[u8]>, FaceRecordError> {
    read(record).ok_or(FaceRecordError)
}

/// How the picture inside a record is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaceCoding {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
}

/// A record of the edition of 2011 around one picture file of the size stated, in pixels. What it
/// could say of pose, hair and sex is left unspecified.
pub fn write(file: &[u8], coding: FaceCoding, width: u16, height: u16) -> Vec<u8> {
    let mut block = vec![0xff; 9]; // when it was captured: unspecified
    block.extend_from_slice(&[0; 5]); // device
    block.push(0); // quality blocks
    block.extend_from_slice(&[0; 2 + 15]); // landmarks, face and pose: unspecified
    block.push(0); // basic face image
    block.push(match coding {
        FaceCoding::Jpeg => 0,
        FaceCoding::Png => 3,
    });
    block.extend_from_slice(&width.to_be_bytes());
    block.extend_from_slice(&height.to_be_bytes());
    block.extend_from_slice(&[0; 5]); // sampling, processing, colour space: unspecified
    block.extend_from_slice(&(file.len() as u32).to_be_bytes());
    block.extend_from_slice(file);
    let picture = block.len() as u32 + 4;
    let mut record = [MAGIC, EDITION_2011].concat();
    record.extend_from_slice(&(picture + 17).to_be_bytes());
    record.extend_from_slice(&1_u16.to_be_bytes());
    record.extend_from_slice(&[0; 3]); // not certified, no temporal semantics
    record.extend_from_slice(&picture.to_be_bytes());
    record.extend_from_slice(&block);
    record
}

fn read(record: &[u8]) -> Option<Vec<&[u8]>> {
    let mut rest = Fields(record);
    (rest.take(4)? == MAGIC).then_some(())?;
    let edition = rest.take(4)?;
    // Some writers count the whole record, some leave the field wrong: the bytes that are there count.
    rest.take(4)?;
    let count = rest.number(2)?;
    let picture = match edition {
        EDITION_2005 => of_2005,
        EDITION_2011 => {
            // A certified record has a block more, of a form that nothing here knows.
            (rest.number(1)? == 0).then_some(())?;
            rest.take(2)?;
            of_2011
        }
        _ => return None,
    };
    (count <= MOST_PICTURES).then_some(())?;
    (0..count)
        .map(|_| {
            let length = rest.number(4)?;
            picture(Fields(rest.take(length.checked_sub(4)?)?))
        })
        .collect()
}

fn of_2005(mut block: Fields<'_>) -> Option<&[u8]> {
    let points = block.number(2)?;
    block.take(14 + 8 * points + 12)?;
    Some(block.0)
}

fn of_2011(mut block: Fields<'_>) -> Option<&[u8]> {
    block.take(14)?;
    let qualities = block.number(1)?;
    block.take(5 * qualities)?;
    let points = block.number(2)?;
    block.take(15 + 8 * points + 11)?;
    let length = block.number(4)?;
    block.take(length)
}

struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// A big-endian number of so many bytes, at most four.
    fn number(&mut self, bytes: usize) -> Option<usize> {
        Some(self.take(bytes)?.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::record;

    #[test]
    fn what_is_written_reads_back() {
        let written = write(b"a picture", FaceCoding::Png, 413, 531);
        assert_eq!(pictures(&written), Ok(vec![&b"a picture"[..]]));
        let stated = u32::from_be_bytes(written[8..12].try_into().unwrap());
        assert_eq!(stated as usize, written.len());
    }

    #[test]
    fn pictures_come_out_and_cut_records_do_not() {
        for edition in [2005, 2011] {
            let whole = record(&[b"one", b"another"], edition);
            assert!(is_record(&whole));
            assert_eq!(pictures(&whole), Ok(vec![&b"one"[..], b"another"]), "{edition}");
            for length in 0..whole.len() {
                assert!(pictures(&whole[..length]).is_err(), "{edition}, {length} bytes");
            }
            let mut many = whole;
            many[13] = 200;
            assert_eq!(pictures(&many), Err(FaceRecordError));
        }
        assert_eq!(pictures(b"FAC\x00020\0 and so on"), Err(FaceRecordError));
    }
}

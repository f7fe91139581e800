//! The compact own form: 16 bytes and six per minutia, then the texture, with a checksum.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 4 | `NFT` and the version: 1 without texture, 2 with |
//! | 4 | 2, 2 | width, height, pixels at 500 dpi |
//! | 8 | 1, 1 | finger quality; zero |
//! | 10 | 2 | number of minutiae *n* |
//! | 12 | 6 *n* | 2 bits kind + 14 bits x; 16 bits y; direction; quality |
//! | | 1, 1, 1, 1 | version 2: left, top, columns, rows of the texture, cells |
//! | | half a byte a cell | version 2: valid quarters, row by row, the first cell in the low half |
//! | | 8 a cell | version 2: ridges of each cell with a valid quarter |
//! | end | 4 | CRC-32 (ISO-HDLC) of all before it |
//!
//! All numbers are big-endian.

use super::texture::{MOST_COLUMNS, Texture, TextureCell};
use super::{MAX_MINUTIAE, Minutia, MinutiaKind, Template, TemplateError};

const NAME: [u8; 3] = *b"NFT";
const HEADER: usize = 12;
const PER_MINUTIA: usize = 6;
const FRAME: usize = 4;
const PER_CELL: usize = 8;
const CHECKSUM: usize = 4;

impl Template {
    /// The template as `16 + 6 n` bytes, and with texture some 1,000 to 1,700 more.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER + PER_MINUTIA * self.minutiae.len() + CHECKSUM);
        out.extend_from_slice(&NAME);
        out.push(if self.texture.is_some() { 2 } else { 1 });
        out.extend_from_slice(&self.width.to_be_bytes());
        out.extend_from_slice(&self.height.to_be_bytes());
        out.extend_from_slice(&[self.quality, 0]);
        out.extend_from_slice(&(self.minutiae.len() as u16).to_be_bytes());
        for minutia in &self.minutiae {
            out.extend_from_slice(&(kind_bits(minutia.kind) << 14 | minutia.x).to_be_bytes());
            out.extend_from_slice(&minutia.y.to_be_bytes());
            out.extend_from_slice(&[minutia.direction, minutia.quality]);
        }
        if let Some(texture) = &self.texture {
            put_texture(texture, &mut out);
        }
        out.extend_from_slice(&crc32(&out).to_be_bytes());
        out
    }

    /// Reads what [`Template::to_bytes`] wrote, in this version or the one before.
    ///
    /// # Errors
    /// [`TemplateError`] for any other bytes: each single flipped bit, missing or added byte is
    /// noticed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TemplateError> {
        let found = bytes.len();
        if found < HEADER + CHECKSUM {
            return Err(TemplateError::Length { expected: HEADER + CHECKSUM, found });
        }
        if bytes[..3] != NAME || !(1..=2).contains(&bytes[3]) {
            return Err(TemplateError::Header);
        }
        let count = usize::from(word(bytes, 10));
        if count > MAX_MINUTIAE {
            return Err(TemplateError::TooManyMinutiae(count));
        }
        let minutiae_end = HEADER + PER_MINUTIA * count;
        let body = if bytes[3] == 1 { minutiae_end } else { texture_end(bytes, minutiae_end)? };
        if found != body + CHECKSUM {
            return Err(TemplateError::Length { expected: body + CHECKSUM, found });
        }
        if crc32(&bytes[..body]).to_be_bytes() != bytes[body..] {
            return Err(TemplateError::Checksum);
        }
        let minutiae = bytes[HEADER..minutiae_end].chunks_exact(PER_MINUTIA).map(minutia).collect();
        let template = Self::new(word(bytes, 4), word(bytes, 6), bytes[8], minutiae)?;
        match bytes[3] {
            1 => Ok(template),
            _ => template.with_texture(Some(texture(&bytes[minutiae_end..body])?)),
        }
    }
}

fn put_texture(texture: &Texture, out: &mut Vec<u8>) {
    // At most MOST_COLUMNS rows.
    out.extend([texture.left(), texture.top(), texture.columns(), texture.rows() as u8]);
    for two in texture.cells().chunks(2) {
        out.push(two[0].valid | two.get(1).map_or(0, |cell| cell.valid << 4));
    }
    for cell in texture.cells().iter().filter(|cell| cell.valid != 0) {
        out.extend(cell.ridges.to_be_bytes());
    }
}

/// Where the texture that begins at `start` ends, by its own account.
fn texture_end(bytes: &[u8], start: usize) -> Result<usize, TemplateError> {
    let found = bytes.len();
    let short = |end: usize| TemplateError::Length { expected: end + CHECKSUM, found };
    let frame = bytes.get(start..start + FRAME).ok_or_else(|| short(start + FRAME))?;
    let (columns, rows) = (usize::from(frame[2]), usize::from(frame[3]));
    if columns > MOST_COLUMNS || rows > MOST_COLUMNS {
        return Err(TemplateError::Texture);
    }
    let halves = start + FRAME + (columns * rows).div_ceil(2);
    let valid = bytes.get(start + FRAME..halves).ok_or_else(|| short(halves))?;
    let said = valid.iter().flat_map(|two| [two & 15, two >> 4]).filter(|half| *half != 0).count();
    Ok(halves + PER_CELL * said)
}

/// Reads the texture from bytes whose length [`texture_end`] has checked.
fn texture(bytes: &[u8]) -> Result<Texture, TemplateError> {
    let (columns, rows) = (usize::from(bytes[2]), usize::from(bytes[3]));
    let halves = FRAME + (columns * rows).div_ceil(2);
    let mut ridges = bytes[halves..].chunks_exact(PER_CELL);
    let mut cells = Vec::with_capacity(columns * rows);
    for half in bytes[FRAME..halves].iter().flat_map(|two| [two & 15, two >> 4]) {
        let word = if half == 0 { None } else { ridges.next() };
        let word = word.and_then(|word| word.try_into().ok()).map_or(0, u64::from_be_bytes);
        cells.push(TextureCell { valid: half, ridges: word });
    }
    // An odd number of cells leaves one half byte over, which must be empty.
    if cells.split_off(columns * rows).iter().any(|cell| cell.valid != 0) {
        return Err(TemplateError::Texture);
    }
    Texture::new(bytes[0], bytes[1], bytes[2], cells)
}

fn minutia(six: &[u8]) -> Minutia {
    Minutia {
        x: word(six, 0) & 0x3fff,
        y: word(six, 2),
        direction: six[4],
        kind: kind_of_bits(six[0] >> 6),
        quality: six[5],
    }
}

/// The kind codes of ISO/IEC 19794-2:2005: 0 other, 1 ending, 2 bifurcation.
pub(super) fn kind_bits(kind: MinutiaKind) -> u16 {
    match kind {
        MinutiaKind::Unknown => 0,
        MinutiaKind::Ending => 1,
        MinutiaKind::Bifurcation => 2,
    }
}

pub(super) fn kind_of_bits(bits: u8) -> MinutiaKind {
    match bits {
        1 => MinutiaKind::Ending,
        2 => MinutiaKind::Bifurcation,
        _ => MinutiaKind::Unknown,
    }
}

/// The big-endian 16-bit number at `offset`; the caller has checked the length.
pub(super) fn word(bytes: &[u8], offset: usize) -> u16 {
    u16::from_be_bytes([bytes[offset], bytes[offset + 1]])
}

/// CRC-32 as in ISO 3309: it notices every error of up to three bits in records of this size.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |value, _| {
            (value >> 1) ^ (0xedb8_8320 & (value & 1).wrapping_neg())
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::template::SUBPIXEL;

    fn any_template() -> impl Strategy<Value = Template> {
        (1u16..=4095, 1u16..=4095, 0u8..=100)
            .prop_flat_map(|(width, height, quality)| {
                let minutia =
                    (0..width * SUBPIXEL, 0..height * SUBPIXEL, any::<u8>(), 0u8..3, 0u8..=100)
                        .prop_map(|(x, y, direction, kind, quality)| Minutia {
                            x,
                            y,
                            direction,
                            kind: kind_of_bits(kind),
                            quality,
                        });
                (Just((width, height, quality)), prop::collection::vec(minutia, 0..80))
            })
            .prop_map(|((w, h, q), minutiae)| Template::new(w, h, q, minutiae).unwrap())
    }

    fn any_textured() -> impl Strategy<Value = Template> {
        let cell = (0u8..16, any::<u64>()).prop_map(|(valid, ridges)| {
            let cell = TextureCell { valid, ridges: 0 };
            TextureCell { ridges: ridges & cell.samples(), ..cell }
        });
        (any_template(), 1u8..=9, 0u8..3, prop::collection::vec(cell, 81)).prop_filter_map(
            "cells outside the print, or none that says anything",
            |(template, columns, left, mut cells)| {
                cells.truncate(usize::from(columns) * 7);
                let texture = Texture::new(left, 1, columns, cells).ok()?;
                template.with_texture(Some(texture)).ok()
            },
        )
    }

    /// What the checksum cannot see: a forged texture with a right one.
    #[test]
    fn a_forged_texture_meets_the_bounds() {
        let cell = TextureCell { valid: 15, ridges: 1 };
        let texture = Texture::new(0, 0, 1, vec![cell]).unwrap();
        let template = Template::new(30, 30, 50, vec![]).unwrap().with_texture(Some(texture));
        let good = template.unwrap().to_bytes();
        for (offset, value, expected) in [
            (12, 1, TemplateError::Texture),
            (14, 0, TemplateError::Length { expected: 20, found: 29 }),
            (14, 200, TemplateError::Texture),
            (15, 2, TemplateError::Length { expected: 29, found: 29 }),
            (16, 0xff, TemplateError::Length { expected: 37, found: 29 }),
            (16, 0x01, TemplateError::Texture),
        ] {
            let mut bytes = good.clone();
            bytes[offset] = value;
            if offset == 16 && value == 1 {
                bytes[24] = 0x10;
            }
            let body = bytes.len() - CHECKSUM;
            let crc = crc32(&bytes[..body]);
            bytes[body..].copy_from_slice(&crc.to_be_bytes());
            let read = Template::from_bytes(&bytes);
            if offset == 15 {
                assert_eq!(read, Err(TemplateError::Texture), "{offset} {value}");
            } else {
                assert_eq!(read, Err(expected), "{offset} {value}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_written_is_read(template in any_template()) {
            let bytes = template.to_bytes();
            prop_assert_eq!(bytes.len(), 16 + 6 * template.minutiae().len());
            prop_assert!(Template::from_bytes(&bytes).unwrap() == template);
        }

        #[test]
        fn texture_is_read_back(template in any_textured()) {
            let bytes = template.to_bytes();
            prop_assert_eq!(bytes[3], 2);
            prop_assert!(Template::from_bytes(&bytes).unwrap() == template);
        }

        #[test]
        fn a_flipped_bit_in_the_texture_is_noticed(
            template in any_textured(),
            at in any::<prop::sample::Index>(),
        ) {
            let mut bytes = template.to_bytes();
            let bit = at.index(bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(Template::from_bytes(&bytes).is_err());
            let bytes = template.to_bytes();
            prop_assert!(Template::from_bytes(&bytes[..at.index(bytes.len())]).is_err());
        }

        #[test]
        fn every_flipped_bit_is_noticed(template in any_template(), at in any::<prop::sample::Index>()) {
            let mut bytes = template.to_bytes();
            let bit = at.index(bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(Template::from_bytes(&bytes).is_err());
        }

        #[test]
        fn every_truncation_is_noticed(template in any_template(), at in any::<prop::sample::Index>()) {
            let bytes = template.to_bytes();
            let length = at.index(bytes.len());
            prop_assert!(Template::from_bytes(&bytes[..length]).is_err());
        }

        #[test]
        fn noise_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Template::from_bytes(&bytes);
        }
    }

    /// The checksum guards storage, not honesty: a forged record with a right checksum meets the
    /// bounds of [`Template::new`].
    #[test]
    fn a_forged_record_meets_the_bounds() {
        let minutia = Minutia { x: 4, y: 4, direction: 0, kind: MinutiaKind::Ending, quality: 50 };
        let mut bytes = Template::new(10, 10, 50, vec![minutia]).unwrap().to_bytes();
        bytes[14] = 0xff;
        let body = bytes.len() - CHECKSUM;
        let crc = crc32(&bytes[..body]);
        bytes[body..].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(Template::from_bytes(&bytes), Err(TemplateError::Minutia { index: 0 }));
    }

    #[test]
    fn the_checksum_is_the_published_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}

//! The compact own form: 16 bytes and six per minutia, with a checksum.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 4 | `NFT` and the version, 1 |
//! | 4 | 2, 2 | width, height, pixels at 500 dpi |
//! | 8 | 1, 1 | finger quality; zero |
//! | 10 | 2 | number of minutiae *n* |
//! | 12 | 6 *n* | 2 bits kind + 14 bits x; 16 bits y; direction; quality |
//! | 12 + 6 *n* | 4 | CRC-32 (ISO-HDLC) of all before it |
//!
//! All numbers are big-endian.

use super::{MAX_MINUTIAE, Minutia, MinutiaKind, Template, TemplateError};

const MAGIC: [u8; 4] = *b"NFT\x01";
const HEADER: usize = 12;
const PER_MINUTIA: usize = 6;
const CHECKSUM: usize = 4;

impl Template {
    /// The template as `16 + 6 n` bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER + PER_MINUTIA * self.minutiae.len() + CHECKSUM);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&self.width.to_be_bytes());
        out.extend_from_slice(&self.height.to_be_bytes());
        out.extend_from_slice(&[self.quality, 0]);
        out.extend_from_slice(&(self.minutiae.len() as u16).to_be_bytes());
        for minutia in &self.minutiae {
            out.extend_from_slice(&(kind_bits(minutia.kind) << 14 | minutia.x).to_be_bytes());
            out.extend_from_slice(&minutia.y.to_be_bytes());
            out.extend_from_slice(&[minutia.direction, minutia.quality]);
        }
        out.extend_from_slice(&crc32(&out).to_be_bytes());
        out
    }

    /// Reads what [`Template::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`TemplateError`] for any other bytes: each single flipped bit, missing or added byte is
    /// noticed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TemplateError> {
        let found = bytes.len();
        if found < HEADER + CHECKSUM {
            return Err(TemplateError::Length { expected: HEADER + CHECKSUM, found });
        }
        if bytes[..4] != MAGIC {
            return Err(TemplateError::Header);
        }
        let count = usize::from(word(bytes, 10));
        if count > MAX_MINUTIAE {
            return Err(TemplateError::TooManyMinutiae(count));
        }
        let body = HEADER + PER_MINUTIA * count;
        if found != body + CHECKSUM {
            return Err(TemplateError::Length { expected: body + CHECKSUM, found });
        }
        if crc32(&bytes[..body]).to_be_bytes() != bytes[body..] {
            return Err(TemplateError::Checksum);
        }
        let minutiae = bytes[HEADER..body].chunks_exact(PER_MINUTIA).map(minutia).collect();
        Self::new(word(bytes, 4), word(bytes, 6), bytes[8], minutiae)
    }
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

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_written_is_read(template in any_template()) {
            let bytes = template.to_bytes();
            prop_assert_eq!(bytes.len(), 16 + 6 * template.minutiae().len());
            prop_assert!(Template::from_bytes(&bytes).unwrap() == template);
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

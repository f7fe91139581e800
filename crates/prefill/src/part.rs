//! One QR code: a part of a form, with what is needed to put the parts together again.

use serde::{Deserialize, Serialize};

use crate::problem::PrefillProblem;

/// What every code begins with, before the digit of the version.
const MARK: &str = "NIIMS";
/// The version that is written and read.
const VERSION: char = '1';
/// Most parts of one form: 12. A full Kenyan form of 8 kB packs into some ten; a resident who holds
/// up more codes than that types faster.
pub const MOST_PARTS: u8 = 12;
/// Most bytes of the form in one part: 240. With its head a part has 384 letters, a code of 65
/// modules a side at error correction M, which a camera of 640 × 480 pixels reads from 15 cm.
pub(crate) const PART_BYTES: usize = 240;
/// Bytes around them: number, count, set, checksum.
const FRAME_BYTES: usize = 1 + 1 + 4 + 4;
/// Longest text of a code, in letters.
pub const LONGEST_TEXT: usize = MARK.len() + 2 + (PART_BYTES + FRAME_BYTES) * 3 / 2 + 1;

/// One code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Checksum of the whole form: parts of one form have the same.
    pub(crate) set: [u8; 4],
    /// 1 to `of`.
    pub(crate) number: u8,
    /// How many there are.
    pub(crate) of: u8,
    pub(crate) bytes: Vec<u8>,
}

impl Part {
    /// Cuts the bytes of a form into parts.
    ///
    /// # Errors
    /// [`PrefillProblem::DoesNotFit`].
    pub(crate) fn cut(content: &[u8]) -> Result<Vec<Self>, PrefillProblem> {
        let chunks: Vec<&[u8]> = content.chunks(PART_BYTES).collect();
        let of = u8::try_from(chunks.len()).ok().filter(|of| (1..=MOST_PARTS).contains(of));
        let of = of.ok_or(PrefillProblem::DoesNotFit)?;
        let set = crc32fast::hash(content).to_be_bytes();
        let part = |(number, chunk): (u8, &&[u8])| Self { set, number, of, bytes: chunk.to_vec() };
        Ok((1..=of).zip(&chunks).map(part).collect())
    }

    /// The text of its code.
    pub fn text(&self) -> String {
        let mut bytes = vec![self.number, self.of];
        bytes.extend_from_slice(&self.set);
        bytes.extend_from_slice(&self.bytes);
        let sum = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&sum.to_be_bytes());
        format!("{MARK}{VERSION}:{}", base45::encode(&bytes))
    }

    /// Reads the text of a code, bounded first.
    ///
    /// # Errors
    /// [`PrefillProblem::Foreign`], `OtherVersion`, `TooLong` and `Damaged`, in this order.
    pub fn read(text: &str) -> Result<Self, PrefillProblem> {
        let rest = text.trim_end_matches(['\r', '\n']);
        let rest = rest.strip_prefix(MARK).ok_or(PrefillProblem::Foreign)?;
        let (version, body) = rest.split_once(':').ok_or(PrefillProblem::Foreign)?;
        if version.is_empty() || version.len() > 3 || !version.bytes().all(|c| c.is_ascii_digit()) {
            return Err(PrefillProblem::Foreign);
        }
        if version.len() != 1 || !version.starts_with(VERSION) {
            return Err(PrefillProblem::OtherVersion);
        }
        if text.len() > LONGEST_TEXT {
            return Err(PrefillProblem::TooLong);
        }
        let bytes = base45::decode(body).map_err(|_| PrefillProblem::Damaged)?;
        let (framed, sum) = bytes.split_last_chunk::<4>().ok_or(PrefillProblem::Damaged)?;
        if crc32fast::hash(framed).to_be_bytes() != *sum {
            return Err(PrefillProblem::Damaged);
        }
        let ([number, of, a, b, c, d], bytes) =
            framed.split_first_chunk::<6>().ok_or(PrefillProblem::Damaged)?;
        let fits = (1..=MOST_PARTS).contains(of)
            && (1..=*of).contains(number)
            && (1..=PART_BYTES).contains(&bytes.len());
        if !fits {
            return Err(PrefillProblem::Damaged);
        }
        Ok(Self { set: [*a, *b, *c, *d], number: *number, of: *of, bytes: bytes.to_vec() })
    }
}

impl core::fmt::Debug for Part {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Part({} of {}, redacted)", self.number, self.of)
    }
}

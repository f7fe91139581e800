//! Text ↔ bytes: Base45 around zlib, with bounds first.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

use crate::error::CardError;
use niims_paper::is_alphanumeric;

/// Longest text that a QR code can hold in alphanumeric mode (version 40, level
/// L, ISO/IEC 18004 table 7), in characters. Stops a pasted book.
pub const LONGEST_TEXT: usize = 4_296;

/// Most bytes that a card's text may unfold to. The largest lawful card, with a
/// small photo in the code, needs under 4 KiB. Stops a compression bomb: 4,296
/// characters could unfold to 2.9 MB.
pub const MOST_INFLATED: usize = 8 * 1024;

pub(super) fn wrap(message: &[u8]) -> Result<String, CardError> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(message).and_then(|()| encoder.finish());
    let text = base45::encode(written.map_err(|_| CardError::TooLarge)?);
    if text.len() > LONGEST_TEXT { Err(CardError::TooLarge) } else { Ok(text) }
}

pub(super) fn unwrap(text: &str) -> Result<Vec<u8>, CardError> {
    if text.len() > LONGEST_TEXT {
        return Err(CardError::TooLarge);
    }
    let folded = decode_base45(text)?;
    inflate(&folded)
}

/// Decodes after checking the alphabet: the library also takes small letters,
/// which would give one card several texts.
fn decode_base45(text: &str) -> Result<Vec<u8>, CardError> {
    if text.is_empty() || text.len() % 3 == 1 || !text.bytes().all(is_alphanumeric) {
        return Err(CardError::NotBase45);
    }
    base45::decode(text).map_err(|_| CardError::NotBase45)
}

/// Inflates up to the bound and insists that the stream ends there: no second
/// message hides behind the first.
fn inflate(folded: &[u8]) -> Result<Vec<u8>, CardError> {
    let mut decoder = ZlibDecoder::new(folded);
    let mut bytes = Vec::new();
    decoder
        .by_ref()
        .take(MOST_INFLATED as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| CardError::NotZlib)?;
    if bytes.len() > MOST_INFLATED {
        return Err(CardError::TooLarge);
    }
    if decoder.total_in() != folded.len() as u64 {
        return Err(CardError::NotZlib);
    }
    Ok(bytes)
}

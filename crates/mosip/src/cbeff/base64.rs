//! Base64 as it is met: either alphabet, padded or not, broken into lines or not.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const TOLERANT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const PLAIN: GeneralPurpose = GeneralPurpose::new(&STANDARD, TOLERANT);
const FOR_URLS: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, TOLERANT);

/// The bytes of a base64 text; `None` when it is none. White space is skipped.
pub fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let signs: Vec<u8> = text.iter().copied().filter(|sign| !sign.is_ascii_whitespace()).collect();
    let engine =
        if signs.iter().any(|sign| matches!(sign, b'-' | b'_')) { FOR_URLS } else { PLAIN };
    engine.decode(signs).ok()
}

//! Codes that change every half minute (RFC 6238 over HMAC-SHA-1, RFC 4226): what every
//! authenticator app speaks.

use core::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;
use subtle::ConstantTimeEq;

/// Bytes of a secret: as many as the hash gives (RFC 4226, 4, R6).
pub(crate) const SECRET_BYTES: usize = 20;
/// Seconds of a step (RFC 6238, 5.2).
const STEP_S: i64 = 30;
/// Digits of a code.
const DIGITS: u32 = 6;
/// Steps before and after the present one that are taken, for clocks that are not
/// right (RFC 6238, 6).
const DRIFT: i64 = 1;

/// The step of a moment.
pub(crate) fn step_at(at: Timestamp) -> i64 {
    at.as_second().div_euclid(STEP_S)
}

/// The code of a step.
pub(crate) fn code(secret: &[u8], step: i64) -> String {
    format!("{:0width$}", truncated(secret, step) % 10_u32.pow(DIGITS), width = DIGITS as usize)
}

/// The step whose code was typed, if it is one of those about `at`. Takes the same time
/// whichever it is. Blanks, which apps show in the middle, are left out.
pub(crate) fn matching_step(secret: &[u8], typed: &str, at: Timestamp) -> Option<i64> {
    let typed: String = typed.chars().take(16).filter(|c| !c.is_whitespace()).collect();
    let now = step_at(at);
    (now - DRIFT..=now + DRIFT).fold(None, |found, step| {
        let same = bool::from(code(secret, step).as_bytes().ct_eq(typed.as_bytes()));
        if same { Some(step) } else { found }
    })
}

/// The address that authenticator apps read from a QR code.
pub(crate) fn address(secret: &[u8], issuer: &str, account: &str) -> String {
    let issuer = percent(issuer);
    format!(
        "otpauth://totp/{issuer}:{}?secret={}&issuer={issuer}",
        percent(account),
        base32(secret)
    )
}

/// Base 32 without padding (RFC 4648, 6).
pub(crate) fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let mut block = [0_u8; 8];
        block[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(block);
        for place in 0..(chunk.len() * 8).div_ceil(5) {
            let index = (bits >> (35 - 5 * place)) & 31;
            out.push(char::from(ALPHABET[index as usize]));
        }
    }
    out
}

fn truncated(secret: &[u8], step: i64) -> u32 {
    let mac = hmac(secret, &step.to_be_bytes());
    let offset = usize::from(mac[19] & 15);
    let word = [mac[offset], mac[offset + 1], mac[offset + 2], mac[offset + 3]];
    u32::from_be_bytes(word) & 0x7fff_ffff
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
fn hmac(key: &[u8], message: &[u8]) -> [u8; 20] {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_vectors_of_rfc_6238_hold() {
        // Appendix B, SHA-1: eight digits there, of which ours are the last six.
        for (second, eight) in [
            (59_i64, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            let at = Timestamp::from_second(second).unwrap();
            assert_eq!(code(SECRET, step_at(at)), eight[2..], "{second}");
        }
    }

    #[test]
    fn the_vectors_of_rfc_4226_hold() {
        let wanted = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        for (step, want) in wanted.iter().enumerate() {
            assert_eq!(code(SECRET, step as i64), *want);
        }
    }

    #[test]
    fn a_clock_may_be_one_step_off() {
        let at = Timestamp::from_second(100 * STEP_S + 7).unwrap();
        for (step, fine) in [(98, false), (99, true), (100, true), (101, true), (102, false)] {
            let found = matching_step(SECRET, &code(SECRET, step), at);
            assert_eq!(found, fine.then_some(step), "{step}");
        }
        let shown = code(SECRET, 100);
        let spaced = format!(" {} {} ", &shown[..3], &shown[3..]);
        assert_eq!(matching_step(SECRET, &spaced, at), Some(100));
        for wrong in ["", "000", &"1".repeat(1 << 20), "abcdef"] {
            assert_eq!(matching_step(SECRET, wrong, at), None);
        }
    }

    #[test]
    fn base32_agrees_with_rfc_4648() {
        for (plain, want) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), want);
        }
        assert_eq!(
            address(b"foobar", "NIIMS staff", "a@b"),
            "otpauth://totp/NIIMS%20staff:a%40b?secret=MZXW6YTBOI&issuer=NIIMS%20staff"
        );
    }
}

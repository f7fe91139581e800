//! What a schema says about texts and a reader of JSON does not look at: lengths, formats.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::osia::fault::Fault;

/// Base64 with or without its padding: both are seen, and neither can be mistaken.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The place of a member.
pub fn at(object: &str, member: &str) -> String {
    if object.is_empty() { member.to_owned() } else { format!("{object}.{member}") }
}

/// A text within bounds.
pub fn length(text: &str, most: usize, at: impl FnOnce() -> String) -> Result<(), Fault> {
    // A character has at least one byte, so that a short one need not be counted.
    if text.len() > most && text.chars().nth(most).is_some() {
        return Err(Fault::Member { at: at(), must: "shorter" });
    }
    Ok(())
}

/// The bytes behind base64.
pub fn bytes(text: &str, at: impl FnOnce() -> String) -> Result<Vec<u8>, Fault> {
    BASE64.decode(text).map_err(|_| Fault::Member { at: at(), must: "base64 of RFC 4648" })
}

/// A time of RFC 3339, which always says how far it is from UTC.
pub fn date_time(text: &str, at: impl FnOnce() -> String) -> Result<(), Fault> {
    if has_shape_of_time(text.as_bytes()) && text.parse::<jiff::Timestamp>().is_ok() {
        return Ok(());
    }
    Err(Fault::Member { at: at(), must: "a date and time of RFC 3339" })
}

/// An address of RFC 3986 with a scheme.
pub fn address(text: &str, at: impl FnOnce() -> String) -> Result<(), Fault> {
    let sound = text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
            && rest.bytes().all(|c| c.is_ascii_graphic() && !br#""<>\^`{|}"#.contains(&c))
    });
    if sound {
        return Ok(());
    }
    Err(Fault::Member { at: at(), must: "an absolute address of RFC 3986" })
}

fn has_shape_of_time(text: &[u8]) -> bool {
    let digits = |range: core::ops::Range<usize>| {
        text.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let is = |place: usize, letters: &[u8]| {
        text.get(place).is_some_and(|letter| letters.contains(&letter.to_ascii_uppercase()))
    };
    let head = digits(0..4) && is(4, b"-") && digits(5..7) && is(7, b"-") && digits(8..10);
    let clock = is(10, b"T") && digits(11..13) && is(13, b":") && digits(14..16);
    if !(head && clock && is(16, b":") && digits(17..19)) {
        return false;
    }
    let mut end = 19;
    if is(end, b".") {
        let part = text[end + 1..].iter().take_while(|letter| letter.is_ascii_digit()).count();
        end += 1 + part;
        if part == 0 {
            return false;
        }
    }
    let far = is(end, b"+-")
        && digits(end + 1..end + 3)
        && is(end + 3, b":")
        && digits(end + 4..end + 6)
        && text.len() == end + 6;
    far || (is(end, b"Z") && text.len() == end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(result: &Result<(), Fault>) -> bool {
        result.is_err()
    }

    #[test]
    fn times_are_those_of_rfc_3339() {
        for (text, sound) in [
            ("2024-11-18T14:21:00+01:00", true),
            ("2024-11-18t14:21:00.123z", true),
            ("2024-02-29T00:00:00Z", true),
            ("2023-02-29T00:00:00Z", false),
            ("2024-11-18T14:21:00", false),
            ("2024-11-18 14:21:00Z", false),
            ("2024-11-18T14:21Z", false),
            ("2024-11-18T14:21:00.Z", false),
            ("2024-11-18T14:21:00+0100", false),
            ("2024-11-18T24:21:00Z", false),
            ("+02024-11-18T14:21:00Z", false),
            ("", false),
            ("é", false),
        ] {
            assert_eq!(!refused(&date_time(text, String::new)), sound, "{text}");
        }
    }

    #[test]
    fn addresses_have_a_scheme_and_no_odd_letters() {
        for (text, sound) in [
            ("http://imageserver.com/image?id=00003", true),
            ("urn:uuid:3f1c", true),
            ("//host/path", false),
            ("image.png", false),
            ("1a:b", false),
            ("http://a b", false),
            ("http://é", false),
            ("", false),
        ] {
            assert_eq!(!refused(&address(text, String::new)), sound, "{text}");
        }
    }

    #[test]
    fn base64_is_read_strictly() {
        for (text, want) in [
            ("AQI=", Some(vec![1, 2])),
            ("AQI", Some(vec![1, 2])),
            ("", Some(vec![])),
            ("AQI==", None),
            ("A", None),
            ("AQ I=", None),
            ("AQI\n", None),
            ("_-8=", None),
            ("AQJ=", None),
        ] {
            assert_eq!(bytes(text, String::new).ok(), want, "{text}");
        }
    }
}

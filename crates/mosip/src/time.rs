//! Times as the API writes them: UTC with a `T`, a fraction and a `Z`.

use jiff::Timestamp;

/// Shape of a time: `d` is a digit. A fraction of one to nine digits may stand before the `Z`.
const SHAPE: &[u8] = b"dddd-dd-ddTdd:dd:dd";

/// Whether a text is a time in UTC, like `2026-01-05T08:00:00.000Z`. Offsets other than `Z` are
/// refused: the API knows none.
pub fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some((head, tail)) = bytes.split_at_checked(SHAPE.len()) else {
        return false;
    };
    let shaped = head.iter().zip(SHAPE).all(|(found, wanted)| match wanted {
        b'd' => found.is_ascii_digit(),
        sign => found == sign,
    });
    let fraction = match tail {
        [b'Z'] => true,
        [b'.', digits @ .., b'Z'] => {
            (1..=9).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    };
    // The shape holds; this finds the 30th of February and the 25th hour.
    shaped && fraction && text.parse::<Timestamp>().is_ok()
}

/// A time with milliseconds, as replies carry it.
pub fn write_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

//! What a resident types to say who they are: a Huduma Namba or the number on the
//! slip. Tolerant of spaces, strict on the rest; says nothing about who is known.

use core::str::FromStr;

use jiff::Timestamp;
use niims_record::number::{HudumaNamba, NumberError};
use niims_web::Words;
use niims_wire::resident::ResidentHandle;

/// Characters of an application number at most; a UUID with hyphens has 36.
pub(crate) const LONGEST_HANDLE: usize = 40;
/// Characters of an application number at least.
const SHORTEST_HANDLE: usize = 6;
/// How long a resident may take between the two pages of signing in, in seconds.
/// The code itself expires at the desk; this only bounds the cookie.
pub(crate) const HANDLE_MAX_AGE_S: u32 = 15 * 60;

/// Why a text is neither of the two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HandleError {
    /// Nothing was typed.
    Empty,
    /// Twelve digits with a wrong or swapped one.
    CheckDigit,
    /// Neither twelve digits nor letters, digits and hyphens of a fitting length.
    Shape,
}

impl HandleError {
    /// What the resident reads.
    pub(crate) fn text(self, words: Words<'_>) -> String {
        match self {
            Self::Empty => words.t("sign_in.error.empty"),
            Self::CheckDigit => words.t("sign_in.error.check_digit"),
            Self::Shape => words.t("sign_in.error.shape"),
        }
        .to_owned()
    }
}

/// Reads what was typed.
pub(crate) fn read(typed: &str) -> Result<ResidentHandle, HandleError> {
    let text: String = typed.chars().filter(|c| !c.is_whitespace()).take(200).collect();
    if text.is_empty() {
        return Err(HandleError::Empty);
    }
    if text.chars().all(|c| c.is_ascii_digit() || c == '-') {
        match HudumaNamba::from_str(&text) {
            Ok(number) => return Ok(ResidentHandle::Number(number)),
            Err(NumberError::Length) => {}
            Err(_) => return Err(HandleError::CheckDigit),
        }
    }
    let fits = (SHORTEST_HANDLE..=LONGEST_HANDLE).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'/'));
    if fits { Ok(ResidentHandle::ApplicationNumber(text)) } else { Err(HandleError::Shape) }
}

/// The handle as a sealed cookie carries it to the next page.
pub(crate) fn to_cookie(handle: &ResidentHandle, at: Timestamp) -> String {
    let (kind, text) = match handle {
        ResidentHandle::Number(number) => ('n', number.digits()),
        ResidentHandle::ApplicationNumber(text) => ('a', text.clone()),
    };
    format!("{} {kind} {text}", at.as_second())
}

/// The handle out of a sealed cookie, unless it is too old.
pub(crate) fn from_cookie(text: &str, now: Timestamp) -> Option<ResidentHandle> {
    let mut parts = text.splitn(3, ' ');
    let at: i64 = parts.next()?.parse().ok()?;
    if now.as_second().saturating_sub(at) > i64::from(HANDLE_MAX_AGE_S) {
        return None;
    }
    match (parts.next()?, parts.next()?) {
        ("n", digits) => HudumaNamba::from_str(digits).ok().map(ResidentHandle::Number),
        ("a", text) => Some(ResidentHandle::ApplicationNumber(text.to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, expected: Result<&str, HandleError>) {
        let at = Timestamp::UNIX_EPOCH;
        let read = read(typed).map(|handle| to_cookie(&handle, at));
        assert_eq!(read.as_deref().map_err(|error| *error), expected, "{typed}");
    }

    #[test]
    fn what_people_type() {
        // The check digit that fits is looked for, so that no real number stands here.
        let valid = (0..10)
            .map(|digit| format!("57241836902{digit}"))
            .find(|text| HudumaNamba::from_str(text).is_ok())
            .unwrap();
        let spaced = format!(" {} {} {}", &valid[..4], &valid[4..8], &valid[8..]);
        check(&spaced, Ok(&format!("0 n {valid}")));
        let wrong = format!("{}{}", &valid[..11], (valid.as_bytes()[11] - b'0' + 1) % 10);
        check(&wrong, Err(HandleError::CheckDigit));
        check("  ", Err(HandleError::Empty));
        check("K7-2027 0001", Ok("0 a K7-20270001"));
        check("abc", Err(HandleError::Shape));
        check("drop table;--", Err(HandleError::Shape));
        check(&"9".repeat(5000), Err(HandleError::Shape));
    }

    #[test]
    fn a_cookie_reads_back_until_it_is_old() {
        let at: Timestamp = "2027-03-04T05:06:07Z".parse().unwrap();
        let handle = ResidentHandle::ApplicationNumber("K7-20270001".to_owned());
        let cookie = to_cookie(&handle, at);
        let limit = core::time::Duration::from_secs(u64::from(HANDLE_MAX_AGE_S));
        assert!(from_cookie(&cookie, at + limit) == Some(handle));
        let late = at + limit + core::time::Duration::from_secs(1);
        assert!(from_cookie(&cookie, late).is_none());
        assert!(from_cookie("1 x y", at).is_none());
    }
}

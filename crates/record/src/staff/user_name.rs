//! The name under which somebody signs in.

use core::fmt;

/// A user name: 3 to 64 small letters, digits and `.`, `-`, `_`, `@`. It may be a
/// person's name, so `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct UserName(String);

/// A text that is no user name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a user name has 3 to 64 letters, digits, dots, hyphens, underscores and @")]
pub struct UserNameError;

impl UserName {
    /// Most characters.
    pub const LONGEST: usize = 64;

    /// Reads a user name as typed: capitals count as small letters, blanks around it not.
    pub fn read(typed: &str) -> Result<Self, UserNameError> {
        // Four times: what is far too long is not even looked at.
        if typed.len() > 4 * Self::LONGEST {
            return Err(UserNameError);
        }
        let name = typed.trim().to_ascii_lowercase();
        let fine = |c: char| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_' | '@')
        };
        if (3..=Self::LONGEST).contains(&name.len()) && name.chars().all(fine) {
            Ok(Self(name))
        } else {
            Err(UserNameError)
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserName(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_and_bounded() {
        let check = |typed: &str, want: Option<&str>| {
            let found = UserName::read(typed);
            assert_eq!(found.as_ref().ok().map(UserName::as_str), want, "{typed:?}");
        };
        check(" Desk.One ", Some("desk.one"));
        check("a@b", Some("a@b"));
        check("ab", None);
        check("a b c", None);
        check("ç-name", None);
        check(&"a".repeat(64), Some(&"a".repeat(64)));
        check(&"a".repeat(65), None);
        check(&"a".repeat(1 << 20), None);
        assert_eq!(format!("{:?}", UserName::read("desk.one").unwrap()), "UserName(…)");
    }
}

//! Which passwords are taken: length and not being known, no rules about characters
//! (NIST SP 800-63B-4, 3.1.1.2).

use super::UserName;

/// Fewest characters.
pub const SHORTEST: usize = 12;
/// Most bytes. Enough for a long sentence; hashing more only helps who wants to keep
/// the server busy.
pub const LONGEST_BYTES: usize = 256;
/// Fewest different characters.
const FEWEST_DIFFERENT: usize = 5;
/// Passwords that are tried first, one a line, in small letters.
const COMMON: &str = include_str!("common_passwords.txt");
/// Words around which common passwords are built: with digits and signs added, they
/// stay common.
const COMMON_WORDS: [&str; 24] = [
    "password",
    "passphrase",
    "qwertyuiop",
    "qwerty",
    "asdfghjkl",
    "zxcvbnm",
    "letmein",
    "welcome",
    "administrator",
    "admin",
    "changeme",
    "secret",
    "iloveyou",
    "monkey",
    "dragon",
    "football",
    "kenya",
    "nairobi",
    "mombasa",
    "kisumu",
    "harambee",
    "jamhuri",
    "hudumanamba",
    "niims",
];

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    /// Fewer than [`SHORTEST`] characters.
    #[error("a password has at least {SHORTEST} characters")]
    TooShort,
    /// More than [`LONGEST_BYTES`] bytes.
    #[error("a password has at most {LONGEST_BYTES} bytes")]
    TooLong,
    /// Among those that are tried first.
    #[error("this password is among those that are tried first; take several words of your own")]
    Common,
    /// Holds the user name.
    #[error("the password holds the user name")]
    HoldsUserName,
}

impl PasswordRefused {
    /// Every reason, for those who have words for each.
    pub const ALL: [Self; 4] = [Self::TooShort, Self::TooLong, Self::Common, Self::HoldsUserName];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "staff.password_short",
            Self::TooLong => "staff.password_long",
            Self::Common => "staff.password_common",
            Self::HoldsUserName => "staff.password_holds_user_name",
        }
    }
}

/// Whether this may be the password of this account.
pub fn check(password: &str, user_name: &UserName) -> Result<(), PasswordRefused> {
    if password.len() > LONGEST_BYTES {
        return Err(PasswordRefused::TooLong);
    }
    if password.chars().count() < SHORTEST {
        return Err(PasswordRefused::TooShort);
    }
    let folded = password.to_lowercase();
    if folded.contains(user_name.as_str()) {
        return Err(PasswordRefused::HoldsUserName);
    }
    if is_common(&folded) { Err(PasswordRefused::Common) } else { Ok(()) }
}

fn is_common(folded: &str) -> bool {
    let mut different: Vec<char> = folded.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < FEWEST_DIFFERENT || is_run(folded) {
        return true;
    }
    if COMMON.lines().any(|common| common == folded) {
        return true;
    }
    // Digits and signs at the ends are decoration; within a word they stand for letters.
    let core = folded.trim_matches(|c: char| !c.is_alphabetic());
    let letters: String = core.chars().map(unmasked).filter(char::is_ascii_alphabetic).collect();
    let mut rest = letters.as_str();
    while let Some(word) = COMMON_WORDS.iter().find(|word| rest.starts_with(*word)) {
        rest = &rest[word.len()..];
    }
    // Nothing of one's own is left beside common words and what is put around them.
    rest.len() < 3
}

/// Signs that stand for letters.
const fn unmasked(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// Whether nearly every character follows from the one before, up or down.
fn is_run(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let steps = codes.windows(2).filter(|pair| (pair[1] - pair[0]).abs() <= 1).count();
    steps * 4 >= codes.len().saturating_sub(1) * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(password: &str, want: &str) {
        let name = UserName::read("desk.one").unwrap();
        let found = check(password, &name).map_or_else(PasswordRefused::code, |()| "fine");
        assert_eq!(found, want, "{password}");
    }

    #[test]
    fn passwords_are_weighed() {
        verdict("goats eat maize", "fine");
        verdict("mbuzi hula mahindi", "fine");
        verdict("Tr4ck-wet-lantern", "fine");
        verdict("short one 1", "staff.password_short");
        verdict("ééééééééééé", "staff.password_short");
        verdict(&"long words ".repeat(30), "staff.password_long");
        verdict(&"a".repeat(1 << 20), "staff.password_long");
        verdict("my Desk.One account", "staff.password_holds_user_name");
        for common in [
            "aaaaaaaaaaaa",
            "121212121212",
            "abcdefghijklm",
            "123456789012",
            "987654321098",
            "password1234",
            "P@ssw0rd!2027",
            "Kenya2027!!!!",
            "welcome12345",
            "NairobiKenya1963",
            "qwertyuiop12",
            "1q2w3e4r5t6y",
            "hudumanamba2019",
        ] {
            verdict(common, "staff.password_common");
        }
    }

    #[test]
    fn the_list_can_be_compared_with() {
        for line in COMMON.lines() {
            assert!(line.chars().count() >= SHORTEST, "{line} is too short to be taken anyway");
            assert_eq!(line, line.to_lowercase());
        }
    }
}

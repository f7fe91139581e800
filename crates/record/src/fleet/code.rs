//! The one-time code by which a kit enrols.

/// Digits and capital letters without those that look alike (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of the secret part: 80 bits, which nobody guesses at a door.
const SECRET: usize = 16;
/// Characters of the mark of the centre's key: 60 bits, so that nobody else can answer in the
/// centre's place.
const MARK: usize = 12;

/// A code of 28 characters: a secret, and the mark of the key by which the centre's answer is
/// checked.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolmentCode {
    secret: String,
    mark: String,
}

impl core::fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("EnrolmentCode(…)")
    }
}

impl EnrolmentCode {
    /// A code of random bytes, for a centre whose key has this SHA-256.
    pub fn new(random: [u8; 10], key_hash: &[u8; 32]) -> Self {
        Self { secret: letters(&random, SECRET), mark: mark(key_hash) }
    }

    /// Reads a code as it was typed: small letters, spaces and hyphens do not matter, and
    /// letters that look like digits are taken for them.
    pub fn read(typed: &str) -> Option<Self> {
        let mut found = read_letters(typed, SECRET + MARK)?;
        let mark = found.split_off(SECRET);
        Some(Self { secret: found, mark })
    }

    /// The secret part: what the kit sends.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// Whether the code was made by a centre whose key has this SHA-256.
    pub fn is_of(&self, key_hash: &[u8; 32]) -> bool {
        self.mark == mark(key_hash)
    }

    /// The code in groups of four, to be read out or typed.
    pub fn text(&self) -> String {
        in_fours(&[self.secret.as_str(), &self.mark].concat())
    }
}

fn mark(key_hash: &[u8; 32]) -> String {
    letters(key_hash, MARK)
}

/// Exactly so many letters as somebody typed them: small ones, spaces and hyphens do not matter,
/// and letters that look like digits are taken for them.
pub(super) fn read_letters(typed: &str, count: usize) -> Option<String> {
    if typed.len() > 128 {
        return None;
    }
    let mut found = String::with_capacity(count);
    for letter in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        let letter = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        u8::try_from(letter).ok().filter(|byte| ALPHABET.contains(byte))?;
        found.push(letter);
    }
    (found.len() == count).then_some(found)
}

/// Letters in groups of four, to be read out or typed.
pub(super) fn in_fours(letters: &str) -> String {
    let whole: Vec<char> = letters.chars().collect();
    whole.chunks(4).map(|group| group.iter().collect()).collect::<Vec<String>>().join("-")
}

/// The first `count` groups of five bits.
pub(super) fn letters(bytes: &[u8], count: usize) -> String {
    let bit = |at: usize| (bytes[at / 8] >> (7 - at % 8)) & 1;
    (0..count)
        .map(|letter| {
            let value = (0..5).fold(0, |value, k| value << 1 | bit(letter * 5 + k));
            char::from(ALPHABET[usize::from(value)])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_being_read_out_and_typed() {
        let code = EnrolmentCode::new([0x5a; 10], &[0xc3; 32]);
        assert_eq!(code.text().len(), 28 + 6);
        let spoken = code.text().to_lowercase().replace('-', " ").replace('0', "o");
        assert_eq!(EnrolmentCode::read(&spoken), Some(code.clone()));
        assert!(code.is_of(&[0xc3; 32]) && !code.is_of(&[0xc4; 32]));
        assert_ne!(code, EnrolmentCode::new([0x5b; 10], &[0xc3; 32]));
        let text = code.text();
        for bad in ["", "A", &text[1..], &format!("{text}0"), &text.replacen('-', "ü", 1)] {
            assert_eq!(EnrolmentCode::read(bad), None, "{bad}");
        }
        assert_eq!(format!("{code:?}"), "EnrolmentCode(…)");
    }
}

//! The Huduma Namba: random, permanent, meaningless, never reused.
//!
//! Twelve digits: eleven random ones, the first not zero, and a check digit by
//! the quasigroup of H. Michael Damm ("Total anti-symmetrische Quasigruppen",
//! Marburg 2004), which catches every single wrong digit and every swap of
//! neighbours. Few numbers are filtered out, so about 90 billion remain; a rule
//! set that forbids sequences and repeats costs three orders of magnitude.

use core::fmt;
use core::str::FromStr;

use rand_core::Rng;
use serde::{Deserialize, Serialize};

/// Digits in a number, check digit included.
pub const DIGITS: usize = 12;
/// Most times one digit may stand in a number. Numbers of eleven or twelve equal
/// digits are taken for test data and mistyped at a key press; leaving them out
/// costs about 0.000 001 % of the space.
pub const MOST_EQUAL_DIGITS: usize = 10;

/// The Damm quasigroup of order ten; row: interim digit, column: input digit.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// A well-formed Huduma Namba. Well-formed does not mean assigned.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HudumaNamba([u8; DIGITS]);

/// Why a text is no Huduma Namba.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not twelve digits.
    #[error("a Huduma Namba has twelve digits")]
    Length,
    /// The first digit is zero.
    #[error("a Huduma Namba does not begin with zero")]
    LeadingZero,
    /// The check digit disagrees: a digit is wrong or two are swapped.
    #[error("this number has a wrong or swapped digit; read it again from the card")]
    CheckDigit,
    /// Nearly all digits equal: never given out.
    #[error("no such number is ever given out")]
    Filtered,
}

impl NumberError {
    /// The stable code of this error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Length => "number.length",
            Self::LeadingZero => "number.leading_zero",
            Self::CheckDigit => "number.check_digit",
            Self::Filtered => "number.filtered",
        }
    }
}

impl HudumaNamba {
    /// Draws a number uniformly from all that may be given out. `rng` must be a
    /// cryptographically secure source; the caller makes sure the number is free.
    pub fn draw(rng: &mut (impl rand_core::CryptoRng + ?Sized)) -> Self {
        loop {
            let mut digits = [0_u8; DIGITS];
            for (place, digit) in digits.iter_mut().take(DIGITS - 1).enumerate() {
                *digit =
                    if place == 0 { 1 + uniform_below(9, rng) } else { uniform_below(10, rng) };
            }
            digits[DIGITS - 1] = check_digit(&digits[..DIGITS - 1]);
            if !is_filtered(&digits) {
                return Self(digits);
            }
        }
    }

    /// The twelve digits without spaces.
    pub fn digits(&self) -> String {
        self.0.iter().map(|d| char::from(b'0' + d)).collect()
    }
}

impl FromStr for HudumaNamba {
    type Err = NumberError;

    /// Reads twelve digits; spaces and hyphens between them do not count.
    fn from_str(text: &str) -> Result<Self, NumberError> {
        if text.len() > 40 {
            return Err(NumberError::Length);
        }
        let mut digits = [0_u8; DIGITS];
        let mut count = 0;
        for c in text.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}')) {
            let value = c.to_digit(10).ok_or(NumberError::Length)?;
            *digits.get_mut(count).ok_or(NumberError::Length)? = value as u8;
            count += 1;
        }
        if count != DIGITS {
            return Err(NumberError::Length);
        }
        if digits[0] == 0 {
            return Err(NumberError::LeadingZero);
        }
        if check_digit(&digits[..DIGITS - 1]) != digits[DIGITS - 1] {
            return Err(NumberError::CheckDigit);
        }
        if is_filtered(&digits) {
            return Err(NumberError::Filtered);
        }
        Ok(Self(digits))
    }
}

impl fmt::Display for HudumaNamba {
    /// In three groups of four, as printed on the card.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.digits();
        write!(f, "{} {} {}", &text[..4], &text[4..8], &text[8..])
    }
}

impl fmt::Debug for HudumaNamba {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HudumaNamba(…)")
    }
}

impl Serialize for HudumaNamba {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.digits())
    }
}

impl<'de> Deserialize<'de> for HudumaNamba {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// How much of the space of numbers is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemainingSpace {
    /// Numbers that may ever be given out.
    pub capacity: u64,
    /// Numbers given out so far.
    pub assigned: u64,
}

impl RemainingSpace {
    /// The space after so many assignments. The capacity is 9 × 10¹⁰ less the
    /// filtered ones, counted exactly by [`filtered_count`].
    pub fn after(assigned: u64) -> Self {
        Self { capacity: 90_000_000_000 - filtered_count(), assigned }
    }

    /// Numbers still free.
    pub fn free(&self) -> u64 {
        self.capacity.saturating_sub(self.assigned)
    }
}

/// How many of the 9 × 10¹⁰ check-digited numbers the filter removes: those with
/// eleven or twelve equal digits. Counted by enumeration, since they are few.
pub fn filtered_count() -> u64 {
    let mut count = 0;
    for common in 0..10_u8 {
        // Eleven free digits, of which at least ten are `common`.
        for odd_place in 0..DIGITS - 1 {
            for odd_digit in 0..10_u8 {
                if odd_digit == common && odd_place != 0 {
                    continue;
                }
                let mut digits = [common; DIGITS];
                digits[odd_place] = odd_digit;
                digits[DIGITS - 1] = check_digit(&digits[..DIGITS - 1]);
                count += u64::from(digits[0] != 0 && is_filtered(&digits));
            }
        }
    }
    count
}

fn is_filtered(digits: &[u8; DIGITS]) -> bool {
    let mut seen = [0_usize; 10];
    for &digit in digits {
        seen[usize::from(digit)] += 1;
    }
    seen.iter().any(|&n| n > MOST_EQUAL_DIGITS)
}

fn check_digit(digits: &[u8]) -> u8 {
    digits.iter().fold(0, |interim, &digit| DAMM[usize::from(interim)][usize::from(digit)])
}

/// A digit below `bound` without bias: bytes past the last whole multiple are
/// drawn again.
fn uniform_below(bound: u8, rng: &mut (impl Rng + ?Sized)) -> u8 {
    let limit = u8::MAX - u8::MAX % bound;
    loop {
        let mut byte = [0_u8];
        rng.fill_bytes(&mut byte);
        if byte[0] < limit {
            return byte[0] % bound;
        }
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    fn draw_many(n: usize) -> Vec<HudumaNamba> {
        let mut rng = ChaCha20Rng::from_seed([3; 32]);
        (0..n).map(|_| HudumaNamba::draw(&mut rng)).collect()
    }

    #[test]
    fn every_wrong_digit_and_every_swap_is_caught() {
        for number in draw_many(300) {
            for place in 0..DIGITS {
                for wrong in 0..10 {
                    let mut digits = number.0;
                    if digits[place] == wrong {
                        continue;
                    }
                    digits[place] = wrong;
                    assert!(text(digits).parse::<HudumaNamba>().is_err());
                }
                let mut swapped = number.0;
                if place + 1 < DIGITS && swapped[place] != swapped[place + 1] {
                    swapped.swap(place, place + 1);
                    assert!(text(swapped).parse::<HudumaNamba>().is_err());
                }
            }
        }
    }

    #[test]
    fn drawn_numbers_read_back_and_do_not_collide() {
        let mut drawn = draw_many(20_000);
        for number in &drawn {
            assert_eq!(number.digits().parse(), Ok(*number));
            assert_eq!(number.to_string().parse(), Ok(*number));
        }
        drawn.sort_unstable();
        drawn.dedup();
        assert_eq!(drawn.len(), 20_000);
    }

    #[test]
    fn each_place_is_spread_evenly() {
        let drawn = draw_many(20_000);
        for place in 0..DIGITS {
            let mut seen = [0_i64; 10];
            for number in &drawn {
                seen[usize::from(number.0[place])] += 1;
            }
            let cells = if place == 0 { 1..10 } else { 0..10 };
            let expected = 20_000 / cells.len() as i64;
            for digit in cells {
                assert!(
                    (seen[digit] - expected).abs() < expected / 5,
                    "place {place} digit {digit}"
                );
            }
        }
    }

    #[test]
    fn the_space_is_large() {
        let space = RemainingSpace::after(37_000_000);
        assert!(space.free() > 89_900_000_000);
        assert!(filtered_count() > 0 && filtered_count() < 2_000);
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let check = |text: &str, want| assert_eq!(text.parse::<HudumaNamba>(), Err(want), "{text}");
        check("", NumberError::Length);
        check("12345678901x", NumberError::Length);
        check("1234567890123", NumberError::Length);
        check("012345678901", NumberError::LeadingZero);
    }

    fn text(digits: [u8; DIGITS]) -> String {
        digits.iter().map(|d| char::from(b'0' + d)).collect()
    }
}

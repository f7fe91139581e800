//! PINs of officers: the signing key opens by the PIN alone, and wrong PINs cost time.

use argon2::{Algorithm, Argon2, Params, Version};
use jiff::{SignedDuration, Timestamp};
use niims_packet::OfficerSigningKey;
use niims_record::OfficerId;
use niims_store::kit::{KitStoreError, OfficerPin};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::error::KitError;
use crate::keys;
use crate::kit::{KEYS_FOLDER, Kit, OfficerRole, run};

/// Memory of one stretching of a PIN, KiB: 64 MiB, the second choice of RFC 9106, 4. A PIN of
/// six digits has 20 bits; at a tenth of a second each, all take a core more than a day.
const MEMORY_KIB: u32 = 64 * 1024;
/// Passes over the memory (RFC 9106, 4).
const PASSES: u32 = 3;
/// Lanes: one, for pages are served on one core.
const LANES: u32 = 1;

/// Wrong PINs in a row that cost nothing: 5. Fingers slip, above all on other keyboards.
pub const FREE_TRIES: u64 = 5;
/// Minutes of the first lock: 1. Each further wrong PIN doubles it.
const FIRST_LOCK_MINUTES: i64 = 1;
/// Minutes of the longest lock: 64. At one PIN an hour, six digits take a century; and a
/// supervisor who is locked out is back the same morning.
const LONGEST_LOCK_MINUTES: i64 = 64;
/// Digits of a PIN.
const DIGITS: core::ops::RangeInclusive<usize> = 6..=12;

/// An officer as the page of sign-in lists them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerCard {
    /// The officer.
    pub officer: OfficerId,
    /// How colleagues call this officer.
    pub badge: String,
    /// What the officer may do.
    pub role: OfficerRole,
    /// Wrong PINs since the last right one.
    pub failures: u64,
    /// No PIN is tried before this moment.
    pub locked_until: Option<Timestamp>,
}

/// Whether a text can be a PIN: digits, neither all the same nor in a row.
pub fn is_pin(text: &str) -> bool {
    let digits = text.as_bytes();
    let steps =
        |step: i16| digits.windows(2).all(|pair| i16::from(pair[1]) - i16::from(pair[0]) == step);
    DIGITS.contains(&digits.len())
        && digits.iter().all(u8::is_ascii_digit)
        && ![-1, 0, 1].into_iter().any(steps)
}

/// Until when no PIN is tried after so many wrong ones in a row.
fn locked_until(failures: u64, now: Timestamp) -> Option<Timestamp> {
    let beyond = failures.checked_sub(FREE_TRIES)?;
    let minutes = FIRST_LOCK_MINUTES << beyond.min(6);
    now.checked_add(SignedDuration::from_mins(minutes.min(LONGEST_LOCK_MINUTES))).ok()
}

/// A PIN as a key. Slow on purpose.
fn stretch(pin: &str, salt: &[u8; 16]) -> Result<Zeroizing<[u8; 32]>, KitError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).map_err(|_| KitError::PinRule)?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(pin.as_bytes(), salt, key.as_mut())
        .map_err(|_| KitError::PinRule)?;
    Ok(key)
}

impl Kit {
    /// Gives an officer a PIN in place of the key file, which is removed. The key must be
    /// unlocked: it is where there was no PIN yet, or the officer has signed in.
    ///
    /// # Errors
    /// `kit.pin_rule`, `kit.officer_unknown`, `kit.officer_locked`, `kit.store_…`, `kit.file`.
    pub fn set_pin(
        &mut self,
        officer: OfficerId,
        badge: &str,
        pin: &str,
        rng: &mut impl CryptoRng,
    ) -> Result<(), KitError> {
        if !is_pin(pin) {
            return Err(KitError::PinRule);
        }
        let seed = self.officer_key(officer)?.to_bytes();
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        let stretched = stretch(pin, &salt)?;
        let badge = badge.trim().to_owned();
        let row = OfficerPin { officer, badge, salt, failures: 0, locked_until: None };
        run!(self, store => store.keep_pin(&row, &stretched, &seed, rng))?;
        keys::forget(&self.folder.join(KEYS_FOLDER), [officer])
    }

    /// Changes an officer's PIN, which the old one proves to be theirs.
    ///
    /// # Errors
    /// `kit.pin_same`, and of [`Kit::sign_in`] and [`Kit::set_pin`]. The old PIN stays then.
    pub fn change_pin(
        &mut self,
        officer: OfficerId,
        old: &str,
        new: &str,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), KitError> {
        if !is_pin(new) {
            return Err(KitError::PinRule);
        }
        if new == old {
            return Err(KitError::PinSame);
        }
        self.vouch(officer, old, now)?;
        let cards = self.officer_cards()?;
        let card = cards.into_iter().find(|card| card.officer == officer);
        let card = card.ok_or(KitError::OfficerUnknown { officer })?;
        self.set_pin(officer, &card.badge, new, rng)
    }

    /// Everybody who signs in by PIN.
    ///
    /// # Errors
    /// `kit.store_…`.
    pub fn officer_cards(&mut self) -> Result<Vec<OfficerCard>, KitError> {
        let pins = run!(self, store => store.officer_pins())?;
        let card = |pin: OfficerPin| {
            let known = self.officers.get(&pin.officer)?;
            Some(OfficerCard {
                officer: pin.officer,
                badge: pin.badge,
                role: known.role,
                failures: pin.failures,
                locked_until: pin.locked_until,
            })
        };
        Ok(pins.into_iter().filter_map(card).collect())
    }

    /// Unlocks an officer's key by the PIN, until [`Kit::sign_out`].
    ///
    /// # Errors
    /// `kit.pin_wrong`, `kit.pin_locked`, `kit.officer_unknown`, `kit.store_…`. A wrong PIN is
    /// on disk before it is answered: cutting the power buys no tries.
    pub fn sign_in(
        &mut self,
        officer: OfficerId,
        pin: &str,
        now: Timestamp,
    ) -> Result<(), KitError> {
        let key = self.key_by_pin(officer, pin, now)?;
        let known = self.officers.get_mut(&officer).ok_or(KitError::OfficerUnknown { officer })?;
        known.key = Some(key);
        Ok(())
    }

    /// Whether this is the officer's PIN: for the second officer who vouches for something.
    /// The key stays locked.
    ///
    /// # Errors
    /// As of [`Kit::sign_in`].
    pub fn vouch(&mut self, officer: OfficerId, pin: &str, now: Timestamp) -> Result<(), KitError> {
        self.key_by_pin(officer, pin, now).map(drop)
    }

    /// Locks an officer's key again, if it opens by a PIN.
    ///
    /// # Errors
    /// `kit.store_…`.
    pub fn sign_out(&mut self, officer: OfficerId) -> Result<(), KitError> {
        let pins = run!(self, store => store.officer_pins())?;
        if pins.iter().any(|pin| pin.officer == officer)
            && let Some(known) = self.officers.get_mut(&officer)
        {
            known.key = None;
        }
        Ok(())
    }

    /// Lets an officer try again at once, on the word of a supervisor.
    ///
    /// # Errors
    /// `kit.not_supervisor`, `kit.officer_unknown`, `kit.store_…`.
    pub fn lift_lock(&mut self, officer: OfficerId, supervisor: OfficerId) -> Result<(), KitError> {
        self.check_supervisor(supervisor)?;
        Ok(run!(self, store => store.note_pin_failures(officer, 0, None))?)
    }

    pub(crate) fn key_by_pin(
        &mut self,
        officer: OfficerId,
        pin: &str,
        now: Timestamp,
    ) -> Result<OfficerSigningKey, KitError> {
        self.check_certified(officer)?;
        let pins = run!(self, store => store.officer_pins())?;
        let known = pins
            .into_iter()
            .find(|pin| pin.officer == officer)
            .ok_or(KitError::OfficerUnknown { officer })?;
        if let Some(until) = known.locked_until.filter(|until| now < *until) {
            return Err(KitError::PinLocked { until });
        }
        let failures = known.failures.saturating_add(1);
        let until = locked_until(failures, now);
        run!(self, store => store.note_pin_failures(officer, failures, until))?;
        // What cannot be a PIN is a wrong one, and need not be stretched.
        let seed = if is_pin(pin) {
            let stretched = stretch(pin, &known.salt)?;
            run!(self, store => store.officer_seed(officer, &stretched))
        } else {
            Err(KitStoreError::WrongKey)
        };
        match seed {
            Ok(seed) => {
                run!(self, store => store.note_pin_failures(officer, 0, None))?;
                Ok(OfficerSigningKey::from_bytes(&seed))
            }
            Err(KitStoreError::WrongKey) => Err(match until {
                Some(until) => KitError::PinLocked { until },
                None => KitError::PinWrong { tries_left: FREE_TRIES.saturating_sub(failures) },
            }),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easy_pins_are_none() {
        for (text, expected) in [
            ("482913", true),
            ("482913482913", true),
            ("48291", false),
            ("4829134829134", false),
            ("111111", false),
            ("123456", false),
            ("987654", false),
            ("48291a", false),
            ("٤٨٢٩١٣", false),
            ("", false),
        ] {
            assert_eq!(is_pin(text), expected, "{text}");
        }
    }

    #[test]
    fn wrong_pins_cost_ever_more_time_and_never_a_day() {
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        let minutes =
            |failures| locked_until(failures, now).map(|until| until.duration_since(now).as_mins());
        let found: Vec<_> = [4, 5, 6, 7, 11, 12, 400].map(minutes).into();
        let expected = [None, Some(1), Some(2), Some(4), Some(64), Some(64), Some(64)];
        assert_eq!(found, expected);
    }
}

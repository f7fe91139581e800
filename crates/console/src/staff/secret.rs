//! Passwords as they are kept: Argon2id (RFC 9106).

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use rand_core::Rng;

use super::{Accounts, StaffError};

/// Memory of one hash, in KiB. 19 MiB with two passes is what the OWASP Password Storage
/// Cheat Sheet states as the least; one core takes some tens of milliseconds for it.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over the memory.
const PASSES: u32 = 2;
/// Lanes: one, for a hash has one core.
const LANES: u32 = 1;
/// Bytes of a salt (RFC 9106, 3.1).
pub(crate) const SALT_BYTES: usize = 16;

/// A hash of the same parameters that no password is known for. It is weighed where
/// there is no password, so that the answer takes as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlz\
                      $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The hash of a password under a fresh salt, in PHC form. Waits for its turn.
pub(crate) async fn hash(accounts: &Accounts, password: String) -> Result<String, StaffError> {
    let mut salt = [0; SALT_BYTES];
    accounts.entropy.rng().fill_bytes(&mut salt);
    let _turn = accounts.hashing.acquire().await.map_err(|_| StaffError::Busy)?;
    tokio::task::spawn_blocking(move || hash_now(&password, &salt))
        .await
        .map_err(|_| StaffError::Busy)?
        .ok_or(StaffError::Busy)
}

/// Whether a password is the one of this hash. Takes as long without a hash. Refused
/// where too many wait already.
pub(crate) async fn is_right(
    accounts: &Accounts,
    password: String,
    hash: Option<String>,
) -> Result<bool, StaffError> {
    let turn = accounts.hashing.acquire();
    let _turn = tokio::time::timeout(LONGEST_WAIT, turn)
        .await
        .map_err(|_| StaffError::Busy)?
        .map_err(|_| StaffError::Busy)?;
    tokio::task::spawn_blocking(move || is_right_now(&password, hash.as_deref()))
        .await
        .map_err(|_| StaffError::Busy)
}

/// Longest wait for a turn to weigh a password.
const LONGEST_WAIT: std::time::Duration = std::time::Duration::from_secs(5);

/// The hash of a password under this salt.
pub(crate) fn hash_now(password: &str, salt: &[u8; SALT_BYTES]) -> Option<String> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash = argon2.hash_password_with_salt(password.as_bytes(), salt).ok()?;
    Some(hash.to_string())
}

fn is_right_now(password: &str, hash: Option<&str>) -> bool {
    let Ok(known) = PasswordHash::new(hash.unwrap_or(NOBODY)) else { return false };
    let same = Argon2::default().verify_password(password.as_bytes(), &known).is_ok();
    same && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_knows_its_password_and_parameters() {
        let hash = hash_now("goats eat maize", &[7; SALT_BYTES]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(is_right_now("goats eat maize", Some(&hash)));
        assert!(!is_right_now("goats eat maize ", Some(&hash)));
        assert!(!is_right_now("", Some(&hash)));
        assert!(!is_right_now("goats eat maize", None));
        assert!(!is_right_now("goats eat maize", Some("no hash")));
        assert_ne!(hash, hash_now("goats eat maize", &[8; SALT_BYTES]).unwrap());
    }

    #[test]
    fn nobody_s_hash_is_weighed_like_any_other() {
        let known = PasswordHash::new(NOBODY).unwrap();
        let ours = hash_now("x", &[0; SALT_BYTES]).unwrap();
        let ours = PasswordHash::new(&ours).unwrap();
        assert_eq!(known.algorithm, ours.algorithm);
        assert_eq!(known.params, ours.params);
        assert_eq!(known.hash.map(|h| h.len()), ours.hash.map(|h| h.len()));
    }
}

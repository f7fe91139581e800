//! Encrypts drafts: one data key per draft, wrapped by a key that only this kit has.
//!
//! ```text
//! root key ─HKDF-SHA256─┬─ wrapping key ─AES-256-GCM-SIV─ data key of one draft ─ its content
//!                       ├─ index key ─HMAC-SHA256─ index of application numbers
//!                       └─ officers' key ─┬─ with the stretched PIN ─ seed of an officer's signing key
//!                                         └─ with that seed ─ data keys of the officer's interviews
//! ```
//!
//! Destroying the wrapped data key destroys the draft, whatever copies of its content
//! the disk still holds.

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use hkdf::Hkdf;
use hmac::Mac;
use niims_record::{ApplicationId, OfficerId};
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::error::KitStoreError;
use crate::keyring::keyed;

/// Bytes of an AES-GCM-SIV nonce (RFC 8452).
const NONCE_BYTES: usize = 12;

/// Encrypts and decrypts drafts under one kit's root key. Keys are wiped when dropped.
pub struct DraftCipher {
    wrapping: Zeroizing<[u8; 32]>,
    index: Zeroizing<[u8; 32]>,
    officers: Zeroizing<[u8; 32]>,
    prints: Zeroizing<[u8; 32]>,
    revisits: Zeroizing<[u8; 32]>,
}

impl core::fmt::Debug for DraftCipher {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("DraftCipher(…)")
    }
}

/// An encrypted draft as the row holds it.
pub(super) struct SealedDraft {
    pub wrapped_key: Vec<u8>,
    pub content: Vec<u8>,
}

impl DraftCipher {
    /// The cipher under this root key.
    pub fn new(root: &[u8; 32]) -> Self {
        let derived = Hkdf::<Sha256>::new(Some(b"niims kit store v1"), root);
        Self {
            wrapping: expand(&derived, b"draft key wrapping"),
            index: expand(&derived, b"application number index"),
            officers: expand(&derived, b"officers"),
            prints: expand(&derived, b"officer prints"),
            revisits: expand(&derived, b"revisits"),
        }
    }

    /// The index under which an application number is found again. It says nothing of the
    /// number to whoever lacks the key.
    pub fn number_index(&self, application_number: &str) -> [u8; 32] {
        let mut mac = keyed(&self.index);
        mac.update(application_number.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// Encrypts under a fresh data key.
    pub(super) fn encrypt(
        &self,
        application: ApplicationId,
        state: &str,
        content: &[u8],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<SealedDraft, KitStoreError> {
        let mut key = Zeroizing::new([0; 32]);
        rng.fill_bytes(key.as_mut());
        Ok(SealedDraft {
            wrapped_key: lock(
                &self.wrapping,
                key.as_ref(),
                &bound_to("key", application, state),
                rng,
            )?,
            content: lock(&key, content, &bound_to("content", application, state), rng)?,
        })
    }

    /// Decrypts what [`DraftCipher::encrypt`] made for this application and state.
    pub(super) fn decrypt(
        &self,
        application: ApplicationId,
        state: &str,
        draft: &SealedDraft,
    ) -> Result<Zeroizing<Vec<u8>>, KitStoreError> {
        let key = unlock(&self.wrapping, &draft.wrapped_key, &bound_to("key", application, state))?;
        let key: Zeroizing<[u8; 32]> =
            Zeroizing::new(key.as_slice().try_into().map_err(|_| KitStoreError::WrongKey)?);
        unlock(&key, &draft.content, &bound_to("content", application, state))
    }
}

/// Officers' own prints: every interview is held against them, so the kit's key opens them.
impl DraftCipher {
    /// Encrypts a template of an officer's finger.
    pub(super) fn lock_print(
        &self,
        officer: OfficerId,
        finger: u8,
        template: &[u8],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<u8>, KitStoreError> {
        lock(&self.prints, template, &of_print(officer, finger), rng)
    }

    /// Opens what [`DraftCipher::lock_print`] made for this officer and finger.
    pub(super) fn unlock_print(
        &self,
        officer: OfficerId,
        finger: u8,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KitStoreError> {
        unlock(&self.prints, sealed, &of_print(officer, finger))
    }
}

/// Whom the kit is to meet again: every officer of it may, so the kit's key opens the list.
impl DraftCipher {
    /// Encrypts the list.
    pub(super) fn lock_revisits(
        &self,
        list: &[u8],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<u8>, KitStoreError> {
        lock(&self.revisits, list, OF_REVISITS, rng)
    }

    /// Opens what [`DraftCipher::lock_revisits`] made.
    pub(super) fn unlock_revisits(
        &self,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KitStoreError> {
        unlock(&self.revisits, sealed, OF_REVISITS)
    }
}

const OF_REVISITS: &[u8] = b"niims kit revisits v1\n";

/// What an officer alone can open: the seed by the stretched PIN, interviews by the seed.
impl DraftCipher {
    /// A key of this kit and of `secret`; whoever lacks either cannot make it.
    fn with(&self, secret: &[u8; 32], label: &[u8]) -> Zeroizing<[u8; 32]> {
        let derived = Hkdf::<Sha256>::new(Some(self.officers.as_ref()), secret);
        expand(&derived, label)
    }

    /// Wraps the seed of an officer's signing key under the stretched PIN.
    pub(super) fn wrap_seed(
        &self,
        officer: OfficerId,
        stretched: &[u8; 32],
        seed: &[u8; 32],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<u8>, KitStoreError> {
        lock(&self.with(stretched, b"seed"), seed, &of_officer(officer), rng)
    }

    /// Opens what [`DraftCipher::wrap_seed`] made; [`KitStoreError::WrongKey`] by another PIN.
    pub(super) fn unwrap_seed(
        &self,
        officer: OfficerId,
        stretched: &[u8; 32],
        wrapped: &[u8],
    ) -> Result<Zeroizing<[u8; 32]>, KitStoreError> {
        let seed = unlock(&self.with(stretched, b"seed"), wrapped, &of_officer(officer))?;
        to_key(&seed)
    }

    /// A fresh data key of an interview, and the same wrapped for its officer.
    pub(super) fn fresh_key(
        &self,
        interview: ApplicationId,
        seed: &[u8; 32],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(InterviewKey, Vec<u8>), KitStoreError> {
        let mut key = Zeroizing::new([0; 32]);
        rng.fill_bytes(key.as_mut());
        let bound = of_interview(interview, "key");
        let wrapped = lock(&self.with(seed, b"interview"), key.as_ref(), &bound, rng)?;
        Ok((InterviewKey { interview, key }, wrapped))
    }

    /// The data key of an interview; [`KitStoreError::WrongKey`] for another officer's.
    pub(super) fn interview_key(
        &self,
        interview: ApplicationId,
        seed: &[u8; 32],
        wrapped: &[u8],
    ) -> Result<InterviewKey, KitStoreError> {
        let bound = of_interview(interview, "key");
        let key = to_key(&unlock(&self.with(seed, b"interview"), wrapped, &bound)?)?;
        Ok(InterviewKey { interview, key })
    }
}

/// The data key of one interview.
pub(super) struct InterviewKey {
    interview: ApplicationId,
    key: Zeroizing<[u8; 32]>,
}

impl InterviewKey {
    /// Encrypts one part of the interview.
    pub fn lock(
        &self,
        part: &str,
        plain: &[u8],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<u8>, KitStoreError> {
        lock(&self.key, plain, &of_interview(self.interview, part), rng)
    }

    /// Decrypts one part of the interview.
    pub fn unlock(&self, part: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KitStoreError> {
        unlock(&self.key, sealed, &of_interview(self.interview, part))
    }
}

fn of_officer(officer: OfficerId) -> Vec<u8> {
    format!("niims kit officer v1\n{officer}\n").into_bytes()
}

fn of_print(officer: OfficerId, finger: u8) -> Vec<u8> {
    format!("niims kit officer print v1\n{officer}\n{finger}\n").into_bytes()
}

fn of_interview(interview: ApplicationId, part: &str) -> Vec<u8> {
    format!("niims kit interview v1\n{interview}\n{part}\n").into_bytes()
}

fn to_key(bytes: &[u8]) -> Result<Zeroizing<[u8; 32]>, KitStoreError> {
    bytes.try_into().map(Zeroizing::new).map_err(|_| KitStoreError::WrongKey)
}

fn expand(derived: &Hkdf<Sha256>, label: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    #[expect(clippy::expect_used, reason = "32 bytes are within what HKDF-SHA256 gives")]
    derived.expand(label, key.as_mut()).expect("a valid length");
    key
}

/// The associated data: a ciphertext opens only in the cell for which it was made.
fn bound_to(column: &str, application: ApplicationId, state: &str) -> Vec<u8> {
    format!("niims kit draft v1\n{column}\n{application}\n{state}\n").into_bytes()
}

fn lock(
    key: &[u8; 32],
    plain: &[u8],
    bound: &[u8],
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<Vec<u8>, KitStoreError> {
    let mut nonce = [0; NONCE_BYTES];
    rng.fill_bytes(&mut nonce);
    let cipher = Aes256GcmSiv::new(key.into());
    let sealed = cipher
        .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: bound })
        // Only content beyond 64 GiB fails, which the bounds of an encounter exclude.
        .map_err(|_| KitStoreError::Unreadable { what: "draft" })?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn unlock(
    key: &[u8; 32],
    sealed: &[u8],
    bound: &[u8],
) -> Result<Zeroizing<Vec<u8>>, KitStoreError> {
    let (nonce, sealed) =
        sealed.split_first_chunk::<NONCE_BYTES>().ok_or(KitStoreError::WrongKey)?;
    Aes256GcmSiv::new(key.into())
        .decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: bound })
        .map(Zeroizing::new)
        .map_err(|_| KitStoreError::WrongKey)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that count upwards: the cipher must not depend on more than their being fresh.
    struct Counting(u8);

    impl rand_core::TryRng for Counting {
        type Error = core::convert::Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            self.0 = self.0.wrapping_add(1);
            Ok(u32::from(self.0))
        }
        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            self.try_next_u32().map(u64::from)
        }
        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
            for byte in bytes {
                self.0 = self.0.wrapping_add(1);
                *byte = self.0;
            }
            Ok(())
        }
    }
    impl rand_core::TryCryptoRng for Counting {}

    #[test]
    fn opens_only_in_its_own_cell_and_under_its_own_key() {
        let cipher = DraftCipher::new(&[1; 32]);
        let application = ApplicationId::from_bytes([5; 16]);
        let other = ApplicationId::from_bytes([6; 16]);
        let draft = cipher.encrypt(application, "open", b"content", &mut Counting(0)).unwrap();
        let opened = cipher.decrypt(application, "open", &draft).unwrap();
        assert_eq!(opened.as_slice(), b"content");
        assert!(cipher.decrypt(other, "open", &draft).is_err());
        assert!(cipher.decrypt(application, "complete", &draft).is_err());
        assert!(DraftCipher::new(&[2; 32]).decrypt(application, "open", &draft).is_err());
        for at in 0..draft.content.len() {
            let mut content = draft.content.clone();
            content[at] ^= 1;
            let altered = SealedDraft { wrapped_key: draft.wrapped_key.clone(), content };
            assert!(cipher.decrypt(application, "open", &altered).is_err(), "byte {at}");
        }
    }

    #[test]
    fn the_index_depends_on_key_and_number() {
        let (one, two) = (DraftCipher::new(&[1; 32]), DraftCipher::new(&[2; 32]));
        assert_eq!(one.number_index("A1"), one.number_index("A1"));
        assert_ne!(one.number_index("A1"), one.number_index("A2"));
        assert_ne!(one.number_index("A1"), two.number_index("A1"));
    }
}

//! Encryption of the gallery's files: AES-256-GCM-SIV (RFC 8452), one key for each file.
//!
//! The key of a file is drawn at random, stands in the manifest and nowhere else; the manifest is
//! sealed under the gallery's key. A file that is no longer in the manifest cannot be read by anybody,
//! whatever a disk keeps of it.

use aes_gcm_siv::aead::{Aead, AeadInOut, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use hkdf::Hkdf;
use niims_fingerprint::index::IndexKey;
use niims_wire::Entropy;
use rand_core::Rng;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::GalleryError;

/// Bytes that sealing adds.
pub(super) const TAG: usize = 16;
const NONCE: usize = 12;

/// The key under which the manifest stands, and from which the index takes its permutations.
#[derive(Clone)]
pub struct GalleryKey(Zeroizing<[u8; 32]>);

impl GalleryKey {
    /// From 32 secret bytes of this gallery's own.
    pub fn new(secret: [u8; 32]) -> Self {
        Self(Zeroizing::new(secret))
    }

    /// The key of the index.
    pub(super) fn of_index(&self) -> IndexKey {
        IndexKey::new(*self.derive(b"index"))
    }

    /// The secret from which synthetic people for measuring recall are drawn.
    pub(crate) fn of_canaries(&self) -> Zeroizing<[u8; 32]> {
        self.derive(b"canary")
    }

    #[expect(clippy::expect_used, reason = "32 bytes are below HKDF's bound of 8160")]
    fn derive(&self, purpose: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(Some(b"niims gallery"), &*self.0)
            .expand(purpose, key.as_mut())
            .expect("32 bytes are below HKDF's bound");
        key
    }

    /// Seals a manifest: nonce, then what AES-256-GCM-SIV gives.
    pub(super) fn seal(&self, plain: &[u8], entropy: &Entropy) -> Result<Vec<u8>, GalleryError> {
        let mut nonce = [0; NONCE];
        entropy.rng().fill_bytes(&mut nonce);
        let mut sealed = nonce.to_vec();
        sealed.extend(encrypt(&self.derive(b"manifest"), nonce, plain)?);
        Ok(sealed)
    }

    /// Opens what [`GalleryKey::seal`] made.
    pub(super) fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, GalleryError> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or(GalleryError::Damaged)?;
        decrypt(&self.derive(b"manifest"), *nonce, body.to_vec()).map(Zeroizing::new)
    }
}

/// What a block of a file holds. Blocks of different kinds have different nonces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockKind {
    /// A piece of the index.
    Index = 1,
    /// The templates of one person.
    Record = 2,
    /// Where everybody's record stands.
    Table = 3,
    /// A change.
    Journal = 4,
}

/// The key of one file.
#[derive(Clone, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
pub(super) struct FileKey([u8; 32]);

impl FileKey {
    pub(super) fn draw(entropy: &Entropy) -> Self {
        let mut key = [0; 32];
        entropy.rng().fill_bytes(&mut key);
        Self(key)
    }

    /// Seals a block. The nonce is kind and number, which is safe since each occurs once in a file;
    /// a block put in another's place does not open.
    pub(super) fn seal(
        &self,
        kind: BlockKind,
        number: u64,
        plain: &[u8],
    ) -> Result<Vec<u8>, GalleryError> {
        encrypt(&self.0, nonce(kind, number), plain)
    }

    /// Opens a block, in the memory that it was read into.
    pub(super) fn open(
        &self,
        kind: BlockKind,
        number: u64,
        sealed: Vec<u8>,
    ) -> Result<Vec<u8>, GalleryError> {
        decrypt(&self.0, nonce(kind, number), sealed)
    }
}

fn nonce(kind: BlockKind, number: u64) -> [u8; NONCE] {
    let mut nonce = [0; NONCE];
    nonce[0] = kind as u8;
    nonce[4..].copy_from_slice(&number.to_be_bytes());
    nonce
}

fn encrypt(key: &[u8; 32], nonce: [u8; NONCE], plain: &[u8]) -> Result<Vec<u8>, GalleryError> {
    let payload = Payload { msg: plain, aad: b"" };
    Aes256GcmSiv::new(key.into())
        .encrypt(&Nonce::from(nonce), payload)
        .map_err(|_| GalleryError::Files(std::io::ErrorKind::InvalidInput.into()))
}

fn decrypt(
    key: &[u8; 32],
    nonce: [u8; NONCE],
    mut sealed: Vec<u8>,
) -> Result<Vec<u8>, GalleryError> {
    Aes256GcmSiv::new(key.into())
        .decrypt_in_place(&Nonce::from(nonce), b"", &mut sealed)
        .map_err(|_| GalleryError::Damaged)?;
    Ok(sealed)
}

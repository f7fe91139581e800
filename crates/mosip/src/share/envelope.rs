//! The envelope around a share, version `VER_R2`.
//!
//! In base64: `VER_R2`, the SHA-256 thumbprint of the receiver's certificate (32 bytes), an AES-256
//! key wrapped with RSA-OAEP (SHA-256, MGF1 with SHA-256), `#KEY_SPLITTER#`, 32 bytes of additional
//! data whose first 12 are the nonce, and the document under AES-256-GCM with its tag.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use zeroize::Zeroizing;

use super::EnvelopeError;
use crate::cbeff::decode_base64;

pub(super) const VERSION: &[u8] = b"VER_R2";
pub(super) const SPLITTER: &[u8] = b"#KEY_SPLITTER#";
const THUMBPRINT: usize = 32;
const ADDITIONAL: usize = 32;
/// An AES-256 key.
const KEY: usize = 32;

/// A private key, and the certificate that senders seal for.
pub struct EnvelopeKey {
    key: OaepPrivateDecryptingKey,
    thumbprint: Option<[u8; THUMBPRINT]>,
}

/// The private keys of a receiver: the one in use, and older ones while shares for them are about.
#[derive(Default)]
pub struct EnvelopeKeys(pub Vec<EnvelopeKey>);

impl EnvelopeKey {
    /// A key from a PKCS#8 PEM file. With the SHA-256 thumbprint of its certificate it is used for
    /// envelopes that name it; without, it is tried on every envelope that no other key is named in.
    ///
    /// # Errors
    /// [`EnvelopeError::KeyFile`].
    pub fn from_pem(pem: &str, thumbprint: Option<[u8; 32]>) -> Result<Self, EnvelopeError> {
        let body: String = pem
            .lines()
            .skip_while(|line| line.trim() != "-----BEGIN PRIVATE KEY-----")
            .skip(1)
            .take_while(|line| !line.starts_with("-----END"))
            .collect();
        let body = Zeroizing::new(body);
        let der = decode_base64(body.as_bytes()).ok_or(EnvelopeError::KeyFile)?;
        Self::from_pkcs8(&Zeroizing::new(der), thumbprint)
    }

    /// A key from PKCS#8 DER.
    ///
    /// # Errors
    /// [`EnvelopeError::KeyFile`].
    pub fn from_pkcs8(der: &[u8], thumbprint: Option<[u8; 32]>) -> Result<Self, EnvelopeError> {
        let key = PrivateDecryptingKey::from_pkcs8(der)
            .ok()
            .and_then(|key| OaepPrivateDecryptingKey::new(key).ok())
            .ok_or(EnvelopeError::KeyFile)?;
        Ok(Self { key, thumbprint })
    }
}

/// Opens an envelope.
///
/// # Errors
/// [`EnvelopeError`]. That a key does not unwrap and that a document does not open are one error, so
/// that nobody learns from the answer where it failed.
pub(super) fn open(text: &[u8], keys: &EnvelopeKeys) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
    let mut bytes = Zeroizing::new(decode_base64(text).ok_or(EnvelopeError::Base64)?);
    let parts = Parts::of(&bytes).ok_or(EnvelopeError::Form)?;
    let named = |key: &&EnvelopeKey| key.thumbprint.as_ref() == Some(&parts.thumbprint);
    let nameless = |key: &&EnvelopeKey| key.thumbprint.is_none();
    let mut fitting: Vec<&EnvelopeKey> = keys.0.iter().filter(named).collect();
    if fitting.is_empty() {
        fitting = keys.0.iter().filter(nameless).collect();
    }
    if fitting.is_empty() {
        return Err(EnvelopeError::KeyUnknown);
    }
    let key = fitting
        .into_iter()
        .find_map(|key| unwrap(&key.key, &bytes[parts.wrapped.clone()]))
        .ok_or(EnvelopeError::Sealed)?;
    let length = key
        .open_in_place(
            Nonce::assume_unique_for_key(parts.nonce),
            Aad::from(parts.additional),
            &mut bytes[parts.sealed..],
        )
        .map_err(|_| EnvelopeError::Sealed)?
        .len();
    bytes.drain(..parts.sealed);
    bytes.truncate(length);
    Ok(bytes)
}

/// Where the parts lie.
struct Parts {
    thumbprint: [u8; THUMBPRINT],
    wrapped: core::ops::Range<usize>,
    additional: [u8; ADDITIONAL],
    nonce: [u8; NONCE_LEN],
    sealed: usize,
}

impl Parts {
    fn of(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(VERSION)?;
        let (thumbprint, rest) = rest.split_first_chunk()?;
        // A wrapped key is as long as its RSA key: at most 1,024 bytes.
        let searched = &rest[..rest.len().min(1_024 + SPLITTER.len())];
        let wrapped = searched.windows(SPLITTER.len()).position(|window| window == SPLITTER)?;
        let (additional, _) = rest[wrapped + SPLITTER.len()..].split_first_chunk()?;
        let nonce = additional.first_chunk()?;
        let begin = VERSION.len() + THUMBPRINT;
        Some(Self {
            thumbprint: *thumbprint,
            wrapped: begin..begin + wrapped,
            additional: *additional,
            nonce: *nonce,
            sealed: begin + wrapped + SPLITTER.len() + ADDITIONAL,
        })
    }
}

fn unwrap(key: &OaepPrivateDecryptingKey, wrapped: &[u8]) -> Option<LessSafeKey> {
    let mut room = Zeroizing::new(vec![0; key.min_output_size()]);
    let plain = key.decrypt(&OAEP_SHA256_MGF1SHA256, wrapped, &mut room, None).ok()?;
    if plain.len() != KEY {
        return None;
    }
    UnboundKey::new(&AES_256_GCM, plain).ok().map(LessSafeKey::new)
}

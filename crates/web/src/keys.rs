//! Keys of the pages: tokens against forged forms, and cookies that only we can read.

use std::sync::Arc;

use aes_gcm_siv::aead::{Aead, Payload};
use aes_gcm_siv::{Aes256GcmSiv, KeyInit, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Draws 32 fresh bytes from a cryptographically secure source.
pub type Entropy = Arc<dyn Fn() -> [u8; 32] + Send + Sync>;

/// Bytes of a nonce of AES-GCM-SIV (RFC 8452).
const NONCE_BYTES: usize = 12;

/// The keys of one deployment of pages. Every process that answers under one
/// address must be given the same.
#[derive(Clone)]
pub struct Keys {
    forms: [u8; 32],
    cookies: [u8; 32],
}

impl Keys {
    /// Draws both keys out of one of 32 random bytes.
    pub fn new(key: &[u8; 32]) -> Self {
        Self { forms: tag(key, &[b"niims.web.forms"]), cookies: tag(key, &[b"niims.web.cookies"]) }
    }

    /// The token that forms of this visit carry: an HMAC of the visit's cookie, so
    /// that a page elsewhere, which can read neither, cannot post in its name.
    pub fn form_token(&self, visit: &str) -> String {
        hex::encode(tag(&self.forms, &[visit.as_bytes()]))
    }

    /// Whether a form's token belongs to this visit, compared in constant time.
    pub fn is_form_token(&self, visit: &str, token: &str) -> bool {
        bool::from(self.form_token(visit).as_bytes().ct_eq(token.as_bytes()))
    }

    /// Seals a text for a cookie, bound to the name of the cookie and the visit.
    /// `None` only where the text is larger than AES-GCM-SIV can take (64 GiB).
    pub fn seal(&self, name: &str, visit: &str, text: &str, entropy: &Entropy) -> Option<String> {
        let random = entropy();
        let nonce: [u8; NONCE_BYTES] = random[..NONCE_BYTES].try_into().ok()?;
        let aad = [name.as_bytes(), b"\0", visit.as_bytes()].concat();
        let payload = Payload { msg: text.as_bytes(), aad: &aad };
        let sealed = self.cipher().encrypt(&Nonce::from(nonce), payload).ok()?;
        Some(URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
    }

    /// Opens what [`Keys::seal`] sealed for this cookie and visit; nothing else.
    pub fn open(&self, name: &str, visit: &str, sealed: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        let aad = [name.as_bytes(), b"\0", visit.as_bytes()].concat();
        let payload = Payload { msg: sealed, aad: &aad };
        let text = self.cipher().decrypt(&Nonce::from(nonce), payload).ok()?;
        String::from_utf8(text).ok()
    }

    fn cipher(&self) -> Aes256GcmSiv {
        Aes256GcmSiv::new(&self.cookies.into())
    }
}

impl core::fmt::Debug for Keys {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Keys(…)")
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
fn tag(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_belong_to_one_visit_and_one_key() {
        let keys = Keys::new(&[1; 32]);
        let token = keys.form_token("visit");
        assert!(keys.is_form_token("visit", &token));
        assert!(!keys.is_form_token("other", &token));
        assert!(!keys.is_form_token("visit", ""));
        assert!(!Keys::new(&[2; 32]).is_form_token("visit", &token));
    }

    #[test]
    fn a_sealed_cookie_opens_only_where_it_belongs() {
        let keys = Keys::new(&[1; 32]);
        let entropy: Entropy = Arc::new(|| [9; 32]);
        let sealed = keys.seal("who", "visit", "a text", &entropy).unwrap();
        assert_eq!(keys.open("who", "visit", &sealed).as_deref(), Some("a text"));
        assert_eq!(keys.open("who", "other", &sealed), None);
        assert_eq!(keys.open("what", "visit", &sealed), None);
        assert_eq!(Keys::new(&[2; 32]).open("who", "visit", &sealed), None);
        for place in 0..sealed.len() {
            let mut bent = sealed.clone().into_bytes();
            bent[place] = if bent[place] == b'A' { b'B' } else { b'A' };
            let bent = String::from_utf8(bent).unwrap();
            assert_eq!(keys.open("who", "visit", &bent), None, "place {place}");
        }
        assert_eq!(keys.open("who", "visit", ""), None);
    }
}

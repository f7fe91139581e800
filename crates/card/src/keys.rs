//! The issuing key. Its secret half is wiped when dropped and prints nothing.

use core::fmt;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::CardError;

/// The Ed25519 key (RFC 8032) by which the issuer vouches for cards.
#[derive(Clone)]
pub struct IssuerKey(SigningKey);

/// The Ed25519 key under which anyone checks a card.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct IssuerPublicKey(VerifyingKey);

impl IssuerKey {
    /// A fresh key from a cryptographically secure source.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut());
        Self::from_bytes(&seed)
    }

    /// The key with this 32-byte seed.
    pub fn from_bytes(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The 32-byte seed, to be stored encrypted.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The public half.
    pub fn public(&self) -> IssuerPublicKey {
        IssuerPublicKey(self.0.verifying_key())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).to_bytes().to_vec()
    }
}

impl IssuerPublicKey {
    /// The key with these 32 bytes. Refuses points of small order, under which
    /// anyone could forge.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, CardError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| CardError::Key)?;
        if key.is_weak() { Err(CardError::Key) } else { Ok(Self(key)) }
    }

    /// The 32 bytes.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Short name of the key in the header of each card: the first 8 bytes of
    /// the SHA-256 of its 32 bytes.
    pub fn key_id(&self) -> [u8; 8] {
        let hash: [u8; 32] = Sha256::digest(self.0.as_bytes()).into();
        let mut id = [0; 8];
        id.copy_from_slice(&hash[..8]);
        id
    }

    /// Whether the signature holds, by the strict rules that leave no room for
    /// a second signature over the same message.
    pub(crate) fn holds(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verify_strict(message, &signature).is_ok())
    }
}

impl fmt::Debug for IssuerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IssuerKey(…)")
    }
}

impl fmt::Debug for IssuerPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IssuerPublicKey(")?;
        for byte in self.key_id() {
            write!(f, "{byte:02x}")?;
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    #[test]
    fn a_key_comes_back_from_its_bytes_and_prints_no_secret() {
        let key = IssuerKey::generate(&mut ChaCha20Rng::from_seed([1; 32]));
        let again = IssuerKey::from_bytes(&key.to_bytes());
        assert_eq!(again.public(), key.public());
        assert_eq!(IssuerPublicKey::from_bytes(&key.public().to_bytes()), Ok(key.public()));
        assert_eq!(format!("{key:?}"), "IssuerKey(…)");
    }

    #[test]
    fn a_point_of_small_order_is_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert_eq!(IssuerPublicKey::from_bytes(&identity), Err(CardError::Key));
    }
}

//! Keys of kits, officers and centres, each its own type so that none can stand in for another.
//!
//! Secret halves are wiped from memory when dropped and print nothing.

use core::fmt;
use core::str::FromStr;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, Serializable};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Short name of a public key: the first 8 bytes of the SHA-256 of its 32 bytes,
/// written as 16 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId([u8; 8]);

/// Bytes or text that are not a key, or not a key id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a usable Ed25519 public key.
    #[error("not an Ed25519 public key: expected the 32 bytes of a point of large order")]
    Public,
    /// Not an X25519 key.
    #[error("not an X25519 key: expected 32 bytes")]
    Agreement,
    /// Not a key id.
    #[error("not a key id: expected 16 hexadecimal digits")]
    Id,
}

impl KeyError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Public => "key.public",
            Self::Agreement => "key.agreement",
            Self::Id => "key.id",
        }
    }
}

impl KeyId {
    /// The id of the public key with these bytes.
    pub fn of(public: &[u8; 32]) -> Self {
        let hash: [u8; 32] = Sha256::digest(public).into();
        let mut id = [0; 8];
        id.copy_from_slice(&hash[..8]);
        Self(id)
    }

    /// The id with these eight bytes.
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// The eight bytes.
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for KeyId {
    type Error = KeyError;
    fn try_from(text: String) -> Result<Self, KeyError> {
        text.parse()
    }
}

impl FromStr for KeyId {
    type Err = KeyError;
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut id = [0; 8];
        hex::decode_to_slice(text, &mut id).map_err(|_| KeyError::Id)?;
        Ok(Self(id))
    }
}

macro_rules! signing_keys {
    ($whose:literal, $secret:ident, $public:ident) => {
        #[doc = concat!("Ed25519 key by which ", $whose, " signs. Wiped when dropped.")]
        #[derive(Clone)]
        pub struct $secret(SigningKey);

        #[doc = concat!("Ed25519 key under which a signature of ", $whose, " is checked.")]
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub struct $public(VerifyingKey);

        impl $secret {
            /// A fresh key from the given source.
            pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
                let mut seed = Zeroizing::new([0; 32]);
                rng.fill_bytes(seed.as_mut());
                Self(SigningKey::from_bytes(&seed))
            }

            /// The key with this 32-byte seed (RFC 8032 §5.1.5).
            pub fn from_bytes(seed: &[u8; 32]) -> Self {
                Self(SigningKey::from_bytes(seed))
            }

            /// The 32-byte seed, to be stored encrypted.
            pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
                Zeroizing::new(self.0.to_bytes())
            }

            /// The public half.
            pub fn verifying_key(&self) -> $public {
                $public(self.0.verifying_key())
            }

            /// Id of the public half.
            pub fn id(&self) -> KeyId {
                self.verifying_key().id()
            }

            /// Ed25519 signature over `message`.
            pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
                self.0.sign(message).to_bytes().to_vec()
            }
        }

        impl fmt::Debug for $secret {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($secret), self.id())
            }
        }

        impl $public {
            /// The key with these bytes.
            ///
            /// # Errors
            /// [`KeyError::Public`] for bytes that are no point, or a point of small order.
            pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
                let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::Public)?;
                if key.is_weak() { Err(KeyError::Public) } else { Ok(Self(key)) }
            }

            /// The 32 bytes.
            pub fn to_bytes(&self) -> [u8; 32] {
                self.0.to_bytes()
            }

            /// Id of this key.
            pub fn id(&self) -> KeyId {
                KeyId::of(self.0.as_bytes())
            }

            /// Whether `signature` is this key's over `message`, by the strict rules that
            /// leave exactly one valid signature.
            pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
                Signature::from_slice(signature)
                    .is_ok_and(|signature| self.0.verify_strict(message, &signature).is_ok())
            }
        }

        impl fmt::Debug for $public {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($public), self.id())
            }
        }
    };
}

signing_keys!("a registration kit", KitSigningKey, KitVerifyingKey);
signing_keys!("a registration officer", OfficerSigningKey, OfficerVerifyingKey);

/// X25519 key that opens packets. Only the centre holds it. Wiped when dropped.
#[derive(Clone)]
pub struct CentreSecretKey(pub(crate) <X25519HkdfSha256 as Kem>::PrivateKey);

/// X25519 key to which packets are sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct CentrePublicKey(pub(crate) <X25519HkdfSha256 as Kem>::PublicKey);

impl CentreSecretKey {
    /// A fresh key from the given source.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        // DeriveKeyPair of RFC 9180 §4.1 from 32 fresh bytes.
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut());
        Self(X25519HkdfSha256::derive_keypair(seed.as_ref()).0)
    }

    /// The key with these 32 bytes.
    ///
    /// # Errors
    /// [`KeyError::Agreement`] when the bytes cannot be used.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        Deserializable::from_bytes(bytes).map(Self).map_err(|_| KeyError::Agreement)
    }

    /// The 32 bytes, to be stored encrypted.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes().into())
    }

    /// The public half.
    pub fn public_key(&self) -> CentrePublicKey {
        CentrePublicKey(X25519HkdfSha256::sk_to_pk(&self.0))
    }

    /// Id of the public half.
    pub fn id(&self) -> KeyId {
        self.public_key().id()
    }
}

impl fmt::Debug for CentreSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CentreSecretKey({})", self.id())
    }
}

impl CentrePublicKey {
    /// The key with these 32 bytes.
    ///
    /// # Errors
    /// [`KeyError::Agreement`] when the bytes cannot be used.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        Deserializable::from_bytes(bytes).map(Self).map_err(|_| KeyError::Agreement)
    }

    /// The 32 bytes.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }

    /// Id of this key.
    pub fn id(&self) -> KeyId {
        KeyId::of(&self.to_bytes())
    }
}

impl fmt::Debug for CentrePublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CentrePublicKey({})", self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_back() {
        let mut rng =
            <rand_chacha::ChaCha8Rng as rand_chacha::rand_core::SeedableRng>::seed_from_u64(1);
        let kit = KitSigningKey::generate(&mut rng);
        assert_eq!(KitSigningKey::from_bytes(&kit.to_bytes()).id(), kit.id());
        let public = kit.verifying_key();
        assert_eq!(KitVerifyingKey::from_bytes(&public.to_bytes()), Ok(public));
        let centre = CentreSecretKey::generate(&mut rng);
        assert_eq!(
            CentreSecretKey::from_bytes(&centre.to_bytes()).map(|key| key.id()),
            Ok(centre.id())
        );
        let id = kit.id();
        assert_eq!(KeyId::try_from(id.to_string()), Ok(id));
        assert_eq!(KeyId::try_from("12".to_owned()), Err(KeyError::Id));
    }

    #[test]
    fn weak_keys_are_refused_and_secrets_print_nothing() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert_eq!(OfficerVerifyingKey::from_bytes(&identity), Err(KeyError::Public));
        let secret = OfficerSigningKey::from_bytes(&[7; 32]);
        let shown = format!("{secret:?}");
        assert!(!shown.contains("07070707") && !shown.contains("7, 7"), "{shown}");
    }
}

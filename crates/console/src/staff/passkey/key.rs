//! Public keys of passkeys: COSE keys (RFC 9052, 9053) of two kinds.

use ciborium::Value;
use ed25519_dalek::VerifyingKey as Ed25519Key;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey as P256Key};

use super::PasskeyRefused;

// Labels and values of RFC 9053 and the COSE registries.
const KEY_TYPE: i64 = 1;
const ALGORITHM: i64 = 3;
const CURVE: i64 = -1;
const X: i64 = -2;
const Y: i64 = -3;
const OCTET_KEY_PAIR: i64 = 1;
const ELLIPTIC_CURVE: i64 = 2;
const ES256: i64 = -7;
const EDDSA: i64 = -8;
const P256: i64 = 1;
const ED25519: i64 = 6;

/// The key of a passkey.
pub(super) enum PublicKey {
    /// ECDSA over P-256 with SHA-256.
    Es256(P256Key),
    /// EdDSA over Ed25519.
    Ed25519(Ed25519Key),
}

impl PublicKey {
    /// Reads a COSE key.
    pub(super) fn read(cose: &[u8]) -> Result<Self, PasskeyRefused> {
        let unreadable = PasskeyRefused::Unreadable;
        let value: Value = ciborium::from_reader(cose).map_err(|_| unreadable)?;
        let map = value.into_map().map_err(|_| unreadable)?;
        let find = |label: i64| {
            map.iter().find(|(name, _)| *name == Value::from(label)).map(|(_, value)| value)
        };
        let number =
            |label| find(label).and_then(Value::as_integer).and_then(|n| i64::try_from(n).ok());
        let coordinate = |label| -> Result<[u8; 32], PasskeyRefused> {
            let bytes = find(label).and_then(Value::as_bytes).ok_or(unreadable)?;
            bytes.as_slice().try_into().map_err(|_| unreadable)
        };
        match (number(KEY_TYPE), number(ALGORITHM), number(CURVE)) {
            (Some(ELLIPTIC_CURVE), Some(ES256), Some(P256)) => {
                let point = [&[4][..], &coordinate(X)?, &coordinate(Y)?].concat();
                P256Key::from_sec1_bytes(&point).map(Self::Es256).map_err(|_| unreadable)
            }
            (Some(OCTET_KEY_PAIR), Some(EDDSA), Some(ED25519)) => {
                Ed25519Key::from_bytes(&coordinate(X)?).map(Self::Ed25519).map_err(|_| unreadable)
            }
            _ => Err(PasskeyRefused::KeyKind),
        }
    }

    /// Verifies a signature over these bytes.
    pub(super) fn verify(&self, signed: &[u8], signature: &[u8]) -> Result<(), PasskeyRefused> {
        let wrong = PasskeyRefused::Signature;
        match self {
            Self::Es256(key) => {
                let signature = Signature::from_der(signature).map_err(|_| wrong)?;
                key.verify(signed, &signature).map_err(|_| wrong)
            }
            Self::Ed25519(key) => {
                let signature =
                    ed25519_dalek::Signature::from_slice(signature).map_err(|_| wrong)?;
                key.verify_strict(signed, &signature).map_err(|_| wrong)
            }
        }
    }
}

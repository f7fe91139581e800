//! What the kit or an officer signs for people to check: a line that says what it is, then JSON.

use ed25519_dalek::{Signature, VerifyingKey};
use serde::Serialize;

use crate::error::KitError;

/// The bytes to sign: the line, then the value, whose signature must be empty.
pub(crate) fn bytes<T: Serialize>(line: &str, unsigned: &T) -> Result<Vec<u8>, KitError> {
    let json =
        serde_json::to_vec(unsigned).map_err(|error| KitError::file("written", error.into()))?;
    Ok([line.as_bytes(), b"\n", &json].concat())
}

/// Whether the hexadecimal signature of these bytes is by the holder of this key.
pub(crate) fn is_by(key: &[u8; 32], bytes: &[u8], signature: &str) -> bool {
    let mut raw = [0; 64];
    hex::decode_to_slice(signature, &mut raw).is_ok()
        && VerifyingKey::from_bytes(key)
            .is_ok_and(|key| key.verify_strict(bytes, &Signature::from_bytes(&raw)).is_ok())
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};

    use super::*;

    #[test]
    fn only_these_bytes_by_this_key_are_signed() {
        let (key, other) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
        let signed = bytes("niims kit test v1", &["counted", "3"]).unwrap();
        let signature = hex::encode(key.sign(&signed).to_bytes());
        let [own, others] = [&key, &other].map(|key| key.verifying_key().to_bytes());
        assert!(is_by(&own, &signed, &signature));
        assert!(!is_by(&others, &signed, &signature));
        let altered = bytes("niims kit test v1", &["counted", "4"]).unwrap();
        let elsewhere = bytes("niims kit manifest v1", &["counted", "3"]).unwrap();
        for bytes in [altered, elsewhere] {
            assert!(!is_by(&own, &bytes, &signature));
        }
        for text in ["", "not hexadecimal", &signature[2..]] {
            assert!(!is_by(&own, &signed, text));
        }
    }
}

//! A sealed reply of the centre to one request of one kit.
//!
//! The kit makes a key for the request, names its public half under its signature, and forgets
//! it once the reply is read: whoever records the line and takes the kit later reads nothing.
//! Who made the reply is not told here; the centre signs its hash beside it.
//!
//! ```text
//! enc (32 bytes) | HPKE ciphertext, base mode, suite of packets, label and kit bound to it
//! ```

use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use niims_record::KitId;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::error::{PacketError, SealError};
use crate::keys::{CentrePublicKey, CentreSecretKey};

/// Longest reply, bytes, sealed: two hundred people with their requests in JSON take less.
pub const MAX_REPLY_BYTES: usize = 1024 * 1024;
/// Bytes of an encapsulated X25519 key.
const ENC_BYTES: usize = 32;

/// The key of one request. Wiped when dropped.
pub struct ReplyKey(CentreSecretKey);

impl core::fmt::Debug for ReplyKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("ReplyKey(…)")
    }
}

impl ReplyKey {
    /// A fresh key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(CentreSecretKey::generate(rng))
    }

    /// Its public half, to be named in the request.
    pub fn public_bytes(&self) -> [u8; 32] {
        self.0.public_key().to_bytes()
    }

    /// Opens the reply to the request that named this key.
    ///
    /// # Errors
    /// [`PacketError::Oversized`], [`PacketError::SealedContentAltered`].
    pub fn open(
        &self,
        label: &str,
        kit: KitId,
        bytes: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, PacketError> {
        let (length, limit) = (bytes.len(), MAX_REPLY_BYTES);
        if length > limit {
            return Err(PacketError::Oversized { length, limit });
        }
        let (enc, ciphertext) =
            bytes.split_at_checked(ENC_BYTES).ok_or(PacketError::SealedContentAltered)?;
        let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(enc)
            .map_err(|_| PacketError::SealedContentAltered)?;
        hpke::single_shot_open::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &self.0.0,
            &enc,
            &info(label),
            ciphertext,
            kit.as_bytes(),
        )
        .map(Zeroizing::new)
        .map_err(|_| PacketError::SealedContentAltered)
    }
}

/// Seals a reply to the key that a request of this kit named.
///
/// # Errors
/// [`SealError::RecipientKey`] for bytes that are no key, [`SealError::Oversized`].
pub fn seal_reply(
    label: &str,
    message: &[u8],
    key: &[u8; 32],
    kit: KitId,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let recipient = CentrePublicKey::from_bytes(key).map_err(|_| SealError::RecipientKey)?;
    let (enc, ciphertext) =
        hpke::single_shot_seal_with_rng::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &recipient.0,
            &info(label),
            message,
            kit.as_bytes(),
            rng,
        )
        .map_err(|_| SealError::RecipientKey)?;
    let bytes = [enc.to_bytes().as_slice(), &ciphertext].concat();
    let (length, limit) = (bytes.len(), MAX_REPLY_BYTES);
    if length > limit { Err(SealError::Oversized { length, limit }) } else { Ok(bytes) }
}

fn info(label: &str) -> Vec<u8> {
    [b"niims reply v1 ".as_slice(), label.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;

    #[test]
    fn a_reply_is_read_by_the_request_that_asked_for_it_alone() {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let (key, later) = (ReplyKey::generate(&mut rng), ReplyKey::generate(&mut rng));
        let (kit, other) = (KitId::from_bytes([1; 16]), KitId::from_bytes([2; 16]));
        let message = b"a name and a village";
        let sealed = seal_reply("list", message, &key.public_bytes(), kit, &mut rng).unwrap();
        assert!(!sealed.windows(6).any(|part| part == &message[..6]));
        assert_eq!(key.open("list", kit, &sealed).unwrap().as_slice(), message);
        assert!(later.open("list", kit, &sealed).is_err());
        assert!(key.open("list", other, &sealed).is_err());
        assert!(key.open("other", kit, &sealed).is_err());
        for place in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[place] ^= 1;
            assert!(key.open("list", kit, &altered).is_err(), "byte {place}");
        }
        assert!(key.open("list", kit, &sealed[..20]).is_err());
        let long = vec![0; MAX_REPLY_BYTES];
        let refused = seal_reply("list", &long, &key.public_bytes(), kit, &mut rng);
        assert!(matches!(refused, Err(SealError::Oversized { .. })));
    }
}

//! A small sealed letter from a kit to the centre: what a kit must tell and should not keep.
//!
//! ```text
//! enc (32 bytes) | HPKE ciphertext of: kit's Ed25519 signature (64 bytes) | message
//! ```
//!
//! HPKE base mode of RFC 9180 with the suite of packets; the label of what it is about and the
//! kit's key are bound to it, so that a letter means one thing, of one kit, to one centre.

use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::error::{PacketError, SealError};
use crate::keys::{CentrePublicKey, CentreSecretKey, KeyId, KitSigningKey, KitVerifyingKey};

/// Longest letter, bytes, sealed. Letters hold lines, not pictures.
pub const MAX_LETTER_BYTES: usize = 4 * 1024;
/// Bytes of an encapsulated X25519 key.
const ENC_BYTES: usize = 32;
/// Bytes of an Ed25519 signature.
const SIGNATURE_BYTES: usize = 64;

/// Signs and seals a message. `label` says what it is about.
///
/// # Errors
/// [`SealError::Oversized`], [`SealError::RecipientKey`].
pub fn seal_letter(
    label: &str,
    message: &[u8],
    kit: &KitSigningKey,
    centre: &CentrePublicKey,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let signed = signed_bytes(label, centre.id(), message);
    let inner = Zeroizing::new([kit.sign(&signed).as_slice(), message].concat());
    let (enc, ciphertext) =
        hpke::single_shot_seal_with_rng::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &centre.0,
            &info(label),
            &inner,
            kit.id().as_bytes(),
            rng,
        )
        .map_err(|_| SealError::RecipientKey)?;
    let bytes = [enc.to_bytes().as_slice(), &ciphertext].concat();
    let (length, limit) = (bytes.len(), MAX_LETTER_BYTES);
    if length > limit { Err(SealError::Oversized { length, limit }) } else { Ok(bytes) }
}

/// Opens a letter of a kit.
///
/// # Errors
/// [`PacketError::Oversized`], [`PacketError::SealedContentAltered`],
/// [`PacketError::KitSignature`].
pub fn open_letter(
    label: &str,
    bytes: &[u8],
    kit: &KitVerifyingKey,
    centre: &CentreSecretKey,
) -> Result<Zeroizing<Vec<u8>>, PacketError> {
    let (length, limit) = (bytes.len(), MAX_LETTER_BYTES);
    if length > limit {
        return Err(PacketError::Oversized { length, limit });
    }
    let (enc, ciphertext) =
        bytes.split_at_checked(ENC_BYTES).ok_or(PacketError::SealedContentAltered)?;
    let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(enc)
        .map_err(|_| PacketError::SealedContentAltered)?;
    let inner = hpke::single_shot_open::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &centre.0,
        &enc,
        &info(label),
        ciphertext,
        kit.id().as_bytes(),
    )
    .map(Zeroizing::new)
    .map_err(|_| PacketError::SealedContentAltered)?;
    let (signature, message) =
        inner.split_at_checked(SIGNATURE_BYTES).ok_or(PacketError::SealedContentAltered)?;
    if kit.verifies(&signed_bytes(label, centre.id(), message), signature) {
        Ok(Zeroizing::new(message.to_vec()))
    } else {
        Err(PacketError::KitSignature { key: kit.id() })
    }
}

fn info(label: &str) -> Vec<u8> {
    [b"niims letter v1 ".as_slice(), label.as_bytes()].concat()
}

/// What the kit signs: the label, for whom, and the message, each with its length told.
fn signed_bytes(label: &str, centre: KeyId, message: &[u8]) -> Vec<u8> {
    let head = format!("niims letter v1\n{label}\n{centre}\n{}\n", message.len());
    [head.as_bytes(), message].concat()
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;

    #[test]
    fn a_letter_is_read_by_its_centre_from_its_kit_about_its_matter_alone() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let (kit, other) = (KitSigningKey::generate(&mut rng), KitSigningKey::generate(&mut rng));
        let centre = CentreSecretKey::generate(&mut rng);
        let stranger = CentreSecretKey::generate(&mut rng);
        let message = b"a line that the kit must not keep";
        let sealed = seal_letter("looks", message, &kit, &centre.public_key(), &mut rng).unwrap();
        assert!(!sealed.windows(8).any(|part| part == &message[..8]));
        let open = |label, bytes: &[u8], kit: &KitSigningKey, centre| {
            open_letter(label, bytes, &kit.verifying_key(), centre).map(|message| message.to_vec())
        };
        assert_eq!(open("looks", &sealed, &kit, &centre).unwrap(), message);
        assert!(open("other", &sealed, &kit, &centre).is_err());
        assert!(open("looks", &sealed, &other, &centre).is_err());
        assert!(open("looks", &sealed, &kit, &stranger).is_err());
        for place in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[place] ^= 1;
            assert!(open("looks", &altered, &kit, &centre).is_err(), "byte {place}");
        }
        assert!(open("looks", &sealed[..40], &kit, &centre).is_err());
        assert!(open("looks", &[], &kit, &centre).is_err());
        let long = vec![0; MAX_LETTER_BYTES];
        let refused = seal_letter("looks", &long, &kit, &centre.public_key(), &mut rng);
        assert!(matches!(refused, Err(SealError::Oversized { .. })));
    }
}

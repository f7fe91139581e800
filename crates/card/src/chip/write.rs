//! Signing the data of a chip. The same card and fingers give the same bytes.

use ciborium::Value;
use coset::iana::Algorithm;
use coset::{CoseSign1Builder, HeaderBuilder, TaggedCborSerializable};
use niims_wire::card::ChipFinger;

use super::{DOMAIN, MOST_BYTES, MOST_FINGERS, MOST_MINUTIAE, PER_MINUTIA, VERSION, field};
use crate::credential::verify_by_name;
use crate::error::CardError;
use crate::keys::IssuerKey;

/// The data of a chip. The credential must be this issuer's own, and each finger whole and within
/// its bounds.
pub fn write(
    credential: &str,
    fingers: &[ChipFinger],
    key: &IssuerKey,
) -> Result<Vec<u8>, CardError> {
    verify_by_name(credential, &[key.public()])?;
    if fingers.is_empty() || fingers.len() > MOST_FINGERS || !fingers.iter().all(is_whole) {
        return Err(CardError::Chip);
    }
    let number = |number: i64| Value::Integer(number.into());
    let fingers = fingers
        .iter()
        .map(|finger| {
            Value::Array(vec![
                number(finger.position.into()),
                number(finger.quality.into()),
                Value::Bytes(finger.minutiae.clone()),
            ])
        })
        .collect();
    let payload = Value::Map(vec![
        (number(field::VERSION), number(VERSION)),
        (number(field::CREDENTIAL), Value::Text(credential.to_owned())),
        (number(field::FINGERS), Value::Array(fingers)),
    ]);
    let mut bytes = Vec::new();
    ciborium::into_writer(&payload, &mut bytes).map_err(|_| CardError::TooLarge)?;
    let protected = HeaderBuilder::new()
        .algorithm(Algorithm::EdDSA)
        .key_id(key.public().key_id().to_vec())
        .build();
    let signed = CoseSign1Builder::new()
        .protected(protected)
        .payload(bytes)
        .create_signature(DOMAIN, |message| key.sign(message))
        .build()
        .to_tagged_vec()
        .map_err(|_| CardError::TooLarge)?;
    if signed.len() > MOST_BYTES { Err(CardError::TooLarge) } else { Ok(signed) }
}

/// Whether a finger is one of ten and its minutiae are whole and neither none nor too many.
pub(super) fn is_whole(finger: &ChipFinger) -> bool {
    let length = finger.minutiae.len();
    (1..=10).contains(&finger.position)
        && finger.quality <= 100
        && length > 0
        && length.is_multiple_of(PER_MINUTIA)
        && length / PER_MINUTIA <= MOST_MINUTIAE
}

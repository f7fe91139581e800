//! Signing: what a card shows → the text of its QR code. The same card gives the
//! same text.

use ciborium::Value;
use coset::iana::Algorithm;
use coset::{CoseSign1Builder, HeaderBuilder, TaggedCborSerializable};

use super::claims::{cwt, identity_map, map};
use super::envelope;
use crate::error::CardError;
use crate::face::{self, CardFace, CardProfile};
use crate::keys::IssuerKey;

/// The signed text of a card. Fails when the face cannot stand on a card
/// (`card.text`, `card.validity`) or the text would fit no QR code.
pub fn sign(face: &CardFace, profile: &CardProfile, key: &IssuerKey) -> Result<String, CardError> {
    face::check(face, profile)?;
    let claims = claims(face, profile)?;
    let mut payload = Vec::new();
    ciborium::into_writer(&claims, &mut payload).map_err(|_| CardError::TooLarge)?;
    let protected = HeaderBuilder::new()
        .algorithm(Algorithm::EdDSA)
        .key_id(key.public().key_id().to_vec())
        .build();
    let message = CoseSign1Builder::new()
        .protected(protected)
        .payload(payload)
        .create_signature(&[], |message| key.sign(message))
        .build()
        .to_tagged_vec()
        .map_err(|_| CardError::TooLarge)?;
    envelope::wrap(&message)
}

fn claims(face: &CardFace, profile: &CardProfile) -> Result<Value, CardError> {
    let from = profile.start_of(face.issued_on)?.as_second();
    // Valid to the end of the last day, so it expires when the next one begins.
    let day_after = face.valid_until.tomorrow().map_err(|_| CardError::Validity)?;
    let expires = profile.start_of(day_after)?.as_second();
    Ok(map(vec![
        (cwt::ISSUER, Value::Text(profile.issuer.clone())),
        (cwt::EXPIRES, Value::Integer(expires.into())),
        (cwt::NOT_BEFORE, Value::Integer(from.into())),
        (cwt::ISSUED_AT, Value::Integer(from.into())),
        (cwt::TOKEN_ID, Value::Bytes(face.card_serial.clone().into_bytes())),
        (cwt::IDENTITY, identity_map(face, &profile.country)),
    ]))
}

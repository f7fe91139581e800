//! Verifying offline, stage by stage: bounds before parsing, the signature
//! before the claims are believed, the clock last.

use core::fmt;

use ciborium::Value;
use coset::iana::Algorithm;
use coset::{AsCborValue, CoseSign1, RegisteredLabelWithPrivate};
use jiff::Timestamp;
use jiff::civil::Date;

use super::claims::{Fields, Gender, Identity, cwt, read_identity};
use super::envelope;
use crate::error::CardError;
use crate::keys::IssuerPublicKey;

/// Deepest nesting of a message or its claims. A card needs three levels, one
/// with a face needs five. Stops a message that exhausts the stack.
const DEEPEST: usize = 12;

/// Tags of COSE_Sign1 (RFC 9052 §2) and of a CWT (RFC 8392 §6).
const COSE_SIGN1_TAG: u64 = 18;
const CWT_TAG: u64 = 61;

/// What a card that holds says. Holds personal data; `Debug` shows none.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifiedCard {
    /// Who issued it.
    pub issuer: Option<String>,
    /// The Huduma Namba, twelve digits; of another issuer, its own number.
    pub number: String,
    /// The full name.
    pub name: String,
    /// The day of birth, where known.
    pub day_of_birth: Option<Date>,
    /// The gender, where stated.
    pub gender: Option<Gender>,
    /// The residence class, where stated.
    pub residence_class: Option<String>,
    /// ISO 3166-1 code of the issuing country, where stated.
    pub country: Option<String>,
    /// The serial number of the card, to be looked up among revoked ones.
    pub card_serial: Option<String>,
    /// From when.
    pub valid_from: Option<Timestamp>,
    /// Until when, exclusive.
    pub expires: Timestamp,
}

impl fmt::Debug for VerifiedCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifiedCard(…)")
    }
}

/// Checks the text of a QR code against the issuer's key at a given instant.
/// That the card was not revoked, and that its bearer looks like it, must be
/// checked besides.
pub fn verify(
    text: &str,
    issuer: &IssuerPublicKey,
    now: Timestamp,
) -> Result<VerifiedCard, CardError> {
    let card = read(text, |_| Ok(*issuer))?;
    card.check_time(now)?;
    Ok(card)
}

/// Checks the text of a QR code against the keys of one issuer, whatever its days: the key that the
/// text names must be among them.
pub fn verify_by_name(text: &str, keys: &[IssuerPublicKey]) -> Result<VerifiedCard, CardError> {
    read(text, |message| named_key(message, keys))
}

fn read(
    text: &str,
    key_of: impl FnOnce(&CoseSign1) -> Result<IssuerPublicKey, CardError>,
) -> Result<VerifiedCard, CardError> {
    let bytes = envelope::unwrap(text)?;
    let message = read_message(&bytes)?;
    check_method(&message)?;
    check_signature(&message, &key_of(&message)?, &[])?;
    read_claims(&message)
}

/// The key that a message names, if it is among these.
pub(crate) fn named_key(
    message: &CoseSign1,
    keys: &[IssuerPublicKey],
) -> Result<IssuerPublicKey, CardError> {
    let named = message.protected.header.key_id.as_slice();
    let found = keys.iter().find(|key| key.key_id() == named);
    found.copied().ok_or(CardError::OtherIssuer)
}

impl VerifiedCard {
    /// Whether a day at `now` lies within those of the card.
    ///
    /// # Errors
    /// [`CardError::NotYetValid`], [`CardError::Expired`].
    pub fn check_time(&self, now: Timestamp) -> Result<(), CardError> {
        if self.valid_from.is_some_and(|from| now < from) {
            return Err(CardError::NotYetValid);
        }
        if now >= self.expires {
            return Err(CardError::Expired);
        }
        Ok(())
    }
}

/// One COSE_Sign1 under tag 18, or under 61 and 18 as the specification's own
/// example has it; nothing before, nothing after.
pub(crate) fn read_message(bytes: &[u8]) -> Result<CoseSign1, CardError> {
    let untagged = match read_one(bytes).ok_or(CardError::NotCose)? {
        Value::Tag(COSE_SIGN1_TAG, inner) => *inner,
        Value::Tag(CWT_TAG, inner) => match *inner {
            Value::Tag(COSE_SIGN1_TAG, inner) => *inner,
            _ => return Err(CardError::NotCose),
        },
        _ => return Err(CardError::NotCose),
    };
    CoseSign1::from_cbor_value(untagged).map_err(|_| CardError::NotCose)
}

/// Exactly one CBOR item of bounded depth. Sizes are bounded already: nothing
/// that the item declares is reserved before it is read.
pub(crate) fn read_one(bytes: &[u8]) -> Option<Value> {
    let mut rest = bytes;
    let value = ciborium::de::from_reader_with_recursion_limit(&mut rest, DEEPEST).ok()?;
    rest.is_empty().then_some(value)
}

pub(crate) fn check_method(message: &CoseSign1) -> Result<(), CardError> {
    let header = &message.protected.header;
    let ed25519 = Some(RegisteredLabelWithPrivate::Assigned(Algorithm::EdDSA));
    // A critical header that we do not know must not be passed over (RFC 9052 §3.1).
    if header.alg == ed25519 && header.crit.is_empty() { Ok(()) } else { Err(CardError::Algorithm) }
}

pub(crate) fn check_signature(
    message: &CoseSign1,
    issuer: &IssuerPublicKey,
    external: &[u8],
) -> Result<(), CardError> {
    message.verify_signature(external, |signature, signed| {
        if issuer.holds(signed, signature) { Ok(()) } else { Err(CardError::Signature) }
    })
}

pub(super) fn read_claims(message: &CoseSign1) -> Result<VerifiedCard, CardError> {
    let payload = message.payload.as_deref().ok_or(CardError::MalformedClaims)?;
    let mut claims = Fields::of(read_one(payload).ok_or(CardError::MalformedClaims)?)?;
    let identity = claims.take(cwt::IDENTITY).ok_or(CardError::MalformedClaims)?;
    let Identity { id, full_name, date_of_birth, gender, legal_status, country } =
        read_identity(identity)?;
    let instant = |seconds| Timestamp::from_second(seconds).map_err(|_| CardError::MalformedClaims);
    let not_before = claims.integer(cwt::NOT_BEFORE)?.map(instant).transpose()?;
    let issued_at = claims.integer(cwt::ISSUED_AT)?.map(instant).transpose()?;
    let expires = claims.integer(cwt::EXPIRES)?.ok_or(CardError::MalformedClaims)?;
    let card_serial = match claims.take(cwt::TOKEN_ID) {
        None => None,
        Some(Value::Bytes(bytes)) => {
            Some(String::from_utf8(bytes).map_err(|_| CardError::MalformedClaims)?)
        }
        Some(_) => return Err(CardError::MalformedClaims),
    };
    Ok(VerifiedCard {
        issuer: claims.text(cwt::ISSUER)?,
        number: id,
        name: full_name,
        day_of_birth: date_of_birth,
        gender,
        residence_class: legal_status,
        country,
        card_serial,
        valid_from: not_before.or(issued_at),
        expires: instant(expires)?,
    })
}

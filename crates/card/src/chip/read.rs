//! Reading the data of a chip: bounds before parsing, the signature before anything is believed.

use ciborium::Value;
use niims_wire::card::ChipFinger;

use super::write::is_whole;
use super::{DOMAIN, MOST_BYTES, MOST_FINGERS, VERSION, field};
use crate::credential::{check_method, check_signature, named_key, read_message, read_one};
use crate::error::CardError;
use crate::keys::IssuerPublicKey;

/// What a chip holds. Its credential is still to be verified. Holds biometric data.
#[derive(Clone, PartialEq, Eq)]
pub struct Chip {
    /// The text of the QR code of the same card.
    pub credential: String,
    /// The fingers.
    pub fingers: Vec<ChipFinger>,
}

impl core::fmt::Debug for Chip {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Chip({} fingers, …)", self.fingers.len())
    }
}

/// Reads the data of a chip under the keys of an issuer.
pub fn read(bytes: &[u8], keys: &[IssuerPublicKey]) -> Result<Chip, CardError> {
    if bytes.len() > MOST_BYTES {
        return Err(CardError::TooLarge);
    }
    let message = read_message(bytes).map_err(|_| CardError::Chip)?;
    check_method(&message)?;
    check_signature(&message, &named_key(&message, keys)?, DOMAIN)?;
    let payload = message.payload.as_deref().and_then(read_one).ok_or(CardError::Chip)?;
    chip_of(payload).ok_or(CardError::Chip)
}

/// The three fields in their order and nothing else: there is one way to write a chip.
fn chip_of(payload: Value) -> Option<Chip> {
    let Value::Map(fields) = payload else { return None };
    let [(first, version), (second, credential), (third, fingers)] =
        <[(Value, Value); 3]>::try_from(fields).ok()?;
    let named = [(first, field::VERSION), (second, field::CREDENTIAL), (third, field::FINGERS)];
    if !named.iter().all(|(key, field)| whole(key) == Some(*field))
        || whole(&version) != Some(VERSION)
    {
        return None;
    }
    let (Value::Text(credential), Value::Array(fingers)) = (credential, fingers) else {
        return None;
    };
    if fingers.is_empty() || fingers.len() > MOST_FINGERS {
        return None;
    }
    let fingers = fingers.into_iter().map(finger).collect::<Option<Vec<_>>>()?;
    Some(Chip { credential, fingers })
}

fn finger(value: Value) -> Option<ChipFinger> {
    let Value::Array(parts) = value else { return None };
    let [position, quality, minutiae] = <[Value; 3]>::try_from(parts).ok()?;
    let small = |value: &Value| whole(value).and_then(|number| u8::try_from(number).ok());
    let Value::Bytes(minutiae) = minutiae else { return None };
    let finger = ChipFinger { position: small(&position)?, quality: small(&quality)?, minutiae };
    is_whole(&finger).then_some(finger)
}

fn whole(value: &Value) -> Option<i64> {
    value.as_integer().and_then(|number| i64::try_from(number).ok())
}

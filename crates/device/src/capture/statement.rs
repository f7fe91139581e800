//! What a device signed of one capture, read again long after: by a centre that was not there.
//!
//! A statement weighs a third more for each layer of Base64 than what is in it. [`Apart`] holds it
//! without them, and puts it together again to the letter, so that the signature still counts.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::answer::{Data, finger, score};
use super::block::{Block, read_block};
use crate::describe::{read_time, signed_digital_id};
use crate::jws::{decode_url, encode_url};
use crate::limits::MOST_BLOCK_BYTES;
use crate::refusal::Refusal;
use crate::trust::{Chain, TrustList, verify};
use crate::vocabulary::{Certification, DeviceKind, Environment, Purpose};

/// What stands before the biometric block in a payload.
const BLOCK_FIELD: &[u8] = b"\"bioValue\"";

/// A statement that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// SHA-256 of the device's certificate.
    pub device: [u8; 32],
    /// The device's serial, as its signed id has it.
    pub serial: String,
    /// SHA-256 of the biometric block.
    pub block_hash: [u8; 32],
    /// The picture.
    pub block: Block,
    /// Signed time of the capture.
    pub time: Timestamp,
    /// The quality that the device states, 0 to 100.
    pub stated_quality: u8,
}

/// Verifies a statement as of a moment: certificate, signature, who the device is, environment and
/// purpose. What was asked of the device is not known any more, so the transaction is not compared.
///
/// # Errors
/// [`Refusal`].
pub fn verify_statement(
    text: &str,
    trust: &TrustList,
    at: Timestamp,
) -> Result<Statement, Refusal> {
    let verified = verify(text, Chain::Device, trust, at)?;
    let data: Data =
        serde_json::from_slice(&verified.payload).map_err(|error| Refusal::json(&error))?;
    // An id is signed by the chip of an L1 device and by the key of an L0 device; which of them this
    // is, the kit knew from the description.
    let id = |certification| {
        signed_digital_id(&data.digital_id.0, certification, verified.signer, trust, at)
    };
    let digital_id = id(Certification::L1).or_else(|_| id(Certification::L0))?;
    if data.device_code.0 != digital_id.serial {
        return Err(Refusal::DeviceCode);
    }
    if Environment::from_name(&data.env.0) != Some(trust.environment) {
        return Err(Refusal::Environment);
    }
    if Purpose::from_name(&data.purpose.0) != Some(Purpose::Registration) {
        return Err(Refusal::Purpose);
    }
    let kind = DeviceKind::from_name(&data.bio_type.0).ok_or(Refusal::BioType)?;
    if digital_id.kind != kind {
        return Err(Refusal::DigitalIdKind);
    }
    if data.bio_value.0.len() > MOST_BLOCK_BYTES * 4 / 3 + 4 {
        return Err(Refusal::TooLarge { what: "a biometric block", most: MOST_BLOCK_BYTES });
    }
    let bytes = decode_url(&data.bio_value.0).ok_or(Refusal::RecordForm)?;
    let block = read_block(&bytes, kind)?;
    finger(&data.bio_sub_type.0, &block)?;
    Ok(Statement {
        device: verified.signer.0,
        serial: digital_id.serial,
        block_hash: Sha256::digest(&bytes).into(),
        block,
        time: read_time(&data.timestamp.0).ok_or(Refusal::Field("timestamp"))?,
        stated_quality: score(&data.quality_score.0)?,
    })
}

/// A statement without its two layers of Base64.
#[derive(Clone, PartialEq, Eq)]
pub struct Apart {
    /// Header, JSON.
    pub header: Vec<u8>,
    /// Payload up to the biometric block.
    pub before: Vec<u8>,
    /// The biometric block.
    pub block: Vec<u8>,
    /// Payload behind the biometric block.
    pub after: Vec<u8>,
    /// Signature.
    pub signature: Vec<u8>,
}

/// Biometrics are never printed.
impl std::fmt::Debug for Apart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Apart({} bytes)", self.block.len())
    }
}

impl Apart {
    /// Takes a statement apart; `None` where it could not be put together again to the letter, such
    /// as for Base64 with padding.
    pub fn of(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(4, '.').collect();
        let [header, payload, signature] = parts[..] else { return None };
        let payload = decode_url(payload)?;
        let name = payload.windows(BLOCK_FIELD.len()).position(|window| window == BLOCK_FIELD)?;
        let behind = name + BLOCK_FIELD.len();
        let quote = |from: usize| {
            let found = payload.get(from..)?.iter().position(|byte| *byte == b'"')?;
            Some(from + found)
        };
        let (start, end) = (quote(behind)? + 1, quote(quote(behind)? + 1)?);
        let apart = Self {
            header: decode_url(header)?,
            block: decode_url(std::str::from_utf8(&payload[start..end]).ok()?)?,
            before: payload[..start].to_vec(),
            after: payload[end..].to_vec(),
            signature: decode_url(signature)?,
        };
        (apart.together() == text).then_some(apart)
    }

    /// The statement as it came.
    pub fn together(&self) -> String {
        let block = encode_url(&self.block);
        let payload = [&self.before, block.as_bytes(), &self.after].concat();
        let [header, payload, signature] =
            [&self.header, &payload, &self.signature].map(|part| encode_url(part));
        format!("{header}.{payload}.{signature}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_apart_and_together_to_the_letter() {
        let text = |payload: &str| {
            let [header, payload, signature] =
                [&b"{\"alg\":\"EdDSA\"}"[..], payload.as_bytes(), &[7; 64]].map(encode_url);
            format!("{header}.{payload}.{signature}")
        };
        let block = [1, 2, 250, 251];
        let value = encode_url(&block);
        for payload in [
            format!("{{\"a\":1,\"bioValue\":\"{value}\",\"env\":\"Staging\"}}"),
            format!("{{ \"bioValue\" : \"{value}\" }}"),
            "{\"bioValue\":\"\",\"env\":\"x\"}".to_owned(),
        ] {
            let text = text(&payload);
            let apart = Apart::of(&text).unwrap();
            assert_eq!(apart.together(), text);
            assert!(apart.block == block || apart.block.is_empty());
        }
        // Nothing to take apart, or not the letters that we would write.
        let padded = text(&format!("{{\"bioValue\":\"{value}==\"}}"));
        for other in ["", "a.b", "....", &text("{}"), &text("{\"bioValue\"}"), &padded] {
            assert_eq!(Apart::of(other), None, "{other}");
        }
        let cut = text("{\"bioValue\":\"AQ");
        assert_eq!(Apart::of(&cut), None);
        let altered = format!("{}=", text(&format!("{{\"bioValue\":\"{value}\"}}")));
        assert_eq!(Apart::of(&altered), None);
    }
}

//! Signed parts of answers: compact JSON Web Signatures (RFC 7515) with the certificate in `x5c`.
//!
//! # Traps
//! - `x5c` is Base64 with `+`, `/` and padding, while the three parts are Base64 for URLs without
//!   padding (RFC 7515, 4.1.6). Devices mix these up; both are read, nothing else is.
//! - Only the first certificate counts (SBI 0.9.5, "Digital ID"). A chain that a device brings along
//!   is its own claim: intermediates come from the trust list.
//! - The algorithm is taken from the certificate's key, never believed from the header alone: a
//!   header of `none`, `HS256` or another one than the key's is refused.
//! - The reference client of MOSIP reads payloads without checking signatures. So devices with
//!   broken signatures are on the market, and are refused here.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::Value;

use crate::limits::{MOST_CERTIFICATE_BYTES, MOST_HEADER_BYTES};
use crate::refusal::Refusal;

/// The algorithms of SBI 0.9.5: RSA of 2048 bits and more, and Ed25519.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, 3.3).
    Rs256,
    /// Ed25519 (RFC 8037, 3.1).
    EdDsa,
}

/// A signed part, split and decoded; nothing is verified yet.
pub struct Jws<'a> {
    /// What is signed: header and payload in Base64, with the point between.
    pub signed: &'a [u8],
    /// The payload.
    pub payload: Vec<u8>,
    /// The signature.
    pub signature: Vec<u8>,
    /// The algorithm that the header states.
    pub algorithm: Algorithm,
    /// The first certificate of the header, DER.
    pub certificate: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    x5c: Value,
    /// Extensions that must be understood (RFC 7515, 4.1.11); none is.
    #[serde(default)]
    crit: Value,
}

impl<'a> Jws<'a> {
    /// Splits and decodes. The caller has bounded `text`.
    ///
    /// # Errors
    /// [`Refusal::JwsUnsigned`] for a payload alone or an empty signature, [`Refusal::JwsForm`],
    /// [`Refusal::JwsHeader`], [`Refusal::JwsAlgorithm`], [`Refusal::JwsCertificateMissing`],
    /// [`Refusal::CertificateForm`].
    pub fn split(text: &'a str) -> Result<Self, Refusal> {
        let parts: Vec<&str> = text.splitn(4, '.').collect();
        let [header, payload, signature] = parts[..] else {
            return Err(if parts.len() < 3 { Refusal::JwsUnsigned } else { Refusal::JwsForm });
        };
        if signature.is_empty() {
            return Err(Refusal::JwsUnsigned);
        }
        if header.len() > MOST_HEADER_BYTES {
            return Err(Refusal::TooLarge { what: "a header", most: MOST_HEADER_BYTES });
        }
        let head = decode_url(header).ok_or(Refusal::JwsForm)?;
        let head: Header = serde_json::from_slice(&head).map_err(|_| Refusal::JwsHeader)?;
        let algorithm = match head.alg.as_str() {
            "RS256" => Algorithm::Rs256,
            "EdDSA" => Algorithm::EdDsa,
            _ => return Err(Refusal::JwsAlgorithm),
        };
        if !head.crit.is_null() {
            return Err(Refusal::JwsHeader);
        }
        Ok(Self {
            signed: &text.as_bytes()[..header.len() + 1 + payload.len()],
            payload: decode_url(payload).ok_or(Refusal::JwsForm)?,
            signature: decode_url(signature).ok_or(Refusal::JwsForm)?,
            algorithm,
            certificate: first_certificate(&head.x5c)?,
        })
    }
}

/// The first certificate: of an array, or of a single string as some devices write.
fn first_certificate(x5c: &Value) -> Result<Vec<u8>, Refusal> {
    let first = match x5c {
        Value::Array(chain) => chain.first().and_then(Value::as_str),
        Value::String(one) => Some(one.as_str()),
        _ => None,
    };
    let text = first.ok_or(Refusal::JwsCertificateMissing)?;
    if text.len() > MOST_CERTIFICATE_BYTES * 4 / 3 + 4 {
        return Err(Refusal::CertificateForm);
    }
    let plain = text.trim_end_matches('=');
    STANDARD_NO_PAD
        .decode(plain)
        .or_else(|_| URL_SAFE_NO_PAD.decode(plain))
        .map_err(|_| Refusal::CertificateForm)
}

/// Base64 for URLs, padding or not.
pub(crate) fn decode_url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

/// Base64 for URLs without padding.
pub fn encode_url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Header and payload as they are signed: `alg`, `typ` and the certificate in `x5c`.
pub fn to_sign(algorithm: Algorithm, certificate: &[u8], payload: &[u8]) -> String {
    let alg = match algorithm {
        Algorithm::Rs256 => "RS256",
        Algorithm::EdDsa => "EdDSA",
    };
    let certificate = base64::engine::general_purpose::STANDARD.encode(certificate);
    let header = serde_json::json!({ "alg": alg, "typ": "JWT", "x5c": [certificate] });
    format!("{}.{}", encode_url(header.to_string().as_bytes()), encode_url(payload))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> &'static str {
        Jws::split(text).err().map_or("none", |refusal| refusal.code())
    }

    fn with_header(header: &str) -> String {
        format!("{}.e30.AAAA", encode_url(header.as_bytes()))
    }

    #[test]
    fn what_is_no_signed_part_is_refused() {
        assert_eq!(refused(""), "device.jws.unsigned");
        assert_eq!(refused("e30"), "device.jws.unsigned");
        assert_eq!(refused("e30.e30."), "device.jws.unsigned");
        assert_eq!(refused("a.b.c.d"), "device.jws.form");
        assert_eq!(refused("!!.e30.AAAA"), "device.jws.form");
        assert_eq!(refused("e30.e30.AAAA"), "device.jws.header");
        assert_eq!(refused(&with_header(r#"{"alg":"none"}"#)), "device.jws.algorithm");
        assert_eq!(refused(&with_header(r#"{"alg":"HS256"}"#)), "device.jws.algorithm");
        let bare = r#"{"alg":"RS256"}"#;
        assert_eq!(refused(&with_header(bare)), "device.jws.certificate_missing");
        let critical = r#"{"alg":"RS256","x5c":["AAAA"],"crit":["b64"]}"#;
        assert_eq!(refused(&with_header(critical)), "device.jws.header");
        let long = format!(r#"{{"alg":"RS256","x5c":["{}"]}}"#, "A".repeat(20_000));
        assert_eq!(refused(&with_header(&long)), "device.certificate.form");
        assert_eq!(refused(&format!("{}.e30.AA", "A".repeat(70_000))), "device.answer.too_large");
        assert_eq!(refused(&with_header(r#"{"alg":"RS256","x5c":"AAAA"}"#)), "none");
    }
}

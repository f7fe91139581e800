//! `integrity`: the hash that a client took over its data is taken again.
//!
//! The standard leaves open what the paths start from and how the hash is written. Here they start
//! from the object that holds the block, and hexadecimal, base64 and base64url all read.

mod canonical;
mod exact;

mod scope;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::call::Document;
use super::convert::check;
use super::fault::Fault;
use super::messages::biometric::BiometricData;
use super::messages::protection::Integrity;
use super::messages::vocabulary::SignatureType;
use canonical::canonical;
use scope::Scope;

/// Verifies the hashes over a document and over each item of its lists of biometrics.
///
/// # Errors
/// As for [`verify`].
pub fn verify_all(
    blocks: Option<&[Integrity]>,
    lists: &[(&str, &[BiometricData])],
    document: &Document,
) -> Result<(), Fault> {
    let has_any = blocks.is_some_and(|blocks| !blocks.is_empty())
        || lists.iter().any(|(_, items)| items.iter().any(|item| item.integrity.is_some()));
    if !has_any {
        return Ok(());
    }
    // Only whoever asks for it pays for a second reading of the body.
    let whole = exact::read(document.bytes()).ok_or_else(|| Fault::IntegrityUnverifiable {
        at: "the body".to_owned(),
        why: "it nests too deep, or holds a number that no double can hold",
    })?;
    verify(blocks.unwrap_or_default(), &whole, "")?;
    for (name, items) in lists {
        for (place, item) in items.iter().enumerate() {
            let at = format!("{name}[{place}]");
            verify(item.integrity.as_deref().unwrap_or_default(), &whole[*name][place], &at)?;
        }
    }
    Ok(())
}

/// Verifies the hashes over an object that stands at `at`.
///
/// # Errors
/// [`Fault`] for a hash that differs, and for what cannot be verified here: signatures, hashes over
/// encrypted or referenced data, unknown algorithms, paths beyond names, places and stars.
fn verify(blocks: &[Integrity], object: &Value, at: &str) -> Result<(), Fault> {
    for (place, block) in blocks.iter().enumerate() {
        verify_one(block, object, &check::at(at, &format!("integrity[{place}]")))?;
    }
    Ok(())
}

fn verify_one(block: &Integrity, object: &Value, at: &str) -> Result<(), Fault> {
    let unverifiable = |why| Fault::IntegrityUnverifiable { at: at.to_owned(), why };
    let signed = block.kind.is_some_and(|kind| kind != SignatureType::None)
        || block.signature.is_some()
        || block.signature_ref.is_some();
    if signed {
        let why = "no key of a signer is known to this server; send the hash with type NONE";
        return Err(unverifiable(why));
    }
    if block.encrypted == Some(true) {
        let why = "it covers encrypted data; send hashes over the clear data";
        return Err(unverifiable(why));
    }
    if block.follow_ref == Some(true) {
        return Err(unverifiable("this server fetches nothing; send it with followRef false"));
    }
    let scope = Scope::read(&block.scope).ok_or_else(|| {
        unverifiable("its scope must be JSON paths of names, places and stars, such as $.status")
    })?;
    let part = scope
        .of(object)
        .ok_or_else(|| unverifiable("a path of its scope leads to nothing in this data"))?;
    let found = hash(&block.alg, canonical(&part).as_bytes())
        .ok_or_else(|| unverifiable("its alg must be SHA256, SHA384 or SHA512"))?;
    if stated(&block.hash, found.len()).as_deref() == Some(found.as_slice()) {
        Ok(())
    } else {
        Err(Fault::IntegrityBroken { at: at.to_owned() })
    }
}

fn hash(algorithm: &str, text: &[u8]) -> Option<Vec<u8>> {
    match algorithm.to_ascii_uppercase().replace('-', "").as_str() {
        "SHA256" => Some(Sha256::digest(text).to_vec()),
        "SHA384" => Some(Sha384::digest(text).to_vec()),
        "SHA512" => Some(Sha512::digest(text).to_vec()),
        _ => None,
    }
}

/// The bytes of a written hash: hexadecimal where it is as long as that, else base64 of either kind.
fn stated(text: &str, length: usize) -> Option<Vec<u8>> {
    if text.len() == 2 * length {
        return hex::decode(text).ok();
    }
    let padded_or_not =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    [STANDARD, URL_SAFE]
        .iter()
        .find_map(|letters| GeneralPurpose::new(letters, padded_or_not).decode(text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(members: &Value) -> Integrity {
        let mut block = serde_json::json!({"scope": "$.status", "alg": "SHA256"});
        for (name, member) in members.as_object().unwrap() {
            block[name] = member.clone();
        }
        serde_json::from_value(block).unwrap()
    }

    #[test]
    fn a_hash_is_taken_again_and_what_cannot_be_is_refused() {
        let object = serde_json::json!({"status": "ACTIVE", "encounterType": "x"});
        // SHA-256 of {"status":"ACTIVE"}.
        let sum = Sha256::digest(br#"{"status":"ACTIVE"}"#);
        let hexadecimal = hex::encode(sum);
        let base64 = base64::engine::general_purpose::STANDARD.encode(sum);
        let url = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sum);
        let long = hex::encode(Sha512::digest(br#"{"status":"ACTIVE"}"#));
        for (members, want) in [
            (serde_json::json!({"hash": hexadecimal}), None),
            (serde_json::json!({"hash": hexadecimal.to_uppercase(), "type": "NONE"}), None),
            (serde_json::json!({"hash": base64, "alg": "sha-256"}), None),
            (serde_json::json!({"hash": url, "encrypted": false}), None),
            (serde_json::json!({"hash": long, "alg": "SHA512"}), None),
            (serde_json::json!({"hash": long}), Some("osia.integrity_broken")),
            (serde_json::json!({"hash": ""}), Some("osia.integrity_broken")),
            (serde_json::json!({"hash": "0".repeat(64)}), Some("osia.integrity_broken")),
            (
                serde_json::json!({"hash": hexadecimal, "scope": "$.encounterType"}),
                Some("osia.integrity_broken"),
            ),
            (
                serde_json::json!({"hash": hexadecimal, "alg": "MD5"}),
                Some("osia.integrity_unverifiable"),
            ),
            (
                serde_json::json!({"hash": hexadecimal, "scope": "$..x"}),
                Some("osia.integrity_unverifiable"),
            ),
            (
                serde_json::json!({"hash": hexadecimal, "scope": "$.x"}),
                Some("osia.integrity_unverifiable"),
            ),
            (
                serde_json::json!({"hash": hexadecimal, "type": "JWS"}),
                Some("osia.integrity_unverifiable"),
            ),
            (
                serde_json::json!({"hash": hexadecimal, "signature": "x"}),
                Some("osia.integrity_unverifiable"),
            ),
            (
                serde_json::json!({"hash": hexadecimal, "signatureRef": "x"}),
                Some("osia.integrity_unverifiable"),
            ),
            (
                serde_json::json!({"hash": hexadecimal, "encrypted": true}),
                Some("osia.integrity_unverifiable"),
            ),
            (
                serde_json::json!({"hash": hexadecimal, "followRef": true}),
                Some("osia.integrity_unverifiable"),
            ),
        ] {
            let found = verify(&[block(&members)], &object, "").err();
            assert_eq!(found.as_ref().map(Fault::code), want, "{members}");
        }
    }
}

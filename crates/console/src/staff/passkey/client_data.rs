//! What the browser says of the question that it passed on (Level 3, 5.8.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{PasskeyRefused, Site};

#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default, rename = "crossOrigin")]
    cross_origin: bool,
}

/// Checks kind, challenge and site.
pub(super) fn check(
    json: &[u8],
    kind: &str,
    challenge: &[u8],
    site: &Site,
) -> Result<(), PasskeyRefused> {
    let data: ClientData = serde_json::from_slice(json).map_err(|_| PasskeyRefused::Unreadable)?;
    if !site.is_origin(&data.origin) || data.cross_origin {
        return Err(PasskeyRefused::OtherSite);
    }
    let answered =
        URL_SAFE_NO_PAD.decode(&data.challenge).map_err(|_| PasskeyRefused::Unreadable)?;
    let same = bool::from(answered.ct_eq(challenge));
    if data.kind != kind || !same || challenge.is_empty() {
        return Err(PasskeyRefused::OtherQuestion);
    }
    Ok(())
}

/// The bytes that an authenticator signs.
pub(super) fn signed(authenticator_data: &[u8], client_data: &[u8]) -> Vec<u8> {
    [authenticator_data, &Sha256::digest(client_data)].concat()
}

//! Passkeys: the relying party's half of Web Authentication (W3C, Level 3).
//!
//! Pure. Credentials are discoverable, the user is verified by the authenticator, no
//! attestation is asked for and none is weighed. Two kinds of keys are taken: ES256 and
//! EdDSA over Ed25519. Everything from outside is bounded before it is parsed.

mod authenticator_data;
mod client_data;
mod key;
#[cfg(test)]
pub(crate) mod software;
#[cfg(test)]
mod tests;

use ciborium::Value;
use niims_record::OfficerId;

use super::Site;
use authenticator_data::AuthenticatorData;

/// Bytes of a challenge; 16 are the least (Level 3, 13.4.3).
pub(crate) const CHALLENGE_BYTES: usize = 32;
/// Most bytes of any part of an answer. Real ones have some hundreds.
pub(crate) const LONGEST_PART: usize = 4 * 1024;
/// Most bytes of a credential id (Level 3, 4).
pub(crate) const LONGEST_CREDENTIAL_ID: usize = 1023;

/// Why the answer of an authenticator is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyRefused {
    /// It cannot be read.
    #[error("the answer of the passkey cannot be read")]
    Unreadable,
    /// It answers another question: creating where signing in was asked, or another challenge.
    #[error("the passkey answered another question; open the page again")]
    OtherQuestion,
    /// The browser was on another site.
    #[error("the passkey was used on another site")]
    OtherSite,
    /// The authenticator did not verify its user.
    #[error("the passkey did not check its user; set a PIN, a fingerprint or a face on it")]
    NotVerified,
    /// A kind of key that is not taken.
    #[error("this kind of passkey is not supported")]
    KeyKind,
    /// The signature is wrong.
    #[error("the signature of the passkey is wrong")]
    Signature,
    /// The counter did not grow: there may be a copy of the authenticator.
    #[error("the counter of the passkey went back; there may be a copy of it")]
    CounterWentBack,
    /// The same answer came before.
    #[error("this answer of the passkey was used already")]
    Replayed,
    /// Nobody's passkey.
    #[error("this passkey is not known here")]
    Unknown,
    /// Already somebody's passkey.
    #[error("this passkey is known here already")]
    Known,
}

impl PasskeyRefused {
    /// Every reason, for those who have words for each.
    pub const ALL: [Self; 10] = [
        Self::Unreadable,
        Self::OtherQuestion,
        Self::OtherSite,
        Self::NotVerified,
        Self::KeyKind,
        Self::Signature,
        Self::CounterWentBack,
        Self::Replayed,
        Self::Unknown,
        Self::Known,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "staff.passkey_unreadable",
            Self::OtherQuestion => "staff.passkey_other_question",
            Self::OtherSite => "staff.passkey_other_site",
            Self::NotVerified => "staff.passkey_not_verified",
            Self::KeyKind => "staff.passkey_key_kind",
            Self::Signature => "staff.passkey_signature",
            Self::CounterWentBack => "staff.passkey_counter",
            Self::Replayed => "staff.passkey_replayed",
            Self::Unknown => "staff.passkey_unknown",
            Self::Known => "staff.passkey_known",
        }
    }
}

/// A new passkey, as the browser hands it over.
pub(crate) struct Attestation {
    pub(crate) client_data: Vec<u8>,
    pub(crate) attestation_object: Vec<u8>,
}

/// What of a new passkey is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewPasskey {
    pub(crate) credential_id: Vec<u8>,
    pub(crate) public_key: Vec<u8>,
    pub(crate) sign_count: u32,
}

/// The answer of a passkey, as the browser hands it over.
pub(crate) struct Assertion {
    pub(crate) credential_id: Vec<u8>,
    pub(crate) client_data: Vec<u8>,
    pub(crate) authenticator_data: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    /// The id of the account that was given when the passkey was made.
    pub(crate) user_handle: Vec<u8>,
}

/// What is known of a passkey.
pub(crate) struct Known<'a> {
    pub(crate) officer: OfficerId,
    pub(crate) public_key: &'a [u8],
    pub(crate) sign_count: u32,
}

/// Verifies a new passkey (Level 3, 7.1).
pub(crate) fn verify_registration(
    site: &Site,
    challenge: &[u8],
    answer: &Attestation,
) -> Result<NewPasskey, PasskeyRefused> {
    bounded(&[&answer.client_data, &answer.attestation_object])?;
    client_data::check(&answer.client_data, "webauthn.create", challenge, site)?;
    let data = authenticator_data_of(&answer.attestation_object)?;
    let data = AuthenticatorData::read(&data)?;
    data.check(site)?;
    let credential = data.credential.ok_or(PasskeyRefused::Unreadable)?;
    if credential.id.is_empty() || credential.id.len() > LONGEST_CREDENTIAL_ID {
        return Err(PasskeyRefused::Unreadable);
    }
    key::PublicKey::read(credential.public_key)?;
    Ok(NewPasskey {
        credential_id: credential.id.to_vec(),
        public_key: credential.public_key.to_vec(),
        sign_count: data.sign_count,
    })
}

/// Verifies an answer (Level 3, 7.2); gives the authenticator's counter.
pub(crate) fn verify_assertion(
    site: &Site,
    challenge: &[u8],
    answer: &Assertion,
    known: &Known<'_>,
) -> Result<u32, PasskeyRefused> {
    bounded(&[&answer.client_data, &answer.authenticator_data, &answer.signature])?;
    // A discoverable credential names its account; it must be the one that we know.
    if answer.user_handle != known.officer.as_bytes() {
        return Err(PasskeyRefused::Unknown);
    }
    client_data::check(&answer.client_data, "webauthn.get", challenge, site)?;
    let data = AuthenticatorData::read(&answer.authenticator_data)?;
    data.check(site)?;
    let signed = client_data::signed(&answer.authenticator_data, &answer.client_data);
    key::PublicKey::read(known.public_key)?.verify(&signed, &answer.signature)?;
    // Zero on both sides: the authenticator keeps no counter (Level 3, 6.1.1).
    let counts = known.sign_count != 0 || data.sign_count != 0;
    if counts && data.sign_count <= known.sign_count {
        return Err(PasskeyRefused::CounterWentBack);
    }
    Ok(data.sign_count)
}

fn bounded(parts: &[&[u8]]) -> Result<(), PasskeyRefused> {
    if parts.iter().all(|part| part.len() <= LONGEST_PART) {
        Ok(())
    } else {
        Err(PasskeyRefused::Unreadable)
    }
}

/// The authenticator data within an attestation object. The statement beside it is
/// not weighed: none is asked for.
fn authenticator_data_of(object: &[u8]) -> Result<Vec<u8>, PasskeyRefused> {
    let mut rest = object;
    let value: Value = ciborium::from_reader(&mut rest).map_err(|_| PasskeyRefused::Unreadable)?;
    let map = value.into_map().map_err(|_| PasskeyRefused::Unreadable)?;
    if !rest.is_empty() {
        return Err(PasskeyRefused::Unreadable);
    }
    map.into_iter()
        .find(|(name, _)| name.as_text() == Some("authData"))
        .and_then(|(_, data)| data.into_bytes().ok())
        .ok_or(PasskeyRefused::Unreadable)
}

//! The challenge that a passkey answers: drawn for one page, kept in a sealed cookie,
//! and used up by the first answer that is right.

use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_core::Rng;
use serde::Deserialize;

use crate::http::Guest;
use crate::staff::passkey::{
    Assertion, Attestation, CHALLENGE_BYTES, LONGEST_PART, PasskeyRefused,
};

/// Seconds for an answer. Browsers give up after some minutes themselves.
const ANSWERED_WITHIN_S: u32 = 600;

/// What is asked of a passkey: names the cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// To sign in.
    SignIn,
    /// To be made.
    Make,
}

impl Question {
    const fn cookie(self) -> &'static str {
        match self {
            Self::SignIn => "staff-passkey",
            Self::Make => "staff-new-passkey",
        }
    }
}

/// One challenge.
pub(super) struct Challenge {
    question: Question,
    bytes: [u8; CHALLENGE_BYTES],
}

impl Challenge {
    pub(super) fn fresh(guest: &Guest, question: Question) -> Self {
        let mut bytes = [0; CHALLENGE_BYTES];
        guest.accounts().entropy.rng().fill_bytes(&mut bytes);
        Self { question, bytes }
    }

    /// As the script reads it from the page.
    pub(super) fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes)
    }

    /// Keeps it in the visitor's browser, sealed.
    pub(super) fn keep(&self, guest: &Guest, response: &mut Response) {
        let text = format!("{}.{}", guest.accounts().now().as_second(), hex::encode(self.bytes));
        let (shell, cookie) = (&guest.console.shell, self.question.cookie());
        shell.set_sealed(response, &guest.visitor, cookie, &text, ANSWERED_WITHIN_S);
    }

    /// The one that was kept, if it is fresh.
    pub(super) fn kept(guest: &Guest, question: Question) -> Option<[u8; CHALLENGE_BYTES]> {
        let text = guest.console.shell.sealed(&guest.visitor, question.cookie())?;
        let (at, challenge) = text.split_once('.')?;
        let age = guest.accounts().now().as_second() - at.parse::<i64>().ok()?;
        let mut bytes = [0; CHALLENGE_BYTES];
        hex::decode_to_slice(challenge, &mut bytes).ok()?;
        (0..i64::from(ANSWERED_WITHIN_S)).contains(&age).then_some(bytes)
    }
}

/// What the script posts when a passkey signed in.
#[derive(Deserialize)]
pub(super) struct AssertionForm {
    #[serde(default)]
    credential_id: String,
    #[serde(default)]
    client_data: String,
    #[serde(default)]
    authenticator_data: String,
    #[serde(default)]
    signature: String,
    #[serde(default)]
    user_handle: String,
}

impl AssertionForm {
    pub(super) fn read(&self) -> Result<Assertion, PasskeyRefused> {
        Ok(Assertion {
            credential_id: bytes(&self.credential_id)?,
            client_data: bytes(&self.client_data)?,
            authenticator_data: bytes(&self.authenticator_data)?,
            signature: bytes(&self.signature)?,
            user_handle: bytes(&self.user_handle)?,
        })
    }
}

/// What the script posts when a passkey was made.
#[derive(Deserialize)]
pub(super) struct AttestationForm {
    #[serde(default)]
    client_data: String,
    #[serde(default)]
    attestation: String,
}

impl AttestationForm {
    pub(super) fn read(&self) -> Result<Attestation, PasskeyRefused> {
        Ok(Attestation {
            client_data: bytes(&self.client_data)?,
            attestation_object: bytes(&self.attestation)?,
        })
    }
}

fn bytes(text: &str) -> Result<Vec<u8>, PasskeyRefused> {
    if text.is_empty() || text.len() > LONGEST_PART * 2 {
        return Err(PasskeyRefused::Unreadable);
    }
    URL_SAFE_NO_PAD.decode(text).map_err(|_| PasskeyRefused::Unreadable)
}

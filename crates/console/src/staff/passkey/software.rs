//! An authenticator in software, for tests: it does what a browser and a key do.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ciborium::Value;
use ed25519_dalek::Signer as _;
use sha2::{Digest, Sha256};

use super::authenticator_data::{HAS_CREDENTIAL, PRESENT, VERIFIED};
use super::{Assertion, Attestation};

/// The key of a passkey in software.
pub(crate) enum Key {
    Es256(p256::ecdsa::SigningKey),
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

/// One passkey, and how the browser that uses it behaves.
pub(crate) struct SoftwarePasskey {
    pub(crate) key: Key,
    pub(crate) credential_id: Vec<u8>,
    pub(crate) user_handle: Vec<u8>,
    pub(crate) domain: String,
    pub(crate) origin: String,
    pub(crate) sign_count: u32,
    pub(crate) flags: u8,
    pub(crate) cross_origin: bool,
    /// Whether the counter grows with each answer.
    pub(crate) counts: bool,
}

impl SoftwarePasskey {
    pub(crate) fn new(seed: u8) -> Self {
        let key = p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap();
        Self {
            key: Key::Es256(key),
            credential_id: vec![seed; 40],
            user_handle: Vec::new(),
            domain: "localhost".to_owned(),
            origin: "http://localhost:8080".to_owned(),
            sign_count: 1,
            flags: PRESENT | VERIFIED,
            cross_origin: false,
            counts: true,
        }
    }

    pub(crate) fn ed25519(seed: u8) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
        Self { key: Key::Ed25519(Box::new(key)), ..Self::new(seed) }
    }

    /// Makes the passkey for an account.
    pub(crate) fn create(&mut self, challenge: &[u8], user_handle: &[u8]) -> Attestation {
        self.user_handle = user_handle.to_vec();
        let mut data = self.data(self.flags | HAS_CREDENTIAL);
        data.extend([0; 16]);
        data.extend((self.credential_id.len() as u16).to_be_bytes());
        data.extend(&self.credential_id);
        data.extend(self.cose());
        let object = Value::Map(vec![
            (Value::from("fmt"), Value::from("none")),
            (Value::from("attStmt"), Value::Map(vec![])),
            (Value::from("authData"), Value::Bytes(data)),
        ]);
        let mut attestation_object = Vec::new();
        ciborium::into_writer(&object, &mut attestation_object).unwrap();
        let client_data = self.client_data("webauthn.create", challenge);
        Attestation { client_data, attestation_object }
    }

    /// Answers a challenge.
    pub(crate) fn answer(&mut self, challenge: &[u8]) -> Assertion {
        if self.counts {
            self.sign_count += 1;
        }
        let client_data = self.client_data("webauthn.get", challenge);
        let authenticator_data = self.data(self.flags);
        let signed = [&authenticator_data[..], &Sha256::digest(&client_data)].concat();
        let signature = match &self.key {
            Key::Es256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(&signed);
                signature.to_der().as_bytes().to_vec()
            }
            Key::Ed25519(key) => key.sign(&signed).to_bytes().to_vec(),
        };
        Assertion {
            credential_id: self.credential_id.clone(),
            client_data,
            authenticator_data,
            signature,
            user_handle: self.user_handle.clone(),
        }
    }

    pub(crate) fn cose(&self) -> Vec<u8> {
        let pairs: Vec<(i64, Value)> = match &self.key {
            Key::Es256(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                let point = point.as_bytes();
                vec![
                    (1, Value::from(2)),
                    (3, Value::from(-7)),
                    (-1, Value::from(1)),
                    (-2, Value::Bytes(point[1..33].to_vec())),
                    (-3, Value::Bytes(point[33..].to_vec())),
                ]
            }
            Key::Ed25519(key) => vec![
                (1, Value::from(1)),
                (3, Value::from(-8)),
                (-1, Value::from(6)),
                (-2, Value::Bytes(key.verifying_key().to_bytes().to_vec())),
            ],
        };
        let map = pairs.into_iter().map(|(label, value)| (Value::from(label), value)).collect();
        let mut cose = Vec::new();
        ciborium::into_writer(&Value::Map(map), &mut cose).unwrap();
        cose
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(self.domain.as_bytes()).to_vec();
        data.push(flags);
        data.extend(self.sign_count.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, challenge: &[u8]) -> Vec<u8> {
        serde_json::to_vec(&serde_json::json!({
            "type": kind,
            "challenge": URL_SAFE_NO_PAD.encode(challenge),
            "origin": self.origin,
            "crossOrigin": self.cross_origin,
        }))
        .unwrap()
    }
}

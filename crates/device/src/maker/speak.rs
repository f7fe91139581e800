//! What a device says, signed where the interface asks for it.

use jiff::Timestamp;
use rcgen::{KeyPair, PKCS_RSA_SHA256, SigningKey as _};
use serde_json::{Value, json};

use super::keys::MakerError;
use crate::capture::chained_hash;
use crate::jws::{Algorithm, encode_url, to_sign};
use crate::vocabulary::{
    Certification, DeviceKind, DeviceStatus, Environment, Purpose, SPEC_VERSION, SubDevice,
};

/// Who a device says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Serial number.
    pub serial: String,
    /// Brand.
    pub make: String,
    /// Model.
    pub model: String,
    /// What it captures.
    pub kind: DeviceKind,
    /// `Slap`, `Single`, `Full face`.
    pub sub_kind: String,
}

/// A device with its keys.
pub struct Device {
    /// Who it is.
    pub identity: Identity,
    /// How it protects its keys.
    pub certification: Certification,
    pub(super) key: KeyPair,
    pub(super) certificate: Vec<u8>,
    pub(super) chip: Option<(KeyPair, Vec<u8>)>,
}

/// One biometric to be signed.
#[derive(Clone, PartialEq, Eq)]
pub struct Capture {
    /// `Left IndexFinger`, `UNKNOWN`, or empty for faces.
    pub sub_type: String,
    /// The record.
    pub block: Vec<u8>,
    /// Stated quality.
    pub quality: u8,
    /// Transaction of the request.
    pub transaction: String,
    /// When.
    pub time: Timestamp,
    /// Environment of the request.
    pub environment: Environment,
    /// Requested score.
    pub requested: u8,
}

impl Device {
    /// The device's certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// Signs a payload by the device's key.
    ///
    /// # Errors
    /// [`MakerError`].
    pub fn sign(&self, payload: &[u8]) -> Result<String, MakerError> {
        signed(&self.key, &self.certificate, payload)
    }

    /// The digital id, not signed.
    pub fn digital_id(&self, time: Timestamp) -> Value {
        let Identity { serial, make, model, kind, sub_kind } = &self.identity;
        json!({
            "serialNo": serial,
            "make": make,
            "model": model,
            "type": kind.name(),
            "deviceSubType": sub_kind,
            "deviceProvider": "Synthetic devices",
            "deviceProviderId": "SYNTHETIC",
            "dateTime": time.to_string(),
        })
    }

    /// The digital id, signed by the chip or, in L0 devices, by the device.
    ///
    /// # Errors
    /// [`MakerError`].
    pub fn signed_digital_id(&self, time: Timestamp) -> Result<String, MakerError> {
        let payload = self.digital_id(time).to_string();
        match &self.chip {
            Some((key, certificate)) => signed(key, certificate, payload.as_bytes()),
            None => self.sign(payload.as_bytes()),
        }
    }

    /// One element of an answer to discovery.
    pub fn discovery(&self, status: DeviceStatus, port: u16, time: Timestamp) -> Value {
        let (code, words) = state(status);
        json!({
            "deviceId": self.device_id(),
            "deviceStatus": status.name(),
            "certification": self.certification.name(),
            "serviceVersion": SPEC_VERSION,
            "deviceSubId": self.parts(),
            "callbackId": format!("http://127.0.0.1:{port}/"),
            "digitalId": encode_url(self.digital_id(time).to_string().as_bytes()),
            "deviceCode": self.identity.serial,
            "specVersion": [SPEC_VERSION],
            "purpose": Purpose::Registration.name(),
            "error": { "errorCode": code, "errorInfo": words },
        })
    }

    /// What is signed of an answer to device information.
    ///
    /// # Errors
    /// [`MakerError`].
    pub fn info(
        &self,
        status: DeviceStatus,
        environment: Environment,
        port: u16,
        time: Timestamp,
    ) -> Result<Value, MakerError> {
        Ok(json!({
            "deviceStatus": status.name(),
            "deviceId": self.device_id(),
            "firmware": "1.0.0",
            "certification": self.certification.name(),
            "serviceVersion": SPEC_VERSION,
            "deviceSubId": self.parts(),
            "callbackId": format!("http://127.0.0.1:{port}/"),
            "digitalId": self.signed_digital_id(time)?,
            "deviceCode": self.identity.serial,
            "env": environment.name(),
            "purpose": Purpose::Registration.name(),
            "specVersion": [SPEC_VERSION],
        }))
    }

    /// One element of an answer to device information.
    ///
    /// # Errors
    /// [`MakerError`].
    pub fn info_element(&self, status: DeviceStatus, info: &Value) -> Result<Value, MakerError> {
        let (code, words) = state(status);
        // A device without a key of its maker signs nothing.
        let text = match status {
            DeviceStatus::NotRegistered => encode_url(info.to_string().as_bytes()),
            _ => self.sign(info.to_string().as_bytes())?,
        };
        Ok(json!({ "deviceInfo": text, "error": { "errorCode": code, "errorInfo": words } }))
    }

    /// What is signed of a capture.
    ///
    /// # Errors
    /// [`MakerError`].
    pub fn data(&self, capture: &Capture) -> Result<Value, MakerError> {
        Ok(json!({
            "digitalId": self.signed_digital_id(capture.time)?,
            "deviceCode": self.identity.serial,
            "deviceServiceVersion": SPEC_VERSION,
            "bioType": self.identity.kind.name(),
            "bioSubType": capture.sub_type,
            "purpose": Purpose::Registration.name(),
            "env": capture.environment.name(),
            "bioValue": encode_url(&capture.block),
            "transactionId": capture.transaction,
            "timestamp": capture.time.to_string(),
            "requestedScore": capture.requested.to_string(),
            "qualityScore": capture.quality.to_string(),
        }))
    }

    /// The device's id within its service.
    pub fn device_id(&self) -> String {
        format!("{}-1", self.identity.serial)
    }

    fn parts(&self) -> Vec<String> {
        let parts: &[SubDevice] = match (self.identity.kind, self.identity.sub_kind.as_str()) {
            (DeviceKind::Finger, "Slap") => {
                &[SubDevice::LeftSlap, SubDevice::RightSlap, SubDevice::Thumbs]
            }
            _ => &[SubDevice::Whole],
        };
        parts.iter().map(|part| part.number().to_string()).collect()
    }
}

/// One element of an answer, and the hash behind it.
///
/// # Errors
/// [`MakerError`].
pub fn biometric(
    device: &Device,
    data: &Value,
    block: &[u8],
    previous: [u8; 32],
) -> Result<(Value, [u8; 32]), MakerError> {
    let hash = chained_hash(previous, block);
    let element = json!({
        "specVersion": SPEC_VERSION,
        "data": device.sign(data.to_string().as_bytes())?,
        "hash": hex::encode_upper(hash),
        "error": { "errorCode": "0", "errorInfo": "Success" },
    });
    Ok((element, hash))
}

/// An element that holds nothing but a fault.
pub fn error_element(code: u16, words: &str) -> Value {
    json!({
        "specVersion": SPEC_VERSION,
        "data": "",
        "hash": "",
        "error": { "errorCode": code.to_string(), "errorInfo": words },
    })
}

/// The whole answer to a capture.
pub fn answer(elements: &[Value]) -> String {
    json!({ "biometrics": elements }).to_string()
}

/// The answer of a stream that is not given.
pub fn stream_error(code: u16, words: &str) -> String {
    json!({ "error": { "errorCode": code.to_string(), "errorInfo": words } }).to_string()
}

fn state(status: DeviceStatus) -> (&'static str, &'static str) {
    match status {
        DeviceStatus::Ready => ("0", "Success"),
        DeviceStatus::Busy => ("111", "Device is busy"),
        DeviceStatus::NotReady => ("110", "Device is not ready"),
        DeviceStatus::NotRegistered => ("100", "Device not registered"),
    }
}

fn signed(key: &KeyPair, certificate: &[u8], payload: &[u8]) -> Result<String, MakerError> {
    let algorithm =
        if key.algorithm() == &PKCS_RSA_SHA256 { Algorithm::Rs256 } else { Algorithm::EdDsa };
    let text = to_sign(algorithm, certificate, payload);
    let signature = key.sign(text.as_bytes())?;
    Ok(format!("{text}.{}", encode_url(&signature)))
}

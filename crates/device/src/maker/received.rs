//! A request as a device reads it: bounded, and lenient where devices are.

use niims_fingerprint::FingerPosition;
use serde::Deserialize;

use crate::describe::{Text, Texts};
use crate::vocabulary::{DeviceKind, Environment, SubDevice, finger_from_name};

/// A request for a capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Environment.
    pub environment: Option<Environment>,
    /// Whether the purpose is registration.
    pub registration: bool,
    /// How long the caller waits, milliseconds.
    pub timeout_ms: u64,
    /// Transaction, as it is to be repeated.
    pub transaction: String,
    /// What is wanted.
    pub bio: ReceivedBio,
}

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedBio {
    /// Kind of biometric.
    pub kind: Option<DeviceKind>,
    /// How many.
    pub count: usize,
    /// Which fingers.
    pub fingers: Vec<FingerPosition>,
    /// Which are excepted.
    pub excepted: Vec<FingerPosition>,
    /// The part.
    pub part: Option<SubDevice>,
    /// The device's id.
    pub device_id: String,
    /// The hash before.
    pub previous: Option<[u8; 32]>,
    /// Quality asked for.
    pub requested: u8,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    #[serde(default)]
    env: Text,
    #[serde(default)]
    purpose: Text,
    #[serde(default)]
    timeout: Text,
    #[serde(default)]
    transaction_id: Text,
    bio: Vec<WrittenBio>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenBio {
    #[serde(default, rename = "type")]
    kind: Text,
    #[serde(default)]
    count: Text,
    #[serde(default)]
    bio_sub_type: Texts,
    #[serde(default)]
    exception: Texts,
    #[serde(default)]
    requested_score: Text,
    #[serde(default)]
    device_id: Text,
    #[serde(default)]
    device_sub_id: Text,
    #[serde(default)]
    previous_hash: Text,
}

impl Received {
    /// Reads the body of a request of at most 64 KiB; nothing when it is none.
    pub fn read(body: &[u8]) -> Option<Self> {
        if body.len() > 64 * 1024 {
            return None;
        }
        let written: Written = serde_json::from_slice(body).ok()?;
        let bio = written.bio.into_iter().next()?;
        let fingers = |names: &Texts| names.0.iter().filter_map(|n| finger_from_name(n)).collect();
        let previous = if bio.previous_hash.0.is_empty() {
            Some(crate::capture::first_hash())
        } else {
            hex::decode(&bio.previous_hash.0).ok().and_then(|hash| hash.try_into().ok())
        };
        Some(Self {
            environment: Environment::from_name(&written.env.0),
            registration: written.purpose.0.eq_ignore_ascii_case("Registration"),
            timeout_ms: written.timeout.0.parse().unwrap_or(10_000),
            transaction: written.transaction_id.0,
            bio: ReceivedBio {
                kind: DeviceKind::from_name(&bio.kind.0),
                count: bio.count.0.parse().unwrap_or(0),
                fingers: fingers(&bio.bio_sub_type),
                excepted: fingers(&bio.exception),
                part: bio.device_sub_id.0.parse().ok().and_then(SubDevice::from_number),
                device_id: bio.device_id.0,
                previous,
                requested: bio.requested_score.0.parse().unwrap_or(0),
            },
        })
    }
}

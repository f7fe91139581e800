//! The request for a capture.
//!
//! # Traps
//! - `timeout`, `count`, `deviceSubId` and `requestedScore` are strings of digits in the compliance
//!   schemas, and services that insist on it refuse numbers.
//! - `bioSubType` is optional, but services count what comes back against `count`: both are sent.
//! - `transactionId` has 4 to 50 letters, digits and hyphens, another one for every request. It
//!   must hold nothing about the resident: devices write it to their logs.
//! - The timeout is the device's. It answers with its best frame shortly before, so the kit waits
//!   longer than it says ([`CaptureRequest::patience`]).

use std::time::Duration;

use jiff::Timestamp;
use niims_fingerprint::FingerPosition;
use serde_json::json;
use thiserror::Error;

use crate::vocabulary::{DeviceKind, Environment, Purpose, SPEC_VERSION, SubDevice, finger_name};

/// Shortest and longest time that a device is given, from the reference client's settings.
pub const TIMEOUT_RANGE: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(1)..=Duration::from_mins(2);
/// How much longer than the device's timeout the kit waits, for signing and sending. Range 2 to
/// 30 s; SBI asks for an answer before the timeout, and signing four prints in software took the
/// simulator 20 ms.
const GRACE: Duration = Duration::from_secs(5);

/// What is to be captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Fingers of one part of the scanner.
    Fingers {
        /// The part.
        part: SubDevice,
        /// The fingers that lie on the glass, from left to right.
        present: Vec<FingerPosition>,
        /// The fingers of the part that cannot be captured.
        excepted: Vec<FingerPosition>,
    },
    /// A portrait.
    Portrait,
    /// A picture that shows missing or bandaged fingers beside the face.
    ExceptionPhoto {
        /// Which.
        excepted: Vec<FingerPosition>,
    },
}

impl Wanted {
    /// A slap or both thumbs, without those that cannot be captured.
    pub fn part(part: SubDevice, excepted: &[FingerPosition]) -> Self {
        let (excepted, present) =
            part.fingers().iter().partition(|finger| excepted.contains(finger));
        Self::Fingers { part, present, excepted }
    }

    /// One finger, on a device for single fingers.
    pub fn one(finger: FingerPosition) -> Self {
        Self::Fingers { part: SubDevice::Whole, present: vec![finger], excepted: Vec::new() }
    }

    /// The kind of device it takes.
    pub const fn kind(&self) -> DeviceKind {
        match self {
            Self::Fingers { .. } => DeviceKind::Finger,
            Self::Portrait | Self::ExceptionPhoto { .. } => DeviceKind::Face,
        }
    }

    /// How many biometrics are asked for.
    pub fn count(&self) -> usize {
        match self {
            Self::Fingers { present, .. } => present.len(),
            Self::Portrait | Self::ExceptionPhoto { .. } => 1,
        }
    }
}

/// A request for a capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureRequest {
    /// The environment of the kit.
    pub environment: Environment,
    /// What is to be captured.
    pub wanted: Wanted,
    /// How long the device may take.
    pub timeout: Duration,
    /// Time of the request.
    pub time: Timestamp,
    /// 4 to 50 letters, digits and hyphens, drawn anew for each request.
    pub transaction: String,
    /// Quality at which the device may stop early, 1 to 100.
    pub requested_score: u8,
    /// The device's id within its service.
    pub device_id: String,
    /// The hash before, hexadecimal in capitals.
    pub previous_hash: String,
}

/// Why a request is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RequestProblem {
    /// No finger is left to capture.
    #[error("every finger of this part is marked as missing: nothing is to be captured")]
    NothingWanted,
    /// The transaction's id breaks the interface's rule.
    #[error("the transaction id must be 4 to 50 letters, digits and hyphens")]
    Transaction,
    /// The timeout is out of range.
    #[error("the timeout must be from 1 to 120 seconds")]
    Timeout,
    /// The score is out of range.
    #[error("the requested score must be from 1 to 100")]
    Score,
}

impl RequestProblem {
    /// Stable dotted code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NothingWanted => "device.request.nothing_wanted",
            Self::Transaction => "device.request.transaction",
            Self::Timeout => "device.request.timeout",
            Self::Score => "device.request.score",
        }
    }
}

impl CaptureRequest {
    /// The body.
    ///
    /// # Errors
    /// [`RequestProblem`].
    pub fn to_json(&self) -> Result<String, RequestProblem> {
        self.check()?;
        let (part, sub_types, exceptions) = match &self.wanted {
            Wanted::Fingers { part, present, excepted } => (*part, names(present), names(excepted)),
            Wanted::Portrait => (SubDevice::Whole, Vec::new(), Vec::new()),
            Wanted::ExceptionPhoto { excepted } => (SubDevice::Whole, Vec::new(), names(excepted)),
        };
        Ok(json!({
            "env": self.environment.name(),
            "purpose": Purpose::Registration.name(),
            "specVersion": SPEC_VERSION,
            "timeout": self.timeout.as_millis().to_string(),
            "captureTime": written(self.time),
            "transactionId": self.transaction,
            "bio": [{
                "type": self.wanted.kind().name(),
                "count": self.wanted.count().to_string(),
                "bioSubType": sub_types,
                "exception": exceptions,
                "requestedScore": self.requested_score.to_string(),
                "deviceId": self.device_id,
                "deviceSubId": part.number().to_string(),
                "previousHash": self.previous_hash,
            }],
            "customOpts": null,
        })
        .to_string())
    }

    /// How long the kit waits for the answer.
    pub fn patience(&self) -> Duration {
        self.timeout + GRACE
    }

    fn check(&self) -> Result<(), RequestProblem> {
        let length = self.transaction.len();
        let plain = self.transaction.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if self.wanted.count() == 0 {
            Err(RequestProblem::NothingWanted)
        } else if !(4..=50).contains(&length) || !plain {
            Err(RequestProblem::Transaction)
        } else if !TIMEOUT_RANGE.contains(&self.timeout) {
            Err(RequestProblem::Timeout)
        } else if !(1..=100).contains(&self.requested_score) {
            Err(RequestProblem::Score)
        } else {
            Ok(())
        }
    }
}

fn names(fingers: &[FingerPosition]) -> Vec<&'static str> {
    fingers.iter().map(|finger| finger_name(*finger)).collect()
}

/// `2026-11-29T09:00:00Z`: whole seconds, as the interface shows them.
fn written(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second()).unwrap_or(time).to_string()
}

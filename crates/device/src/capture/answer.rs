//! The answer to a capture, verified against what was asked.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use niims_fingerprint::FingerPosition;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::block::{Block, read_block};
use super::chain::CaptureChain;
use super::request::{CaptureRequest, Wanted};
use crate::describe::{DeviceInfo, Text, read_time, signed_digital_id};
use crate::fault::{DeviceFault, ErrorBlock};
use crate::jws::decode_url;
use crate::limits::{MOST_BIOMETRICS, MOST_BLOCK_BYTES, MOST_CAPTURE_BYTES};
use crate::refusal::Refusal;
use crate::trust::{Chain, TrustList, verify};
use crate::vocabulary::{DeviceKind, Environment, Purpose, finger_from_name, is_understood};

/// How far a device's clock may stand from the laptop's. Range 30 s to 10 min. An L0 device uses
/// the laptop's clock; an L1 device sets its own from its maker's server, which a kit without
/// network does not reach for weeks: at 20 ppm that is 24 s in two weeks.
pub const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(120);

/// What was asked, of whom, and when the answer came.
pub struct Asked<'a> {
    /// The request as it was sent.
    pub request: &'a CaptureRequest,
    /// The device that it went to.
    pub device: &'a DeviceInfo,
    /// When the answer had come.
    pub answered: Timestamp,
}

/// One captured biometric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Biometric {
    /// The finger; `None` for faces and for pictures of several fingers.
    pub finger: Option<FingerPosition>,
    /// The picture.
    pub block: Block,
    /// The quality that the device states, 0 to 100. Shown, never relied on.
    pub stated_quality: u8,
    /// Signed time of the capture.
    pub time: Timestamp,
    /// Its hash in the chain, hexadecimal in capitals.
    pub hash: String,
    /// SHA-256 of the biometric block.
    pub block_hash: [u8; 32],
    /// SHA-256 of the device's certificate.
    pub device: [u8; 32],
    /// Serial of the device, as its signed id has it.
    pub serial: String,
    /// All that the device signed of it.
    pub signed: SignedText,
}

/// A compact JSON Web Signature with a biometric block inside.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedText(pub String);

/// Only its size is shown.
impl std::fmt::Debug for SignedText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignedText({} bytes)", self.0.len())
    }
}

/// What came back, all of it verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureAnswer {
    /// What was captured, in the order of the answer.
    pub biometrics: Vec<Biometric>,
    /// Fingers that were asked for and did not come. Empty where one picture shows all.
    pub absent: Vec<FingerPosition>,
    /// Faults for single fingers.
    pub faults: Vec<DeviceFault>,
    /// The chain behind the last of them.
    pub chain: CaptureChain,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    biometrics: Vec<Element<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Element<'a> {
    #[serde(default)]
    spec_version: Text,
    #[serde(default, borrow)]
    data: Option<std::borrow::Cow<'a, str>>,
    #[serde(default)]
    hash: Text,
    #[serde(default)]
    error: Option<ErrorBlock>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Data {
    #[serde(default)]
    pub(super) digital_id: Text,
    #[serde(default)]
    pub(super) device_code: Text,
    #[serde(default)]
    pub(super) bio_type: Text,
    #[serde(default)]
    pub(super) bio_sub_type: Text,
    #[serde(default)]
    pub(super) purpose: Text,
    #[serde(default)]
    pub(super) env: Text,
    #[serde(default)]
    pub(super) bio_value: Text,
    #[serde(default)]
    transaction_id: Text,
    #[serde(default)]
    pub(super) timestamp: Text,
    #[serde(default)]
    pub(super) quality_score: Text,
}

/// Verifies an answer. All of it counts or none: one bad part refuses the whole, and the chain stays
/// where it was.
///
/// # Errors
/// [`Refusal`]; [`Refusal::Said`] when the device captured nothing and says why.
pub fn verify_capture(
    bytes: &[u8],
    asked: &Asked<'_>,
    trust: &TrustList,
    chain: &CaptureChain,
) -> Result<CaptureAnswer, Refusal> {
    let answer = read(bytes)?;
    let mut chain = chain.clone();
    let (mut biometrics, mut faults) = (Vec::new(), Vec::new());
    for element in answer.biometrics {
        let data = element.data.as_deref().unwrap_or_default();
        if let Some(fault) = element.error.as_ref().and_then(ErrorBlock::fault) {
            faults.push(fault);
            continue;
        }
        if !is_understood(&element.spec_version.0) {
            return Err(Refusal::SpecVersion);
        }
        let (biometric, next) = one(data, &element.hash.0, asked, trust, &chain)?;
        biometrics.push(biometric);
        chain = next;
    }
    if biometrics.is_empty() {
        return Err(faults.into_iter().next().map_or(Refusal::Nothing, Refusal::Said));
    }
    let absent = against_wanted(&biometrics, &asked.request.wanted)?;
    Ok(CaptureAnswer { biometrics, absent, faults, chain })
}

/// Bounds and form.
fn read(bytes: &[u8]) -> Result<Answer<'_>, Refusal> {
    if bytes.len() > MOST_CAPTURE_BYTES {
        return Err(Refusal::TooLarge { what: "a capture", most: MOST_CAPTURE_BYTES });
    }
    if bytes.trim_ascii_start().is_empty() {
        return Err(Refusal::Nothing);
    }
    let answer: Answer<'_> =
        serde_json::from_slice(bytes).map_err(|error| Refusal::json(&error))?;
    if answer.biometrics.len() > MOST_BIOMETRICS {
        return Err(Refusal::TooMany { what: "biometrics", most: MOST_BIOMETRICS });
    }
    Ok(answer)
}

/// One element: signature, who, what for, when, chain, and then its block.
fn one(
    text: &str,
    hash: &str,
    asked: &Asked<'_>,
    trust: &TrustList,
    chain: &CaptureChain,
) -> Result<(Biometric, CaptureChain), Refusal> {
    let verified = verify(text, Chain::Device, trust, asked.answered)?;
    let data: Data =
        serde_json::from_slice(&verified.payload).map_err(|error| Refusal::json(&error))?;
    let device = asked.device;
    if verified.signer != device.signer {
        return Err(Refusal::OtherDevice);
    }
    let digital_id = signed_digital_id(
        &data.digital_id.0,
        device.certification,
        verified.signer,
        trust,
        asked.answered,
    )?;
    if data.device_code.0 != digital_id.serial {
        return Err(Refusal::DeviceCode);
    }
    let known = &device.digital_id;
    if (&digital_id.serial, &digital_id.make, &digital_id.model)
        != (&known.serial, &known.make, &known.model)
    {
        return Err(Refusal::OtherDevice);
    }
    if digital_id.kind != asked.request.wanted.kind() {
        return Err(Refusal::DigitalIdKind);
    }
    for_this_request(&data, asked.request)?;
    let time = in_time(&data.timestamp.0, asked)?;
    let stated_quality = score(&data.quality_score.0)?;
    if data.bio_value.0.len() > MOST_BLOCK_BYTES * 4 / 3 + 4 {
        return Err(Refusal::TooLarge { what: "a biometric block", most: MOST_BLOCK_BYTES });
    }
    let bytes = decode_url(&data.bio_value.0).ok_or(Refusal::RecordForm)?;
    if chain.has_seen(&bytes) {
        return Err(Refusal::Replayed);
    }
    let next = chain.follow(&bytes, hash).ok_or(Refusal::Hash)?;
    let block = read_block(&bytes, asked.request.wanted.kind())?;
    let finger = finger(&data.bio_sub_type.0, &block)?;
    let biometric = Biometric {
        finger,
        block,
        stated_quality,
        time,
        hash: next.previous_hash(),
        block_hash: Sha256::digest(&bytes).into(),
        device: verified.signer.0,
        serial: digital_id.serial,
        signed: SignedText(text.to_owned()),
    };
    Ok((biometric, next))
}

/// Environment, purpose, transaction and kind.
fn for_this_request(data: &Data, request: &CaptureRequest) -> Result<(), Refusal> {
    if data.transaction_id.0 != request.transaction {
        Err(Refusal::Transaction)
    } else if Environment::from_name(&data.env.0) != Some(request.environment) {
        Err(Refusal::Environment)
    } else if Purpose::from_name(&data.purpose.0) != Some(Purpose::Registration) {
        Err(Refusal::Purpose)
    } else if DeviceKind::from_name(&data.bio_type.0) != Some(request.wanted.kind()) {
        Err(Refusal::BioType)
    } else {
        Ok(())
    }
}

/// The signed time lies between request and answer, give or take the clocks.
fn in_time(text: &str, asked: &Asked<'_>) -> Result<Timestamp, Refusal> {
    let time = read_time(text).ok_or(Refusal::Field("timestamp"))?;
    if time.duration_since(asked.request.time) < -CLOCK_TOLERANCE {
        Err(Refusal::TimestampPast)
    } else if time.duration_since(asked.answered) > CLOCK_TOLERANCE {
        Err(Refusal::TimestampFuture)
    } else {
        Ok(time)
    }
}

/// 0 to 100; parts of a point are cut off. Left out it is 0, since nothing relies on it.
pub(super) fn score(text: &str) -> Result<u8, Refusal> {
    if text.is_empty() {
        return Ok(0);
    }
    let score: f64 = text.trim().parse().map_err(|_| Refusal::Score)?;
    if (0.0..=100.0).contains(&score) { Ok(score as u8) } else { Err(Refusal::Score) }
}

/// The finger that answer and record agree on.
pub(super) fn finger(name: &str, block: &Block) -> Result<Option<FingerPosition>, Refusal> {
    let Block::Print { position, .. } = block else { return Ok(None) };
    let named =
        if name.is_empty() { Some(FingerPosition::Unknown) } else { finger_from_name(name) };
    match (named.ok_or(Refusal::Field("bioSubType"))?, *position) {
        (FingerPosition::Unknown, position) => Ok(position),
        (named, None) => Ok(Some(named)),
        (named, Some(position)) if named == position => Ok(Some(named)),
        _ => Err(Refusal::RecordFinger),
    }
}

/// No finger twice, none that was not asked for; and which did not come.
fn against_wanted(
    biometrics: &[Biometric],
    wanted: &Wanted,
) -> Result<Vec<FingerPosition>, Refusal> {
    if biometrics.len() > wanted.count() {
        return Err(Refusal::TooMany { what: "biometrics", most: wanted.count() });
    }
    let Wanted::Fingers { present, excepted, .. } = wanted else { return Ok(Vec::new()) };
    let mut times: BTreeMap<FingerPosition, u8> = BTreeMap::new();
    for finger in biometrics.iter().filter_map(|biometric| biometric.finger) {
        if excepted.contains(&finger) {
            return Err(Refusal::BioSubTypeExcepted);
        }
        if !present.contains(&finger) {
            return Err(Refusal::BioSubTypeNotAsked);
        }
        let count = times.entry(finger).or_default();
        *count += 1;
        if *count > 1 {
            return Err(Refusal::BioSubTypeTwice);
        }
    }
    if biometrics.iter().any(|biometric| biometric.finger.is_none()) {
        return Ok(Vec::new());
    }
    Ok(present.iter().copied().filter(|finger| !times.contains_key(finger)).collect())
}

//! MOSIPDINFO: who a device provably is, and whether it may capture here.
//!
//! # Traps
//! - `deviceInfo` is signed as a whole, and holds the digital id, which is signed again: by the same
//!   key in L0 devices, by the key of the secure chip in L1 devices, whose certificates lead to
//!   other roots.
//! - The `error` beside it is not signed. It can only make things worse for the device.
//! - A device that is not registered answers with the payload alone, without signature: it is told
//!   apart (`device.said.not_registered`) from a signed part that was broken.

use jiff::Timestamp;
use serde::Deserialize;

use super::digital_id::DigitalId;
use super::discovery::{Written, callback_port, parts, read_list};
use super::words::Text;
use crate::fault::{DeviceFault, ErrorBlock};
use crate::refusal::Refusal;
use crate::trust::{Chain, Signer, TrustList, verify};
use crate::vocabulary::{
    Certification, DeviceStatus, Environment, Purpose, SubDevice, is_understood,
};

/// A device whose description is signed by a trusted key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceInfo {
    /// The device's id within its service.
    pub device_id: String,
    /// Its state.
    pub status: DeviceStatus,
    /// How it protects its keys.
    pub certification: Certification,
    /// Version of its service, to be shown.
    pub service_version: String,
    /// Version of its firmware, to be shown.
    pub firmware: String,
    /// The parts that it can capture with.
    pub parts: Vec<SubDevice>,
    /// The port that further requests go to.
    pub port: u16,
    /// Who it is.
    pub digital_id: DigitalId,
    /// The key that signed the description. Captures must be signed by it: whoever holds another
    /// trusted key could else answer for this device. Keys are renewed every month or so; then the
    /// description is asked for again.
    pub signer: Signer,
    /// What it says is wrong.
    pub fault: Option<DeviceFault>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Element {
    #[serde(default)]
    device_info: Text,
    #[serde(default)]
    error: Option<ErrorBlock>,
}

/// Reads and verifies what `port` answered at `now`, device by device.
///
/// # Errors
/// [`Refusal`] where the whole answer does not read.
pub fn read_info(
    bytes: &[u8],
    port: u16,
    trust: &TrustList,
    now: Timestamp,
) -> Result<Vec<Result<DeviceInfo, Refusal>>, Refusal> {
    let elements: Vec<Element> = read_list(bytes)?;
    Ok(elements.into_iter().map(|element| one(&element, port, trust, now)).collect())
}

fn one(
    element: &Element,
    port: u16,
    trust: &TrustList,
    now: Timestamp,
) -> Result<DeviceInfo, Refusal> {
    let fault = element.error.as_ref().and_then(ErrorBlock::fault);
    let verified = match (verify(&element.device_info.0, Chain::Device, trust, now), &fault) {
        (Ok(verified), _) => verified,
        (Err(Refusal::JwsUnsigned), Some(fault)) => return Err(Refusal::Said(fault.clone())),
        (Err(refusal), _) => return Err(refusal),
    };
    let written: Written =
        serde_json::from_slice(&verified.payload).map_err(|error| Refusal::json(&error))?;
    if !written.spec_version.0.iter().any(|version| is_understood(version)) {
        return Err(Refusal::SpecVersion);
    }
    if Environment::from_name(&written.env.0) != Some(trust.environment) {
        return Err(Refusal::Environment);
    }
    if Purpose::from_name(&written.purpose.0) != Some(Purpose::Registration) {
        return Err(Refusal::Purpose);
    }
    let certification = Certification::from_name(&written.certification.0)
        .ok_or(Refusal::Field("certification"))?;
    let digital_id =
        signed_digital_id(&written.digital_id.0, certification, verified.signer, trust, now)?;
    if written.device_code.0 != digital_id.serial {
        return Err(Refusal::DeviceCode);
    }
    Ok(DeviceInfo {
        device_id: written.device_id.bounded("deviceId")?,
        status: DeviceStatus::from_name(&written.device_status.0)
            .ok_or(Refusal::Field("deviceStatus"))?,
        certification,
        service_version: written.service_version.cut(),
        firmware: written.firmware.cut(),
        parts: parts(&written.device_sub_id)?,
        port: callback_port(&written.callback_id.0, port)?,
        digital_id,
        signer: verified.signer,
        fault,
    })
}

/// The digital id, verified by the key that its certification level asks for.
pub(crate) fn signed_digital_id(
    text: &str,
    certification: Certification,
    device: Signer,
    trust: &TrustList,
    now: Timestamp,
) -> Result<DigitalId, Refusal> {
    let chain = match certification {
        Certification::L0 => Chain::Device,
        Certification::L1 => Chain::Chip,
    };
    let verified = verify(text, chain, trust, now)?;
    if certification == Certification::L0 && verified.signer != device {
        return Err(Refusal::DigitalIdKey);
    }
    DigitalId::read(&verified.payload)
}

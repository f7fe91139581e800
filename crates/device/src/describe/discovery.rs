//! MOSIPDISC: what a port announces.
//!
//! # Traps
//! - Nothing of it is signed. It says only where to ask further; [`super::read_info`] decides.
//! - `callbackId` "takes precedence" as the address of every later request. Taken literally, a rogue
//!   service would send the kit anywhere: here it may only name the loopback address and a port of
//!   the range, and is otherwise refused.
//! - The answer is an array; a device that finds nothing answers with a single object of an error.
//! - `deviceSubId` stands as strings here and in requests, as numbers in some devices.

use serde::Deserialize;

use super::digital_id::DigitalId;
use super::words::{Text, Texts};
use crate::fault::{DeviceFault, ErrorBlock};
use crate::jws::decode_url;
use crate::limits::{MOST_DESCRIPTION_BYTES, MOST_DEVICES};
use crate::refusal::Refusal;
use crate::vocabulary::{
    Certification, DeviceKind, DeviceStatus, PORTS, Purpose, SubDevice, is_understood,
};

/// A device that a port announces. It is a claim: nothing of it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The device's id within its service.
    pub device_id: String,
    /// Its state.
    pub status: DeviceStatus,
    /// How it protects its keys.
    pub certification: Option<Certification>,
    /// Version of its service, to be shown.
    pub service_version: String,
    /// The parts that it can capture with.
    pub parts: Vec<SubDevice>,
    /// The port that further requests go to.
    pub port: u16,
    /// Who it says it is.
    pub digital_id: DigitalId,
    /// What it is certified for; `None` while it is not registered.
    pub purpose: Option<Purpose>,
    /// What it says is wrong.
    pub fault: Option<DeviceFault>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Written {
    #[serde(default)]
    pub device_id: Text,
    #[serde(default)]
    pub device_status: Text,
    #[serde(default)]
    pub certification: Text,
    #[serde(default)]
    pub service_version: Text,
    #[serde(default)]
    pub device_sub_id: Texts,
    #[serde(default)]
    pub callback_id: Text,
    #[serde(default)]
    pub digital_id: Text,
    #[serde(default)]
    pub device_code: Text,
    #[serde(default)]
    pub spec_version: Texts,
    #[serde(default)]
    pub purpose: Text,
    #[serde(default)]
    pub env: Text,
    #[serde(default)]
    pub firmware: Text,
    #[serde(default)]
    pub error: Option<ErrorBlock>,
}

/// The body of a request for devices of a kind, or of every kind.
pub fn discovery_request(kind: Option<DeviceKind>) -> String {
    serde_json::json!({ "type": kind.map_or("Biometric Device", DeviceKind::name) }).to_string()
}

/// Reads what `port` announced. A device that does not read is told with its reason; the others of
/// the same port count.
///
/// # Errors
/// [`Refusal`] where the whole answer does not read.
pub fn read_discovery(bytes: &[u8], port: u16) -> Result<Vec<Result<Found, Refusal>>, Refusal> {
    let written: Vec<Written> = read_list(bytes)?;
    Ok(written.into_iter().map(|one| found(one, port)).collect())
}

/// A bounded array, or one object instead of it.
pub(super) fn read_list<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<Vec<T>, Refusal> {
    if bytes.len() > MOST_DESCRIPTION_BYTES {
        return Err(Refusal::TooLarge { what: "a description", most: MOST_DESCRIPTION_BYTES });
    }
    let text = bytes.trim_ascii_start();
    if text.is_empty() {
        return Err(Refusal::Nothing);
    }
    let list: Vec<T> = if text[0] == b'[' {
        serde_json::from_slice(text).map_err(|error| Refusal::json(&error))?
    } else {
        vec![serde_json::from_slice(text).map_err(|error| Refusal::json(&error))?]
    };
    if list.len() > MOST_DEVICES {
        return Err(Refusal::TooMany { what: "devices", most: MOST_DEVICES });
    }
    Ok(list)
}

fn found(written: Written, port: u16) -> Result<Found, Refusal> {
    let fault = written.error.as_ref().and_then(ErrorBlock::fault);
    // An error without a device is all that such an answer says.
    if written.device_id.0.is_empty()
        && let Some(fault) = fault
    {
        return Err(Refusal::Said(fault));
    }
    if !written.spec_version.0.iter().any(|version| is_understood(version)) {
        return Err(Refusal::SpecVersion);
    }
    let payload = decode_url(&written.digital_id.0).ok_or(Refusal::Field("digitalId"))?;
    let digital_id = DigitalId::read(&payload)?;
    // Devices that are not registered leave the code empty.
    if !written.device_code.0.is_empty() && written.device_code.0 != digital_id.serial {
        return Err(Refusal::DeviceCode);
    }
    Ok(Found {
        device_id: written.device_id.bounded("deviceId")?,
        status: DeviceStatus::from_name(&written.device_status.0)
            .ok_or(Refusal::Field("deviceStatus"))?,
        certification: Certification::from_name(&written.certification.0),
        service_version: written.service_version.cut(),
        parts: parts(&written.device_sub_id)?,
        port: callback_port(&written.callback_id.0, port)?,
        digital_id,
        purpose: Purpose::from_name(&written.purpose.0),
        fault,
    })
}

/// The parts; numbers that are none are refused.
pub(super) fn parts(written: &Texts) -> Result<Vec<SubDevice>, Refusal> {
    let part = |text: &String| text.parse().ok().and_then(SubDevice::from_number);
    let parts: Option<Vec<_>> = written.0.iter().take(8).map(part).collect();
    parts.ok_or(Refusal::Field("deviceSubId"))
}

/// The port that a callback names: `http://127.0.0.1:<port>/`, with the numbers of the loopback
/// address and not its name. Left out, it is the port that answered.
pub(super) fn callback_port(callback: &str, own: u16) -> Result<u16, Refusal> {
    const BAD: Refusal = Refusal::Field("callbackId");
    if callback.is_empty() {
        return Ok(own);
    }
    let rest = callback.strip_prefix("http://127.0.0.1:").ok_or(BAD)?;
    // Devices put the path of an operation behind the port; only the port is taken.
    let port = rest.split('/').next().unwrap_or_default();
    let port: u16 = port.parse().map_err(|_| BAD)?;
    if PORTS.contains(&port) { Ok(port) } else { Err(BAD) }
}

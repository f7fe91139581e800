//! The digital id: who a device is.

use jiff::Timestamp;
use serde::Deserialize;

use super::words::{Text, read_time};
use crate::refusal::Refusal;
use crate::vocabulary::DeviceKind;

/// Who a device is, as it says or as its key signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigitalId {
    /// As printed on the device.
    pub serial: String,
    /// Brand.
    pub make: String,
    /// Model.
    pub model: String,
    /// What it captures.
    pub kind: DeviceKind,
    /// `Slap`, `Single`, `Touchless`, `Full face`, …
    pub sub_kind: String,
    /// Name of its maker.
    pub provider: String,
    /// Its maker's id.
    pub provider_id: String,
    /// When the id was issued, where the device says so.
    pub issued: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    #[serde(default)]
    serial_no: Text,
    #[serde(default)]
    make: Text,
    #[serde(default)]
    model: Text,
    #[serde(default, rename = "type")]
    kind: Text,
    // Written `deviceSubType` in 0.9.5 and `subType` in earlier drafts.
    #[serde(default, alias = "subType")]
    device_sub_type: Text,
    #[serde(default)]
    device_provider: Text,
    #[serde(default)]
    device_provider_id: Text,
    #[serde(default)]
    date_time: Text,
}

impl DigitalId {
    /// Reads the payload of a digital id.
    ///
    /// # Errors
    /// [`Refusal::NotJson`], [`Refusal::Field`].
    pub fn read(payload: &[u8]) -> Result<Self, Refusal> {
        let written: Written =
            serde_json::from_slice(payload).map_err(|error| Refusal::json(&error))?;
        let kind = DeviceKind::from_name(&written.kind.0);
        Ok(Self {
            serial: written.serial_no.bounded("digitalId.serialNo")?,
            make: written.make.cut(),
            model: written.model.cut(),
            kind: kind.ok_or(Refusal::Field("digitalId.type"))?,
            sub_kind: written.device_sub_type.cut(),
            provider: written.device_provider.cut(),
            provider_id: written.device_provider_id.cut(),
            issued: read_time(&written.date_time.0),
        })
    }
}

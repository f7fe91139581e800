//! What a device says itself is wrong: the error codes of SBI 0.9.5.
//!
//! # Traps
//! - The code is a string of digits, in some devices a number; `"0"` stands beside every success.
//! - Only 0 and 100 to 112 are standard. 5xx are the maker's own; the reference simulator of MOSIP
//!   uses 6xx to 8xx, which stand in no specification. All of these are [`DeviceFault::Vendor`].
//! - `errorInfo` is the maker's text, in any language. It may be shown to the officer; it is never
//!   logged, since nobody knows what a maker writes there.

use serde::Deserialize;
use serde_json::Value;

use crate::limits::MOST_WORDS_CHARACTERS;

/// A fault that a device states.
#[derive(Clone, PartialEq, Eq)]
pub enum DeviceFault {
    /// 100.
    NotRegistered,
    /// 101: nothing lies on the glass, or nobody sits before the camera.
    NothingSeen,
    /// 102.
    Technical,
    /// 103.
    Tampered,
    /// 104.
    ManagementServer,
    /// 105.
    Orientation,
    /// 106.
    NotFound,
    /// 107.
    KeyExpired,
    /// 108.
    DomainKeyMissing,
    /// 109.
    CountUnsupported,
    /// 110.
    NotReady,
    /// 111.
    Busy,
    /// 112.
    TransactionInvalid,
    /// Any other code, with the maker's words for it.
    Vendor {
        /// The code.
        number: u16,
        /// The maker's words, without control characters, 200 characters at most.
        words: String,
    },
}

/// The maker's words are left out: nobody knows what stands there.
impl std::fmt::Debug for DeviceFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeviceFault({})", self.number())
    }
}

impl DeviceFault {
    const STANDARD: [Self; 13] = [
        Self::NotRegistered,
        Self::NothingSeen,
        Self::Technical,
        Self::Tampered,
        Self::ManagementServer,
        Self::Orientation,
        Self::NotFound,
        Self::KeyExpired,
        Self::DomainKeyMissing,
        Self::CountUnsupported,
        Self::NotReady,
        Self::Busy,
        Self::TransactionInvalid,
    ];

    /// The number of the interface.
    pub const fn number(&self) -> u16 {
        match self {
            Self::NotRegistered => 100,
            Self::NothingSeen => 101,
            Self::Technical => 102,
            Self::Tampered => 103,
            Self::ManagementServer => 104,
            Self::Orientation => 105,
            Self::NotFound => 106,
            Self::KeyExpired => 107,
            Self::DomainKeyMissing => 108,
            Self::CountUnsupported => 109,
            Self::NotReady => 110,
            Self::Busy => 111,
            Self::TransactionInvalid => 112,
            Self::Vendor { number, .. } => *number,
        }
    }

    /// The fault of a number other than 0.
    pub fn from_number(number: u16, words: &str) -> Self {
        Self::STANDARD.into_iter().find(|known| known.number() == number).unwrap_or_else(|| {
            let words =
                words.chars().filter(|c| !c.is_control()).take(MOST_WORDS_CHARACTERS).collect();
            Self::Vendor { number, words }
        })
    }

    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotRegistered => "device.said.not_registered",
            Self::NothingSeen => "device.said.nothing_seen",
            Self::Technical => "device.said.technical",
            Self::Tampered => "device.said.tampered",
            Self::ManagementServer => "device.said.management_server",
            Self::Orientation => "device.said.orientation",
            Self::NotFound => "device.said.not_found",
            Self::KeyExpired => "device.said.key_expired",
            Self::DomainKeyMissing => "device.said.domain_key_missing",
            Self::CountUnsupported => "device.said.count_unsupported",
            Self::NotReady => "device.said.not_ready",
            Self::Busy => "device.said.busy",
            Self::TransactionInvalid => "device.said.transaction_invalid",
            Self::Vendor { .. } => "device.said.vendor",
        }
    }

    /// Whether the same request may succeed a moment later without anybody doing anything.
    pub const fn passes(&self) -> bool {
        matches!(self, Self::NotReady | Self::Busy | Self::NothingSeen | Self::Technical)
    }
}

/// The `error` object of every answer.
#[derive(Deserialize)]
pub(crate) struct ErrorBlock {
    #[serde(rename = "errorCode", default)]
    code: Value,
    #[serde(rename = "errorInfo", default)]
    info: Value,
}

impl ErrorBlock {
    /// The fault, or none for code 0, an empty code and `null`. A code that is no number is a
    /// fault of its own: it must not pass as success.
    pub fn fault(&self) -> Option<DeviceFault> {
        let number = match &self.code {
            Value::Null => 0,
            Value::Number(number) => number.as_u64().map_or(u16::MAX, saturated),
            Value::String(text) if text.trim().is_empty() => 0,
            Value::String(text) => text.trim().parse().map_or(u16::MAX, saturated),
            _ => u16::MAX,
        };
        let words = self.info.as_str().unwrap_or_default();
        (number != 0).then(|| DeviceFault::from_number(number, words))
    }
}

fn saturated(number: u64) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(json: &str) -> Option<&'static str> {
        let block: ErrorBlock = serde_json::from_str(json).unwrap();
        block.fault().map(|fault| fault.code())
    }

    #[test]
    fn codes_are_read_in_every_form_that_devices_write() {
        assert_eq!(fault(r#"{"errorCode":"0","errorInfo":"Success"}"#), None);
        assert_eq!(fault(r#"{"errorCode":0}"#), None);
        assert_eq!(fault(r#"{"errorCode":null}"#), None);
        assert_eq!(fault(r#"{"errorCode":"111"}"#), Some("device.said.busy"));
        assert_eq!(fault(r#"{"errorCode":110}"#), Some("device.said.not_ready"));
        assert_eq!(fault(r#"{"errorCode":"501","errorInfo":"x"}"#), Some("device.said.vendor"));
        assert_eq!(fault(r#"{"errorCode":"busy"}"#), Some("device.said.vendor"));
        assert_eq!(fault(r#"{"errorCode":99999999}"#), Some("device.said.vendor"));
    }

    #[test]
    fn a_makers_words_are_bounded_and_not_in_debug_output() {
        let fault = DeviceFault::from_number(599, &format!("Wanjiku\u{7}{}", "x".repeat(900)));
        let DeviceFault::Vendor { words, .. } = &fault else { unreachable!() };
        assert_eq!(words.chars().count(), MOST_WORDS_CHARACTERS);
        assert!(!words.contains('\u{7}'));
        assert_eq!(format!("{fault:?}"), "DeviceFault(599)");
    }
}

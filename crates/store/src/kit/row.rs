//! Values between rows and types, each named when it cannot be read.

use jiff::Timestamp;

use super::error::KitStoreError;

/// Microseconds since the epoch.
pub(super) fn from_time(time: Timestamp) -> i64 {
    time.as_microsecond()
}

pub(super) fn to_time(value: i64, what: &'static str) -> Result<Timestamp, KitStoreError> {
    Timestamp::from_microsecond(value).map_err(|_| KitStoreError::Unreadable { what })
}

pub(super) fn to_optional_time(
    value: Option<i64>,
    what: &'static str,
) -> Result<Option<Timestamp>, KitStoreError> {
    value.map(|value| to_time(value, what)).transpose()
}

pub(super) fn to_bytes<const N: usize>(
    value: &[u8],
    what: &'static str,
) -> Result<[u8; N], KitStoreError> {
    value.try_into().map_err(|_| KitStoreError::Unreadable { what })
}

pub(super) fn to_count(value: i64, what: &'static str) -> Result<u64, KitStoreError> {
    u64::try_from(value).map_err(|_| KitStoreError::Unreadable { what })
}

pub(super) fn from_count(value: u64, what: &'static str) -> Result<i64, KitStoreError> {
    i64::try_from(value).map_err(|_| KitStoreError::Unreadable { what })
}

/// Whether a statement that must change one row did.
pub(super) fn one_row(changed: u64, what: &'static str) -> Result<(), KitStoreError> {
    if changed == 1 { Ok(()) } else { Err(KitStoreError::NotThere { what }) }
}

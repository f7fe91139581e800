//! Allowed places, and the check of an address against them.

use ureq::http::Uri;
use ureq::http::uri::Scheme;

use super::ShareError;

/// A place: scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    https: bool,
    host: String,
    port: u16,
}

/// A text that names no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a place is written as https://host or https://host:port, without a path")]
pub struct OriginError;

impl OriginError {
    /// Stable dotted code.
    pub fn code(self) -> &'static str {
        "mosip.origin"
    }
}

impl core::str::FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let address: Uri = text.parse().map_err(|_| OriginError)?;
        let path = address.path_and_query().map_or("", |path| path.as_str());
        if path.is_empty() || path == "/" {
            Self::of(&address).ok_or(OriginError)
        } else {
            Err(OriginError)
        }
    }
}

impl Origin {
    fn of(address: &Uri) -> Option<Self> {
        let https = match address.scheme()? {
            scheme if *scheme == Scheme::HTTPS => true,
            scheme if *scheme == Scheme::HTTP => false,
            _ => return None,
        };
        let authority = address.authority()?;
        // Whoever writes "allowed.example@elsewhere" means elsewhere.
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return None;
        }
        let port = match authority.port() {
            Some(port) => port.as_u16(),
            None if authority.as_str().len() != authority.host().len() => return None,
            None if https => 443,
            None => 80,
        };
        let host = authority.host().trim_end_matches('.').to_ascii_lowercase();
        Some(Self { https, host, port })
    }
}

/// The address, if it lies at an allowed place. The same parsed value is fetched afterwards, so no
/// second reader can understand it differently.
pub(super) fn check(address: &str, allowed: &[Origin]) -> Result<Uri, ShareError> {
    let address: Uri = address.trim().parse().map_err(|_| ShareError::Address)?;
    let origin = Origin::of(&address).ok_or(ShareError::Address)?;
    if allowed.contains(&origin) { Ok(address) } else { Err(ShareError::Forbidden) }
}

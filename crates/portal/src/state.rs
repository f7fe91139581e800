//! What the portal is given when it starts.

use std::sync::Arc;

use jiff::Timestamp;
use niims_country::CountryPack;
use niims_web::Entropy;
use niims_wire::resident::ResidentDesk;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What the portal is made of.
#[derive(Clone)]
pub struct PortalState {
    /// The register, as far as residents reach it.
    pub desk: Arc<dyn ResidentDesk>,
    /// The country: labels, agencies, purposes, what is collected.
    pub pack: Arc<CountryPack>,
    /// Tells the time.
    pub clock: Clock,
    /// Draws 32 bytes from a cryptographically secure source.
    pub entropy: Entropy,
    /// 32 random bytes for form tokens and sealed cookies; the same for every
    /// process under one address. Drawing them afresh at each start asks residents
    /// who are between two pages to begin again, and harms nobody else.
    pub key: [u8; 32],
    /// Cookies go over HTTPS only. False only over plain HTTP on the loopback.
    pub secure_cookies: bool,
    /// Nobody in the register exists, and every page says so.
    pub demonstration: bool,
}

impl core::fmt::Debug for PortalState {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("PortalState").field("pack", &self.pack).finish_non_exhaustive()
    }
}

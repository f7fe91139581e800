//! Fingerprint scanners and cameras at the kit, spoken to over the loopback address.
//!
//! A [`Devices`] looks for devices on ports 4501 to 4600, asks who they are, shows their preview and
//! captures. What devices send is bounded while it comes and judged by [`niims_device`]; a slow,
//! dead, lying or replaying device ends in a [`DeviceProblem`] with its code, never in a wait without
//! end. Nothing is kept between calls but the chain that the caller passes on.

mod capture;
mod discover;
mod loopback;
mod own;
mod preview;
mod problem;
mod scan;
mod station;
mod trust;

#[cfg(test)]
mod tests;

use std::time::Duration;

use niims_device::trust::TrustList;
use niims_device::vocabulary::PORTS;
use niims_wire::Clock;

pub use capture::CaptureOrder;
pub use discover::{DeviceReport, PortReport};
pub use own::own_templates;
pub use preview::Preview;
pub use problem::DeviceProblem;
pub use scan::{Judged, judge};
pub use station::{Access, DeviceStation, DeviceTrouble};

/// How long is waited for what, besides the device's own timeout of a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Until a port takes a connection. Range 100 ms to 2 s; on one machine it takes microseconds.
    pub connect: Duration,
    /// Until a description has come whole. Range 1 to 10 s; services that wake a device by USB take
    /// up to 2 s (compliance asks for less).
    pub describe: Duration,
    /// Between two frames of a preview. Range 1 to 10 s; the interface asks for three frames a second.
    pub frame: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_millis(500),
            describe: Duration::from_secs(4),
            frame: Duration::from_secs(3),
        }
    }
}

/// The devices of a kit.
#[derive(Debug, Clone)]
pub struct Devices {
    trust: TrustList,
    clock: Clock,
    patience: Patience,
    ports: Vec<u16>,
}

impl Devices {
    /// Devices that the centre's list trusts.
    pub fn new(trust: TrustList, clock: Clock) -> Self {
        Self { trust, clock, patience: Patience::default(), ports: PORTS.collect() }
    }

    /// The same with another patience.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// The same on a part of the range, for tests that share a machine.
    #[must_use]
    pub fn on_ports(self, ports: impl IntoIterator<Item = u16>) -> Self {
        Self { ports: ports.into_iter().collect(), ..self }
    }

    /// The list in use.
    pub fn trust(&self) -> &TrustList {
        &self.trust
    }
}

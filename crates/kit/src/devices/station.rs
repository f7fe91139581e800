//! Scanners and cameras as the pages use them: found once, asked one at a time, forgotten when
//! something is wrong with them.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use niims_device::Refusal;
use niims_device::capture::{CaptureAnswer, CaptureChain, Wanted};
use niims_device::describe::DeviceInfo;
use niims_device::trust::TrustList;
use niims_device::vocabulary::{DeviceKind, PORTS};
use niims_wire::Clock;
use tokio::sync::watch;

use super::{CaptureOrder, DeviceProblem, Devices, Patience, Preview};
use crate::error::KitError;

/// How long a device may take for a capture unless said otherwise, seconds: 20. Range 5 to 120.
/// Residents need some ten seconds to lay four fingers flat; SBI devices answer earlier by
/// themselves once all fingers are good.
const CAPTURE_SECONDS: u64 = 20;
/// Quality at which a device may stop early. Our own measure decides; a high wish only makes
/// devices wait. Range 40 to 80.
const REQUESTED_SCORE: u8 = 60;
/// Longest preview, seconds: 180. A page that is left open must not hold a scanner all day.
const PREVIEW_SECONDS: u64 = 180;

/// Scanners and cameras at the kit.
#[derive(Debug)]
pub struct DeviceStation {
    ports: Vec<u16>,
    patience: Patience,
    capture: Duration,
    found: Mutex<Vec<DeviceInfo>>,
    turn: tokio::sync::Mutex<()>,
    /// Counts how often running previews were ended.
    previews: watch::Sender<u64>,
}

/// Why nothing was captured. The interview is as it was.
#[derive(Debug, thiserror::Error)]
pub enum DeviceTrouble {
    /// The kit has no list of trusted devices, or it counts no more.
    #[error("the kit trusts no device: {0}")]
    Kit(KitError),
    /// The kit was never given a list.
    #[error("the kit has no list of trusted devices")]
    NoList,
    /// No device of this kind answers.
    #[error("no device answers")]
    NoneFound(DeviceKind),
    /// Another capture is under way.
    #[error("another capture is under way")]
    UnderWay,
    /// A device was found and does not do what it should.
    #[error(transparent)]
    Device(DeviceProblem),
}

impl DeviceTrouble {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Kit(error) => error.code(),
            Self::NoList => "device.trust.none",
            Self::NoneFound(_) => "device.none_found",
            Self::UnderWay => "device.under_way",
            Self::Device(problem) => problem.code(),
        }
    }
}

impl Default for DeviceStation {
    fn default() -> Self {
        Self {
            ports: PORTS.collect(),
            patience: Patience::default(),
            capture: Duration::from_secs(CAPTURE_SECONDS),
            found: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            previews: watch::Sender::new(0),
        }
    }
}

impl DeviceStation {
    /// The same on a part of the range, for tests that share a machine.
    #[must_use]
    pub fn on_ports(self, ports: impl IntoIterator<Item = u16>) -> Self {
        Self { ports: ports.into_iter().collect(), ..self }
    }

    /// The same with another patience, and another time that a device may take.
    #[must_use]
    pub fn with_patience(self, patience: Patience, capture: Duration) -> Self {
        Self { patience, capture, ..self }
    }

    /// Forgets which devices there are: they are looked for again.
    pub fn forget(&self) {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Ends previews that are shown now.
    pub fn end_previews(&self) {
        self.previews.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Changes when the previews that are shown now have to end.
    pub fn previews(&self) -> watch::Receiver<u64> {
        self.previews.subscribe()
    }

    /// Captures. One capture at a time: devices have one glass.
    ///
    /// # Errors
    /// [`DeviceTrouble`].
    pub async fn capture(
        &self,
        access: Access,
        device: &DeviceInfo,
        wanted: Wanted,
        chain: &CaptureChain,
    ) -> Result<CaptureAnswer, DeviceTrouble> {
        let _turn = self.turn.try_lock().map_err(|_| DeviceTrouble::UnderWay)?;
        let order = CaptureOrder {
            wanted,
            timeout: self.capture,
            requested_score: REQUESTED_SCORE,
            transaction: access.transaction,
        };
        let devices = self.devices(access.trust, access.clock);
        let answer = devices.capture(device, order, chain, std::future::pending()).await;
        answer.map_err(|problem| self.trouble(problem))
    }

    /// The device of a kind: the one found before, or the first that may be used.
    ///
    /// # Errors
    /// [`DeviceTrouble`]: why the last one that was looked at may not be used.
    pub async fn find(
        &self,
        access: &Access,
        kind: DeviceKind,
    ) -> Result<DeviceInfo, DeviceTrouble> {
        self.device(&self.devices(access.trust.clone(), access.clock.clone()), kind).await
    }

    /// Opens the live preview of a device of this kind.
    ///
    /// # Errors
    /// [`DeviceTrouble`].
    pub async fn preview(
        &self,
        access: Access,
        part: niims_device::vocabulary::SubDevice,
        kind: DeviceKind,
    ) -> Result<Preview, DeviceTrouble> {
        let devices = self.devices(access.trust, access.clock);
        let info = self.device(&devices, kind).await?;
        let part = if info.parts.contains(&part) {
            part
        } else {
            niims_device::vocabulary::SubDevice::Whole
        };
        let longest = Duration::from_secs(PREVIEW_SECONDS);
        devices.preview(&info, part, longest).await.map_err(|problem| self.trouble(problem))
    }

    fn devices(&self, trust: TrustList, clock: Clock) -> Devices {
        Devices::new(trust, clock).with_patience(self.patience).on_ports(self.ports.clone())
    }

    async fn device(
        &self,
        devices: &Devices,
        kind: DeviceKind,
    ) -> Result<DeviceInfo, DeviceTrouble> {
        {
            let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(info) = found.iter().find(|info| info.digital_id.kind == kind) {
                return Ok(info.clone());
            }
        }
        let mut trouble = DeviceTrouble::NoneFound(kind);
        for report in devices.look(kind).await {
            match report.device {
                Ok(DeviceInfo { fault: Some(fault), .. }) => {
                    trouble = DeviceTrouble::Device(Refusal::Said(fault).into());
                }
                Ok(info) => {
                    let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
                    found.push(info.clone());
                    return Ok(info);
                }
                Err(problem) => trouble = DeviceTrouble::Device(problem),
            }
        }
        Err(trouble)
    }

    /// A device that failed is looked for anew: it may have come back on another port, with
    /// another key.
    fn trouble(&self, problem: DeviceProblem) -> DeviceTrouble {
        self.forget();
        DeviceTrouble::Device(problem)
    }
}

/// By what devices are asked.
#[derive(Debug)]
pub struct Access {
    /// Whom the kit trusts.
    pub trust: TrustList,
    /// Tells the time.
    pub clock: Clock,
    /// A transaction's id, drawn anew; nothing of the resident.
    pub transaction: String,
}

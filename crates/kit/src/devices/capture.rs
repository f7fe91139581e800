//! A capture: asked for, waited for, stopped, verified.

use std::future::Future;
use std::time::Duration;

use niims_device::capture::{
    Asked, CaptureAnswer, CaptureChain, CaptureRequest, Wanted, verify_capture,
};
use niims_device::describe::DeviceInfo;
use niims_device::limits::MOST_CAPTURE_BYTES;
use tokio::time::Instant;

use super::Devices;
use super::loopback::Call;
use super::problem::DeviceProblem;

/// What the officer asks of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureOrder {
    /// What is to be captured.
    pub wanted: Wanted,
    /// How long the device may take, 1 to 120 s.
    pub timeout: Duration,
    /// Quality at which the device may stop early, 1 to 100.
    pub requested_score: u8,
    /// 4 to 50 letters, digits and hyphens, drawn anew for each capture; nothing of the resident.
    pub transaction: String,
}

impl Devices {
    /// Captures. The answer counts whole or not at all; `chain` is moved on by the caller, to the one
    /// of the answer, once what came is on the disk. `stop` ends the wait: the officer pressed a key.
    ///
    /// # Errors
    /// [`DeviceProblem`].
    pub async fn capture(
        &self,
        device: &DeviceInfo,
        order: CaptureOrder,
        chain: &CaptureChain,
        stop: impl Future<Output = ()>,
    ) -> Result<CaptureAnswer, DeviceProblem> {
        let request = CaptureRequest {
            environment: self.trust.environment,
            wanted: order.wanted,
            timeout: order.timeout,
            time: self.clock.now(),
            transaction: order.transaction,
            requested_score: order.requested_score,
            device_id: device.device_id.clone(),
            previous_hash: chain.previous_hash(),
        };
        let body = request.to_json().map_err(DeviceProblem::Request)?;
        let bytes = tokio::select! {
            // Whoever stopped wants no answer that came at the same moment.
            biased;
            () = stop => return Err(DeviceProblem::Cancelled),
            bytes = self.ask(device.port, body, request.patience()) => bytes?,
        };
        let asked = Asked { request: &request, device, answered: self.clock.now() };
        Ok(verify_capture(&bytes, &asked, &self.trust, chain)?)
    }

    async fn ask(
        &self,
        port: u16,
        body: String,
        patience: Duration,
    ) -> Result<Vec<u8>, DeviceProblem> {
        let until = Instant::now() + patience;
        let call = Call { port, method: "RCAPTURE", path: "/capture", body };
        let answer = call.send(self.patience.connect, until).await?;
        if !answer.is_ok() {
            return Err(DeviceProblem::Protocol);
        }
        answer.whole(MOST_CAPTURE_BYTES, until).await
    }
}

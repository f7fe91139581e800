//! Which devices there are, and which of them may be used.

use niims_device::Refusal;
use niims_device::describe::{DeviceInfo, Found, discovery_request, read_discovery, read_info};
use niims_device::limits::MOST_DESCRIPTION_BYTES;
use niims_device::vocabulary::DeviceKind;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::Devices;
use super::loopback::Call;
use super::problem::DeviceProblem;

/// What a port announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortReport {
    /// The port that was asked.
    pub port: u16,
    /// The devices, or why the port is of no use.
    pub devices: Result<Vec<Result<Found, Refusal>>, DeviceProblem>,
}

/// A device with what it proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceReport {
    /// The port that was asked.
    pub port: u16,
    /// What it proved, or why it is not used.
    pub device: Result<DeviceInfo, DeviceProblem>,
}

impl Devices {
    /// Asks every port for devices of a kind, all at once. Ports on which nothing listens are left
    /// out. It ends within the patience for a description, whatever sits on the ports.
    pub async fn discover(&self, kind: Option<DeviceKind>) -> Vec<PortReport> {
        let mut tasks = JoinSet::new();
        for port in self.ports.clone() {
            let devices = self.clone();
            tasks.spawn(async move {
                let answer =
                    devices.describe(port, "MOSIPDISC", "/device", discovery_request(kind));
                let devices = answer.await.and_then(|bytes| Ok(read_discovery(&bytes, port)?));
                PortReport { port, devices }
            });
        }
        let mut reports = tasks.join_all().await;
        reports.retain(|report| report.devices != Err(DeviceProblem::Unreachable));
        reports.sort_by_key(|report| report.port);
        reports
    }

    /// Asks a port who its devices are.
    ///
    /// # Errors
    /// [`DeviceProblem`].
    pub async fn info(&self, port: u16) -> Result<Vec<Result<DeviceInfo, Refusal>>, DeviceProblem> {
        let bytes = self.describe(port, "MOSIPDINFO", "/info", discovery_request(None)).await?;
        Ok(read_info(&bytes, port, &self.trust, self.clock.now())?)
    }

    /// Every device of a kind that there is, with what it proved; those of no use with the reason,
    /// so that a page can say what to do about a scanner that is plugged in and not listed.
    pub async fn look(&self, kind: DeviceKind) -> Vec<DeviceReport> {
        let mut reports = Vec::new();
        for announced in self.discover(Some(kind)).await {
            let port = announced.port;
            let report = |device| DeviceReport { port, device };
            let found = match announced.devices {
                Ok(found) => found,
                Err(problem) => {
                    reports.push(report(Err(problem)));
                    continue;
                }
            };
            let refused = found.iter().filter_map(|one| one.as_ref().err().cloned());
            reports.extend(refused.map(|refusal| report(Err(refusal.into()))));
            let mut ports: Vec<u16> = found.into_iter().flatten().map(|one| one.port).collect();
            ports.sort_unstable();
            ports.dedup();
            for port in ports {
                match self.info(port).await {
                    Err(problem) => reports.push(report(Err(problem))),
                    Ok(infos) => reports.extend(
                        infos
                            .into_iter()
                            .filter(|info| {
                                info.as_ref().map_or(true, |info| info.digital_id.kind == kind)
                            })
                            .map(|info| report(info.map_err(DeviceProblem::from))),
                    ),
                }
            }
        }
        reports
    }

    /// A bounded description.
    async fn describe(
        &self,
        port: u16,
        method: &str,
        path: &str,
        body: String,
    ) -> Result<Vec<u8>, DeviceProblem> {
        let until = Instant::now() + self.patience.describe;
        let call = Call { port, method, path, body };
        let answer = call.send(self.patience.connect, until).await?;
        if !answer.is_ok() {
            return Err(DeviceProblem::Protocol);
        }
        answer.whole(MOST_DESCRIPTION_BYTES, until).await
    }
}

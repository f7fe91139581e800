//! What goes wrong between the kit and a device.

use niims_device::Refusal;
use niims_device::capture::RequestProblem;
use niims_device::stream::StreamError;
use thiserror::Error;

/// What went wrong. It holds nothing of what a device sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DeviceProblem {
    /// Nothing listens on the port.
    #[error("nothing answers at the device's port: is its service running?")]
    Unreachable,
    /// No whole answer came in time.
    #[error("the device did not answer in time: check its cable, then look for devices again")]
    Slow,
    /// The connection ended inside an answer.
    #[error("the device's service ended the connection: restart it")]
    Cut,
    /// Not HTTP, or an answer other than success.
    #[error("the device's service does not speak as SBI 0.9.5 says")]
    Protocol,
    /// The request breaks the rules of the interface.
    #[error("the capture was not asked for")]
    Request(#[source] RequestProblem),
    /// The answer is not used.
    #[error("the device's answer is not used")]
    Refused(#[source] Refusal),
    /// The preview is not shown.
    #[error("the device's preview is not shown")]
    Stream(#[source] StreamError),
    /// The officer stopped the capture. The interface has no word for it: the connection is closed,
    /// and the device may say that it is busy until its own timeout.
    #[error("the capture was stopped")]
    Cancelled,
}

impl DeviceProblem {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable => "device.unreachable",
            Self::Slow => "device.slow",
            Self::Cut => "device.cut",
            Self::Protocol => "device.protocol",
            Self::Request(problem) => problem.code(),
            Self::Refused(refusal) => refusal.code(),
            Self::Stream(error) => error.code(),
            Self::Cancelled => "device.cancelled",
        }
    }
}

impl From<Refusal> for DeviceProblem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

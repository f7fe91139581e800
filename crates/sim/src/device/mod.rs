//! A capture device on the network: a fingerprint scanner for slaps or a camera that speaks SBI 0.9.5
//! on a port of the range, with faults to be switched on. Its prints are synthetic or out of a folder.

mod answers;
mod fault;
mod records;
mod server;
mod state;
mod subject;
mod view;

#[cfg(test)]
mod tests;

pub use fault::Fault;
pub use server::{RunningDevice, SimulatorError, start};
pub use state::Setup;
pub use subject::{Subject, SubjectError};

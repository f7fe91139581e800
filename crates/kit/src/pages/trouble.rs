//! What goes wrong with devices, in words: what happened, that nothing is lost, what to do.

use niims_device::vocabulary::DeviceKind;
use niims_device::{DeviceFault, Refusal};
use niims_web::Fault;

use super::guest::Officer;
use crate::devices::{DeviceProblem, DeviceTrouble};

/// The texts below `device`.
#[cfg(test)]
pub(super) const TROUBLES: &[&str] = &[
    "no_list",
    "no_scanner",
    "no_camera",
    "under_way",
    "gone",
    "slow",
    "busy",
    "not_ready",
    "nothing_seen",
    "not_registered",
    "not_trusted",
    "lying",
    "clock",
    "pictures",
    "failed",
];

/// The trouble for the summary at the head of the page.
pub(super) fn fault(officer: &Officer, trouble: &DeviceTrouble) -> Fault {
    let key = format!("device.{}", key(trouble));
    let text = officer.words().fill_one(&key, "code", trouble.code());
    Fault { id: "main".to_owned(), text }
}

fn key(trouble: &DeviceTrouble) -> &'static str {
    match trouble {
        DeviceTrouble::NoList => "no_list",
        DeviceTrouble::Kit(error) if error.code().starts_with("device.trust.") => "no_list",
        DeviceTrouble::Kit(_) => "failed",
        DeviceTrouble::NoneFound(DeviceKind::Face) => "no_camera",
        DeviceTrouble::NoneFound(_) => "no_scanner",
        DeviceTrouble::UnderWay => "under_way",
        DeviceTrouble::Device(problem) => of_device(problem),
    }
}

fn of_device(problem: &DeviceProblem) -> &'static str {
    match problem {
        DeviceProblem::Unreachable | DeviceProblem::Cut => "gone",
        DeviceProblem::Slow => "slow",
        DeviceProblem::Refused(refusal) => of_refusal(refusal),
        _ => "failed",
    }
}

fn of_refusal(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Said(fault) => of_fault(fault),
        Refusal::CertificateUnknownIssuer
        | Refusal::CertificateRevoked
        | Refusal::CertificateExpired
        | Refusal::Environment
        | Refusal::Purpose => "not_trusted",
        Refusal::CertificateNotYetValid | Refusal::TimestampPast | Refusal::TimestampFuture => {
            "clock"
        }
        Refusal::Transaction | Refusal::BioSubTypeNotAsked | Refusal::BioSubTypeExcepted => "lying",
        other => {
            let code = other.code();
            let is_of = |family: &str| code.starts_with(family);
            if is_of("device.record.") {
                "pictures"
            } else if ["device.jws.", "device.identity.", "device.chain.", "device.certificate."]
                .into_iter()
                .any(is_of)
            {
                "lying"
            } else {
                "failed"
            }
        }
    }
}

fn of_fault(fault: &DeviceFault) -> &'static str {
    match fault {
        DeviceFault::Busy => "busy",
        DeviceFault::NotReady => "not_ready",
        DeviceFault::NothingSeen => "nothing_seen",
        DeviceFault::NotFound => "gone",
        DeviceFault::Tampered => "lying",
        DeviceFault::NotRegistered
        | DeviceFault::KeyExpired
        | DeviceFault::DomainKeyMissing
        | DeviceFault::ManagementServer => "not_registered",
        _ => "failed",
    }
}

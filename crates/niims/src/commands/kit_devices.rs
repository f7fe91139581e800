//! `niims kit devices`: which scanners and cameras may be used.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use niims_audit::LogPublicKey;
use niims_device::trust::TrustList;
use niims_device::vocabulary::DeviceKind;
use niims_kit::devices::{DeviceReport, Devices};

use crate::ambient;

/// Largest file of a list that is read, bytes.
const LARGEST_LIST: u64 = 128 * 1024;

pub fn run(trust: &Path, key: &str) -> Result<ExitCode> {
    let key: LogPublicKey = key.parse().context("the key of the centre")?;
    let note = read_list(trust)?;
    let clock = ambient::clock();
    let list = TrustList::open(&note, &key, 0, clock.now())
        .map_err(|error| anyhow!("{}: {error}", error.code()))?;
    let devices = Devices::new(list, clock);
    let reports = super::runtime()?.block_on(async {
        let mut reports = devices.look(DeviceKind::Finger).await;
        reports.extend(devices.look(DeviceKind::Face).await);
        reports
    });
    reports.iter().for_each(print);
    let usable = reports.iter().filter(|report| report.device.is_ok()).count();
    println!("{usable} of {} devices may be used", reports.len());
    Ok(if usable > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The text of a signed list.
pub fn read_list(file: &Path) -> Result<String> {
    let reading = || format!("reading {}", file.display());
    if std::fs::metadata(file).with_context(reading)?.len() > LARGEST_LIST {
        return Err(anyhow!("{} is larger than any trust list", file.display()));
    }
    std::fs::read_to_string(file).with_context(reading)
}

fn print(report: &DeviceReport) {
    let port = report.port;
    match &report.device {
        Ok(info) => println!(
            "{port}: {} {} {}, {}, {}, {}",
            info.digital_id.make,
            info.digital_id.model,
            info.digital_id.serial,
            info.digital_id.kind.name(),
            info.certification.name(),
            info.fault.as_ref().map_or(info.status.name(), |fault| fault.code()),
        ),
        Err(problem) => {
            let reason = std::error::Error::source(problem);
            let reason = reason.map_or_else(|| problem.to_string(), ToString::to_string);
            println!("{port}: {}: {reason}", problem.code());
        }
    }
}

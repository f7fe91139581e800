//! `niims sim device`: a capture device on the network.

use std::io::BufRead;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use niims_audit::LogSigningKey;
use niims_device::maker::KeyKind;
use niims_device::trust::TrustList;
use niims_device::vocabulary::{Certification, DeviceKind, Environment};
use niims_sim::device::{Fault, RunningDevice, Setup, Subject, start};
use sha2::{Digest, Sha256};

use crate::ambient;
use crate::cli::DeviceArgs;

/// Name of the key that signs the list of a simulated device.
const KEY_NAME: &str = "simulator.example/devices";

pub(super) async fn run(args: &DeviceArgs) -> Result<ExitCode> {
    if args.fault == "help" {
        println!("{}", faults());
        return Ok(ExitCode::SUCCESS);
    }
    let device = start(setup(args)?, args.port, ambient::clock(), &ambient::entropy()).await;
    let device = Arc::new(device.map_err(|error| anyhow!("{}: {error}", error.code()))?);
    println!("device on http://127.0.0.1:{}/", device.port());
    if let Some(path) = &args.trust {
        println!("key of its trust list: {}", write_trust(path, &device.trust())?);
    }
    if let Some(folder) = &args.certificates {
        write_certificates(folder, &device.trust())?;
        println!("certificates in {}", folder.display());
    }
    println!("a line with the name of a fault switches to it, `person 8` seats another person,");
    println!("`hold-up FILE` holds a picture before the camera, `hold-up` takes it away;");
    println!("Ctrl+C ends the device");
    follow(device.clone());
    tokio::signal::ctrl_c().await.context("waiting for Ctrl+C")?;
    Ok(ExitCode::SUCCESS)
}

fn setup(args: &DeviceArgs) -> Result<Setup> {
    let subject = match &args.images {
        Some(folder) => Subject::Folder(folder.clone()),
        None => person(args.seed),
    };
    Ok(Setup {
        kind: DeviceKind::from_name(&args.kind).context("the kind is finger or face")?,
        certification: Certification::from_name(&args.level).context("the level is L0 or L1")?,
        keys: if args.keys == "rsa" { KeyKind::Rsa } else { KeyKind::Ed25519 },
        environment: Environment::from_name(&args.environment)
            .context("the environment is Developer, Staging, Pre-Production or Production")?,
        subject,
        takes: Duration::from_millis(args.takes_ms),
        fault: fault(&args.fault)?,
    })
}

/// Signs the list by a key made for it, and says the key.
fn write_trust(path: &Path, list: &TrustList) -> Result<String> {
    let key = LogSigningKey::generate(KEY_NAME, &mut ambient::entropy().rng())?;
    std::fs::write(path, key.sign(&list.text())?)
        .with_context(|| format!("writing {}", path.display()))?;
    Ok(key.public_key().to_string())
}

/// `device-root-1.der` and so on, as a maker would hand them over.
fn write_certificates(folder: &Path, list: &TrustList) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let kinds = [
        ("device-root", &list.device_roots),
        ("device-maker", &list.device_makers),
        ("chip-root", &list.chip_roots),
        ("chip-maker", &list.chip_makers),
    ];
    for (name, certificates) in kinds {
        for (place, certificate) in certificates.iter().enumerate() {
            let path = folder.join(format!("{name}-{}.der", place + 1));
            std::fs::write(&path, certificate)
                .with_context(|| format!("writing {}", path.display()))?;
        }
    }
    Ok(())
}

/// Reads names of faults and seeds of people until the input ends; the device runs on.
fn follow(device: Arc<RunningDevice>) {
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            match heed(&device, line.trim()) {
                Ok(()) => println!("now: {}", line.trim()),
                Err(error) => println!("{error}"),
            }
        }
    });
}

fn heed(device: &RunningDevice, line: &str) -> Result<()> {
    if let Some(seed) = line.strip_prefix("person ") {
        device.set_subject(person(seed.parse().context("a person is a number")?));
    } else if let Some(path) = line.strip_prefix("hold-up") {
        hold_up(device, path.trim())?;
    } else {
        device.set_fault(fault(line)?);
    }
    Ok(())
}

fn person(seed: u64) -> Subject {
    Subject::synthetic(Sha256::digest(seed.to_be_bytes()).into())
}

fn hold_up(device: &RunningDevice, path: &str) -> Result<()> {
    if path.is_empty() {
        return Ok(device.hold_up(None)?);
    }
    let picture = std::fs::read(path).with_context(|| format!("reading {path}"))?;
    Ok(device.hold_up(Some(&picture))?)
}

fn fault(name: &str) -> Result<Fault> {
    let Some(fault) = Fault::from_name(name) else {
        bail!("no such fault; there are {}", faults())
    };
    Ok(fault)
}

fn faults() -> String {
    Fault::ALL.map(|(_, name)| name).join(", ")
}

//! `niims devices`: the list of scanners and cameras that kits may use.
//!
//! The centre's list lies in `DIR/public/devices.trust`. Versions count up, so that no kit goes back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use jiff::{SignedDuration, Timestamp};
use niims_audit::LogSigningKey;
use niims_device::trust::{TrustList, read_certificate};
use niims_device::vocabulary::Environment;

use crate::cli::{DevicesCommand, TrustArgs};
use crate::{ambient, centre, secrets};

/// Largest certificate file that is read, bytes.
const LARGEST_CERTIFICATE: u64 = 64 * 1024;

pub fn run(command: DevicesCommand) -> Result<ExitCode> {
    match command {
        DevicesCommand::Trust(args) => trust(&args),
    }
}

fn trust(args: &TrustArgs) -> Result<ExitCode> {
    let seed = secrets::read(&args.data.join("keys").join("log.key"))?;
    let key = LogSigningKey::from_bytes(centre::LOG_NAME, &seed)?;
    let file = args.data.join("public").join("devices.trust");
    let before = before(&file, &key)?;
    let list = next(args, before, ambient::clock().now())?;
    let note = key.sign(&list.text())?;
    // What no kit could read is not published.
    TrustList::open(&note, &key.public_key(), list.version, list.issued)
        .map_err(|error| anyhow!("{}: {error}", error.code()))?;
    write(&file, &note)?;
    println!("list {} counts until {}", list.version, list.expires);
    println!("{}", file.display());
    Ok(ExitCode::SUCCESS)
}

/// The list that was signed before; its version is counted on even when its time is over.
fn before(file: &Path, key: &LogSigningKey) -> Result<Option<TrustList>> {
    if !file.exists() {
        return Ok(None);
    }
    let note = super::kit_devices::read_list(file)?;
    let list = TrustList::signed(&note, &key.public_key());
    list.map(Some).map_err(|error| anyhow!("{}: {}: {error}", file.display(), error.code()))
}

fn next(args: &TrustArgs, before: Option<TrustList>, now: Timestamp) -> Result<TrustList> {
    let environment = Environment::from_name(&args.environment)
        .context("the environment is Developer, Staging, Pre-Production or Production")?;
    let version = before.as_ref().map_or(0, |list| list.version) + 1;
    let issued = Timestamp::from_second(now.as_second())?;
    let expires = issued + SignedDuration::from_hours(24 * args.days);
    let mut list = match before.filter(|_| !args.anew) {
        Some(list) if list.environment != environment => bail!(
            "the list before is for {}: say --environment {0}, or start --anew",
            list.environment.name()
        ),
        Some(list) => TrustList { version, issued, expires, ..list },
        None => TrustList {
            version,
            issued,
            expires,
            environment,
            device_roots: Vec::new(),
            device_makers: Vec::new(),
            chip_roots: Vec::new(),
            chip_makers: Vec::new(),
            revoked: std::collections::BTreeSet::new(),
        },
    };
    add(&mut list.device_roots, &args.device_root)?;
    add(&mut list.device_makers, &args.device_maker)?;
    add(&mut list.chip_roots, &args.chip_root)?;
    add(&mut list.chip_makers, &args.chip_maker)?;
    for text in &args.revoke {
        let mut hash = [0; 32];
        hex::decode_to_slice(text, &mut hash)
            .map_err(|_| anyhow!("{text} is no SHA-256: 64 hexadecimal digits are needed"))?;
        list.revoked.insert(hash);
    }
    if list.device_roots.is_empty() {
        bail!("no device could be trusted: name a certificate with --device-root");
    }
    Ok(list)
}

/// Adds certificates that are not there yet.
fn add(certificates: &mut Vec<Vec<u8>>, files: &[PathBuf]) -> Result<()> {
    for file in files {
        let reading = || format!("reading {}", file.display());
        if fs::metadata(file).with_context(reading)?.len() > LARGEST_CERTIFICATE {
            bail!("{} is larger than any certificate", file.display());
        }
        let bytes = fs::read(file).with_context(reading)?;
        let certificate = read_certificate(&bytes)
            .with_context(|| format!("{} is no certificate in PEM or DER", file.display()))?;
        if !certificates.contains(&certificate) {
            certificates.push(certificate);
        }
    }
    Ok(())
}

/// Whole or not at all: a kit may fetch the file at any moment.
pub(super) fn write(file: &Path, note: &str) -> Result<()> {
    let writing = || format!("writing {}", file.display());
    let new = file.with_extension("new");
    fs::write(&new, note).with_context(writing)?;
    fs::File::open(&new).and_then(|file| file.sync_all()).with_context(writing)?;
    fs::rename(&new, file).with_context(writing)
}

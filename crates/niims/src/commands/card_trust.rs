//! `niims card trust`: the list by which kits believe cards.
//!
//! The centre's list lies in `DIR/public/cards.trust`. Versions count up, so that no kit goes back.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use jiff::{SignedDuration, Timestamp};
use niims_audit::LogSigningKey;
use niims_card::IssuerPublicKey;
use niims_kit::cards::CardTrust;

use crate::cli::CardTrustArgs;
use crate::{ambient, centre, secrets};

/// Largest file of a list that is read, bytes.
const LARGEST_LIST: u64 = 128 * 1024;
/// Longest serial number, characters.
const LONGEST_SERIAL: usize = 64;

pub fn run(args: &CardTrustArgs) -> Result<ExitCode> {
    let seed = secrets::read(&args.data.join("keys").join("log.key"))?;
    let key = LogSigningKey::from_bytes(centre::LOG_NAME, &seed)?;
    let file = args.data.join("public").join("cards.trust");
    let before = before(&file, &key)?;
    let list = next(args, before, ambient::clock().now())?;
    let note = key.sign(&list.text())?;
    // What no kit could read is not published.
    CardTrust::open(&note, &key.public_key(), list.version, list.issued)
        .map_err(|error| anyhow!("{}: {error}", error.code()))?;
    super::devices::write(&file, &note)?;
    println!("list {} counts until {}", list.version, list.expires);
    println!("{}", file.display());
    Ok(ExitCode::SUCCESS)
}

/// The text of a signed list.
pub fn read_list(file: &Path) -> Result<String> {
    let reading = || format!("reading {}", file.display());
    if fs::metadata(file).with_context(reading)?.len() > LARGEST_LIST {
        bail!("{} is larger than any list of cards", file.display());
    }
    fs::read_to_string(file).with_context(reading)
}

/// The list that was signed before; its version is counted on even when its time is over.
fn before(file: &Path, key: &LogSigningKey) -> Result<Option<CardTrust>> {
    if !file.exists() {
        return Ok(None);
    }
    let list = CardTrust::signed(&read_list(file)?, &key.public_key());
    list.map(Some).map_err(|error| anyhow!("{}: {}: {error}", file.display(), error.code()))
}

fn next(args: &CardTrustArgs, before: Option<CardTrust>, now: Timestamp) -> Result<CardTrust> {
    let version = before.as_ref().map_or(0, |list| list.version) + 1;
    let issued = Timestamp::from_second(now.as_second())?;
    let expires = issued + SignedDuration::from_hours(24 * args.days);
    let kept = before.filter(|_| !args.anew);
    let (mut issuers, mut revoked) =
        kept.map_or_else(|| (Vec::new(), BTreeSet::new()), |list| (list.issuers, list.revoked));
    let own = args.data.join("public").join("issuer.pub");
    for file in [&own].into_iter().chain(&args.issuer) {
        let key = read_issuer(file)?;
        if !issuers.contains(&key) {
            issuers.push(key);
        }
    }
    for serial in &args.revoke {
        let is_one = !serial.is_empty() && serial.len() <= LONGEST_SERIAL;
        if !is_one || !serial.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            bail!("{serial} is no serial number of a card: letters, digits and hyphens");
        }
        revoked.insert(serial.clone());
    }
    Ok(CardTrust { version, issued, expires, issuers, revoked })
}

fn read_issuer(file: &Path) -> Result<[u8; 32]> {
    let text = fs::read_to_string(file).with_context(|| format!("{}", file.display()))?;
    let mut key = [0; 32];
    hex::decode_to_slice(text.trim(), &mut key)
        .with_context(|| format!("{}: the issuer's public key", file.display()))?;
    // Under a weak key anybody could sign.
    IssuerPublicKey::from_bytes(&key).with_context(|| format!("{}", file.display()))?;
    Ok(key)
}

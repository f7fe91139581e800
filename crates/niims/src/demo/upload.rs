//! Day's end: seal, close, upload, receipts; the tampered and the replayed packet;
//! deletion of what the centre has receipted.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use indicatif::ProgressBar;
use jiff::Timestamp;
use niims_country::CountryPack;
use niims_kit::{Kit, KitOptions, Link};
use niims_packet::KitSigningKey;

use super::capture::Station;
use super::courier;
use crate::ambient;

/// Longest wait for the receipts of one kit.
const RECEIPTS_WITHIN: Duration = Duration::from_mins(1);

/// What the day's end brought.
#[derive(Debug, Default)]
pub struct DayReport {
    /// Receipts verified on the kits.
    pub receipted: usize,
    /// Packets deleted on the kits, all of them receipted.
    pub deleted: usize,
    /// Codes with which the centre met the altered copies.
    pub tampered: Vec<String>,
    /// What the centre said to the packet sent again.
    pub replayed: Vec<String>,
}

/// Seals and closes on one kit, still offline.
pub fn seal_and_close(station: &Station, pack: &Arc<CountryPack>) -> Result<usize> {
    let mut kit = Kit::open(&station.folder, KitOptions::new(Arc::clone(pack)))?;
    let now = Timestamp::now();
    let sealed = kit.seal_pending(now, &mut ambient::entropy().rng())?;
    if let Some((application, error)) = sealed.failed.first() {
        bail!("application {application} could not be sealed: {error}");
    }
    kit.close_day(pack.today(now), station.officer, now)?;
    Ok(sealed.sealed.len())
}

/// Uploads one kit's packets and waits for its receipts.
pub fn upload(
    station: &Station,
    pack: &Arc<CountryPack>,
    base: &str,
    attack: bool,
    bar: &ProgressBar,
) -> Result<DayReport> {
    let mut report = DayReport::default();
    let mut kit = Kit::open(&station.folder, KitOptions::new(Arc::clone(pack)))?;
    if attack {
        // Before anything genuine arrives, so that the altered copy cannot hide behind it.
        let packet = courier::first_packet(&station.folder)?;
        let key = kit_key(&station.folder)?;
        report.tampered.push(courier::send_altered(base, kit.id(), &key, &packet)?);
    }
    let mut sleep = std::thread::sleep;
    let clock = Timestamp::now;
    let mut link = Link { base_url: base.to_owned(), clock: &clock, sleep: &mut sleep };
    let sent = kit.upload_pending(&mut link)?;
    bar.inc(sent.uploaded.len() as u64);
    if let Some((packet, error)) = sent.failed.first() {
        bail!("packet {packet} was not taken: {error}");
    }
    if attack {
        let packet = courier::first_packet(&station.folder)?;
        let key = kit_key(&station.folder)?;
        report.replayed.push(courier::send_again(base, kit.id(), &key, &packet)?);
    }
    let until = Instant::now() + RECEIPTS_WITHIN;
    loop {
        let receipts = kit.fetch_receipts(&mut link)?;
        report.receipted += receipts.verified.len();
        if receipts.waiting.is_empty() && receipts.failed.is_empty() {
            break;
        }
        if Instant::now() > until {
            bail!("{} receipts did not come", receipts.waiting.len());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    report.deleted = kit.delete_receipted(0, Timestamp::now())?.deleted.len();
    Ok(report)
}

fn kit_key(folder: &Path) -> Result<KitSigningKey> {
    let seed = crate::secrets::read(&folder.join("keys").join("kit.key"))
        .context("the kit's signing key")?;
    Ok(KitSigningKey::from_bytes(&seed))
}

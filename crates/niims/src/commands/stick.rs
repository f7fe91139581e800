//! `niims stick take`: packets that come on foot, and receipts that go back by the same stick.
//!
//! A stick is anybody's: every length is bounded, nothing on it is believed but what a kit signed,
//! and no link on it is followed to write.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use niims_kit::{Manifest, ManifestPacket};
use niims_packet::limits::MAX_PACKET_BYTES;
use niims_packet::{KitVerifyingKey, packet_hash};
use niims_record::KitId;
use niims_register::log::ReceiptStanding;
use niims_store::kits;

use crate::centre::{self, Centre};
use crate::cli::StickCommand;

/// Largest list of packets that is read, bytes: 8 MiB, some 40,000 packets.
const LARGEST_MANIFEST: u64 = 8 * 1024 * 1024;

pub fn run(command: StickCommand) -> Result<ExitCode> {
    let StickCommand::Take { centre: args, stick } = command;
    super::runtime()?.block_on(async {
        let centre =
            centre::open(&args.data, args.database.as_deref(), args.country.as_deref()).await?;
        take(&centre, &stick).await
    })
}

/// What became of a stick.
#[derive(Default)]
struct Taken {
    receipts: usize,
    refused: usize,
}

async fn take(centre: &Centre, stick: &Path) -> Result<ExitCode> {
    let folders = kit_folders(stick)?;
    if folders.is_empty() {
        bail!("there is no folder of a kit on {}", stick.display());
    }
    let mut taken = Taken::default();
    for (kit, folder) in folders {
        match manifest_of(centre, kit, &folder).await {
            Ok(manifest) => {
                for packet in &manifest.packets {
                    let receipted = take_one(centre, kit, &folder, packet).await?;
                    *(if receipted { &mut taken.receipts } else { &mut taken.refused }) += 1;
                }
            }
            Err(why) => {
                println!("refused the list of kit {kit}: {why:#}");
                taken.refused += 1;
            }
        }
    }
    println!("receipts {}, refused {}", taken.receipts, taken.refused);
    Ok(if taken.refused == 0 { ExitCode::SUCCESS } else { ExitCode::from(4) })
}

/// Folders named after kits, and no links to others.
fn kit_folders(stick: &Path) -> Result<Vec<(KitId, PathBuf)>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(stick).with_context(|| format!("{}", stick.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        let kit = name.to_str().and_then(|name| name.strip_prefix("niims-")?.parse().ok());
        if let Some(kit) = kit
            && entry.file_type()?.is_dir()
        {
            folders.push((kit, entry.path()));
        }
    }
    folders.sort();
    Ok(folders)
}

/// The list, signed by the kit of this folder.
async fn manifest_of(centre: &Centre, kit: KitId, folder: &Path) -> Result<Manifest> {
    let known = {
        let mut tx = centre.db.read().await?;
        kits::get(&mut tx, kit).await?.context("no such kit is enrolled here")?
    };
    let key = KitVerifyingKey::from_bytes(&known.signing_key)?;
    let text = read(&folder.join("manifest.json"), LARGEST_MANIFEST)?;
    let text = text.context("it is missing: write the stick again")?;
    let manifest: Manifest = serde_json::from_slice(&text).context("it does not read")?;
    if manifest.kit != kit || !manifest.is_signed_by(&key) {
        bail!("it is not signed by this kit");
    }
    Ok(manifest)
}

/// Takes one packet in and writes its receipt; whether there is one now.
async fn take_one(
    centre: &Centre,
    kit: KitId,
    folder: &Path,
    listed: &ManifestPacket,
) -> Result<bool> {
    let packet = listed.packet;
    let bytes = read(&folder.join(format!("{packet}.packet")), MAX_PACKET_BYTES as u64)?;
    let Some(bytes) = bytes else {
        println!("missing {packet}: it is on the list and not on the stick");
        return Ok(false);
    };
    if hex::encode(packet_hash(&bytes)) != listed.hash {
        println!("altered {packet}: it is not what the kit listed");
        return Ok(false);
    }
    let standing = match centre.register.receive_carried(kit, packet, &bytes).await {
        Ok(standing) => standing,
        Err(problem) => {
            println!("refused {packet} {}: {problem}", problem.code);
            return Ok(false);
        }
    };
    if let ReceiptStanding::Pending = centre.register.receipt(packet).await? {
        centre.register.publish_log().await?;
    }
    match centre.register.receipt(packet).await? {
        ReceiptStanding::Ready(receipt) => {
            write(folder, &format!("{packet}.receipt"), receipt.as_bytes())?;
            println!("receipt {packet}");
            Ok(true)
        }
        ReceiptStanding::Pending | ReceiptStanding::Unknown => {
            let code = standing.code.as_deref().unwrap_or("no code");
            println!("no receipt {packet} {}: {code}", standing.standing);
            Ok(false)
        }
    }
}

/// A file of the stick, bounded; `None` where there is none.
fn read(path: &Path, most: u64) -> Result<Option<Vec<u8>>> {
    let file = match fs::File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        opened => opened.with_context(|| format!("{}", path.display()))?,
    };
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).with_context(|| format!("{}", path.display()))?;
    if bytes.len() as u64 > most {
        bail!("{} is larger than it may be", path.display());
    }
    Ok(Some(bytes))
}

/// Whole or not at all, and to no place that a link of the stick names.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let begun = folder.join(format!("{name}.part"));
    let writing = || format!("writing {}", folder.join(name).display());
    match fs::remove_file(&begun) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(writing);
        }
        _ => {}
    }
    let mut file =
        fs::OpenOptions::new().write(true).create_new(true).open(&begun).with_context(writing)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).with_context(writing)?;
    fs::rename(&begun, folder.join(name)).with_context(writing)
}

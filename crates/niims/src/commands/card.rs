//! `niims card`.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use jiff::Timestamp;
use niims_card::{IssuerPublicKey, verify};
use niims_record::freeze::{Act, Power, stopping};
use niims_store::{applications, cards};

use crate::centre;
use crate::cli::{CardCommand, CentreArgs};

/// Longest text of a QR that is read, bytes; a QR code holds at most 4,296 characters.
const LONGEST_TEXT: u64 = 16 * 1024;

pub fn run(command: CardCommand) -> Result<ExitCode> {
    match command {
        CardCommand::Verify { key, text } => verify_text(&key, text.as_deref()),
        CardCommand::Export { centre, application_number, out, chip } => {
            super::runtime()?.block_on(export(&centre, &application_number, &out, chip))
        }
        CardCommand::Trust(args) => super::card_trust::run(&args),
    }
}

fn verify_text(key: &Path, text: Option<&Path>) -> Result<ExitCode> {
    let key = std::fs::read_to_string(key).with_context(|| format!("{}", key.display()))?;
    let mut bytes = [0; 32];
    hex::decode_to_slice(key.trim(), &mut bytes).context("the issuer's public key")?;
    let key = IssuerPublicKey::from_bytes(&bytes)?;
    let mut read = String::new();
    match text {
        Some(path) => {
            std::fs::File::open(path)?.take(LONGEST_TEXT).read_to_string(&mut read)?;
        }
        None => {
            std::io::stdin().take(LONGEST_TEXT).read_to_string(&mut read)?;
        }
    }
    match verify(read.trim(), &key, Timestamp::now()) {
        Ok(card) => {
            println!("genuine: signed by {}", card.issuer.as_deref().unwrap_or("the issuer"));
            println!("number  {}", card.number);
            println!("name    {}", card.name);
            if let Some(day) = card.day_of_birth {
                println!("born    {day}");
            }
            println!("until   {}", card.expires);
            if let Some(serial) = &card.card_serial {
                println!("serial  {serial}");
            }
            println!("Compare the photo with the bearer: the card proves nothing without it.");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            println!("not genuine: {} ({})", error, error.code());
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn export(
    args: &CentreArgs,
    application_number: &str,
    out: &Path,
    chip: bool,
) -> Result<ExitCode> {
    let centre =
        centre::open(&args.data, args.database.as_deref(), args.country.as_deref()).await?;
    let mut tx = centre.db.read().await?;
    let application = applications::by_application_number(&mut tx, application_number)
        .await?
        .ok_or_else(|| anyhow!("no application has this number"))?;
    let order = cards::by_application(&mut tx, application)
        .await?
        .ok_or_else(|| anyhow!("no card is ordered for this application"))?;
    let freezes = niims_store::freezes::all(&mut tx).await?;
    let county = applications::get(&mut tx, application).await?.and_then(|a| a.county);
    let act = Act { power: Power::Issue, agency: None, county: county.as_deref() };
    if let Some(freeze) = stopping(&freezes, act, Timestamp::now()) {
        bail!("issuing is frozen under {}; nothing was written", freeze.order);
    }
    let Some(artefact) = cards::artefact(&mut tx, order.id).await? else {
        bail!("the card is not made yet");
    };
    drop(tx);
    centre.register.record_card_export(application, Timestamp::now()).await?;
    std::fs::write(out, &artefact.pdf)?;
    std::fs::write(out.with_extension("qr.txt"), &artefact.credential)?;
    println!("{} and its QR text beside it", out.display());
    if chip {
        let credential = artefact.credential.clone();
        let data = centre.register.chip_data(application, credential, Timestamp::now()).await?;
        let file = out.with_extension("chip");
        std::fs::write(&file, &data)?;
        println!("{}: {} bytes for its chip", file.display(), data.len());
    }
    Ok(ExitCode::SUCCESS)
}

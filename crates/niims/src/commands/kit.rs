//! `niims kit`.

use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use jiff::Timestamp;
use niims_kit::{Kit, KitOptions, Link, OfficerRole};
use niims_record::OfficerId;
use niims_record::fleet::EnrolmentCode;

use super::kit_devices;
use crate::cli::{KitArgs, KitCommand};
use crate::{ambient, centre};

/// Pause between two looks for receipts.
const RECEIPT_PAUSE: Duration = Duration::from_millis(300);

pub fn run(command: KitCommand) -> Result<ExitCode> {
    match command {
        KitCommand::Enrol { kit, captures } => enrol(&kit, &captures),
        KitCommand::Seal(args) => seal(&args),
        KitCommand::CloseDay(args) => close_day(&args),
        KitCommand::Upload { kit, centre, wait } => upload(&kit, &centre, wait),
        KitCommand::EnrolByCode { kit, centre } => enrol_by_code(&kit, &centre),
        KitCommand::Contact { kit, centre } => contact(&kit, &centre),
        KitCommand::Delete { kit, retention_days } => delete(&kit, retention_days),
        KitCommand::Status(args) => status(&args),
        KitCommand::Serve(args) => super::kit_serve::run(args),
        KitCommand::Pin { kit, badge } => pin(&kit, &badge),
        KitCommand::TrustDevices { kit, list } => trust_devices(&kit, &list),
        KitCommand::BindTpm { kit, tpm } => bind_tpm(&kit, &tpm),
        KitCommand::TrustCards { kit, list } => trust_cards(&kit, &list),
        KitCommand::Devices { trust, key } => kit_devices::run(&trust, &key),
    }
}

fn open(args: &KitArgs) -> Result<Kit> {
    let pack = Arc::new(centre::load_pack(args.country.as_deref())?);
    Ok(Kit::open(&args.kit, KitOptions::new(pack))?)
}

fn officer(kit: &Kit, args: &KitArgs) -> Result<OfficerId> {
    match &args.officer {
        Some(text) => text.parse().context("the officer's id"),
        None => kit
            .officers()
            .find(|(_, _, role)| *role == OfficerRole::Supervisor)
            .map(|(id, _, _)| id)
            .ok_or_else(|| anyhow!("this kit has no supervisor; name an officer with --officer")),
    }
}

/// Longest line of standard input that is read for a PIN or a code, bytes.
const LONGEST_LINE: u64 = 64;

fn read_line() -> std::io::Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().take(LONGEST_LINE).read_line(&mut line)?;
    Ok(line)
}

fn enrol_by_code(args: &KitArgs, centre: &str) -> Result<ExitCode> {
    let typed = read_line().context("the code")?;
    let code = EnrolmentCode::read(&typed)
        .ok_or_else(|| anyhow!("this is no code: it has seven groups of four characters"))?;
    let pack = Arc::new(centre::load_pack(args.country.as_deref())?);
    let mut sleep = std::thread::sleep;
    let mut link = Link { base_url: centre.to_owned(), clock: &Timestamp::now, sleep: &mut sleep };
    let (options, mut rng) = (KitOptions::new(pack), ambient::entropy().rng());
    let mut kit = Kit::enrol_by_code(&args.kit, &code, &mut link, options, None, &mut rng)?;
    println!("kit {} {}", kit.id(), kit.serial());
    for (officer, _, role) in kit.officers() {
        println!("officer {officer} {role:?}");
    }
    kit.contact(&mut link, env!("CARGO_PKG_VERSION"))?;
    Ok(ExitCode::SUCCESS)
}

fn contact(args: &KitArgs, centre: &str) -> Result<ExitCode> {
    let mut kit = open(args)?;
    let mut sleep = std::thread::sleep;
    let mut link = Link { base_url: centre.to_owned(), clock: &Timestamp::now, sleep: &mut sleep };
    kit.contact(&mut link, env!("CARGO_PKG_VERSION"))?;
    println!("the centre knows how the kit does");
    kit.fetch_revisits(&mut link, &mut ambient::entropy().rng())?;
    let open = kit.revisits()?.map_or(0, |held| held.open());
    println!("people to be met again: {open}");
    Ok(ExitCode::SUCCESS)
}

fn pin(args: &KitArgs, badge: &str) -> Result<ExitCode> {
    let mut kit = open(args)?;
    let officer = officer(&kit, args)?;
    let line = read_line().context("the PIN")?;
    kit.set_pin(officer, badge, line.trim(), &mut ambient::entropy().rng())?;
    println!("{officer} signs in as {badge}");
    Ok(ExitCode::SUCCESS)
}

fn trust_devices(args: &KitArgs, list: &Path) -> Result<ExitCode> {
    let note = kit_devices::read_list(list)?;
    let version = open(args)?.keep_device_trust(&note, Timestamp::now())?;
    println!("the kit trusts the devices of list {version}");
    Ok(ExitCode::SUCCESS)
}

fn bind_tpm(args: &KitArgs, device: &Path) -> Result<ExitCode> {
    Kit::bind_to_tpm(&args.kit, device, &mut ambient::entropy().rng())?;
    println!("the keys of this kit open by the TPM at {} alone", device.display());
    Ok(ExitCode::SUCCESS)
}

fn trust_cards(args: &KitArgs, list: &Path) -> Result<ExitCode> {
    let note = super::card_trust::read_list(list)?;
    let version = open(args)?.keep_card_trust(&note, Timestamp::now())?;
    println!("the kit believes cards by list {version}");
    Ok(ExitCode::SUCCESS)
}

fn enrol(args: &KitArgs, captures: &[PathBuf]) -> Result<ExitCode> {
    let mut kit = open(args)?;
    let officer = officer(&kit, args)?;
    let mut refused = 0;
    for capture in captures {
        let now = Timestamp::now();
        match kit.enrol_from_folder(capture, officer, now, &mut ambient::entropy().rng()) {
            // One line per saved encounter: what was printed survives any crash.
            Ok(report) => println!("saved {} {}", report.application, report.application_number),
            Err(refusal) => {
                refused += 1;
                println!("refused {} {}: {refusal}", capture.display(), refusal.code());
            }
        }
    }
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

fn seal(args: &KitArgs) -> Result<ExitCode> {
    let report = open(args)?.seal_pending(Timestamp::now(), &mut ambient::entropy().rng())?;
    for packet in &report.sealed {
        println!("sealed {}", packet.packet);
    }
    for (application, error) in &report.failed {
        println!("not sealed {application}: {error}");
    }
    Ok(if report.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn close_day(args: &KitArgs) -> Result<ExitCode> {
    let mut kit = open(args)?;
    let supervisor = officer(&kit, args)?;
    let now = Timestamp::now();
    let pack = centre::load_pack(args.country.as_deref())?;
    let report = kit.close_day(pack.today(now), supervisor, now)?;
    println!("day {} closed at {} by {}", report.day, report.closed_at, report.supervisor);
    for count in &report.completed {
        println!("{:>6} {} by {}", count.count, count.form_kind, count.officer);
    }
    for count in &report.refused {
        println!("{:>6} refused {}", count.count, count.code);
    }
    Ok(ExitCode::SUCCESS)
}

fn upload(args: &KitArgs, centre: &str, wait: u64) -> Result<ExitCode> {
    let mut kit = open(args)?;
    let mut sleep = std::thread::sleep;
    let mut link = Link { base_url: centre.to_owned(), clock: &Timestamp::now, sleep: &mut sleep };
    let report = kit.upload_pending(&mut link)?;
    println!("uploaded {}, failed {}", report.uploaded.len(), report.failed.len());
    let looks = kit.send_looks(&mut link)?;
    if looks.kept > 0 {
        println!("looks at cards {}", looks.kept);
    }
    for (packet, error) in &report.failed {
        println!("{packet} {}: {error}", error.code());
    }
    let told = kit
        .contact(&mut link, env!("CARGO_PKG_VERSION"))
        .and_then(|()| kit.fetch_revisits(&mut link, &mut ambient::entropy().rng()));
    if let Err(error) = told {
        println!("no report to the centre: {}", error.code());
    }
    let until = Instant::now() + Duration::from_secs(wait);
    loop {
        let receipts = kit.fetch_receipts(&mut link)?;
        for packet in &receipts.verified {
            println!("receipt {packet}");
        }
        let open = receipts.waiting.len() + receipts.failed.len();
        if open == 0 || Instant::now() >= until {
            let all = open == 0 && report.failed.is_empty() && receipts.false_receipts.is_empty();
            return Ok(if all { ExitCode::SUCCESS } else { ExitCode::from(4) });
        }
        std::thread::sleep(RECEIPT_PAUSE);
    }
}

fn delete(args: &KitArgs, retention_days: u16) -> Result<ExitCode> {
    let report = open(args)?.delete_receipted(retention_days, Timestamp::now())?;
    println!(
        "deleted {}, too young {}, receipt false {}",
        report.deleted.len(),
        report.too_young,
        report.receipt_false.len()
    );
    Ok(if report.receipt_false.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn status(args: &KitArgs) -> Result<ExitCode> {
    let mut kit = open(args)?;
    println!("kit {} {}", kit.serial(), kit.public_key().id());
    println!("{:?}", kit.draft_counts()?);
    println!("{:?}", kit.packet_counts()?);
    Ok(ExitCode::SUCCESS)
}

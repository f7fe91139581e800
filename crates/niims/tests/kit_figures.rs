//! The figures of kit and intake: what sealing takes, how much a bad line sends twice, and how
//! many packets a centre takes in. Small with the other tests; the variables ask for the figures
//! of docs/BENCHMARKS.md, in a release build.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a test stops where anything is off"
)]

mod kit_desk;
mod kit_figures {
    pub mod enrolled;
    pub mod intake;
    pub mod line;
}

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use kit_desk::world::World;
use kit_figures::enrolled::{capture, enrol, seal};
use kit_figures::intake::{Sender, all_at_once, processor_seconds};
use kit_figures::line::bad_line;
use niims_kit::Link;
use niims_packet::{Encounter, Envelope, OfficerSigningKey};
use niims_store::kits::{self, KitStatus};
use niims_store::packets;

/// Heaviest sealed enrolment, bytes.
const HEAVIEST: u64 = 700_000;
/// Longest time to seal one, on one core.
const LONGEST: Duration = Duration::from_millis(300);
/// Room for 2,000 sealed enrolments, bytes.
const ROOM: u64 = 2_000_000_000;
/// Packets a second that two cores take in.
const LEAST_A_SECOND: f64 = 300.0;
/// Bytes a second of a line of 64 kbit/s.
const LINE: u64 = 8_000;
/// Times that 256 KiB come through with a cut, percent; `NIIMS_CUT` asks for a worse line.
const CUT: usize = 5;

fn number(variable: &str, usual: usize) -> usize {
    std::env::var(variable).map_or(usual, |n| n.parse().unwrap())
}

/// `NIIMS_PACKETS` enrolments sealed, then sent over a bad line.
#[test]
fn a_full_enrolment_is_light_and_a_bad_line_sends_little_twice() {
    let count = number("NIIMS_PACKETS", 6);
    let world = World::new();
    let capture = capture(&world);
    let mut kit = world.open_kit();
    let before = bytes_below(&world.on_disk("kit"));
    enrol(&mut kit, &world, &capture, count);
    let begun = Instant::now();
    let sealed = seal(&mut kit);
    let each = begun.elapsed() / count as u32;
    let heaviest = sealed.iter().map(|packet| packet.length).max().unwrap();
    let on_disk = (bytes_below(&world.on_disk("kit")) - before) / count as u64;
    println!("{count} sealed: {each:?} and {heaviest} bytes each, {on_disk} on the kit's disk");
    assert!(heaviest < HEAVIEST, "{heaviest} bytes");
    assert!(on_disk * 2_000 < ROOM, "2,000 take {} bytes", on_disk * 2_000);
    // A build without optimisation, beside other tests, shows nothing of the time.
    assert!(cfg!(debug_assertions) || each < LONGEST, "{each:?}");

    let centre = world.serve_centre();
    let (site, meter) = bad_line(&centre.site, number("NIIMS_CUT", CUT) as u64, 3);
    let mut rounds = 0;
    let mut uploaded = BTreeSet::new();
    while uploaded.len() < count {
        rounds += 1;
        assert!(rounds < 50, "the upload does not come to its end");
        // Waiting is reckoned, not done; the line is fast enough that nothing else changes.
        let mut sleep = |pause: Duration| std::thread::sleep(pause / 100);
        let clock = jiff::Timestamp::now;
        let mut link = Link { base_url: site.clone(), clock: &clock, sleep: &mut sleep };
        uploaded.extend(kit.upload_pending(&mut link).unwrap().uploaded);
    }
    let needed: u64 = sealed.iter().map(|packet| packet.length).sum();
    let up = meter.up.load(Ordering::SeqCst);
    let twice = 100.0 * (up - needed) as f64 / needed as f64;
    println!(
        "{count} packets of {needed} bytes over a line of 64 kbit/s: {up} bytes sent, {twice:.2} % \
         more than once or beside, {} cuts, {} connections, {} s on such a line",
        meter.cuts.load(Ordering::SeqCst),
        meter.connections.load(Ordering::SeqCst),
        up / LINE
    );
    assert!(twice < 3.0, "{twice} %");
    assert_eq!(packets_at(&world), count as u64);
}

/// `NIIMS_KITS` kits at once, one of them with many times the packets of the others.
#[test]
fn kits_that_come_at_once_are_all_taken_in() {
    let (kits_at_once, each) = (number("NIIMS_KITS", 8), number("NIIMS_PACKETS_EACH", 3));
    let large = number("NIIMS_LARGE", 8);
    let world = World::new();
    let (encounter, officer) = one_encounter(&world);
    let centre_key = world.centre_key().public_key();
    let mut senders: Vec<Sender> = (0..kits_at_once as u16).map(Sender::new).collect();
    for (at, sender) in senders.iter_mut().enumerate() {
        let count = if at == 0 { each * large } else { each };
        sender.seal(&encounter, &officer, &centre_key, count);
    }
    enrol_senders(&world, &senders);
    let centre = world.serve_centre_without_workers();
    let address = centre.site.trim_start_matches("http://").to_owned();
    let (begun, used) = (Instant::now(), processor_seconds(centre.id()));
    let sent = all_at_once(&senders, &address);
    let (took, used) = (begun.elapsed(), processor_seconds(centre.id()) - used);
    let packets: usize = sent.iter().map(|one| one.packets).sum();
    let bytes: u64 = senders.iter().map(Sender::bytes).sum();
    let small = sent[1..].iter().map(|one| one.took).max().unwrap();
    println!(
        "{packets} packets of {} bytes from {kits_at_once} kits in {took:?}: {:.0} a second; {:.2} \
         ms of processor each, so {:.0} a second on two cores; the slowest small kit {small:?}, \
         the large one {:?}; sent away {} times",
        bytes / packets as u64,
        packets as f64 / took.as_secs_f64(),
        1_000.0 * used / packets as f64,
        2.0 * packets as f64 / used,
        sent[0].took,
        sent.iter().map(|one| one.turned_back).sum::<usize>(),
    );
    assert_eq!(packets_at(&world), packets as u64);
    assert!(small <= sent[0].took, "a small kit waited longer than the large one");
    let a_second = 2.0 * packets as f64 / used;
    assert!(cfg!(debug_assertions) || a_second >= LEAST_A_SECOND, "{a_second} a second");
}

/// A full encounter as the kit seals it, opened again with the centre's key.
fn one_encounter(world: &World) -> (Encounter, OfficerSigningKey) {
    let capture = capture(world);
    let mut kit = world.open_kit();
    enrol(&mut kit, world, &capture, 1);
    let packet = seal(&mut kit).remove(0).packet;
    let file = world.on_disk("kit/outbox").join(format!("{packet}.packet"));
    let opened = Envelope::read(&std::fs::read(file).unwrap()).unwrap();
    let opened = opened.verify_kit(&kit.public_key()).unwrap().open(&world.centre_key()).unwrap();
    let officer = kit.officers().find(|(id, ..)| *id == world.officer).unwrap().1;
    // Any key will do to seal it anew: officers are looked at behind the door.
    (opened.verify_officer(&officer).unwrap(), OfficerSigningKey::from_bytes(&[3; 32]))
}

fn enrol_senders(world: &World, senders: &[Sender]) {
    block_on(async {
        let db = world.database().await;
        let mut tx = db.write().await.unwrap();
        for (n, sender) in senders.iter().enumerate() {
            let kit = kits::Kit {
                id: sender.kit,
                serial: format!("SYNTHETIC-{n}"),
                signing_key: sender.key.verifying_key().to_bytes(),
                status: KitStatus::Active,
                sublocation: Some("X00001".to_owned()),
                last_sequence: 0,
                last_hash: [0; 32],
                enrolled_at: jiff::Timestamp::now(),
            };
            kits::register(&mut tx, &kit).await.unwrap();
        }
        tx.commit().await.unwrap();
    });
}

fn packets_at(world: &World) -> u64 {
    block_on(async {
        let db = world.database().await;
        packets::count(&mut db.read().await.unwrap()).await.unwrap()
    })
}

fn bytes_below(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| {
            let data = entry.metadata().unwrap();
            if data.is_dir() { bytes_below(&entry.path()) } else { data.len() }
        })
        .sum()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

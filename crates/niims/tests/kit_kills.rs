//! `kill -9` of `niims kit serve` at random moments of capture and of upload, met by a browser:
//! what a page called saved is there, byte for byte, and the centre counts the same. A few rounds
//! with the other tests; `NIIMS_ROUNDS=2000` asks for more.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a test stops where anything is off"
)]

mod kit_desk;

use std::sync::mpsc;
use std::time::{Duration, Instant};

use kit_desk::browser::{Browser, Gone};
use kit_desk::check::check_kit;
use kit_desk::officer::Day;
use kit_desk::world::{Served, World};
use niims_kit::Kit;
use niims_packet::{Encounter, Envelope, KitVerifyingKey, OfficerVerifyingKey};
use niims_store::{applications, packets};
use rand_chacha::rand_core::Rng;

/// Rounds unless `NIIMS_ROUNDS` says otherwise.
const ROUNDS: u64 = 10;
/// Longest time that a kit lives after its officer signed in, milliseconds. Some twenty forms go
/// through in that time, so that kills fall on every part of an interview.
const LONGEST_LIFE: u64 = 600;
/// The same from the start of the program, for the rounds that kill it while it opens.
const LONGEST_START: u64 = 250;
/// Every how many rounds the officer sends to the centre, and every how many the kill falls on the start.
const UPLOADS: u64 = 3;
const STARTS: u64 = 8;

#[test]
fn killed_at_random_moments_of_capture_and_upload_nothing_saved_is_lost() {
    let rounds = std::env::var("NIIMS_ROUNDS").map_or(ROUNDS, |n| n.parse().unwrap());
    let world = World::new();
    let centre = world.serve_centre();
    let mut day = Day::new(u64::from(std::process::id()));
    let begun = Instant::now();
    let mut hit = Hit::default();
    for round in 0..rounds {
        if round % STARTS == 7 {
            let kit = world.serve_kit(Some(&centre.site));
            // From the line that it says at its start, before anybody signs in.
            let life = Duration::from_millis(day.rng.next_u64() % LONGEST_START);
            kill_after(kit, life, |browser| Day::sign_in(browser, &world)).ok();
            hit.starts += 1;
        } else if round % UPLOADS == 2 {
            hit.uploads += u64::from(upload_round(&world, &centre.site, &mut day).is_err());
        } else {
            hit.captures += u64::from(capture_round(&world, &centre.site, &mut day).is_err());
        }
        check_kit(&world, &day);
        if (round + 1) % 100 == 0 {
            println!(
                "{} rounds, {} promises, {} s",
                round + 1,
                day.promises,
                begun.elapsed().as_secs()
            );
        }
    }
    finish(&world, &centre, &mut day);
    let counted = count(&world, &day);
    println!(
        "{rounds} rounds in {} s, kills while something was under way: {hit:?}; {} forms called \
         saved, {} residents finished, {} at the centre, {} receipts",
        begun.elapsed().as_secs(),
        day.promises,
        day.finished.len(),
        counted.at_the_centre,
        counted.receipts
    );
    assert!(day.promises > rounds && counted.at_the_centre > 0, "nothing was tested");
    assert!(hit.captures > 0, "no kill fell on a capture");
}

/// How many kills fell on what.
#[derive(Debug, Default)]
struct Hit {
    captures: u64,
    uploads: u64,
    starts: u64,
}

fn capture_round(world: &World, centre: &str, day: &mut Day) -> Result<(), Gone> {
    let kit = world.serve_kit(Some(centre));
    let mut browser = Browser::new(&kit.site);
    Day::sign_in(&mut browser, world)?;
    let life = Duration::from_millis(day.rng.next_u64() % LONGEST_LIFE);
    let station = world.at("station");
    killed_after(kit, life, || day.take_in(&mut browser, &station, |_| false))
}

fn upload_round(world: &World, centre: &str, day: &mut Day) -> Result<(), Gone> {
    let kit = world.serve_kit(Some(centre));
    let mut browser = Browser::new(&kit.site);
    Day::sign_in(&mut browser, world)?;
    let life = Duration::from_millis(day.rng.next_u64() % (LONGEST_LIFE / 6));
    killed_after(kit, life, || Day::upload(&mut browser).map(drop))
}

fn kill_after(
    kit: Served,
    life: Duration,
    work: impl FnOnce(&mut Browser) -> Result<(), Gone>,
) -> Result<(), Gone> {
    let mut browser = Browser::new(&kit.site);
    killed_after(kit, life, || work(&mut browser))
}

/// Kills the kit after a time, whatever the officer does meanwhile; at the latest when the work is
/// done.
fn killed_after(
    mut kit: Served,
    life: Duration,
    work: impl FnOnce() -> Result<(), Gone>,
) -> Result<(), Gone> {
    let (done, is_done) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let _ = is_done.recv_timeout(life);
            kit.kill();
        });
        let result = work();
        drop(done);
        result
    })
}

/// Lets the last interview end undisturbed, and everything reach the centre.
fn finish(world: &World, centre: &Served, day: &mut Day) {
    let kit = world.serve_kit(Some(&centre.site));
    let mut browser = Browser::new(&kit.site);
    Day::sign_in(&mut browser, world).unwrap();
    let station = world.at("station");
    let before = day.finished.len();
    day.take_in(&mut browser, &station, |day| day.finished.len() > before).unwrap();
    browser.get("/day").unwrap();
    browser.post("/day/seal", &[]).unwrap();
    let until = Instant::now() + Duration::from_mins(5);
    loop {
        Day::upload(&mut browser).unwrap();
        let page = browser.get("/day").unwrap();
        assert_eq!(page.status, 200);
        if all_arrived(world) || Instant::now() > until {
            return;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Whether the centre has taken everything in that the officer finished. The kit is open in the
/// other program, so the centre is asked.
fn all_arrived(world: &World) -> bool {
    let folder = world.on_disk("kit/outbox");
    let here = std::fs::read_dir(folder).unwrap().count() as u64;
    here == block_on(async {
        let db = world.database().await;
        packets::count(&mut db.read().await.unwrap()).await.unwrap()
    })
}

/// What is at the centre in the end.
#[derive(Debug)]
struct Counted {
    at_the_centre: u64,
    receipts: u64,
}

fn count(world: &World, day: &Day) -> Counted {
    // The server of the kit was dropped, so its folder is free.
    let mut kit = world.open_kit();
    let completed: u64 = kit
        .counts_of_day(jiff::Timestamp::now())
        .unwrap()
        .iter()
        .map(|count| count.completed)
        .sum();
    let packets_here = kit.packets().unwrap();
    let counts = kit.packet_counts().unwrap();
    assert_eq!((counts.sealed, counts.faulty, counts.false_receipts), (0, 0, 0), "{counts:?}");
    let at_the_centre = block_on(async {
        let db = world.database().await;
        let mut tx = db.read().await.unwrap();
        for one in &day.finished {
            let found = applications::get(&mut tx, one.application).await.unwrap();
            assert!(found.is_some(), "a finished enrolment is not at the centre");
        }
        for row in &packets_here {
            let kept = packets::get(&mut tx, row.sealed.packet).await.unwrap().unwrap();
            assert_eq!((kept.hash, kept.quarantine), (row.sealed.hash, None));
        }
        let states = applications::count_by_state(&mut tx).await.unwrap();
        states.iter().map(|(_, count)| count).sum::<u64>()
    });
    assert_eq!(at_the_centre, day.finished.len() as u64, "counts differ");
    assert_eq!(completed, at_the_centre, "the kit counted otherwise");
    assert_eq!(packets_here.len() as u64, at_the_centre);
    check_centre(world, &kit, &packets_here, day);
    Counted { at_the_centre, receipts: counts.receipted }
}

/// What the centre can open is what residents said and showed.
fn check_centre(world: &World, kit: &Kit, rows: &[niims_kit::PacketRow], day: &Day) {
    let key = world.centre_key();
    let (kit_key, officer) = (kit.public_key(), officer_key(kit, world));
    for row in rows {
        let name = hex::encode(row.sealed.hash);
        let file = world.at("centre/packets").join(&name[..2]).join(format!("{name}.packet"));
        let encounter = open(&std::fs::read(file).unwrap(), &kit_key, &officer, &key);
        let promised =
            day.finished.iter().find(|one| one.application == encounter.application).unwrap();
        let resident = &promised.resident;
        assert_eq!(encounter.portrait.unwrap().bytes, resident.portrait);
        assert_eq!(encounter.documents[0].image.bytes, resident.photograph);
        let answers = serde_json::to_string(&encounter.answers).unwrap();
        let questions = promised.saved.iter().filter_map(|part| part.strip_prefix("questions/"));
        for word in questions.flat_map(|question| resident.kept(question)) {
            assert!(answers.contains(word), "an answer did not reach the centre");
        }
    }
}

fn officer_key(kit: &Kit, world: &World) -> OfficerVerifyingKey {
    kit.officers().find(|(id, ..)| *id == world.officer).unwrap().1
}

fn open(
    bytes: &[u8],
    kit: &KitVerifyingKey,
    officer: &OfficerVerifyingKey,
    key: &niims_packet::CentreSecretKey,
) -> Encounter {
    let verified = Envelope::read(bytes).unwrap().verify_kit(kit).unwrap();
    verified.open(key).unwrap().verify_officer(officer).unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

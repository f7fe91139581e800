//! Power cuts: the laptop's disk is an image behind a loop device, and what was not flushed to it
//! is gone when the power goes. What a page called saved is there; and with flushing switched off
//! the same run loses it, so that the test is known to see. `NIIMS_CUTS` asks for more cuts.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a test stops where anything is off"
)]

mod kit_desk;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use kit_desk::browser::{Browser, Gone};
use kit_desk::check::check_kit;
use kit_desk::image::Disk;
use kit_desk::officer::Day;
use kit_desk::world::{Served, World};
use rand_chacha::rand_core::Rng;

/// Cuts unless `NIIMS_CUTS` says otherwise.
const CUTS: usize = 4;
/// Times that the disk is pulled unless `NIIMS_PULLS` says otherwise.
const PULLS: usize = 3;
/// Room on the disk, bytes: the kit takes nobody in with less than 96 MiB free.
const ROOM: u64 = 160 << 20;
/// What a cut adds, generously.
const A_CUT: u64 = 1 << 20;
/// Longest time between signing in and the cut, milliseconds.
const LONGEST_LIFE: u64 = 2_000;

#[test]
fn what_a_page_called_saved_survives_a_power_cut_and_only_because_it_was_flushed() {
    let cuts = std::env::var("NIIMS_CUTS").map_or(CUTS, |n| n.parse().unwrap());
    let Some((world, disk)) = laptop(cuts) else {
        println!("SKIPPED: this machine lets nobody mount a disk image");
        return;
    };
    let mut day = Day::new(u64::from(std::process::id()));
    for _ in 0..cuts {
        work_until_cut(world.serve_kit(None), &world, &disk, &mut day);
        check_kit(&world, &day);
    }
    println!(
        "{cuts} power cuts, {} forms called saved, {} residents finished, nothing lost",
        day.promises,
        day.finished.len()
    );
    assert!(day.promises > cuts as u64 * 2, "nothing was tested");
    without_flushing();
}

/// The same with every flush turned into nothing: it has to lose something, at the first cut.
fn without_flushing() {
    let (world, disk) = laptop(1).unwrap();
    let library = unflushing(world.folder.path());
    let mut day = Day::new(1);
    work_until_cut(world.serve_kit_under(&library), &world, &disk, &mut day);
    assert!(day.promises > 2, "nothing was promised");
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let held = catch_unwind(AssertUnwindSafe(|| check_kit(&world, &day)));
    std::panic::set_hook(before);
    assert!(held.is_err(), "without any flush everything is still there: the test sees nothing");
    println!("with flushing switched off, {} forms were called saved and lost", day.promises);
}

/// The disk is pulled in the middle of the work: no page calls anything saved any more, the kit
/// says so and does not fall over, and with the disk back in everything is there that was saved.
#[test]
fn a_pulled_disk_is_told_and_loses_nothing() {
    let pulls = std::env::var("NIIMS_PULLS").map_or(PULLS, |n| n.parse().unwrap());
    let Some((world, disk)) = laptop(pulls) else {
        println!("SKIPPED: this machine lets nobody mount a disk image");
        return;
    };
    let (mut day, station) = (Day::new(3), world.at("station"));
    for _ in 0..pulls {
        let mut kit = world.serve_kit(None);
        let mut browser = Browser::new(&kit.site);
        Day::sign_in(&mut browser, &world).unwrap();
        let least = day.promises + 1 + day.rng.next_u64() % 20;
        day.take_in(&mut browser, &station, |day| day.promises >= least).unwrap();
        let part = day.ready(&mut browser, &station).unwrap();
        if !disk.pull() {
            println!("SKIPPED: this kernel lets nobody pull a disk");
            return;
        }
        let page = day.send_blindly(&mut browser, &station, &part).unwrap();
        assert!(page.status >= 500, "{part}: {} {}", page.status, page.body);
        assert!(page.body.contains("kit.disk_gone"), "{part}: {}", page.body);
        // It goes on answering.
        assert!(browser.get("/").is_ok() && browser.get("/home").is_ok());
        kit.kill();
        disk.put_back();
        check_kit(&world, &day);
    }
    println!(
        "{pulls} times the disk was pulled, {} forms called saved, nothing lost",
        day.promises
    );
}

/// A kit that was set up in peace, on a disk of its own.
fn laptop(cuts: usize) -> Option<(World, Disk)> {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::make(folder.path(), ROOM + A_CUT * cuts as u64);
    if !disk.is_image() {
        return None;
    }
    let world = World::on(folder, disk.path().to_owned());
    disk.flush();
    Some((world, disk))
}

/// An officer works; then the power goes, at any moment.
fn work_until_cut(mut kit: Served, world: &World, disk: &Disk, day: &mut Day) {
    let mut browser = Browser::new(&kit.site);
    Day::sign_in(&mut browser, world).unwrap();
    let (station, least) = (world.at("station"), day.promises + 3);
    // A few forms go through in any case: a cut that meets nothing shows nothing.
    day.take_in(&mut browser, &station, |day| day.promises >= least).unwrap();
    let life = Duration::from_millis(day.rng.next_u64() % LONGEST_LIFE);
    let worked: Result<(), Gone> = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(life);
            // Nothing is promised any more from here on, and nothing is flushed.
            kit.kill();
        });
        day.take_in(&mut browser, &station, |_| false)
    });
    assert_eq!(worked, Err(Gone));
    disk.cut_power();
}

/// A library in which flushing does nothing, as on a disk that lies.
fn unflushing(folder: &Path) -> PathBuf {
    let (source, library) = (folder.join("unflushing.c"), folder.join("unflushing.so"));
    let nothing = ["fsync", "fdatasync", "syncfs"]
        .map(|name| format!("int {name}(int file) {{ (void)file; return 0; }}\n"))
        .concat();
    let more = "void sync(void) {}\nint msync(void *at, unsigned long n, int how) \
                { (void)at; (void)n; (void)how; return 0; }\n\
                int sync_file_range(int f, long long a, long long b, unsigned how) \
                { (void)f; (void)a; (void)b; (void)how; return 0; }\n";
    std::fs::write(&source, nothing + more).unwrap();
    // The compiler is there, for without one nothing is linked.
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source);
    assert!(compiler.status().unwrap().success());
    library
}

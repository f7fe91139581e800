//! What the disk of a laptop holds after a day at `niims kit serve`: no value that a resident
//! told, in no form. Every byte of the disk is searched, those of deleted files among them.
//! `NIIMS_CAPTURES=100` plants more than a thousand values.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a test stops where anything is off"
)]

mod kit_desk;

use std::collections::BTreeSet;
use std::io::{Read, Write};

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use flate2::read::{GzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};
use kit_desk::browser::Browser;
use kit_desk::image::Disk;
use kit_desk::officer::Day;
use kit_desk::world::World;

/// Captures unless `NIIMS_CAPTURES` says otherwise.
const CAPTURES: usize = 4;
/// Room on the disk, bytes: the kit takes nobody in with less than 96 MiB free.
const ROOM: u64 = 160 << 20;
/// What one capture takes on it, generously.
const A_CAPTURE: u64 = 2 << 20;
/// Longest form of a value, bytes.
const LONGEST: usize = 512;
/// Most that is unpacked where something looks compressed, bytes.
const MOST_UNPACKED: u64 = 1 << 20;

#[test]
fn the_disk_of_a_kit_holds_nothing_that_residents_told() {
    let captures = std::env::var("NIIMS_CAPTURES").map_or(CAPTURES, |n| n.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::make(folder.path(), ROOM + A_CAPTURE * captures as u64);
    let world = World::on(folder, disk.path().to_owned());
    let planted = take_in(&world, captures);
    assert!(planted.len() >= captures * 10, "values were drawn twice");
    disk.unmount();

    let search = Search::new(&planted);
    let (found, bytes) = search.on(&disk);
    println!("{captures} captures, {} values, {bytes} bytes of disk searched", planted.len());
    assert_eq!(found, BTreeSet::new(), "personal data stands readable on the disk");
    search.must_be_able_to_find(&disk, &planted);
}

/// A day: residents taken in, one left half done, slips shown, the day closed, a kill at the end.
fn take_in(world: &World, captures: usize) -> BTreeSet<String> {
    let mut kit = world.serve_kit(None);
    let mut browser = Browser::new(&kit.site);
    let mut day = Day::new(u64::from(std::process::id()) ^ 0xd15c);
    let station = world.at("station");
    Day::sign_in(&mut browser, world).unwrap();
    day.take_in(&mut browser, &station, |day| day.finished.len() >= captures).unwrap();
    for slip in ["/done", "/slip/a6", "/day", "/day/report"] {
        browser.get(slip).unwrap();
    }
    let enough =
        |day: &Day| day.current.as_ref().is_some_and(|one| one.saved.contains("documents"));
    day.take_in(&mut browser, &station, enough).unwrap();
    kit.kill();
    let half_done = day.current.iter();
    let all = day.finished.iter().chain(half_done);
    all.flat_map(|one| one.resident.planted()).map(str::to_owned).collect()
}

/// Looks for values in every form that one would think of.
struct Search {
    plain: AhoCorasick,
    /// The value behind each form.
    of: Vec<String>,
}

impl Search {
    fn new(values: &BTreeSet<String>) -> Self {
        let mut forms = Vec::new();
        let mut of = Vec::new();
        for value in values {
            for form in encodings(value) {
                assert!(form.len() <= LONGEST);
                forms.push(form);
                of.push(value.clone());
            }
        }
        Self { plain: AhoCorasick::new(&forms).unwrap(), of }
    }

    fn on(&self, disk: &Disk) -> (BTreeSet<String>, u64) {
        let mut found = BTreeSet::new();
        // What is compressed may be longer than a value; whatever begins in a piece and ends in
        // the next is looked at in both.
        let bytes =
            disk.each_piece(LONGEST.max(64 << 10), |piece| found.extend(self.in_piece(piece)));
        (found, bytes)
    }

    fn in_piece(&self, piece: &[u8]) -> BTreeSet<String> {
        let mut found = self.in_bytes(piece);
        for at in 0..piece.len().saturating_sub(2) {
            if let Some(unpacked) = unpack(&piece[at..]) {
                found.extend(self.in_bytes(&unpacked));
            }
        }
        found
    }

    fn in_bytes(&self, bytes: &[u8]) -> BTreeSet<String> {
        self.plain.find_iter(bytes).map(|hit| self.of[hit.pattern()].clone()).collect()
    }

    /// A value written to the disk in each form and deleted again is found.
    fn must_be_able_to_find(&self, disk: &Disk, planted: &BTreeSet<String>) {
        let mut values = planted.iter();
        let mut expected = BTreeSet::new();
        disk.mount_again();
        let mut files = Vec::new();
        let sample = encodings(values.next().unwrap()).len();
        for form in 0..sample + 2 {
            let value = values.next().unwrap();
            let bytes = match form.checked_sub(sample) {
                None => encodings(value)[form].clone(),
                Some(0) => zlib(value),
                Some(_) => gzip(value),
            };
            let file = disk.path().join(format!("note-{form}"));
            std::fs::write(&file, bytes).unwrap();
            files.push(file);
            expected.insert(value.clone());
        }
        if disk.is_image() {
            // On the disk first, then deleted: freed blocks keep what stood in them.
            assert!(std::process::Command::new("sync").status().unwrap().success());
            for file in &files {
                std::fs::remove_file(file).unwrap();
            }
        }
        disk.unmount();
        let (found, _) = self.on(disk);
        assert_eq!(found, expected, "the search is blind to a form");
    }
}

/// A value in the forms in which it can lie on a disk.
fn encodings(value: &str) -> Vec<Vec<u8>> {
    let bytes = value.as_bytes();
    let mut all = vec![
        bytes.to_vec(),
        hex::encode(bytes).into_bytes(),
        hex::encode_upper(bytes).into_bytes(),
        value.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        value.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        value.chars().flat_map(|letter| u32::from(letter).to_le_bytes()).collect(),
        value.bytes().rev().collect(),
    ];
    for case in [value.to_uppercase(), value.to_lowercase()] {
        if case != value {
            all.push(case.clone().into_bytes());
            all.push(case.encode_utf16().flat_map(u16::to_le_bytes).collect());
        }
    }
    for shift in 0..3_usize {
        let mut padded = vec![0; shift];
        padded.extend(bytes);
        // Characters that depend on the neighbours are cut off.
        let (first, last) = ((shift * 8).div_ceil(6), (padded.len() * 8) / 6);
        for text in [STANDARD.encode(&padded), URL_SAFE.encode(&padded)] {
            let piece = text.as_bytes()[first..last].to_vec();
            // A short piece would be found by chance in sealed bytes.
            if piece.len() > 6 && !all.contains(&piece) {
                all.push(piece);
            }
        }
    }
    all
}

/// What a stream at this place holds, if one begins here.
fn unpack(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut unpacked = Vec::new();
    match bytes {
        [0x1f, 0x8b, 0x08, ..] => {
            // A stream that breaks off still gave what came before.
            let _ = GzDecoder::new(bytes).take(MOST_UNPACKED).read_to_end(&mut unpacked);
        }
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => {
            let _ = ZlibDecoder::new(bytes).take(MOST_UNPACKED).read_to_end(&mut unpacked);
        }
        _ => return None,
    }
    Some(unpacked)
}

fn zlib(value: &str) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(format!("{value} {value} {value}").as_bytes()).unwrap();
    packed.finish().unwrap()
}

fn gzip(value: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(format!("{value} {value} {value}").as_bytes()).unwrap();
    packed.finish().unwrap()
}

//! Packets on foot: from a kit to a stick, over the centre's command line, and receipts back.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stand outside of test functions"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use niims_country::CountryPack;
use niims_kit::{Kit, KitOptions};
use niims_record::OfficerId;
use niims_sim::census::Census;
use niims_sim::folder::{Desk, write_visit};
use niims_sim::plants;
use niims_sim::prints::PrintSource;
use niims_sim::village::Setting;

const RESIDENTS: usize = 3;

struct World {
    folder: tempfile::TempDir,
    kit_folder: PathBuf,
}

fn niims(arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_niims")).args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let kit_folder = folder.path().join("kit");
        let world = Self { folder, kit_folder };
        World::run(&["init", "--data", &world.at("centre")]);
        let (centre, kit) = (world.at("centre"), world.at("kit"));
        let add = ["staff", "add-kit", "--data", &centre, "--kit", &kit, "--serial", "STICK-1"];
        let out =
            World::run(&[&add[..], &["--sublocation", "X00800", "--officers", "2"][..]].concat());
        let officers: Vec<OfficerId> =
            out.lines().filter_map(|line| line.strip_prefix("officer ")?.parse().ok()).collect();
        std::fs::create_dir(world.folder.path().join("stick")).unwrap();
        let captures = world.captures(officers[1]);
        let captures: Vec<&str> = captures.iter().map(|path| path.to_str().unwrap()).collect();
        let out = World::run(&[&["kit", "enrol", "--kit", &kit][..], &captures[..]].concat());
        assert_eq!(out.matches("saved ").count(), RESIDENTS, "{out}");
        World::run(&["kit", "seal", "--kit", &kit]);
        world
    }

    fn at(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn stick(&self) -> PathBuf {
        self.folder.path().join("stick")
    }

    fn run(arguments: &[&str]) -> String {
        let (code, text) = niims(arguments);
        assert_eq!(code, 0, "{arguments:?}: {text}");
        text
    }

    fn take(&self) -> (i32, String) {
        niims(&["stick", "take", "--data", &self.at("centre"), "--stick", &self.at("stick")])
    }

    fn captures(&self, second_officer: OfficerId) -> Vec<PathBuf> {
        let pack = CountryPack::embedded().unwrap();
        let now = Timestamp::now();
        let setting = Setting { county: "019", today: pack.today(now) };
        let census = Census::embedded().unwrap();
        let scenario = plants::plan(24, setting, &census, &pack, [9; 32]).unwrap();
        let visits = scenario.visits.iter().filter(|visit| visit.plant.is_none());
        visits
            .take(RESIDENTS)
            .map(|visit| {
                let folder = self.folder.path().join(format!("capture-{}", visit.number));
                let desk = Desk { county: "019", finished_at: now, second_officer };
                write_visit(&folder, visit, &PrintSource::Synthetic, &pack, &desk).unwrap();
                folder
            })
            .collect()
    }

    fn kit(&self) -> Kit {
        let pack = Arc::new(CountryPack::embedded().unwrap());
        Kit::open(&self.kit_folder, KitOptions { capture_needs_bytes: 0, ..KitOptions::new(pack) })
            .unwrap()
    }

    /// The files of the kit on the stick with this ending.
    fn files(&self, ending: &str) -> Vec<PathBuf> {
        let folder = std::fs::read_dir(self.stick()).unwrap().next().unwrap().unwrap().path();
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|known| known == ending));
        files.sort();
        files
    }
}

#[test]
fn receipts_come_back_by_the_stick_that_took_the_packets() {
    let world = World::new();
    let now = Timestamp::now();
    let mut kit = world.kit();
    assert_eq!(kit.export(&world.stick(), now).unwrap().packets.len(), RESIDENTS);
    let early = kit.delete_receipted(0, now).unwrap();
    assert!(early.deleted.is_empty(), "nothing goes without a receipt");
    drop(kit);
    let (code, out) = world.take();
    assert_eq!((code, out.matches("receipt ").count()), (0, RESIDENTS), "{out}");
    let receipts = world.files("receipt");
    let texts: Vec<String> =
        receipts.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    // The same stick again: the same receipts, and nobody is registered twice.
    let (code, again) = world.take();
    assert_eq!((code, again.matches("receipt ").count()), (0, RESIDENTS), "{again}");
    for (file, text) in receipts.iter().zip(&texts) {
        assert_eq!(std::fs::read_to_string(file).unwrap().lines().next(), text.lines().next());
    }

    // One receipt under the name of another packet, and one forged.
    std::fs::write(&receipts[1], &texts[0]).unwrap();
    std::fs::write(&receipts[2], forged(&texts[2])).unwrap();
    let mut kit = world.kit();
    let taken = kit.import_receipts(&world.stick(), now).unwrap();
    assert_eq!((taken.verified.len(), taken.false_receipts.len()), (1, 2));
    let kept = kit.delete_receipted(0, now).unwrap();
    assert_eq!(kept.deleted, taken.verified, "only what has a receipt that holds");
    // The true ones, brought again.
    std::fs::write(&receipts[1], &texts[1]).unwrap();
    std::fs::write(&receipts[2], &texts[2]).unwrap();
    let taken = kit.import_receipts(&world.stick(), now).unwrap();
    assert_eq!((taken.verified.len(), taken.false_receipts.len()), (2, 0));
    let doubled = kit.import_receipts(&world.stick(), now).unwrap();
    assert_eq!((doubled.verified.len(), doubled.false_receipts.len()), (0, 0));
    let after = |days: i64| now + SignedDuration::from_hours(24 * days);
    let kept = kit.delete_receipted(14, after(13)).unwrap();
    assert_eq!((kept.deleted.len(), kept.too_young), (0, 2), "not before the set days");
    let gone = kit.delete_receipted(14, after(14)).unwrap();
    assert_eq!((gone.deleted.len(), gone.too_young), (2, 0));
}

/// A receipt that says another hash of its packet.
fn forged(receipt: &str) -> String {
    let place = receipt.len() / 2;
    let mut bytes = receipt.as_bytes().to_vec();
    bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_stick_is_not_believed() {
    let world = World::new();
    world.kit().export(&world.stick(), Timestamp::now()).unwrap();
    let packets = world.files("packet");
    let manifest = &world.files("json")[0];
    let listed = std::fs::read_to_string(manifest).unwrap();
    let refused = |words: &str| {
        let (code, out) = world.take();
        assert_eq!(code, 4, "{out}");
        assert!(out.contains(words), "{words}: {out}");
        out
    };
    // A list that its kit did not sign so.
    std::fs::write(manifest, listed.replacen("\"length\": ", "\"length\": 1", 1)).unwrap();
    refused("not signed by this kit");
    std::fs::write(manifest, "{").unwrap();
    refused("it does not read");
    std::fs::remove_file(manifest).unwrap();
    refused("it is missing");
    assert!(world.files("receipt").is_empty());
    std::fs::write(manifest, &listed).unwrap();
    // An altered packet, and one that is gone; the third is taken.
    let whole = std::fs::read(&packets[0]).unwrap();
    let mut altered = whole.clone();
    *altered.last_mut().unwrap() ^= 1;
    std::fs::write(&packets[0], &altered).unwrap();
    let moved = world.folder.path().join("moved");
    std::fs::rename(&packets[1], &moved).unwrap();
    let out = refused("altered ");
    assert!(out.contains("missing ") && out.contains("receipts 1, refused 2"), "{out}");
    // A link under the name of the file that is written leads nowhere.
    let victim = world.folder.path().join("victim");
    std::fs::write(&victim, "untouched").unwrap();
    let receipt = packets[2].with_extension("receipt");
    link(&victim, &receipt.with_extension("receipt.part"));
    std::fs::write(&packets[0], &whole).unwrap();
    std::fs::rename(&moved, &packets[1]).unwrap();
    let (code, out) = world.take();
    assert_eq!(code, 0, "{out}");
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "untouched");
    // No kit of this centre.
    let stranger = world.stick().join("niims-00000000-0000-4000-8000-000000000001");
    std::fs::create_dir(&stranger).unwrap();
    refused("no such kit is enrolled here");
}

fn link(to: &Path, at: &Path) {
    std::os::unix::fs::symlink(to, at).unwrap();
}

//! Capture folders of synthetic and of listed images.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;
use serde_json::Value;

use super::*;
use crate::census::Census;
use crate::images::RealImages;
use crate::plants::{Plant, Scenario, plan};
use crate::village::Setting;

const COUNTY: &str = "019";

struct Bench {
    pack: CountryPack,
    scenario: Scenario,
    root: tempfile::TempDir,
    second_officer: OfficerId,
}

impl Bench {
    fn new() -> Self {
        let pack = CountryPack::embedded().unwrap();
        let setting = Setting { county: COUNTY, today: pack.today(at()) };
        let census = Census::embedded().unwrap();
        Self {
            scenario: plan(20, setting, &census, &pack, [6; 32]).unwrap(),
            pack,
            root: tempfile::tempdir().unwrap(),
            second_officer: OfficerId::random(&mut ChaCha8Rng::from_seed([1; 32])),
        }
    }

    fn visit(&self, is: impl Fn(&Visit) -> bool) -> &Visit {
        self.scenario.visits.iter().find(|visit| is(visit)).unwrap()
    }

    fn write(&self, visit: &Visit, prints: &PrintSource) -> Result<PathBuf, WriteError> {
        let folder = self.root.path().join(format!("visits/{}", visit.number));
        let desk = Desk { county: COUNTY, finished_at: at(), second_officer: self.second_officer };
        write_visit(&folder, visit, prints, &self.pack, &desk).map(|()| folder)
    }

    /// A folder of listed images: so many fingers with three impressions each.
    fn images(&self, fingers: usize) -> PathBuf {
        let folder = self.root.path().join("images");
        fs::create_dir_all(folder.join("set")).unwrap();
        let mut list = String::new();
        for finger in 0..fingers {
            for impression in 1..=3 {
                let path = format!("set/{finger:03}_{impression}.png");
                fs::write(folder.join(&path), format!("finger {finger} {impression}")).unwrap();
                writeln!(list, "{finger:03}_{impression}\t{path}\t500").unwrap();
            }
        }
        fs::write(folder.join("set.tsv"), list).unwrap();
        folder
    }
}

fn at() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

fn json(folder: &Path, name: &str) -> Value {
    serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap()
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_synthetic_visit_has_everything_that_a_kit_expects() {
    let bench = Bench::new();
    let visit = bench.visit(|visit| visit.plant == Some(Plant::NoUsablePrints));
    let folder = bench.write(visit, &PrintSource::Synthetic).unwrap();
    let expected = ["documents", "fingers", "fingers.json", "form.json", "portrait.png"];
    assert_eq!(names(&folder), expected.map(str::to_owned).into());
    assert_eq!(names(&folder.join("fingers")).len(), 10);
    assert_eq!(names(&folder.join("documents")).len(), 1);
    let form = json(&folder, "form.json");
    assert_eq!(form["form_kind"], "adult");
    assert_eq!(form["exceptions"][0]["reason"], WORN);
    assert!(form["capture_opened_at"].as_str() < form["captured_at"].as_str());
    assert_eq!(json(&folder, "fingers.json")["dpi"], 500);
    assert_eq!(json(&folder, "fingers.json")["missing"], serde_json::json!({}));
    let again = bench.write(visit, &PrintSource::Synthetic).unwrap_err();
    assert_eq!(again.code(), "folder.unwritable", "an earlier folder is not written over");
}

#[test]
fn listed_images_are_dealt_and_handed_on_as_they_are() {
    let bench = Bench::new();
    let people = bench.scenario.printed();
    let mut images = RealImages::open(&bench.images(people.len() * 2 + 1)).unwrap();
    assert_eq!(images.deal(&people).unwrap(), 2);
    let source = PrintSource::Folder(images);

    let second = bench.visit(|visit| matches!(visit.plant, Some(Plant::DoubleRegistration { .. })));
    let first = bench.visit(|visit| visit.resident == second.resident);
    let read = |visit| {
        let folder = bench.write(visit, &source).unwrap();
        assert_eq!(json(&folder, "fingers.json")["missing"].as_object().unwrap().len(), 8);
        fs::read_to_string(folder.join("fingers/right_index.png")).unwrap()
    };
    let (one, other) = (read(first), read(second));
    let finger = one.strip_suffix(" 1").unwrap();
    assert_eq!(other, format!("{finger} 2"), "another impression of the same finger");

    let mut owners = BTreeSet::new();
    for resident in people {
        for print in source.capture(resident, 0, Hands::Usable).unwrap() {
            assert!(owners.insert(print.bytes), "a finger was dealt twice");
        }
    }
}

#[test]
fn images_that_are_too_few_or_ill_listed_are_told_so() {
    let bench = Bench::new();
    let people = bench.scenario.printed();
    let folder = bench.images(people.len() - 1);
    let error = RealImages::open(&folder).unwrap().deal(&people).unwrap_err();
    assert_eq!(error.code(), "images.too_few");
    for (line, code) in [
        ("1_1\tset/1_1.png", "images.line"),
        ("11\tset/1_1.png\t500", "images.line"),
        ("1_1\t../1_1.png\t500", "images.line"),
        ("1_1\t/etc/1_1.png\t500", "images.line"),
        ("1_1\tset/1_1.wsq\t500", "images.line"),
        ("1_1\tset/1_1.png\t5000", "images.line"),
    ] {
        fs::write(folder.join("set.tsv"), line).unwrap();
        assert_eq!(RealImages::open(&folder).unwrap_err().code(), code, "{line}");
    }
    fs::remove_file(folder.join("set.tsv")).unwrap();
    assert_eq!(RealImages::open(&folder).unwrap_err().code(), "images.no_list");
}

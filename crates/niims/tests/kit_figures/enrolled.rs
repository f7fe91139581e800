//! Full enrolments on a kit: ten prints, portrait, two documents, from one capture folder that is
//! enrolled again and again under numbers of its own.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use niims_country::CountryPack;
use niims_kit::{Kit, NewPacket};
use niims_sim::census::Census;
use niims_sim::folder::{Desk, write_visit};
use niims_sim::plants;
use niims_sim::prints::PrintSource;
use niims_sim::village::Setting;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::kit_desk::world::World;

const COUNTY: &str = "019";
const PEOPLE: usize = 30;

/// Writes the capture folder of an adult with two documents.
pub fn capture(world: &World) -> PathBuf {
    let folder = world.at("capture");
    let pack = CountryPack::embedded().unwrap();
    let now = Timestamp::now();
    let setting = Setting { county: COUNTY, today: pack.today(now) };
    let census = Census::embedded().unwrap();
    let scenario = plants::plan(PEOPLE, setting, &census, &pack, [5; 32]).unwrap();
    let desk = Desk { county: COUNTY, finished_at: now, second_officer: world.supervisor };
    let visit = scenario
        .visits
        .iter()
        .find(|visit| visit.plant.is_none() && visit.claimed.identity_card.is_some())
        .unwrap();
    write_visit(&folder, visit, &PrintSource::Synthetic, &pack, &desk).unwrap();
    let first = std::fs::read_dir(folder.join("documents")).unwrap().next().unwrap().unwrap();
    let second = folder.join("documents/birth_certificate_2.png");
    std::fs::copy(first.path(), second).unwrap();
    assert_eq!(std::fs::read_dir(folder.join("fingers")).unwrap().count(), 10);
    folder
}

/// Enrols the same capture so many times; the drafts are complete and unsealed.
pub fn enrol(kit: &mut Kit, world: &World, capture: &Path, times: usize) {
    let mut rng = ChaCha20Rng::from_seed([9; 32]);
    for _ in 0..times {
        let now = Timestamp::now();
        kit.enrol_from_folder(capture, world.officer, now, &mut rng).unwrap();
    }
}

/// Seals everything.
pub fn seal(kit: &mut Kit) -> Vec<NewPacket> {
    let mut rng = ChaCha20Rng::from_seed([10; 32]);
    let report = kit.seal_pending(Timestamp::now(), &mut rng).unwrap();
    assert!(report.failed.is_empty());
    report.sealed
}

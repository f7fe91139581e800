//! Capture, offline, on three kits at once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, anyhow};
use indicatif::ProgressBar;
use jiff::Timestamp;
use niims_country::CountryPack;
use niims_kit::{Kit, KitOptions};
use niims_record::OfficerId;
use niims_sim::folder::{Desk, write_visit};
use niims_sim::plants::Scenario;
use niims_sim::prints::PrintSource;

use crate::ambient;

/// What became of one visit at the kit.
#[derive(Debug, Clone)]
pub enum AtKit {
    /// Saved; the number on the slip.
    Saved {
        /// The number.
        application_number: String,
    },
    /// Refused, with the stable code.
    Refused {
        /// The code.
        code: String,
    },
}

/// One kit with its folder and officer.
pub struct Station {
    /// The kit's folder.
    pub folder: PathBuf,
    /// Who captures and closes the day.
    pub officer: OfficerId,
    /// Who vouches for exceptions.
    pub second_officer: OfficerId,
}

/// Captures every visit on its kit; the answers come in the order of the visits.
pub fn capture_all(
    scenario: &Scenario,
    source: &PrintSource,
    pack: &Arc<CountryPack>,
    stations: &[Station],
    scratch: &Path,
    bar: &ProgressBar,
) -> Result<Vec<AtKit>> {
    let per_kit = std::thread::scope(|scope| {
        let threads: Vec<_> = stations
            .iter()
            .enumerate()
            .map(|(number, station)| {
                let scratch = scratch.join(format!("desk-{number}"));
                scope.spawn(move || {
                    capture_on(number, station, scenario, source, pack, &scratch, bar)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| anyhow!("a kit stopped"))?)
            .collect::<Result<Vec<_>>>()
    })?;
    let mut all: Vec<(usize, AtKit)> = per_kit.into_iter().flatten().collect();
    all.sort_by_key(|(visit, _)| *visit);
    Ok(all.into_iter().map(|(_, outcome)| outcome).collect())
}

fn capture_on(
    number: usize,
    station: &Station,
    scenario: &Scenario,
    source: &PrintSource,
    pack: &Arc<CountryPack>,
    scratch: &Path,
    bar: &ProgressBar,
) -> Result<Vec<(usize, AtKit)>> {
    let mut kit = Kit::open(&station.folder, KitOptions::new(Arc::clone(pack)))?;
    let mut outcomes = Vec::new();
    for (index, visit) in scenario.visits.iter().enumerate() {
        if visit.kit != number {
            continue;
        }
        let folder = scratch.join(index.to_string());
        let now = Timestamp::now();
        let desk = Desk {
            county: &scenario.county,
            finished_at: now,
            second_officer: station.second_officer,
        };
        write_visit(&folder, visit, source, pack, &desk)?;
        let mut rng = ambient::entropy().rng();
        let taken = kit.enrol_from_folder(&folder, station.officer, Timestamp::now(), &mut rng);
        // The desk keeps nothing: what the kit saved, it saved encrypted.
        std::fs::remove_dir_all(&folder)?;
        outcomes.push((
            index,
            match taken {
                Ok(report) => AtKit::Saved { application_number: report.application_number },
                Err(refusal) => AtKit::Refused { code: refusal.code().to_owned() },
            },
        ));
        bar.inc(1);
    }
    Ok(outcomes)
}

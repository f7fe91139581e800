//! How far down a mate stands after each round when nobody is left out before: what the cuts of the rounds
//! must leave in.

use std::collections::BTreeSet;
use std::sync::Arc;

use niims_fingerprint::GalleryReference;
use niims_fingerprint::index::{Index, Level, Round, SearchOptions, Tally};

use crate::{POPULATION, cylinders, sample};

/// A mate's rank by each round, as a share of the people enrolled, and the probe's quality.
pub struct Ranks {
    quality: u8,
    shares: [f64; 3],
}

/// Everybody stays in until the last round.
pub fn rank(index: &Index, person: u64, fingers: usize, worse_than: u8) -> Option<Ranks> {
    let prints = cylinders(&sample(POPULATION, person, 1, fingers));
    if prints.quality() >= worse_than {
        return None;
    }
    let only = Arc::new(BTreeSet::from([GalleryReference(u128::from(person))]));
    let mut all = index.begin(&prints, &SearchOptions::default());
    let alone = SearchOptions { among: Some(only), ..SearchOptions::default() };
    let mut alone = index.begin(&prints, &alone);
    let mut shares = [1.0; 3];
    for (number, _) in Round::ALL.iter().enumerate() {
        if number > 0 {
            all.narrow(Level::LOWEST);
            alone.narrow(Level::LOWEST);
        }
        shares[number] = share_above(&all.tally(), &alone.tally());
    }
    Some(Ranks { quality: prints.quality(), shares })
}

/// The share of the people at the mate's level or above, the mate left out.
fn share_above(all: &Tally, alone: &Tally) -> f64 {
    let level = alone.counts().iter().rposition(|count| *count > 0).unwrap_or(0);
    let above: u64 = all.counts()[level..].iter().map(|count| u64::from(*count)).sum();
    above.saturating_sub(1) as f64 / all.total().max(1) as f64
}

/// Shares of the people within which so many mates stand, for probes of some quality.
pub fn report(ranks: &[Ranks]) {
    for (from, to) in [(0, 70), (70, 76), (76, 80), (80, 82), (82, 86), (86, 90), (90, 101)] {
        let these: Vec<&Ranks> =
            ranks.iter().filter(|rank| (from..to).contains(&rank.quality)).collect();
        println!(
            "quality {from} to {}: {} probes; per million, at 90, 99, 99.5, 99.9 %, worst eight",
            to - 1,
            these.len()
        );
        for (round, name) in ["votes", "one finger", "few fingers"].iter().enumerate() {
            let mut shares: Vec<f64> = these.iter().map(|rank| 1e6 * rank.shares[round]).collect();
            shares.sort_by(f64::total_cmp);
            let at = |share: f64| {
                shares.get((share * shares.len() as f64) as usize).copied().unwrap_or(f64::NAN)
            };
            let worst: Vec<String> =
                shares.iter().rev().take(8).map(|share| format!("{share:.0}")).collect();
            println!(
                "  {name:12} {:8.0} {:8.0} {:8.0} {:8.0}   {}",
                at(0.9),
                at(0.99),
                at(0.995),
                at(0.999),
                worst.join(" ")
            );
        }
    }
}

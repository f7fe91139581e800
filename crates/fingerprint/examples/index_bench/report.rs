//! What the searches say together.

use niims_fingerprint::GalleryReference;

use crate::search::{Found, STAGES};

/// `mates` are the persons searched for, or none.
pub fn report(found: &[Found], name: &str, mates: &[u64]) {
    let number = found.len().max(1) as f64;
    println!("{} searches, {name}; processor milliseconds p50, p95, p99:", found.len());
    for (stage, label) in STAGES.iter().enumerate() {
        let mut times: Vec<f64> = found.iter().map(|found| found.milliseconds[stage]).collect();
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times.get((share * number) as usize).copied().unwrap_or(f64::NAN);
        println!("  {label:16} {:8.2} {:8.2} {:8.2}", at(0.5), at(0.95), at(0.99));
    }
    let quantiles = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        [0.0, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 1.0]
            .map(|share| {
                ((share * values.len() as f64) as usize).min(values.len().saturating_sub(1))
            })
            .map(|at| values.get(at).map_or("-".to_owned(), |value| format!("{value:.1}")))
            .join(" ")
    };
    println!("  quantiles 0, 0.1, 1, 10, 50, 90, 99, 100 %:");
    println!("    shortlisted {}", quantiles(found.iter().map(|f| f.shortlisted as f64).collect()));
    let votes = |votes: Option<u8>| votes.map(f64::from);
    println!(
        "    votes of mate {}",
        quantiles(found.iter().filter_map(|f| votes(f.mate_votes)).collect())
    );
    println!(
        "    votes of the last chosen {}",
        quantiles(found.iter().filter_map(|f| votes(Some(f.least_votes))).collect())
    );
    println!("    mate above {}", quantiles(found.iter().filter_map(|f| f.mate_above).collect()));
    println!("    best other above {}", quantiles(found.iter().map(|f| f.other_above).collect()));
    let share = |count: usize| 100.0 * count as f64 / number;
    let exhaustive = found.iter().filter(|found| found.exhaustive).count();
    println!("  {:.1} % compared with everybody by bits", share(exhaustive));
    let is_mate = |at: usize, reference: &GalleryReference| {
        mates.get(at).is_some_and(|mate| reference.0 == u128::from(*mate))
    };
    let false_candidates: usize = found
        .iter()
        .enumerate()
        .map(|(at, found)| found.candidates.iter().filter(|one| !is_mate(at, one)).count())
        .sum();
    println!("  {false_candidates} false candidates");
    if mates.is_empty() {
        return;
    }
    let missed = |test: &dyn Fn(usize, &Found) -> bool| {
        share(found.iter().enumerate().filter(|(at, found)| !test(*at, found)).count())
    };
    println!(
        "  mate missed: {:.2} % by votes, {:.2} % not first by bits, {:.2} % not among 10, {:.2} % not \
         among 50, {:.2} % not first in full, {:.2} % below the threshold",
        missed(&|_, found| found.rank.is_some()),
        missed(&|_, found| found.rank == Some(0)),
        missed(&|_, found| found.rank.is_some_and(|rank| rank < 10)),
        missed(&|_, found| found.rank.is_some_and(|rank| rank < 50)),
        missed(&|at, found| found.first.is_some_and(|first| is_mate(at, &first))),
        missed(&|at, found| found.candidates.iter().any(|one| is_mate(at, one))),
    );
    by_quality(found, &|at, found| found.candidates.iter().any(|one| is_mate(at, one)));
}

/// Mates not found, for each tenth of the probes, those of poorest quality first.
fn by_quality(found: &[Found], is_found: &dyn Fn(usize, &Found) -> bool) {
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by(|a, b| found[*a].quality.total_cmp(&found[*b].quality));
    let tenths = order.chunks(found.len().div_ceil(10).max(1));
    let missed: Vec<String> = tenths
        .map(|tenth| {
            let missed = tenth.iter().filter(|at| !is_found(**at, &found[**at])).count();
            let best = tenth.last().map_or(0.0, |at| found[*at].quality);
            format!("{missed} of {} (to {best:.0})", tenth.len())
        })
        .collect();
    println!("  mates below the threshold by quality of the probe: {}", missed.join(", "));
}

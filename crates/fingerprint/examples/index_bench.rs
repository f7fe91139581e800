//! Measures the 1:N index on synthetic people: `index_bench [--people N] [--probes N] [--fingers N]
//! [--folder PATH]`. The index is kept in the folder, if one is given, and read from it the next time.
//!
//! Enrols one impression of each finger of so many people, searches with another impression of some
//! of them and with people who are not enrolled, and prints what it cost and what was missed. The
//! people are sampled (`synthetic::sample`), so the figures are those of a simulation.

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use niims_fingerprint::index::{
    Index, IndexKey, Parameters, PersonCylinders, Round, SearchOptions, compare_shortlist,
    promising, trusts_votes,
};
use niims_fingerprint::synthetic::ImpressionConditions;
use niims_fingerprint::synthetic::sample::PersonSampler;
use niims_fingerprint::{
    CANDIDATE_THRESHOLD, FingerPosition, GalleryReference, PersonTemplates, Prepared, Template,
};
use rayon::prelude::*;
use rustix::time::{ClockId, clock_gettime};

/// Persons who are sampled and prepared together before they are enrolled in order.
const BATCH: u64 = 1024;
/// People with other numbers of this population are enrolled; strangers are of the next.
const POPULATION: u64 = 1;

type Fingers = Vec<(FingerPosition, Template)>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str, otherwise: u64| -> Result<u64, Box<dyn Error>> {
        match arguments.iter().position(|argument| argument == name) {
            Some(at) => Ok(arguments.get(at + 1).ok_or("a number is missing")?.parse()?),
            None => Ok(otherwise),
        }
    };
    let people = number("--people", 10_000)?;
    let probes = number("--probes", 1_000)?.min(people);
    let fingers = number("--fingers", 10)? as usize;
    let folder = arguments.iter().position(|argument| argument == "--folder");
    let folder = folder.and_then(|at| arguments.get(at + 1)).map(Path::new);
    let index = match folder {
        Some(folder) if folder.join("0").exists() => read(folder)?,
        _ => build(people, folder)?,
    };
    report_memory(&index);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    pool.install(|| {
        let step = people / probes.max(1);
        let mated: Vec<u64> = (0..probes).map(|probe| probe * step).collect();
        let found: Vec<Found> =
            mated.iter().map(|person| search(&index, POPULATION, *person, fingers)).collect();
        report(&found, "mated", &mated);
        let strangers: Vec<u64> = (0..probes.min(200)).collect();
        let found: Vec<Found> = strangers
            .iter()
            .map(|person| search(&index, POPULATION + 1, *person, fingers))
            .collect();
        report(&found, "strangers", &[]);
    });
    Ok(())
}

/// The first `fingers` fingers of a person: index fingers, thumbs, middle, ring, little.
fn sample(population: u64, person: u64, impression: u32, fingers: usize) -> Fingers {
    use FingerPosition as F;
    let order = [
        F::RightIndex,
        F::LeftIndex,
        F::RightThumb,
        F::LeftThumb,
        F::RightMiddle,
        F::LeftMiddle,
        F::RightRing,
        F::LeftRing,
        F::RightLittle,
        F::LeftLittle,
    ];
    let sampler = PersonSampler::new(population, person);
    let conditions = ImpressionConditions::operational();
    order
        .into_iter()
        .take(fingers)
        .map(|finger| (finger, sampler.finger(finger).impression(impression, &conditions)))
        .collect()
}

fn cylinders(fingers: &Fingers) -> PersonCylinders {
    PersonCylinders::from_templates(fingers.iter().map(|(finger, print)| (*finger, print)))
}

fn empty() -> Index {
    Index::new(&IndexKey::new([42; 32]), Parameters::default())
}

fn read(folder: &Path) -> Result<Index, Box<dyn Error>> {
    let mut index = empty();
    for number in 0.. {
        let Ok(file) = File::open(folder.join(number.to_string())) else { break };
        index.read_segment(&mut BufReader::new(file), 1 << 40)?;
    }
    Ok(index)
}

fn build(people: u64, folder: Option<&Path>) -> Result<Index, Box<dyn Error>> {
    let mut index = empty();
    let (mut sampling, mut enrolling) = (0.0, 0.0);
    let mut minutiae = 0;
    for batch in (0..people).step_by(BATCH as usize) {
        let persons = batch..(batch + BATCH).min(people);
        let start = Instant::now();
        let prints: Vec<(usize, PersonCylinders)> = persons
            .clone()
            .into_par_iter()
            .map(|person| {
                let fingers = sample(POPULATION, person, 0, 10);
                let minutiae = fingers.iter().map(|(_, print)| print.minutiae().len()).sum();
                (minutiae, cylinders(&fingers))
            })
            .collect();
        sampling += start.elapsed().as_secs_f64();
        let start = Instant::now();
        for (person, (number, prints)) in persons.zip(&prints) {
            minutiae += number;
            index.insert(person + 1, GalleryReference(u128::from(person)), prints)?;
        }
        enrolling += start.elapsed().as_secs_f64();
    }
    println!(
        "{people} people, {:.1} minutiae a finger; sampled and made into cylinders in {sampling:.1} s, \
         enrolled in {enrolling:.1} s, {} segments",
        minutiae as f64 / people as f64 / 10.0,
        index.segments().len(),
    );
    if let Some(folder) = folder {
        index.seal();
        for (number, segment) in index.segments().enumerate() {
            let file = File::create(folder.join(number.to_string()))?;
            index.write_segment(segment, &mut BufWriter::new(file))?;
        }
    }
    Ok(index)
}

fn report_memory(index: &Index) {
    let memory = index.memory();
    let each = |bytes: usize| bytes as f64 / index.len().max(1) as f64;
    println!(
        "bytes a person: {:.0} postings, {:.0} bits, {:.0} references, {:.0} head; {:.0} in all",
        each(memory.postings),
        each(memory.bits),
        each(memory.people),
        each(memory.head),
        each(memory.postings + memory.bits + memory.people + memory.head),
    );
}

/// One search: milliseconds of each stage, and what came back.
struct Found {
    milliseconds: [f64; 7],
    exhaustive: bool,
    /// Persons compared in full.
    shortlisted: usize,
    /// How far the mate, or the best of the others, stands above the middle of the ranking, in
    /// distances of the tenth of it from the middle.
    mate_above: Option<f64>,
    other_above: f64,
    /// Place of the mate by bits, from 0; `None` when the votes did not choose it.
    rank: Option<usize>,
    /// Votes of the mate, and of whom the votes chose last.
    mate_votes: Option<u8>,
    least_votes: u8,
    /// Everybody who reached the threshold.
    candidates: Vec<GalleryReference>,
    first: Option<GalleryReference>,
}

const STAGES: [&str; 7] = [
    "probe: preparing",
    "cylinders",
    "votes",
    "bits",
    "full: preparing",
    "full: comparing",
    "all stages",
];

fn search(index: &Index, population: u64, person: u64, fingers: usize) -> Found {
    let templates = sample(population, person, 1, fingers);
    let mut clock = Clock::start();
    let probe = PersonTemplates::from_templates(templates.iter().map(|(f, print)| (*f, print)));
    let probing = clock.lap();
    let prints = cylinders(&templates);
    let making = clock.lap();
    let options = SearchOptions::default();
    let mut part = index.begin(&prints, &options);
    let cut = Round::Votes.cut(&prints, &part.tally());
    let voting = clock.lap();
    part.narrow(cut);
    part.narrow(Round::Sieve.cut(&prints, &part.tally()));
    let ranked = part.ranking();
    let ranking = clock.lap();
    // Reading stored prints is the store's cost; making them ready is ours.
    let (reading, preparing) = (AtomicU64::new(0), AtomicU64::new(0));
    let fetch = |reference: GalleryReference, positions: &[FingerPosition]| {
        let mut clock = Clock::start();
        let stored = sample(POPULATION, reference.0 as u64, 0, 10);
        reading.fetch_add((clock.lap() * 1e6) as u64, Ordering::Relaxed);
        let wanted = stored.iter().filter(|(finger, _)| positions.contains(finger));
        let prints = wanted.map(|(finger, print)| (*finger, Prepared::new(print))).collect();
        preparing.fetch_add((clock.lap() * 1e6) as u64, Ordering::Relaxed);
        Some(prints)
    };
    let shortlist = &ranked[..promising(&ranked, options.shortlist)];
    let candidates = compare_shortlist(&probe, shortlist, options.assignment, fetch);
    let full = clock.lap() - reading.into_inner() as f64 / 1e6;
    let preparing = preparing.into_inner() as f64 / 1e6;
    let all = probing + making + voting + ranking + full;
    let mate = |reference: GalleryReference| reference.0 == u128::from(person);
    let rank = ranked.iter().position(|ranked| mate(ranked.reference));
    let likeness = |at: usize| ranked.get(at).map_or(0.0, |one| one.likeness as f64);
    let (middle, tenth) = (likeness(ranked.len() / 2), likeness(ranked.len() / 10));
    let above = |at: usize| (likeness(at) - middle) / (tenth - middle).max(1.0);
    let reached = candidates.iter().filter(|candidate| candidate.score >= CANDIDATE_THRESHOLD);
    Found {
        milliseconds: [probing, making, voting, ranking, preparing, full - preparing, all],
        exhaustive: !trusts_votes(&prints),
        shortlisted: shortlist.len(),
        mate_above: rank.map(above),
        other_above: if rank == Some(0) { above(1) } else { above(0) },
        mate_votes: rank.map(|rank| ranked[rank].votes),
        least_votes: ranked.iter().map(|one| one.votes).min().unwrap_or(0),
        rank,
        candidates: reached.map(|candidate| candidate.reference).collect(),
        first: candidates.first().map(|candidate| candidate.reference),
    }
}

/// Milliseconds of this thread's processor time: other programs on the machine do not count.
struct Clock(f64);

impl Clock {
    fn start() -> Self {
        Self(Self::now())
    }

    fn now() -> f64 {
        let now = clock_gettime(ClockId::ThreadCPUTime);
        now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
    }

    fn lap(&mut self) -> f64 {
        let now = Self::now();
        let lap = now - self.0;
        self.0 = now;
        lap
    }
}

/// `mates` are the persons searched for, or none.
fn report(found: &[Found], name: &str, mates: &[u64]) {
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
}

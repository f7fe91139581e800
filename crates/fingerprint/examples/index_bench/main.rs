//! Measures the 1:N index on synthetic people: `index_bench [--people N] [--probes N] [--first N]
//! [--fingers N] [--folder PATH]`. Every so many-th person is searched for, beginning with the person of the
//! number `--first`. With `--ranks 1` it is measured instead how far down mates stand after each round. The index is kept in the folder, if one is given, and read from it the next time.
//!
//! Enrols one impression of each finger of so many people, searches with another impression of some
//! of them and with people who are not enrolled, and prints what it cost and what was missed. The
//! people are sampled (`synthetic::sample`), so the figures are those of a simulation; they are drawn
//! again from their numbers where they are needed, and never stored.

mod ranks;
mod report;
mod search;

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;
use std::time::Instant;

use niims_fingerprint::index::{Index, IndexKey, Parameters, PersonCylinders};
use niims_fingerprint::synthetic::ImpressionConditions;
use niims_fingerprint::synthetic::sample::PersonSampler;
use niims_fingerprint::{FingerPosition, GalleryReference, Template};
use rayon::prelude::*;

use report::report;
use search::{Found, search};

/// Persons between two lines about progress.
const PROGRESS: u64 = 50 * BATCH;
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
    let first = number("--first", 0)?;
    let fingers = number("--fingers", 10)? as usize;
    let folder = arguments.iter().position(|argument| argument == "--folder");
    let folder = folder.and_then(|at| arguments.get(at + 1)).map(Path::new);
    let index = match folder {
        Some(folder) if folder.join("0").exists() => read(folder)?,
        _ => build(people, folder)?,
    };
    let mut index = index;
    if number("--unite", 0)? > 0 {
        index.unite();
    }
    report_memory(&index);
    if number("--ranks", 0)? > 0 {
        let step = people / probes.max(1);
        let worse_than = number("--worse-than", 101)?;
        let persons = (0..probes).into_par_iter().map(|probe| (first + probe * step) % people);
        ranks::report(
            &persons
                .filter_map(|person| ranks::rank(&index, person, fingers, worse_than as u8))
                .collect::<Vec<_>>(),
        );
        return Ok(());
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    pool.install(|| {
        let step = people / probes.max(1);
        let mated: Vec<u64> =
            (0..probes).map(|probe| (first + probe * step) % people.max(1)).collect();
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
    let start = Instant::now();
    let mut index = empty();
    let mut bytes = 0;
    for number in 0.. {
        let Ok(file) = File::open(folder.join(number.to_string())) else { break };
        bytes += file.metadata()?.len();
        index.read_segment(&mut BufReader::new(file), 1 << 40)?;
    }
    println!(
        "{} people read in {:.1} s; {:.0} bytes a person on disk",
        index.len(),
        start.elapsed().as_secs_f64(),
        bytes as f64 / index.len().max(1) as f64,
    );
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
        if batch % PROGRESS == 0 {
            eprintln!("{batch} of {people} people enrolled");
        }
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

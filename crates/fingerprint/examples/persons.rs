//! Rates persons of two captures each: `persons LIST.tsv`.
//!
//! A list has lines `person-finger_capture<TAB>path<TAB>dpi` with fingers as the codes of ISO/IEC
//! 19794-2 and captures 1 and 2. Capture 1 of each person is compared with capture 2 of each, as
//! named and with every mistake of naming that the engine knows; fingers of one capture are searched
//! for repetitions. One line of figures for each.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use niims_fingerprint::evaluation::{parse, read_print};
use niims_fingerprint::{
    Assignment, CANDIDATE_THRESHOLD, FingerPosition, PersonTemplates, Prepared, compare_persons,
    repeated_fingers,
};
use rayon::prelude::*;

/// The two captures of each person, in order of the persons' names.
type People = Vec<[PersonTemplates; 2]>;

const ALL_CODES: [u8; 10] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

fn main() -> Result<(), Box<dyn Error>> {
    let list = std::env::args().nth(1).ok_or("usage: persons LIST.tsv")?;
    let people = read(Path::new(&list))?;
    println!("{} persons; scores in nats, threshold {}", people.len(), CANDIDATE_THRESHOLD / 1000);
    for codes in [&[2][..], &[7], &[2, 7], &[2, 3, 7, 8], &ALL_CODES] {
        rate(&only(&people, codes), codes, Assignment::AsStated);
    }
    for assignment in Assignment::ALL.into_iter().skip(1) {
        rate(&people, &ALL_CODES, assignment);
    }
    let repeated: usize = people.iter().flatten().map(|p| repeated_fingers(p).len()).sum();
    println!("fingers of one capture taken for one finger: {repeated}");
    Ok(())
}

fn read(list: &Path) -> Result<People, Box<dyn Error>> {
    let folder = list.parent().unwrap_or(Path::new("."));
    let entries = parse(&fs::read(list)?).map_err(|faults| faults[0].to_string())?.entries;
    let prints: Vec<Option<Prepared>> = entries
        .par_iter()
        .map(|entry| {
            let bytes = fs::read(folder.join(&entry.path)).ok()?;
            read_print(&bytes, entry.dpi).ok().map(|template| Prepared::new(&template))
        })
        .collect();
    let mut people: BTreeMap<String, [PersonTemplates; 2]> = BTreeMap::new();
    for (entry, print) in entries.iter().zip(prints) {
        let (person, rest) = entry.id.split_once('-').ok_or("an id without -")?;
        let (code, capture) = rest.split_once('_').ok_or("an id without _")?;
        let finger = FingerPosition::from_code(code.parse()?).ok_or("no such finger")?;
        let captures = people.entry(person.to_owned()).or_default();
        let capture = captures.get_mut(usize::from(capture != "1")).ok_or("no such capture")?;
        if let Some(print) = print {
            capture.insert(finger, print);
        }
    }
    Ok(people.into_values().collect())
}

fn only(people: &People, codes: &[u8]) -> People {
    let some = |capture: &PersonTemplates| {
        capture
            .iter()
            .filter(|(finger, _)| codes.contains(&finger.code()))
            .map(|(finger, print)| (finger, print.clone()))
            .collect()
    };
    people.iter().map(|captures| captures.each_ref().map(some)).collect()
}

/// All ordered pairs of persons, the first with its capture 1 renamed by `assignment`.
fn rate(people: &People, codes: &[u8], assignment: Assignment) {
    let begun = Instant::now();
    let rows: Vec<Vec<(i32, Assignment)>> = people
        .par_iter()
        .map(|[first, _]| {
            let probe = first.rearranged(assignment);
            let compare = |[_, second]: &[PersonTemplates; 2]| {
                let comparison = compare_persons(&probe, second);
                (comparison.score, comparison.assignment)
            };
            people.iter().map(compare).collect()
        })
        .collect();
    let time = begun.elapsed().as_secs_f64() * 1e6 / (people.len() * people.len()) as f64;
    let own: Vec<_> = rows.iter().enumerate().map(|(i, row)| row[i]).collect();
    let others = || {
        rows.iter().enumerate().flat_map(|(i, row)| {
            row.iter().enumerate().filter(move |(j, _)| i != *j).map(|(_, cell)| *cell)
        })
    };
    let worst = others().map(|(score, _)| score).max().unwrap_or(0);
    let renamed = others().filter(|(_, a)| *a != Assignment::AsStated).count();
    let nats = |score: i32| f64::from(score) / 1000.0;
    println!(
        "{} fingers, {}: found {} of {}, named rightly {}, least {:.1}; others at most {:.1}, \
         of {} {renamed} renamed; {time:.0} µs",
        codes.len(),
        assignment.words(),
        own.iter().filter(|(score, _)| *score >= CANDIDATE_THRESHOLD).count(),
        own.len(),
        own.iter().filter(|(_, a)| *a == assignment).count(),
        nats(own.iter().map(|(score, _)| *score).min().unwrap_or(0)),
        nats(worst),
        others().count(),
    );
}

//! Holds live prints against the minutiae that a card keeps of others: `card_fingers LIST.tsv …`.
//!
//! Each print of a list (lines of id, path and resolution; ids `finger_impression`) is made a card of
//! 60 minutiae in the compact format, and compared with every other print of its list. Says for each
//! threshold how many strangers reach it and how many holders do not.

use std::error::Error;
use std::fs;
use std::path::Path;

use niims_fingerprint::evaluation::{parse, read_print};
use niims_fingerprint::template::record::card;
use niims_fingerprint::{Prepared, compare};
use rayon::prelude::*;

/// Minutiae that a card keeps.
const MINUTIAE: usize = 60;

fn main() -> Result<(), Box<dyn Error>> {
    let (mut holders, mut strangers) = (Vec::new(), Vec::new());
    for list in std::env::args().skip(1) {
        let scores = scores(Path::new(&list))?;
        let of = |same: bool| scores.iter().filter(move |(one, _)| *one == same).map(|(_, s)| *s);
        println!("{list}: {} of one finger, {} of two", of(true).count(), of(false).count());
        holders.extend(of(true));
        strangers.extend(of(false));
    }
    for threshold in (2_000..=8_000).step_by(1_000) {
        let reach = strangers.iter().filter(|score| **score >= threshold).count();
        let miss = holders.iter().filter(|score| **score < threshold).count();
        println!(
            "{threshold}: {reach} of {} strangers reach it, {:.1} % of holders do not",
            strangers.len(),
            100.0 * miss as f64 / holders.len().max(1) as f64
        );
    }
    println!("most alike strangers: {:?}", strangers.iter().max());
    Ok(())
}

/// Whether it is one finger, and the score, for each card and each other print.
fn scores(list: &Path) -> Result<Vec<(bool, i32)>, Box<dyn Error>> {
    let folder = list.parent().unwrap_or(Path::new("."));
    let entries = parse(&fs::read(list)?)
        .map_err(|faults| format!("{}: {}", list.display(), faults[0]))?
        .entries;
    let mut prints = Vec::new();
    for entry in entries {
        let bytes = fs::read(folder.join(&entry.path))?;
        let Ok(live) = read_print(&bytes, entry.dpi) else { continue };
        let kept = card::read(&card::write(&live, MINUTIAE)).map_err(|error| error.to_string())?;
        let finger = entry.id.rsplit_once('_').map_or(entry.id.clone(), |(of, _)| of.to_owned());
        prints.push((finger, Prepared::new(&live), Prepared::new(&kept)));
    }
    let scores = (0..prints.len()).into_par_iter().flat_map_iter(|card| {
        let (of, _, kept) = &prints[card];
        let others = prints.iter().enumerate().filter(move |(live, _)| *live != card);
        others.map(move |(_, (finger, live, _))| (of == finger, compare(kept, live).score))
    });
    Ok(scores.collect())
}

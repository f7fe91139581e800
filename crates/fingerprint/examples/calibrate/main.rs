//! Fits the weights of a comparison: `calibrate LIST.tsv [LIST.tsv …]`.
//!
//! A list has lines `id<TAB>path<TAB>dpi`, paths relative to the list; two prints are of one finger
//! when their ids agree up to the last underscore. Each list weighs the same, as do mates and
//! non-mates. Printed are the weights for `compare/calibration.rs`, what each list gives when it is
//! left out of the fit, and how stated ratios hold: all for minutiae alone, then with texture.
//! Texture is looked at where minutiae alone leave hope, so fit those first.

mod logistic;

use std::error::Error;
use std::fs;
use std::ops::Range;
use std::path::Path;

use logistic::{Fit, Row};
use niims_fingerprint::compare::calibration::{MEASUREMENTS, has_texture, measurements};
use niims_fingerprint::compare::{FINGER_CEILING, FINGER_FLOOR};
use niims_fingerprint::{Comparison, ImageLimits, Prepared, Template, compare};
use niims_fingerprint::{decode_image, extract};
use rayon::prelude::*;

/// Measurements that need no texture, and those that are weighed on top of them.
const OF_MINUTIAE: Range<usize> = 0..5;
const OF_TEXTURE: Range<usize> = 5..MEASUREMENTS;

struct Pair {
    list: usize,
    mate: bool,
    values: [f64; MEASUREMENTS],
    textured: bool,
    minutiae: f64,
    paired: u16,
    score: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let lists: Vec<String> = std::env::args().skip(1).collect();
    if lists.len() < 2 {
        return Err("usage: calibrate LIST.tsv LIST.tsv [LIST.tsv …]".into());
    }
    let mut prints = Vec::new();
    for (index, list) in lists.iter().enumerate() {
        prints.extend(read(index, Path::new(list))?);
    }
    let alone: Vec<_> = prints
        .iter()
        .map(|(list, finger, template)| {
            (*list, finger.clone(), template.clone().with_texture(None))
        })
        .collect();
    let prepared = |list: usize, finger: &String, template: &Template| {
        (list, finger.clone(), Prepared::new(template))
    };
    let mut bare = Vec::new();
    for (list, finger, template) in alone {
        bare.push(prepared(list, &finger, &template?));
    }
    println!("// Minutiae alone");
    examine(&pairs(&bare), &OF_MINUTIAE, lists.len());
    let full: Vec<_> =
        prints.iter().map(|(list, f, template)| prepared(*list, f, template)).collect();
    println!("// With texture");
    examine(&pairs(&full), &OF_TEXTURE, lists.len());
    Ok(())
}

/// List, finger and template.
type Print = (usize, String, Template);

fn read(index: usize, list: &Path) -> Result<Vec<Print>, Box<dyn Error>> {
    let folder = list.parent().unwrap_or(Path::new("."));
    let mut prints = Vec::new();
    for line in fs::read_to_string(list)?.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [id, path, dpi] = fields[..] else {
            return Err(format!("not id, path and dpi: {line}").into());
        };
        let picture = decode_image(&fs::read(folder.join(path))?, &ImageLimits::default())?;
        let finger = id.rsplit_once('_').map_or(id, |(finger, _)| finger);
        // Prints that are refused have nothing to fit.
        if let Ok(found) = extract(&picture, dpi.parse()?) {
            prints.push((index, finger.to_owned(), found.template));
        }
    }
    Ok(prints)
}

/// All pairs within each list.
fn pairs(prints: &[(usize, String, Prepared)]) -> Vec<Pair> {
    let of = |i: usize, j: usize| {
        let (a, b) = (&prints[i], &prints[j]);
        (a.0 == b.0).then(|| pair(a.0, a.1 == b.1, &compare(&a.2, &b.2)))
    };
    (0..prints.len())
        .into_par_iter()
        .flat_map_iter(|i| (i + 1..prints.len()).filter_map(move |j| of(i, j)))
        .collect()
}

fn pair(list: usize, mate: bool, comparison: &Comparison) -> Pair {
    Pair {
        list,
        mate,
        values: measurements(&comparison.parts).map(f64::from),
        textured: has_texture(&comparison.parts),
        minutiae: f64::from(comparison.evidence.minutiae()) / 1000.0,
        paired: comparison.parts.paired,
        score: f64::from(comparison.score) / 1000.0,
    }
}

/// Fits and reports; of pairs that lack measurements the present score stands.
fn examine(pairs: &[Pair], used: &Range<usize>, lists: usize) {
    let on_top = *used == OF_TEXTURE;
    let fitted = |pair: &Pair| !on_top || pair.textured;
    let known = |pair: &Pair| if on_top { pair.minutiae } else { 0.0 };
    let fit_without = |left_out: Option<usize>| {
        let chosen: Vec<&Pair> = pairs.iter().filter(|p| Some(p.list) != left_out).collect();
        // Pairs that fall out count among all, else chances would be stated too low.
        let mut rows = weighted(&chosen, lists, &known);
        let mut keep = chosen.iter().map(|pair| fitted(pair));
        rows.retain(|_| keep.next().unwrap_or(false));
        Fit::of(&rows, used)
    };
    print_weights(&fit_without(None), used);
    let mut scores = vec![0.0; pairs.len()];
    for list in 0..lists {
        let fit = fit_without(Some(list));
        for (score, pair) in scores.iter_mut().zip(pairs).filter(|(_, p)| p.list == list) {
            let nats = (known(pair) + fit.nats(&pair.values)).min(f64::from(pair.paired));
            let limited =
                nats.clamp(f64::from(FINGER_FLOOR) / 1e3, f64::from(FINGER_CEILING) / 1e3);
            *score = if fitted(pair) { limited } else { pair.score };
        }
    }
    report_errors("left out", pairs, &scores, lists);
    let present: Vec<f64> = pairs.iter().map(|pair| pair.score).collect();
    report_errors("as it stands", pairs, &present, lists);
    report_reliability("left out", pairs, &scores, lists);
    report_reliability("as it stands", pairs, &present, lists);
}

/// Each list's mates weigh the same, and so do its non-mates.
fn weighted(pairs: &[&Pair], lists: usize, known: &dyn Fn(&Pair) -> f64) -> Vec<Row> {
    let mut counts = vec![[0usize; 2]; lists];
    for pair in pairs {
        counts[pair.list][usize::from(pair.mate)] += 1;
    }
    pairs
        .iter()
        .map(|pair| Row {
            values: pair.values,
            known: known(pair),
            mate: pair.mate,
            weight: 1.0 / counts[pair.list][usize::from(pair.mate)] as f64,
        })
        .collect()
}

fn print_weights(fit: &Fit, used: &Range<usize>) {
    let whole =
        |values: [f64; MEASUREMENTS]| values.map(|v| v.round() as i64)[used.clone()].to_vec();
    println!("// measurements {used:?}: slopes {:?}", whole(fit.slopes.map(|slope| slope * 1e9)));
    println!("// middles {:?}", whole(fit.middles));
}

/// Mates missed at false match rates of 1e-2, 1e-3 and 1e-4, percent, and the equal error rate.
fn report_errors(name: &str, pairs: &[Pair], scores: &[f64], lists: usize) {
    let mut sums = [0.0; 4];
    for list in 0..lists {
        let of = |mate: bool| -> Vec<f64> {
            let chosen = pairs.iter().zip(scores).filter(|(p, _)| p.list == list && p.mate == mate);
            let mut chosen: Vec<f64> = chosen.map(|(_, score)| *score).collect();
            chosen.sort_by(f64::total_cmp);
            chosen
        };
        let rates = rates(&of(true), &of(false));
        (0..4).for_each(|k| sums[k] += rates[k] / lists as f64);
        println!("// {name}, list {list}: {rates:.2?}");
    }
    println!("// {name}, mean of EER and misses at 1e-2, 1e-3, 1e-4: {sums:.2?}");
}

fn rates(mates: &[f64], others: &[f64]) -> [f64; 4] {
    let share = |values: &[f64], t: f64| {
        values.partition_point(|v| *v < t) as f64 / values.len().max(1) as f64
    };
    let missed = |limit: f64| {
        let all = others.iter().chain(mates).copied();
        let threshold = all.filter(|t| 1.0 - share(others, *t) <= limit).min_by(f64::total_cmp);
        threshold.map_or(100.0, |t| 100.0 * share(mates, t))
    };
    let equal = mates
        .iter()
        .chain(others)
        .map(|t| (share(mates, *t), 1.0 - share(others, *t)))
        .min_by(|a, b| (a.0 - a.1).abs().total_cmp(&(b.0 - b.1).abs()))
        .map_or(100.0, |(miss, false_match)| 50.0 * (miss + false_match));
    [equal, missed(1e-2), missed(1e-3), missed(1e-4)]
}

/// Observed against stated log likelihood ratios, in steps of two nats.
fn report_reliability(name: &str, pairs: &[Pair], scores: &[f64], lists: usize) {
    let everything: Vec<&Pair> = pairs.iter().collect();
    let rows = weighted(&everything, lists, &|_| 0.0);
    for step in -2..7 {
        let (from, to) = (f64::from(2 * step), f64::from(2 * step + 2));
        let (mut mates, mut others, mut count, mut stated) = (0.0, 0.0, 0, 0.0);
        for (row, score) in rows.iter().zip(scores).filter(|(_, s)| (from..to).contains(*s)) {
            *if row.mate { &mut mates } else { &mut others } += row.weight / lists as f64;
            stated += score;
            count += 1;
        }
        let observed = (mates / others).ln();
        let mean = stated / f64::from(count.max(1));
        println!(
            "// {name}, {from} to {to}: {count} pairs, stated {mean:.1}, observed {observed:.1}"
        );
    }
}

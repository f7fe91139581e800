//! What is measured of a set: of each print, and of each pair of prints.

use niims_fingerprint::{Prepared, compare};
use rayon::prelude::*;

use crate::sets::Set;

/// Most pairs of different fingers compared in one set.
const MOST_IMPOSTORS: usize = 40_000;
/// Most pairs of one finger compared in one set.
const MOST_MATES: usize = 3_000;

/// Names of the measurements of a pair, in the order of [`pair`].
pub const OF_PAIRS: [&str; 8] =
    ["score", "paired", "overlap", "local", "relaxed", "closeness", "agreed", "paired of overlap"];

/// Sorted values of each measurement.
pub struct Measured {
    pub name: String,
    pub minutiae: Vec<f32>,
    pub quality: Vec<f32>,
    pub mates: [Vec<f32>; OF_PAIRS.len()],
    pub impostors: [Vec<f32>; OF_PAIRS.len()],
}

impl Measured {
    pub fn of(set: &Set) -> Self {
        let prepared: Vec<Prepared> = set.prints.iter().map(|(_, t)| Prepared::new(t)).collect();
        let count = prepared.len();
        let (mut mates, mut impostors) = (Vec::new(), Vec::new());
        for i in 0..count {
            for j in i + 1..count {
                let same = set.prints[i].0 == set.prints[j].0;
                if same { &mut mates } else { &mut impostors }.push((i, j));
            }
        }
        let run = |pairs: Vec<(usize, usize)>, most: usize| {
            let chosen = spread(pairs, most);
            let rows: Vec<[f32; OF_PAIRS.len()]> =
                chosen.par_iter().map(|&(i, j)| pair(&prepared[i], &prepared[j])).collect();
            std::array::from_fn(|column| sorted(rows.iter().map(|row| row[column])))
        };
        Self {
            name: set.name.clone(),
            minutiae: sorted(set.prints.iter().map(|(_, t)| t.minutiae().len() as f32)),
            quality: sorted(set.prints.iter().map(|(_, t)| f32::from(t.quality()))),
            mates: run(mates, MOST_MATES),
            impostors: run(impostors, MOST_IMPOSTORS),
        }
    }

    /// All sets together, each as measured.
    pub fn pooled(sets: &[Self]) -> Self {
        let pool = |of: fn(&Self) -> &Vec<f32>| sorted(sets.iter().flat_map(of).copied());
        let columns = |of: fn(&Self) -> &[Vec<f32>; OF_PAIRS.len()]| {
            std::array::from_fn(|i| sorted(sets.iter().flat_map(|set| &of(set)[i]).copied()))
        };
        Self {
            name: "all real".to_owned(),
            minutiae: pool(|set| &set.minutiae),
            quality: pool(|set| &set.quality),
            mates: columns(|set| &set.mates),
            impostors: columns(|set| &set.impostors),
        }
    }
}

fn pair(first: &Prepared, second: &Prepared) -> [f32; OF_PAIRS.len()] {
    let comparison = compare(first, second);
    let parts = comparison.parts;
    let overlap = (f32::from(parts.overlap.0) * f32::from(parts.overlap.1)).sqrt();
    let size = ((first.minutiae() * second.minutiae()) as f32).sqrt();
    [
        comparison.score as f32 / 1000.0,
        f32::from(parts.paired),
        overlap / size.max(1.0),
        parts.local as f32 / 65_536.0,
        parts.relaxed as f32 / 16_777_216.0,
        parts.closeness as f32 / 65_536.0,
        parts.agreed as f32 / 65_536.0,
        f32::from(parts.paired) / overlap.max(1.0),
    ]
}

/// Every so-manieth pair, so that at most `most` remain, from all of the set.
fn spread(pairs: Vec<(usize, usize)>, most: usize) -> Vec<(usize, usize)> {
    let stride = pairs.len().div_ceil(most).max(1);
    pairs.into_iter().step_by(stride).collect()
}

fn sorted(values: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut values: Vec<f32> = values.collect();
    values.sort_unstable_by(f32::total_cmp);
    values
}

//! How well the extractor finds minutiae that are known: `extraction_against_truth FINGERS`.
//!
//! Grows fingers, takes an impression of each under good, typical and poor conditions and holds the
//! extracted template against the minutiae that lie on the sensor. Prints, for each condition, the
//! share of true minutiae found, the share of found ones that are true, of those the share of equal
//! kind, and the errors of place and direction.

use std::error::Error;

use niims_fingerprint::synthetic::{ImpressionConditions, MasterFinger, PersonTraits, TrueMinutia};
use niims_fingerprint::template::SUBPIXEL;
use niims_fingerprint::{FingerPosition, Minutia, extract};
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;

/// A minutia found nearer than this to a true one, px, and turned by less, rad, is that one.
const NEAR: (f32, f32) = (10.0, 0.7);

/// Sums over the impressions of one condition.
#[derive(Default)]
struct Tally {
    refused: u32,
    truth: usize,
    found: usize,
    same_kind: usize,
    /// Place errors along the minutia's direction and across it, px; direction errors, rad.
    along: Vec<f32>,
    across: Vec<f32>,
    turned: Vec<f32>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let usage = "usage: extraction_against_truth FINGERS (1 to 65535)";
    let count: u16 = std::env::args().nth(1).ok_or(usage)?.parse().map_err(|_| usage)?;
    let all = [
        ("good", ImpressionConditions::good()),
        ("typical", ImpressionConditions::typical()),
        ("poor", ImpressionConditions::poor()),
    ];
    let mut tallies: [Tally; 3] = Default::default();
    for number in 0..count {
        let position = FingerPosition::all()[usize::from(number % 10)];
        let traits = PersonTraits::adult(&mut generator(number, 1));
        let finger = MasterFinger::grow(seed(number, 2), position, &traits);
        for ((_, conditions), tally) in all.iter().zip(&mut tallies) {
            let (picture, truth) =
                finger.labelled_impression(&mut generator(number, 3), conditions);
            match extract(&picture, 500) {
                Ok(found) => tally.add(&truth, found.template.minutiae()),
                Err(_) => tally.refused += 1,
            }
        }
    }
    println!(
        "condition  refused  true  found  recall  precision  kind   along ±sd   across ±sd   turned sd"
    );
    for ((name, _), tally) in all.iter().zip(&tallies) {
        tally.print(name, count);
    }
    Ok(())
}

impl Tally {
    fn add(&mut self, truth: &[TrueMinutia], found: &[Minutia]) {
        self.truth += truth.len();
        self.found += found.len();
        let mut near: Vec<(f32, usize, usize)> = Vec::new();
        for (i, own) in truth.iter().enumerate() {
            for (j, other) in found.iter().enumerate() {
                let (dx, dy, turn) = error(own, *other);
                let squared = dx * dx + dy * dy;
                if squared < NEAR.0 * NEAR.0 && turn.abs() < NEAR.1 {
                    near.push((squared, i, j));
                }
            }
        }
        near.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut taken = (vec![false; truth.len()], vec![false; found.len()]);
        for (_, i, j) in near {
            if taken.0[i] || taken.1[j] {
                continue;
            }
            (taken.0[i], taken.1[j]) = (true, true);
            let (dx, dy, turn) = error(&truth[i], found[j]);
            let (sine, cosine) = truth[i].direction.sin_cos();
            self.along.push(dx * cosine - dy * sine);
            self.across.push(-dx * sine - dy * cosine);
            self.turned.push(turn);
            self.same_kind += usize::from(truth[i].kind == found[j].kind);
        }
    }

    fn print(&self, name: &str, count: u16) {
        let matched = self.along.len() as f32;
        let share = |of: usize| 100.0 * matched / of.max(1) as f32;
        let ((along, along_sd), (across, across_sd)) =
            (moments(&self.along), moments(&self.across));
        println!(
            "{name:<10} {:>7} {:>5.1} {:>6.1} {:>6.1} % {:>8.1} % {:>4.0} % {along:>6.1} ±{along_sd:<4.1} {across:>6.1} ±{across_sd:<4.1} {:>6.1}°",
            self.refused,
            self.truth as f32 / f32::from(count),
            self.found as f32 / f32::from(count),
            share(self.truth),
            share(self.found),
            100.0 * self.same_kind as f32 / matched.max(1.0),
            moments(&self.turned).1.to_degrees(),
        );
    }
}

/// Found less true: px rightwards and downwards, rad anticlockwise.
fn error(own: &TrueMinutia, other: Minutia) -> (f32, f32, f32) {
    let place = |value: u16| f32::from(value) / f32::from(SUBPIXEL);
    let turn = f32::from(other.direction) * std::f32::consts::TAU / 256.0 - own.direction;
    let turn = turn - std::f32::consts::TAU * (turn / std::f32::consts::TAU).round();
    (place(other.x) - own.x, place(other.y) - own.y, turn)
}

fn moments(values: &[f32]) -> (f32, f32) {
    let count = values.len().max(1) as f32;
    let mean = values.iter().sum::<f32>() / count;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / count;
    (mean, variance.sqrt())
}

fn seed(number: u16, purpose: u8) -> [u8; 32] {
    let mut seed = [purpose; 32];
    seed[..2].copy_from_slice(&number.to_le_bytes());
    seed
}

fn generator(number: u16, purpose: u8) -> ChaCha8Rng {
    ChaCha8Rng::from_seed(seed(number, purpose))
}

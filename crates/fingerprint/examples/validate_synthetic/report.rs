//! Tables: quantiles of all sets, and the gates between a synthetic and a real one.

use crate::measure::{Measured, OF_PAIRS};

/// Shares at which distributions are shown.
const SHARES: [f32; 7] = [0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999];

/// Most Kolmogorov–Smirnov distance allowed. Two halves of a real set of 200 mates lie
/// 0.1 apart by chance.
const MOST_KS: f32 = 0.05;

/// Prints the quantiles of every measurement of every set.
pub fn quantiles(sets: &[&Measured]) {
    let header = SHARES.map(|share| format!("{:>9.1} %", share * 100.0)).concat();
    let line = |what: &str, set: &Measured, values: &[f32]| {
        let row = SHARES.map(|share| format!("{:>11.3}", quantile(values, share))).concat();
        println!("{what:<28}{:<14}{:>7}{row}", set.name, values.len());
    };
    println!("{:<28}{:<14}{:>7}{header}", "measurement", "set", "values");
    for set in sets {
        line("minutiae", set, &set.minutiae);
    }
    for set in sets {
        line("finger quality", set, &set.quality);
    }
    for (i, name) in OF_PAIRS.iter().enumerate() {
        for set in sets {
            line(&format!("mates: {name}"), set, &set.mates[i]);
        }
        for set in sets {
            line(&format!("impostors: {name}"), set, &set.impostors[i]);
        }
    }
}

/// Prints the gates that a synthetic set has to pass against a real one: what, target, measured.
pub fn gates(synthetic: &Measured, real: &Measured) {
    println!(
        "\n{} against {}\n| gate | target | measured | |\n|---|---|---|---|",
        synthetic.name, real.name
    );
    for (i, name) in OF_PAIRS.iter().enumerate() {
        let mates = distance(&synthetic.mates[i], &real.mates[i]);
        line(&format!("KS, {name}, mates"), "≤ 0.05", &format!("{mates:.3}"), mates <= MOST_KS);
        let impostors = distance(&synthetic.impostors[i], &real.impostors[i]);
        line(
            &format!("KS, {name}, impostors"),
            "≤ 0.05",
            &format!("{impostors:.3}"),
            impostors <= MOST_KS,
        );
    }
    let minutiae = distance(&synthetic.minutiae, &real.minutiae);
    line("KS, minutiae a print", "≤ 0.05", &format!("{minutiae:.3}"), minutiae <= MOST_KS);
    for below in [0.0, 4.0, 7.0, 13.99] {
        let [own, wanted] = [synthetic, real].map(|set| 100.0 * share_below(&set.mates[0], below));
        let what = format!("mates below {below} nats: not fewer");
        line(&what, &format!("{wanted:.1} %"), &format!("{own:.1} %"), own >= wanted);
    }
    for from in [0.0, 2.0, 4.0, 6.0] {
        let [own, wanted] =
            [synthetic, real].map(|set| 1e6 * (1.0 - share_below(&set.impostors[0], from)));
        let what = format!("impostors from {from} nats, per million: within a half");
        let close = own <= 1.5 * wanted && own * 1.5 >= wanted;
        line(&what, &format!("{wanted:.0}"), &format!("{own:.0}"), close);
    }
    let [own, wanted] = [synthetic, real].map(|set| slope(&set.impostors[0]));
    let close = (own - wanted).abs() <= 0.2 * wanted.abs();
    line(
        "slope of the log impostor tail, 1/nat: ± 20 %",
        &format!("{wanted:.2}"),
        &format!("{own:.2}"),
        close,
    );
}

fn line(what: &str, target: &str, measured: &str, passes: bool) {
    println!("| {what} | {target} | {measured} | {} |", if passes { "pass" } else { "miss" });
}

/// How fast the share of impostors falls with the score: decrease of its natural logarithm per nat,
/// from 0 nats on, as of an exponential tail (maximum likelihood).
fn slope(scores: &[f32]) -> f32 {
    let tail = &scores[scores.partition_point(|score| *score < 0.0)..];
    tail.len() as f32 / tail.iter().sum::<f32>().max(1e-6)
}

/// Value at a share of a sorted list.
fn quantile(values: &[f32], share: f32) -> f32 {
    let at = (share * (values.len().max(1) - 1) as f32).round() as usize;
    values.get(at).copied().unwrap_or(f32::NAN)
}

fn share_below(values: &[f32], limit: f32) -> f32 {
    values.partition_point(|value| *value < limit) as f32 / values.len().max(1) as f32
}

/// Kolmogorov–Smirnov distance of two sorted lists: the largest difference of their shares.
fn distance(a: &[f32], b: &[f32]) -> f32 {
    let at = |value: f32| {
        let share =
            |list: &[f32]| list.partition_point(|v| *v <= value) as f32 / list.len().max(1) as f32;
        (share(a) - share(b)).abs()
    };
    a.iter().chain(b).map(|value| at(*value)).fold(0.0, f32::max)
}

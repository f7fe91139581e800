//! Logistic regression with weights, by Newton's method.

use std::ops::Range;

use niims_fingerprint::compare::calibration::MEASUREMENTS;

/// One comparison: its measurements, whether it is of one finger, and its weight.
pub struct Row {
    pub values: [f64; MEASUREMENTS],
    /// What is known beforehand, nats.
    pub known: f64,
    pub mate: bool,
    pub weight: f64,
}

/// A fitted combination: `known + Σ slope (value − middle)` nats; while fitting, with a constant.
#[derive(Clone, Default)]
pub struct Fit {
    pub slopes: [f64; MEASUREMENTS],
    pub middles: [f64; MEASUREMENTS],
    pub constant: f64,
}

/// Holds the slopes of measurements that say the same apart.
const RIDGE: f64 = 1e-4;
const ROUNDS: usize = 40;
const SIZE: usize = MEASUREMENTS + 1;

impl Fit {
    /// What is added to what is known.
    pub fn nats(&self, values: &[f64; MEASUREMENTS]) -> f64 {
        let parts = (0..MEASUREMENTS).map(|k| self.slopes[k] * (values[k] - self.middles[k]));
        self.constant + parts.sum::<f64>()
    }

    /// Fits the measurements in `used`.
    pub fn of(rows: &[Row], used: &Range<usize>) -> Self {
        let total: f64 = rows.iter().map(|row| row.weight).sum();
        let mean = |mate: bool, f: &dyn Fn(&Row) -> f64| {
            let of = || rows.iter().filter(|row| row.mate == mate);
            of().map(|row| row.weight * f(row)).sum::<f64>()
                / of().map(|row| row.weight).sum::<f64>()
        };
        let mut fit = Self::default();
        let mut spread = [1.0; MEASUREMENTS];
        for k in used.clone() {
            // Midway between one finger and two.
            let value = |row: &Row| row.values[k];
            let middle = 0.5 * (mean(true, &value) + mean(false, &value));
            let squared = |row: &Row| (row.values[k] - middle).powi(2);
            fit.middles[k] = middle;
            spread[k] = (0.5 * (mean(true, &squared) + mean(false, &squared))).sqrt().max(1e-9);
        }
        let mut solution = [0.0; SIZE];
        for _ in 0..ROUNDS {
            let step = newton_step(rows, total, used, &fit.middles, &spread, &solution);
            (0..SIZE).for_each(|k| solution[k] += step[k]);
        }
        for k in used.clone() {
            fit.slopes[k] = solution[k] / spread[k];
        }
        fit.constant = solution[MEASUREMENTS];
        fit.move_middles(used);
        fit
    }

    /// Takes the constant into the middles, in the proportion in which the measurements weigh.
    fn move_middles(&mut self, used: &Range<usize>) {
        let sum: f64 = used.clone().map(|k| (self.slopes[k] * self.middles[k]).abs()).sum();
        for k in used.clone() {
            let share = (self.slopes[k] * self.middles[k]).abs() / sum;
            self.middles[k] -= self.constant * share / self.slopes[k];
        }
        self.constant = 0.0;
    }
}

fn newton_step(
    rows: &[Row],
    total: f64,
    used: &Range<usize>,
    middles: &[f64; MEASUREMENTS],
    spread: &[f64; MEASUREMENTS],
    solution: &[f64; SIZE],
) -> [f64; SIZE] {
    let mut gradient = [0.0; SIZE];
    let mut curvature = [[0.0; SIZE]; SIZE];
    for row in rows {
        let z: [f64; SIZE] = std::array::from_fn(|k| match k {
            MEASUREMENTS => 1.0,
            k if used.contains(&k) => (row.values[k] - middles[k]) / spread[k],
            _ => 0.0,
        });
        let nats: f64 = row.known + z.iter().zip(solution).map(|(z, s)| z * s).sum::<f64>();
        let expected = 1.0 / (1.0 + (-nats.clamp(-30.0, 30.0)).exp());
        let weight = row.weight / total;
        for k in 0..SIZE {
            gradient[k] += weight * z[k] * (f64::from(u8::from(row.mate)) - expected);
            for l in 0..SIZE {
                curvature[k][l] += weight * z[k] * z[l] * expected * (1.0 - expected);
            }
        }
    }
    for k in 0..SIZE {
        let hold = if k == MEASUREMENTS { RIDGE * 1e-3 } else { RIDGE };
        gradient[k] -= hold * solution[k];
        curvature[k][k] += hold;
    }
    solve(curvature, gradient)
}

/// Gaussian elimination; the matrix is positive definite.
fn solve(mut a: [[f64; SIZE]; SIZE], mut b: [f64; SIZE]) -> [f64; SIZE] {
    for k in 0..SIZE {
        for l in k + 1..SIZE {
            let factor = a[l][k] / a[k][k];
            let pivot = a[k];
            for (value, above) in a[l].iter_mut().zip(pivot) {
                *value -= factor * above;
            }
            b[l] -= factor * b[k];
        }
    }
    for k in (0..SIZE).rev() {
        for l in k + 1..SIZE {
            b[k] -= a[k][l] * b[l];
        }
        b[k] /= a[k][k];
    }
    b
}

//! Bin widths of the subbands, and coefficients to whole numbers and back.

use super::layout::{BANDS, Layout, Region};
use super::wavelet::Coefficients;

/// Entries of the table in the file, of which the last four are never used.
pub(super) const TABLE_BANDS: usize = 64;

/// The quantisation table of a file.
#[derive(Clone)]
pub(super) struct Quantisation {
    /// Where in its bin a number is put back, 0 to 1.
    pub(super) centre: f32,
    /// Width of a bin and of the bin around zero; a subband of width 0 is not sent.
    pub(super) bins: [(f32, f32); TABLE_BANDS],
}

/// Bin centre of the specification, hundredths.
pub(super) const CENTRE_HUNDREDTHS: u16 = 44;
/// The bin around zero is this much wider than the others (specification, clause 3.2).
const ZERO_BIN: f64 = 1.2;
/// Loading factor: how many standard deviations the bins of a subband span to one side.
const LOADING: f64 = 2.5;
/// A subband of less variance is not sent.
const LEAST_VARIANCE: f64 = 1.01;
/// Least bin width, grey values of the scaled picture: a smooth picture would otherwise spend all
/// its bits on bins too narrow for the table. At this width no coefficient (5,300 at most) takes
/// more than 15 bits, and its error is an eighth of a grey value at most.
const LEAST_WIDTH: f64 = 0.25;
/// When the four lowest subbands have less variance than this together, the whole of each subband
/// is measured and not its middle.
const LEAST_LOW_VARIANCE: f64 = 20_000.0;

/// Share of the picture that a subband holds, by its level.
fn share(band: usize) -> f64 {
    match band {
        0..=3 => 1.0 / 1024.0,
        4..=50 => 1.0 / 256.0,
        _ => 1.0 / 16.0,
    }
}

/// The weights *A* of the specification's formula for bin widths.
fn weight(band: usize) -> f64 {
    match band {
        52 | 56 => 1.32,
        53 | 55 | 58 | 59 => 1.08,
        54 | 57 => 1.42,
        _ => 1.0,
    }
}

/// The whole number for a coefficient.
pub(super) fn quantise(value: f32, (width, zero): (f32, f32)) -> i32 {
    let past = value.abs() - zero / 2.0;
    if past <= 0.0 {
        return 0;
    }
    let number = (past / width) as i32 + 1;
    if value < 0.0 { -number } else { number }
}

impl Quantisation {
    /// The coefficient for a whole number of a subband.
    pub(super) fn restore(&self, band: usize, number: i32) -> f32 {
        let (width, zero) = self.bins[band];
        let size = width * (number.abs() as f32 - self.centre) + zero / 2.0;
        match number.signum() {
            1 => size,
            -1 => -size,
            _ => 0.0,
        }
    }
}

/// Bin widths, and widths of the bins around zero, that spend about `rate` bits a pixel
/// (specification, annex on the encoder).
pub(super) fn bin_widths(plane: &Coefficients, layout: &Layout, rate: f64) -> [(f64, f64); BANDS] {
    let variances = variances(plane, layout);
    let mut bins = [(0.0, 0.0); BANDS];
    let sent: Vec<usize> = (0..BANDS).filter(|band| variances[*band] >= LEAST_VARIANCE).collect();
    // Widths up to a common factor.
    let relative = |band: usize| match band {
        0..=3 => 1.0,
        _ => 10.0 / (weight(band) * variances[band].ln()),
    };
    let mut active = sent.clone();
    let mut factor = 1.0;
    while !active.is_empty() {
        let shares: f64 = active.iter().map(|band| share(*band)).sum();
        let log_product: f64 = active
            .iter()
            .map(|band| share(*band) * (variances[*band].sqrt() / relative(*band)).log2())
            .sum();
        factor = ((rate / shares - 1.0) - log_product / shares).exp2() / LOADING;
        // A subband whose bins are wider than all its values takes no bits; share its part out.
        let before = active.len();
        active.retain(|band| relative(*band) / factor < 2.0 * LOADING * variances[*band].sqrt());
        if active.len() == before {
            break;
        }
    }
    for band in sent {
        let width = (relative(band) / factor).max(LEAST_WIDTH);
        bins[band] = (width, ZERO_BIN * width);
    }
    bins
}

fn variances(plane: &Coefficients, layout: &Layout) -> [f64; BANDS] {
    let middle = std::array::from_fn(|band| variance(plane, middle_of(layout.bands[band])));
    if middle[..4].iter().sum::<f64>() >= LEAST_LOW_VARIANCE {
        return middle;
    }
    std::array::from_fn(|band| variance(plane, layout.bands[band]))
}

/// The middle three quarters of the width and seven sixteenths of the height, where the finger is;
/// the whole when too little of a small subband would be left.
fn middle_of(band: Region) -> Region {
    let (width, height) = (3 * band.width / 4, 7 * band.height / 16);
    if width * height < 2 {
        return band;
    }
    Region { x: band.x + band.width / 8, y: band.y + 9 * band.height / 32, width, height }
}

fn variance(plane: &Coefficients, region: Region) -> f64 {
    let count = (region.width * region.height) as f64;
    if count < 2.0 {
        return 0.0;
    }
    let (mut sum, mut squares) = (0.0, 0.0);
    for y in region.y..region.y + region.height {
        let begin = y * plane.width + region.x;
        for value in &plane.values[begin..begin + region.width] {
            sum += f64::from(*value);
            squares += f64::from(*value) * f64::from(*value);
        }
    }
    (squares - sum * sum / count) / (count - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_comes_back_into_its_bin() {
        let bins = (2.0, 2.4);
        let mut table = Quantisation { centre: 0.44, bins: [(0.0, 0.0); TABLE_BANDS] };
        table.bins[7] = bins;
        for (value, number) in [(1.2, 0), (-1.2, 0), (1.3, 1), (3.1, 1), (3.3, 2), (-3.3, -2)] {
            assert_eq!(quantise(value, bins), number);
            assert!((table.restore(7, number) - value).abs() <= 1.3, "{value}");
        }
        assert_eq!(quantise(table.restore(7, -300), bins), -300);
    }
}

//! The two-channel wavelet filter bank, forwards and back, over a plane split as in the layout.

use super::layout::{Layout, Node};

/// Most taps to one side of a filter's centre that are read.
pub(super) const MAX_HALF: usize = 15;
/// Numbers nearer to zero than this are taken for it when a picture is put together: products of
/// such numbers leave the range that processors compute at full speed, 100 times slower, and a file
/// could be full of them. No grey value changes by them.
const NEGLIGIBLE: f32 = 1e-12;
/// Lines transformed at a time, so that the inner loop runs over neighbours in memory.
const LANES: usize = 16;

/// Analysis filters, from the centre outwards; both are symmetric.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Filters {
    pub(super) low: Vec<f32>,
    pub(super) high: Vec<f32>,
}

/// The 9/7 biorthogonal pair of table 1 of the specification.
pub(super) const LOW: [f64; 5] = [
    0.852_698_679_009_403_4,
    0.377_402_855_612_653_8,
    -0.110_624_404_418_423_42,
    -0.023_849_465_019_380_0,
    0.037_828_455_506_995_46,
];
/// The high filter of the same table.
pub(super) const HIGH: [f64; 4] = [
    0.788_485_616_405_664_4,
    -0.418_092_273_222_212_2,
    -0.040_689_417_609_558_44,
    0.064_538_882_628_938_45,
];

/// A plane of coefficients, row by row.
pub(super) struct Coefficients {
    pub(super) width: usize,
    pub(super) values: Vec<f32>,
}

/// Which way a pass goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Forward,
    Back,
}

/// Picture to subbands.
pub(super) fn decompose(plane: &mut Coefficients, layout: &Layout, filters: &Filters) {
    // Low frequencies stand at even samples, high ones at odd samples.
    let taps = [filters.low.clone(), filters.high.clone()];
    for node in &layout.nodes {
        across(plane, node, &taps, Way::Forward);
        down(plane, node, &taps, Way::Forward);
    }
}

/// Subbands to picture.
pub(super) fn reconstruct(plane: &mut Coefficients, layout: &Layout, filters: &Filters) {
    let sign = |j: usize| if j.is_multiple_of(2) { 1.0 } else { -1.0 };
    let tap = |filter: &[f32], j: usize| filter.get(j).map_or(0.0, |tap| sign(j) * settled(*tap));
    let half = filters.low.len().max(filters.high.len());
    // The synthesis filters are the analysis filters, swapped and with alternating signs. Seen
    // from an even sample, neighbours at even distance are low and at odd distance high.
    let (low, high) = (&filters.high[..], &filters.low[..]);
    let mixed = |even: &[f32], odd: &[f32]| -> Vec<f32> {
        (0..half).map(|j| if j.is_multiple_of(2) { tap(even, j) } else { tap(odd, j) }).collect()
    };
    let taps = [mixed(low, high), mixed(high, low)];
    for node in layout.nodes.iter().rev() {
        down(plane, node, &taps, Way::Back);
        across(plane, node, &taps, Way::Back);
    }
}

/// All lines of one direction of a rectangle.
struct Pass {
    /// Index of the first sample of the first line.
    origin: usize,
    /// Samples of a line, and the step from one to the next.
    length: usize,
    step: usize,
    /// Lines, and the step from one to the next.
    lines: usize,
    line_step: usize,
    high_first: bool,
}

fn across(plane: &mut Coefficients, node: &Node, taps: &[Vec<f32>; 2], way: Way) {
    let region = node.region;
    let pass = Pass {
        origin: region.y * plane.width + region.x,
        length: region.width,
        step: 1,
        lines: region.height,
        line_step: plane.width,
        high_first: node.high_left,
    };
    run(&mut plane.values, &pass, taps, way);
}

fn down(plane: &mut Coefficients, node: &Node, taps: &[Vec<f32>; 2], way: Way) {
    let region = node.region;
    let pass = Pass {
        origin: region.y * plane.width + region.x,
        length: region.height,
        step: plane.width,
        lines: region.width,
        line_step: 1,
        high_first: node.high_above,
    };
    run(&mut plane.values, &pass, taps, way);
}

fn run(values: &mut [f32], pass: &Pass, taps: &[Vec<f32>; 2], way: Way) {
    if pass.length == 0 {
        return;
    }
    let mut buffer = vec![[0f32; LANES]; pass.length + 2 * MAX_HALF];
    for first in (0..pass.lines).step_by(LANES) {
        let lanes = LANES.min(pass.lines - first);
        let begin = pass.origin + first * pass.line_step;
        for n in 0..pass.length {
            let at = if way == Way::Forward { n } else { pass.place(n) };
            let source = begin + at * pass.step;
            for (lane, value) in buffer[MAX_HALF + n].iter_mut().take(lanes).enumerate() {
                *value = settled(values[source + lane * pass.line_step]);
            }
        }
        extend(&mut buffer, pass.length, way);
        for n in 0..pass.length {
            let filtered = filter(&buffer, MAX_HALF + n, &taps[n % 2]);
            let at = if way == Way::Forward { pass.place(n) } else { n };
            let target = begin + at * pass.step;
            for (lane, value) in filtered.iter().take(lanes).enumerate() {
                values[target + lane * pass.line_step] = *value;
            }
        }
    }
}

/// The number, or zero where it is negligible.
#[inline]
fn settled(value: f32) -> f32 {
    if value.abs() < NEGLIGIBLE { 0.0 } else { value }
}

impl Pass {
    /// Where the sample `n` of the interleaved line stands in the split one.
    fn place(&self, n: usize) -> usize {
        let (lows, highs) = (self.length.div_ceil(2), self.length / 2);
        match (n.is_multiple_of(2), self.high_first) {
            (true, false) | (false, true) => n / 2,
            (true, true) => highs + n / 2,
            (false, false) => lows + n / 2,
        }
    }
}

/// Mirrors the line about its first and last sample, which are not repeated. Even places stay
/// even, but for a line of one sample, which on the way back is low and has no high beside it.
fn extend(buffer: &mut [[f32; LANES]], length: usize, way: Way) {
    if length == 1 {
        for distance in 1..=MAX_HALF {
            let silent = way == Way::Back && !distance.is_multiple_of(2);
            let value = if silent { [0.0; LANES] } else { buffer[MAX_HALF] };
            buffer[MAX_HALF - distance] = value;
            buffer[MAX_HALF + distance] = value;
        }
        return;
    }
    let period = 2 * (length - 1);
    let mirrored = |n: usize| {
        let n = n % period;
        MAX_HALF + if n < length { n } else { period - n }
    };
    for distance in 1..=MAX_HALF {
        buffer[MAX_HALF - distance] = buffer[mirrored(distance)];
        buffer[MAX_HALF + length - 1 + distance] = buffer[mirrored(length - 1 + distance)];
    }
}

fn filter(buffer: &[[f32; LANES]], centre: usize, taps: &[f32]) -> [f32; LANES] {
    let mut sum = buffer[centre].map(|value| value * taps[0]);
    for (distance, tap) in taps.iter().enumerate().skip(1) {
        let (before, after) = (&buffer[centre - distance], &buffer[centre + distance]);
        for lane in 0..LANES {
            sum[lane] += tap * (before[lane] + after[lane]);
        }
    }
    sum
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::image::wsq) fn standard_filters() -> Filters {
        Filters {
            low: LOW.iter().map(|tap| *tap as f32).collect(),
            high: HIGH.iter().map(|tap| *tap as f32).collect(),
        }
    }

    #[test]
    fn what_is_decomposed_is_reconstructed() {
        for (width, height) in [(128, 96), (97, 131), (33, 40), (5, 3), (1, 9), (2, 1)] {
            let original: Vec<f32> =
                (0..width * height).map(|i| ((i * i * 7 + i * 13) % 255) as f32 - 127.0).collect();
            let layout = Layout::new(width, height);
            let mut plane = Coefficients { width, values: original.clone() };
            decompose(&mut plane, &layout, &standard_filters());
            let low: f32 = plane.values.iter().zip(&original).map(|(a, b)| (a - b).abs()).sum();
            assert!(low > 1.0, "the subbands are not the picture");
            reconstruct(&mut plane, &layout, &standard_filters());
            for (before, after) in original.iter().zip(&plane.values) {
                assert!((before - after).abs() < 0.01, "{width} × {height}: {before} {after}");
            }
        }
    }

    /// Each of the five low passes doubles a constant in both directions together.
    #[test]
    fn a_flat_picture_is_in_the_first_subband_alone() {
        let layout = Layout::new(128, 128);
        let mut plane = Coefficients { width: 128, values: vec![3.0; 128 * 128] };
        decompose(&mut plane, &layout, &standard_filters());
        let first = layout.bands[0];
        for (at, value) in plane.values.iter().enumerate() {
            let inside = at % 128 < first.width && at / 128 < first.height;
            let expected = if inside { 3.0 * 32.0 } else { 0.0 };
            assert!((value - expected).abs() < 0.01, "{at}: {value}");
        }
    }
}

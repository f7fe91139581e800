//! The background: what the upper rim of the photo looks like, continued under the head.
//!
//! A wall is rarely of one colour, since light falls off; so each channel is a plane over the photo,
//! fitted to the rim twice, the second time without what does not fit.

use super::Finding;
use crate::photo::Photo;

/// Depth of the rim, thousandths of width and height. Range 30 to 100: less is noise, more is hair.
const RIM: u32 = 60;
/// The sides count down to this share of the height, thousandths; below begin the shoulders.
const SIDES: u32 = 450;
/// A pixel of the rim fits when no channel is further from the plane, levels of 255. Range 16
/// (a wall, noise of a cheap sensor) to 40 (a curtain).
const FITS: f64 = 24.0;
/// Least share of the rim that must fit. Chosen by eye on drawn photos: an even wall with noise
/// has 1.0, a wall with a window 0.7, shelves 0.2.
const LEAST_FITTING: f64 = 0.9;
/// So many levels beyond the plane a pixel is not background. Range 20 to 48.
const STANDS_OUT: f64 = 28.0;

/// Red, green and blue as planes over the photo.
pub(super) struct Background {
    planes: [[f64; 3]; 3],
    fitting: f64,
}

/// Sums of a least-squares fit of one plane.
type Sums = [[f64; 4]; 3];

impl Background {
    /// As the rim of a photo shows it.
    pub(super) fn of(photo: &Photo) -> Self {
        let rim = rim(photo);
        let first = Self { planes: fit(photo, rim.iter()), fitting: 1.0 };
        let near: Vec<_> =
            rim.iter().filter(|at| first.distance(photo, **at) <= 2.0 * FITS).collect();
        let planes =
            if near.len() * 2 > rim.len() { fit(photo, near.into_iter()) } else { first.planes };
        let mut background = Self { planes, fitting: 1.0 };
        let fitting = rim.iter().filter(|at| background.distance(photo, **at) <= FITS).count();
        background.fitting = fitting as f64 / rim.len().max(1) as f64;
        background
    }

    /// Says whether it is uneven.
    pub(super) fn check(&self) -> Option<Finding> {
        (self.fitting < LEAST_FITTING).then_some(Finding::BackgroundUneven)
    }

    /// Whether a pixel is something else.
    pub(super) fn stands_out(&self, photo: &Photo, at: (u32, u32)) -> bool {
        self.distance(photo, at) > STANDS_OUT
    }

    /// The largest difference of a channel, levels.
    fn distance(&self, photo: &Photo, (x, y): (u32, u32)) -> f64 {
        let pixel = photo.pixel(x, y);
        let (x, y) = (f64::from(x), f64::from(y));
        let off = |(plane, level): (&[f64; 3], u8)| {
            (plane[0] + plane[1] * x + plane[2] * y - f64::from(level)).abs()
        };
        self.planes.iter().zip(pixel).map(off).fold(0.0, f64::max)
    }
}

/// The pixels of the rim: the top, and both sides above the shoulders.
fn rim(photo: &Photo) -> Vec<(u32, u32)> {
    let (width, height) = (photo.width(), photo.height());
    let (across, down) = ((width * RIM / 1_000).max(2), (height * RIM / 1_000).max(2));
    let sides = height * SIDES / 1_000;
    let inside = |x: u32, y: u32| {
        y < down || (y < sides && (x < across || x >= width.saturating_sub(across)))
    };
    (0..height.min(sides.max(down)))
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .filter(|(x, y)| inside(*x, *y))
        .collect()
}

/// A plane for each channel through these pixels, by least squares.
fn fit<'a>(photo: &Photo, pixels: impl Iterator<Item = &'a (u32, u32)>) -> [[f64; 3]; 3] {
    let mut sums: [Sums; 3] = Default::default();
    for (x, y) in pixels {
        let row = [1.0, f64::from(*x), f64::from(*y)];
        for (sums, level) in sums.iter_mut().zip(photo.pixel(*x, *y)) {
            for (one, line) in row.iter().zip(sums.iter_mut()) {
                for (other, sum) in row.iter().zip(line.iter_mut()) {
                    *sum += one * other;
                }
                line[3] += one * f64::from(level);
            }
        }
    }
    sums.map(solve)
}

/// Solves three equations by elimination; an unknown that nothing speaks of is 0.
fn solve(mut lines: Sums) -> [f64; 3] {
    for pivot in 0..3 {
        if lines[pivot][pivot].abs() < 1e-9 {
            continue;
        }
        let of = lines[pivot];
        for (number, line) in lines.iter_mut().enumerate().filter(|(number, _)| *number != pivot) {
            let _ = number;
            let factor = line[pivot] / of[pivot];
            for (value, from) in line.iter_mut().zip(of) {
                *value -= factor * from;
            }
        }
    }
    std::array::from_fn(|n| if lines[n][n].abs() < 1e-9 { 0.0 } else { lines[n][3] / lines[n][n] })
}

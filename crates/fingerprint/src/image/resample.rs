//! Any stated resolution to the 500 dpi at which everything else works.

use super::GrayImage;
use crate::extract::plane::Plane;

/// The resolution of every template and every constant in this crate, pixels per inch.
const WORKING_DPI: f32 = 500.0;

/// The picture at 500 dpi, as floating grey values.
///
/// A triangle filter as wide as the coarser of the two pixel grids: linear interpolation when
/// enlarging, and no aliasing of ridges when shrinking.
pub(crate) fn resample(picture: &GrayImage, dpi: u16) -> Plane {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let source = Plane {
        width,
        height,
        data: picture.pixels().iter().map(|grey| f32::from(*grey)).collect(),
    };
    if dpi == 500 {
        return source;
    }
    let step = f32::from(dpi) / WORKING_DPI;
    let wide = stretch_rows(&source, step);
    transpose(&stretch_rows(&transpose(&wide), step))
}

/// Resamples along x by `step` source pixels per target pixel.
fn stretch_rows(source: &Plane, step: f32) -> Plane {
    let width = ((source.width as f32 / step) as usize).max(1);
    let taps: Vec<(usize, Vec<f32>)> = (0..width)
        .map(|x| triangle_taps((x as f32 + 0.5) * step - 0.5, step, source.width))
        .collect();
    let mut data = Vec::with_capacity(width * source.height);
    for row in source.data.chunks_exact(source.width) {
        for (first, weights) in &taps {
            data.push(weights.iter().zip(&row[*first..]).map(|(weight, grey)| weight * grey).sum());
        }
    }
    Plane { width, height: source.height, data }
}

/// First source pixel and normalised weights of a triangle around `centre`.
fn triangle_taps(centre: f32, step: f32, limit: usize) -> (usize, Vec<f32>) {
    let radius = step.max(1.0);
    let first = (centre - radius).ceil().max(0.0) as usize;
    let last = ((centre + radius).floor().max(0.0) as usize).min(limit - 1);
    let first = first.min(last);
    let mut weights: Vec<f32> =
        (first..=last).map(|x| (1.0 - (x as f32 - centre).abs() / radius).max(0.0)).collect();
    let sum: f32 = weights.iter().sum();
    if sum > 0.0 {
        for weight in &mut weights {
            *weight /= sum;
        }
    } else {
        weights.fill(1.0 / (last - first + 1) as f32);
    }
    (first, weights)
}

fn transpose(plane: &Plane) -> Plane {
    let mut data = Vec::with_capacity(plane.data.len());
    for x in 0..plane.width {
        data.extend(plane.data.iter().skip(x).step_by(plane.width));
    }
    Plane { width: plane.height, height: plane.width, data }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sinusoid of a period of 9 pixels at 500 dpi, scanned at `dpi`.
    fn scanned(dpi: u16) -> GrayImage {
        let side = 200 * u32::from(dpi) / 500;
        let scale = 500.0 / f32::from(dpi);
        let pixels = (0..side * side)
            .map(|i| {
                let x = ((i % side) as f32 + 0.5) * scale;
                (128.0 + 100.0 * (x * std::f32::consts::TAU / 9.0).sin()) as u8
            })
            .collect();
        GrayImage::new(side, side, pixels).unwrap()
    }

    #[test]
    fn every_resolution_gives_the_same_ridges() {
        let reference = resample(&scanned(500), 500);
        for dpi in [250, 333, 569, 1000] {
            let other = resample(&scanned(dpi), dpi);
            assert!(other.width.abs_diff(200) <= 1 && other.height.abs_diff(200) <= 1, "{dpi}");
            let difference: f32 = (10..190)
                .flat_map(|y| (10..190).map(move |x| (x, y)))
                .map(|(x, y)| (other.data[y * other.width + x] - reference.data[y * 200 + x]).abs())
                .sum::<f32>()
                / (180.0 * 180.0);
            assert!(difference < 20.0, "{dpi} dpi differs by {difference} grey levels");
        }
    }
}

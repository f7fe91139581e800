//! The results between the stages as pictures, for drawing and explaining a decision.

use super::plane::Plane;
use super::skeleton::Skeleton;
use super::{Stages, orientation};
use crate::image::GrayImage;

/// The intermediate results of one extraction, at 500 dpi.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// `segmentation.mask`: 255 on the finger, 0 off it.
    pub mask: GrayImage,
    /// `normalisation.print`: local mean 128, local deviation 40.
    pub normalised: GrayImage,
    /// `orientation.field`, every fourth pixel.
    pub orientation: Vec<OrientationCell>,
    /// `enhancement.second`: ridges below 128, valleys above.
    pub enhanced: GrayImage,
    /// `skeleton.ridges`: 0 on a ridge line, 255 elsewhere.
    pub ridges: GrayImage,
    /// `skeleton.valleys`: 0 on a valley line, 255 elsewhere.
    pub valleys: GrayImage,
}

/// The ridge direction around one pixel of the finger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrientationCell {
    /// Pixels at 500 dpi.
    pub x: u16,
    /// Pixels at 500 dpi.
    pub y: u16,
    /// Along the ridge, counter-clockwise from the x axis, 256ths of half a turn.
    pub angle: u8,
    /// 0 (none) to 255 (parallel ridges).
    pub coherence: u8,
}

impl Trace {
    pub(super) fn of(stages: &Stages) -> Self {
        let (width, height) = (stages.normal.width, stages.normal.height);
        let gray = |pixels: Vec<u8>| {
            // The planes of one extraction share one size, so this never falls back.
            GrayImage::new(width as u32, height as u32, pixels).unwrap_or_else(|_| blank())
        };
        let lines = |skeleton: &Skeleton| {
            gray(skeleton.pixels.iter().map(|p| if *p == 1 { 0 } else { 255 }).collect())
        };
        let grey = |plane: &Plane, gain: f32| {
            gray(plane.data.iter().map(|v| (128.0 + gain * v).clamp(0.0, 255.0) as u8).collect())
        };
        Self {
            mask: gray(stages.mask.inside.iter().map(|m| if *m { 255 } else { 0 }).collect()),
            normalised: grey(&stages.normal, 40.0),
            orientation: cells(stages),
            enhanced: grey(&stages.enhanced, 200.0),
            ridges: lines(&stages.ridges),
            valleys: lines(&stages.valleys),
        }
    }
}

fn blank() -> GrayImage {
    GrayImage { width: 0, height: 0, pixels: Vec::new() }
}

fn cells(stages: &Stages) -> Vec<OrientationCell> {
    let (width, height) = (stages.normal.width, stages.normal.height);
    let step = orientation::STRIDE;
    let mut cells = Vec::new();
    for y in (step / 2..height).step_by(step) {
        for x in (step / 2..width).step_by(step) {
            if !stages.mask.inside[y * width + x] {
                continue;
            }
            let along = stages.field.along(x as f32, y as f32);
            let coherence = stages.field.coherence.sample_shrunk(x, y, step);
            cells.push(OrientationCell {
                x: x as u16,
                y: y as u16,
                angle: (-along / std::f32::consts::PI * 256.0).round() as i32 as u8,
                coherence: (coherence * 255.0).clamp(0.0, 255.0) as u8,
            });
        }
    }
    cells
}

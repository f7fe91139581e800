//! From a picture to a template: a flat list of named stages, each in its own file.
//!
//! All lengths are pixels at 500 dpi (0.0508 mm), all angles radians with y pointing down, unless
//! a name says otherwise. Constants cite their source or the measurement behind them.

// In the order of the stages, then what they share; the blank lines keep that order.
pub(crate) mod segmentation;

mod normalisation;

pub(crate) mod orientation;

mod period;

mod enhancement;

mod filter;

mod clarity;

mod flow;

mod several;

mod refusal;

mod skeleton;

mod thinning;

pub(crate) mod endings;

mod removal;

mod rating;

mod refinement;

mod singular;

mod texture;

mod trace;

mod fixed;

mod products;

pub(crate) mod plane;

mod spans;

use thiserror::Error;

use crate::image::{GrayImage, resample};
use crate::quality::{FingerQuality, assess};
use crate::template::{Minutia, MinutiaKind, SUBPIXEL, Template, TemplateError};
use endings::Ending;
use fixed::FixedPlane;
use plane::Plane;
pub use singular::{SingularKind, SingularPoint};
pub use trace::Trace;

/// Resolutions accepted, dpi: half and double of the working one, beyond which ridges of a period
/// of nine pixels at 500 dpi are no longer sampled, or files only grow.
pub const DPI_RANGE: std::ops::RangeInclusive<u16> = 250..=1000;
/// Sides accepted, pixels at 500 dpi: 96 (4.9 mm) to 2048 (104 mm, more than a four-finger slap).
const SIDE_RANGE: std::ops::RangeInclusive<usize> = 96..=2048;
/// Least share of a finger in the picture, square pixels at 500 dpi: 4 × 4 mm.
const LEAST_AREA: usize = 79 * 79;
/// Most minutiae kept, best first. Range 60 to 150; a full plain print has 30 to 80.
const MOST_MINUTIAE: usize = 90;

/// What one print gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extraction {
    /// The minutiae.
    pub template: Template,
    /// How far they can be relied on.
    pub quality: FingerQuality,
    /// Cores and deltas, surest first.
    pub singular: Vec<SingularPoint>,
}

/// Why no template came of a picture. No variant holds pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ExtractError {
    /// The stated resolution is not usable.
    #[error("a resolution of {0} dpi is stated; 250 to 1000 dpi can be used")]
    Resolution(u16),
    /// Too small or too large once brought to 500 dpi.
    #[error(
        "the print measures {width} × {height} pixels at 500 dpi; 96 to 2048 a side can be used"
    )]
    Size {
        /// Width at 500 dpi.
        width: usize,
        /// Height at 500 dpi.
        height: usize,
    },
    /// Nothing in the picture looks like a finger.
    #[error(
        "no finger was found in the picture; clean the glass, press the finger flat and capture again"
    )]
    NoFinger,
    /// The picture has structure, but hardly any of it is ridges, or they run as no finger's do: a
    /// photograph, a page, stripes, noise.
    #[error(
        "the picture does not show a fingerprint; give the picture of one finger as the scanner took it"
    )]
    NoRidges,
    /// There are ridges, but too few for a template.
    #[error(
        "ridges can be seen on {square_millimetres} mm² only, at least 16 are needed; place the finger flat on the middle of the glass"
    )]
    LittleRidgeArea {
        /// Area on which ridges can be seen.
        square_millimetres: u16,
    },
    /// There are lines, but they hardly ever end or fork: cloth, a drawing, a fence.
    #[error(
        "the lines in the picture neither end nor fork as those of skin do; give the picture of one finger as the scanner took it"
    )]
    NoMinutiae,
    /// More than one finger is in the picture, side by side or one above the other.
    #[error(
        "the picture shows more than one finger; cut it into single fingers, or capture one at a time"
    )]
    SeveralFingers,
    /// The minutiae do not make a template.
    #[error("the minutiae found do not make a template")]
    Template(#[source] TemplateError),
}

impl ExtractError {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Resolution(_) => "extract.resolution",
            Self::Size { .. } => "extract.size",
            Self::NoFinger => "extract.no_finger",
            Self::NoRidges => "extract.no_ridges",
            Self::LittleRidgeArea { .. } => "extract.little_ridge_area",
            Self::NoMinutiae => "extract.no_minutiae",
            Self::SeveralFingers => "extract.several_fingers",
            Self::Template(_) => "extract.template",
        }
    }
}

/// The template and quality of one print, scanned at `dpi` dots per inch.
///
/// # Errors
/// [`ExtractError`] when the resolution or size cannot be used, or no finger is in the picture.
pub fn extract(picture: &GrayImage, dpi: u16) -> Result<Extraction, ExtractError> {
    run(picture, dpi, &mut |_| ()).map(|stages| stages.extraction)
}

/// Like [`extract`]; calls `watch` with the name of each stage as it ends, so that a caller with a
/// clock can time them.
///
/// # Errors
/// As [`extract`].
pub fn extract_watched(
    picture: &GrayImage,
    dpi: u16,
    watch: &mut dyn FnMut(&'static str),
) -> Result<Extraction, ExtractError> {
    run(picture, dpi, watch).map(|stages| stages.extraction)
}

/// Like [`extract`], with the results between the stages, for drawing and explaining.
///
/// # Errors
/// As [`extract`].
pub fn extract_traced(picture: &GrayImage, dpi: u16) -> Result<(Extraction, Trace), ExtractError> {
    let stages = run(picture, dpi, &mut |_| ())?;
    let trace = Trace::of(&stages);
    Ok((stages.extraction, trace))
}

/// Every intermediate result.
struct Stages {
    extraction: Extraction,
    mask: segmentation::Mask,
    normal: Plane,
    field: orientation::Field,
    enhanced: Plane,
    ridges: skeleton::Skeleton,
    valleys: skeleton::Skeleton,
}

fn run(
    picture: &GrayImage,
    dpi: u16,
    watch: &mut dyn FnMut(&'static str),
) -> Result<Stages, ExtractError> {
    check_resolution(picture, dpi)?;
    let print = resample(picture, dpi);
    watch("resampling");
    let segmentation::Segmentation { finger: mask, other } = segmentation::segment(&print);
    watch("segmentation");
    if mask.area() < LEAST_AREA {
        return Err(ExtractError::NoFinger);
    }
    let normal = normalisation::normalise(&print, &mask);
    watch("normalisation");

    let first_field = orientation::estimate_adaptive(&normal, &mask);
    watch("orientation, first");
    let fixed = FixedPlane::from_plane(&normal);
    let first_period = period::estimate(&fixed, &first_field, &mask);
    watch("period, first");
    let first = enhancement::first_pass(&fixed, &first_field, &first_period, &mask);
    watch("enhancement, first");
    let clarity = clarity::Clarity::of(&normal, &first);
    let seen = refusal::Seen { mask: &mask, field: &first_field, clarity: &clarity };
    refusal::check_ridges(&seen)?;
    watch("clarity and refusals");
    let levelled = normalisation::level(&first);
    watch("levelling");
    let field = orientation::estimate(&levelled, &mask);
    watch("orientation, second");
    refusal::check_flow(&seen, &field, other.as_ref(), &print)?;
    watch("refusals by flow");
    let period = period::estimate(&FixedPlane::from_plane(&levelled), &field, &mask);
    watch("period, second");
    let enhanced = enhancement::second_pass(&normal, &levelled, &field, &period, &mask);
    watch("enhancement, second");
    let ridges = skeleton::ridges(&enhanced, &mask);
    let valleys = skeleton::valleys(&enhanced, &mask);
    watch("skeletons");
    let reliability = crate::quality::reliability(&first, &first_field, &field);
    watch("reliability");
    let found = endings_of([&ridges, &valleys], &field, &mask, &reliability);
    refusal::check_endings(&found)?;
    let mut found = removal::remove_false(&found, &period);
    refusal::check_minutiae(&found, &seen)?;
    let fields = (&first_field, &field);
    rating::rate(&mut found, &rating::Places { clarity: &clarity, fields, enhanced: &enhanced });
    refinement::to_subpixel(&mut found, &enhanced);
    found.truncate(MOST_MINUTIAE);
    watch("minutiae");

    let singular = singular::find(&field, &mask);
    let quality = assess(&print, &mask, &reliability, &found);
    let template = template_of(&found, &print, &quality)?
        .with_texture(texture::sample(&enhanced, &mask))
        .map_err(ExtractError::Template)?;
    watch("quality and template");
    let extraction = Extraction { template, quality, singular };
    Ok(Stages { extraction, mask, normal, field, enhanced, ridges, valleys })
}

/// The rated ends of both skeletons, of ridges first.
fn endings_of(
    [ridges, valleys]: [&skeleton::Skeleton; 2],
    field: &orientation::Field,
    mask: &segmentation::Mask,
    reliability: &Plane,
) -> Vec<Ending> {
    let mut found = endings::find(ridges, MinutiaKind::Ending, field, mask);
    found.extend(endings::find(valleys, MinutiaKind::Bifurcation, field, mask));
    endings::rate(&mut found, reliability);
    found
}

fn check_resolution(picture: &GrayImage, dpi: u16) -> Result<(), ExtractError> {
    if !DPI_RANGE.contains(&dpi) {
        return Err(ExtractError::Resolution(dpi));
    }
    let at_500_dpi = |side: u32| side as usize * 500 / usize::from(dpi);
    let (width, height) = (at_500_dpi(picture.width()), at_500_dpi(picture.height()));
    if SIDE_RANGE.contains(&width) && SIDE_RANGE.contains(&height) {
        Ok(())
    } else {
        Err(ExtractError::Size { width, height })
    }
}

fn template_of(
    found: &[Ending],
    print: &Plane,
    quality: &FingerQuality,
) -> Result<Template, ExtractError> {
    let (width, height) = (print.width as u16, print.height as u16);
    let place = |value: f32, side: u16| {
        ((value + 0.5) * f32::from(SUBPIXEL)).clamp(0.0, f32::from(side * SUBPIXEL - 1)) as u16
    };
    let minutiae = found
        .iter()
        .map(|ending| Minutia {
            x: place(ending.x, width),
            y: place(ending.y, height),
            // Templates count directions counter-clockwise, pictures have y pointing down.
            direction: (-ending.direction / std::f32::consts::TAU * 256.0).round() as i32 as u8,
            kind: ending.kind,
            quality: (ending.quality * 100.0).round().clamp(1.0, 100.0) as u8,
        })
        .collect();
    Template::new(width, height, quality.score, minutiae).map_err(ExtractError::Template)
}

#[cfg(test)]
mod tests;

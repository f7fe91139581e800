//! The template: the minutiae of one print, and the ways to write them down.

mod bytes;

pub mod record;
mod texture;

pub use record::{RecordError, TemplateFile, TemplateFormat, read_any};
pub use texture::{
    CELL_SAMPLES, CELL_SIDE, MOST_CELLS, MOST_COLUMNS, TEXTURE_STEP, Texture, TextureCell,
};
use thiserror::Error;

/// Steps per pixel of minutia coordinates: a quarter of a pixel at 500 dpi, 12.7 µm.
pub const SUBPIXEL: u16 = 4;
/// Most minutiae of one template; the count field of ISO/IEC 19794-2:2005 holds no more.
pub const MAX_MINUTIAE: usize = 255;
/// Largest side of a print, pixels at 500 dpi (208 mm); in quarter pixels it fits in 14 bits.
pub const MAX_SIDE: u16 = 4095;

/// What happens to the ridge at a minutia.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MinutiaKind {
    /// Neither is stated (ISO "other").
    Unknown,
    /// A ridge ends.
    Ending,
    /// A ridge forks, that is, a valley ends.
    Bifurcation,
}

/// A point where a ridge ends or forks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Minutia {
    /// Rightwards from the left edge, in units of 1/[`SUBPIXEL`] pixel at 500 dpi.
    pub x: u16,
    /// Downwards from the upper edge, in units of 1/[`SUBPIXEL`] pixel at 500 dpi.
    pub y: u16,
    /// From the minutia along its ridge (or ending valley), counter-clockwise from the positive x
    /// axis as the eye sees it, in 256ths of a turn: the convention of ISO/IEC 19794-2:2005.
    pub direction: u8,
    /// Ending or bifurcation.
    pub kind: MinutiaKind,
    /// 1 (worst) to 100 (best); 0 when not stated.
    pub quality: u8,
}

/// A minutia is biometric data: nothing of it is shown.
impl std::fmt::Debug for Minutia {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Minutia(redacted)")
    }
}

/// The minutiae of one print at 500 dpi, within bounds that every codec can hold.
#[derive(Clone, PartialEq, Eq)]
pub struct Template {
    width: u16,
    height: u16,
    quality: u8,
    minutiae: Vec<Minutia>,
    texture: Option<Texture>,
}

/// A template is biometric data: only its size is shown.
impl std::fmt::Debug for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Template({} minutiae, quality {})", self.minutiae.len(), self.quality)
    }
}

/// Why a template, or its written form, was refused. No variant holds a minutia.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// More than [`MAX_MINUTIAE`].
    #[error("the template states {0} minutiae; at most {MAX_MINUTIAE} fit")]
    TooManyMinutiae(usize),
    /// A side is zero or above [`MAX_SIDE`].
    #[error("the template states {width} × {height} pixels; each side must be 1 to {MAX_SIDE}")]
    Size {
        /// Stated width, pixels.
        width: u32,
        /// Stated height, pixels.
        height: u32,
    },
    /// A minutia outside the print, or a quality above 100.
    #[error("minutia {index} lies outside the print or has a quality above 100")]
    Minutia {
        /// Which one, from 0.
        index: usize,
    },
    /// The finger quality is above 100.
    #[error("finger quality {0} is above 100")]
    Quality(u8),
    /// Fewer or more bytes than stated.
    #[error(
        "the template should have {expected} bytes and has {found}; it was cut short or padded"
    )]
    Length {
        /// Bytes that the header implies, or the least possible.
        expected: usize,
        /// Bytes found.
        found: usize,
    },
    /// The texture's cells do not make a rectangle within the print, or state too much or nothing.
    #[error("the template's texture is not a sound rectangle of cells within the print")]
    Texture,
    /// Not a template of this crate, or of a later version.
    #[error("the bytes do not begin with a template header of version 1 or 2")]
    Header,
    /// The checksum does not agree.
    #[error("the template's checksum does not agree; it was damaged in storage or transfer")]
    Checksum,
}

impl TemplateError {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooManyMinutiae(_) => "template.too_many_minutiae",
            Self::Size { .. } => "template.size",
            Self::Minutia { .. } => "template.minutia",
            Self::Quality(_) => "template.quality",
            Self::Length { .. } => "template.length",
            Self::Texture => "template.texture",
            Self::Header => "template.header",
            Self::Checksum => "template.checksum",
        }
    }
}

impl Template {
    /// A print of `width` × `height` pixels at 500 dpi with the given finger quality (0 to 100).
    ///
    /// # Errors
    /// [`TemplateError`] when a bound stated on the types is not kept.
    pub fn new(
        width: u16,
        height: u16,
        quality: u8,
        minutiae: Vec<Minutia>,
    ) -> Result<Self, TemplateError> {
        if width == 0 || height == 0 || width > MAX_SIDE || height > MAX_SIDE {
            return Err(TemplateError::Size { width: width.into(), height: height.into() });
        }
        if quality > 100 {
            return Err(TemplateError::Quality(quality));
        }
        if minutiae.len() > MAX_MINUTIAE {
            return Err(TemplateError::TooManyMinutiae(minutiae.len()));
        }
        let inside =
            |m: &Minutia| m.x < width * SUBPIXEL && m.y < height * SUBPIXEL && m.quality <= 100;
        if let Some(index) = minutiae.iter().position(|m| !inside(m)) {
            return Err(TemplateError::Minutia { index });
        }
        Ok(Self { width, height, quality, minutiae, texture: None })
    }

    /// The same template with the texture of its print, or without one.
    ///
    /// # Errors
    /// [`TemplateError::Texture`] when a cell lies outside the print.
    pub fn with_texture(self, texture: Option<Texture>) -> Result<Self, TemplateError> {
        let inside = texture.as_ref().is_none_or(|texture| {
            let right = usize::from(texture.left()) + usize::from(texture.columns());
            let bottom = usize::from(texture.top()) + texture.rows();
            right * CELL_SIDE <= usize::from(self.width)
                && bottom * CELL_SIDE <= usize::from(self.height)
        });
        if inside { Ok(Self { texture, ..self }) } else { Err(TemplateError::Texture) }
    }

    /// Width of the print, pixels at 500 dpi.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Height of the print, pixels at 500 dpi.
    pub fn height(&self) -> u16 {
        self.height
    }

    /// Finger quality, 0 to 100; see [`crate::quality`].
    pub fn quality(&self) -> u8 {
        self.quality
    }

    /// The minutiae, best first when they come from [`crate::extract`].
    pub fn minutiae(&self) -> &[Minutia] {
        &self.minutiae
    }

    /// Where the ridges lie; `None` in templates made by others.
    pub fn texture(&self) -> Option<&Texture> {
        self.texture.as_ref()
    }
}

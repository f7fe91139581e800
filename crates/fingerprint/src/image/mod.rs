//! Pictures of prints: grey values in memory, decoded from bytes that nobody vouches for.

mod decode;
mod encode;
mod error;
pub mod finger_record;
mod grey;
mod jpeg2000;
mod limits;
mod resample;
mod resolution;
mod tiff;
mod wsq;

pub use decode::decode_image;
pub use encode::encode_png;
pub use error::ImageError;
pub use jpeg2000::decode_colour_jpeg2000;
pub use limits::ImageLimits;
pub(crate) use resample::resample;
pub use resolution::stated_resolution;
pub use wsq::{WSQ_BIT_RATE, WsqError, encode_wsq};

/// An 8-bit grey picture, rows from top to bottom, dark ridges on a light ground.
#[derive(Clone, PartialEq, Eq)]
pub struct GrayImage {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) pixels: Vec<u8>,
}

impl GrayImage {
    /// A picture of `width` × `height` pixels, row by row.
    ///
    /// # Errors
    /// [`ImageError::PixelCount`] when `pixels` does not hold exactly `width · height` values.
    pub fn new(width: u32, height: u32, pixels: Vec<u8>) -> Result<Self, ImageError> {
        if u64::from(width) * u64::from(height) == pixels.len() as u64 {
            Ok(Self { width, height, pixels })
        } else {
            Err(ImageError::PixelCount { width, height, found: pixels.len() })
        }
    }

    /// Columns.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Grey values, 0 black to 255 white, row by row.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The grey values, by value.
    pub fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }
}

/// A print is personal data: only its size is shown.
impl std::fmt::Debug for GrayImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "GrayImage({} × {})", self.width, self.height)
    }
}

//! What a picture may cost.

use super::ImageError;

/// What a picture file may cost before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageLimits {
    /// Largest file, bytes.
    pub max_file_bytes: usize,
    /// Largest width, pixels.
    pub max_width: u32,
    /// Largest height, pixels.
    pub max_height: u32,
    /// Smallest width and height, pixels: below it no finger fits.
    pub min_side: u32,
}

/// 8 MiB and 4000 × 4000 pixels hold a four-finger slap at 1000 dpi (3.2 × 3.0 inch); 96 pixels at
/// 500 dpi are 4.9 mm, less than any single-finger sensor.
impl Default for ImageLimits {
    fn default() -> Self {
        Self { max_file_bytes: 8 << 20, max_width: 4000, max_height: 4000, min_side: 96 }
    }
}

impl ImageLimits {
    /// Pixels of the largest picture allowed.
    pub(super) fn max_pixels(&self) -> u64 {
        u64::from(self.max_width) * u64::from(self.max_height)
    }

    /// Refuses a file that is too large.
    pub(super) fn check_file(&self, bytes: &[u8]) -> Result<(), ImageError> {
        let (found, limit) = (bytes.len(), self.max_file_bytes);
        if found > limit { Err(ImageError::FileTooLarge { found, limit }) } else { Ok(()) }
    }

    /// Refuses the dimensions that a header states when they are out of bounds.
    pub(super) fn check_dimensions(&self, width: u32, height: u32) -> Result<(), ImageError> {
        let Self { max_width, max_height, min_side, .. } = *self;
        if width > max_width || height > max_height {
            return Err(ImageError::TooManyPixels { width, height, max_width, max_height });
        }
        if width < min_side || height < min_side {
            return Err(ImageError::TooFewPixels { width, height, min_side });
        }
        Ok(())
    }

    /// Refuses pixels that would take more memory than four bytes for each of the largest picture:
    /// room for eight bits of colour and alpha at any size, and for 16 bits at half of it.
    pub(super) fn check_bytes(&self, found: u64) -> Result<(), ImageError> {
        let limit = self.max_pixels() * 4;
        if found > limit { Err(ImageError::TooManyBytes { found, limit }) } else { Ok(()) }
    }
}

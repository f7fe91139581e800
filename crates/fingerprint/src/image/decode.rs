//! Bytes to grey picture: PNG, TIFF, BMP and PGM, bounded before they are decoded.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use thiserror::Error;

use super::GrayImage;

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

/// Why a picture was refused. No variant holds pixels or file content.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImageError {
    /// The file is larger than the limit.
    #[error(
        "the image file has {found} bytes, more than the {limit} allowed; scan one finger at 500 dpi"
    )]
    FileTooLarge {
        /// Bytes found.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Not one of the accepted formats.
    #[error("the image is not PNG, TIFF, BMP or PGM; convert it without loss to one of these")]
    Format,
    /// The header states more pixels than allowed; nothing was decoded.
    #[error(
        "the image header states {width} × {height} pixels, more than {max_width} × {max_height}; crop it to the finger"
    )]
    TooManyPixels {
        /// Stated width.
        width: u32,
        /// Stated height.
        height: u32,
        /// Allowed width.
        max_width: u32,
        /// Allowed height.
        max_height: u32,
    },
    /// Too small to hold a finger.
    #[error(
        "the image has {width} × {height} pixels; at least {min_side} a side are needed for a finger"
    )]
    TooFewPixels {
        /// Width found.
        width: u32,
        /// Height found.
        height: u32,
        /// Smallest side allowed.
        min_side: u32,
    },
    /// The file is cut short or damaged.
    #[error("the image file is damaged or cut short; transfer or scan it again")]
    Damaged(#[source] image::ImageError),
    /// A buffer does not match its stated size.
    #[error("{found} grey values were given for {width} × {height} pixels")]
    PixelCount {
        /// Stated width.
        width: u32,
        /// Stated height.
        height: u32,
        /// Values given.
        found: usize,
    },
}

impl ImageError {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::FileTooLarge { .. } => "image.file_too_large",
            Self::Format => "image.format",
            Self::TooManyPixels { .. } => "image.too_many_pixels",
            Self::TooFewPixels { .. } => "image.too_few_pixels",
            Self::Damaged(_) => "image.damaged",
            Self::PixelCount { .. } => "image.pixel_count",
        }
    }
}

/// Decodes PNG, TIFF, BMP or PGM to grey values; colour becomes luminance, 16 bits become 8.
///
/// The order is the defence: file size, then format, then the dimensions in the header, and only
/// then the pixels, so that a small file that states a huge picture costs nothing.
///
/// # Errors
/// [`ImageError`] with a stable code for every refusal.
pub fn decode_image(bytes: &[u8], limits: &ImageLimits) -> Result<GrayImage, ImageError> {
    if bytes.len() > limits.max_file_bytes {
        return Err(ImageError::FileTooLarge { found: bytes.len(), limit: limits.max_file_bytes });
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), accepted_format(bytes)?);
    reader.limits(decoder_limits(limits));
    let decoder = reader.into_decoder().map_err(ImageError::Damaged)?;
    let (width, height) = decoder.dimensions();
    check_dimensions(width, height, limits)?;
    let picture = DynamicImage::from_decoder(decoder).map_err(ImageError::Damaged)?;
    GrayImage::new(width, height, picture.into_luma8().into_raw())
}

fn accepted_format(bytes: &[u8]) -> Result<ImageFormat, ImageError> {
    match image::guess_format(bytes) {
        Ok(
            format @ (ImageFormat::Png | ImageFormat::Tiff | ImageFormat::Bmp | ImageFormat::Pnm),
        ) => Ok(format),
        _ => Err(ImageError::Format),
    }
}

/// The decoder's own guard behind ours: at most eight bytes a pixel (RGBA, 16 bits each).
fn decoder_limits(limits: &ImageLimits) -> Limits {
    let mut own = Limits::default();
    own.max_alloc = Some(u64::from(limits.max_width) * u64::from(limits.max_height) * 8);
    own
}

fn check_dimensions(width: u32, height: u32, limits: &ImageLimits) -> Result<(), ImageError> {
    let (max_width, max_height, min_side) = (limits.max_width, limits.max_height, limits.min_side);
    if width > max_width || height > max_height {
        return Err(ImageError::TooManyPixels { width, height, max_width, max_height });
    }
    if width < min_side || height < min_side {
        return Err(ImageError::TooFewPixels { width, height, min_side });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::encode_png;

    fn ramp(width: u32, height: u32) -> GrayImage {
        let pixels = (0..width * height).map(|i| (i % 251) as u8).collect();
        GrayImage::new(width, height, pixels).unwrap()
    }

    /// A PNG whose header states `side` × `side` pixels, with a right checksum and no pixels.
    fn bomb(side: u32) -> Vec<u8> {
        let mut png = encode_png(&ramp(100, 100));
        png[16..20].copy_from_slice(&side.to_be_bytes());
        png[20..24].copy_from_slice(&side.to_be_bytes());
        let crc = crc32(&png[12..29]);
        png[29..33].copy_from_slice(&crc.to_be_bytes());
        png
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |c, _| {
                (c >> 1) ^ (0xedb8_8320 & (c & 1).wrapping_neg())
            })
        })
    }

    fn code(bytes: &[u8]) -> &'static str {
        decode_image(bytes, &ImageLimits::default()).map_or_else(|e| e.code(), |_| "ok")
    }

    #[test]
    fn every_accepted_format_gives_the_same_pixels() {
        let picture = ramp(120, 100);
        let buffer = image::GrayImage::from_raw(120, 100, picture.pixels().to_vec()).unwrap();
        for format in [ImageFormat::Png, ImageFormat::Tiff, ImageFormat::Bmp, ImageFormat::Pnm] {
            let mut bytes = Cursor::new(Vec::new());
            buffer.write_to(&mut bytes, format).unwrap();
            let decoded = decode_image(bytes.get_ref(), &ImageLimits::default()).unwrap();
            assert!(decoded == picture, "{format:?}");
        }
    }

    #[test]
    fn hostile_files_are_refused_with_their_code() {
        let good = encode_png(&ramp(120, 100));
        let huge = vec![0; ImageLimits::default().max_file_bytes + 1];
        for (name, bytes, expected) in [
            ("good", good.clone(), "ok"),
            ("empty", Vec::new(), "image.format"),
            ("jpeg", vec![0xff, 0xd8, 0xff, 0xe0, 0, 16], "image.format"),
            ("cut short", good[..good.len() / 2].to_vec(), "image.damaged"),
            ("bomb", bomb(60_000), "image.too_many_pixels"),
            ("just too wide", bomb(4001), "image.too_many_pixels"),
            ("a stamp", encode_png(&ramp(95, 200)), "image.too_few_pixels"),
            ("too many bytes", huge, "image.file_too_large"),
        ] {
            assert_eq!(code(&bytes), expected, "{name}");
        }
    }

    #[test]
    fn flipped_bits_never_panic() {
        let good = encode_png(&ramp(120, 100));
        for position in 0..good.len().min(400) {
            let mut bad = good.clone();
            bad[position] ^= 1 << (position % 8);
            let _ = decode_image(&bad, &ImageLimits::default());
        }
    }
}

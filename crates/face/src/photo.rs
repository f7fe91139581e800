//! Bytes to a colour picture, bounded before they are decoded.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage, imageops};
use thiserror::Error;

/// Largest file, bytes. A portrait of 4,000 × 4,000 pixels as a good JPEG has 4 MB.
pub const MOST_BYTES: usize = 16 << 20;
/// Largest width and height, pixels. Range 1,200 (a passport photo at 600 dpi) to 8,000.
pub const MOST_SIDE: u32 = 6_000;
/// Least width and height, pixels: less holds no face that anybody could check.
pub const LEAST_SIDE: u32 = 48;

/// A colour picture. Personal data: only its size is shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo(RgbImage);

impl core::fmt::Debug for Photo {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Photo({} × {})", self.width(), self.height())
    }
}

/// Why bytes are no photo. Holds nothing of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PhotoError {
    /// Too many bytes.
    #[error("the file has {found} bytes; at most {MOST_BYTES} are read")]
    FileTooLarge {
        /// Bytes of the file.
        found: usize,
    },
    /// Neither PNG nor JPEG.
    #[error("the file is neither PNG nor JPEG")]
    Format,
    /// Width or height out of bounds.
    #[error("the photo has {width} × {height} pixels; {LEAST_SIDE} to {MOST_SIDE} a side are read")]
    Dimensions {
        /// As the header states.
        width: u32,
        /// As the header states.
        height: u32,
    },
    /// The pixels cannot be read.
    #[error("the photo is damaged")]
    Damaged,
}

impl PhotoError {
    /// Stable dotted code.
    pub fn code(self) -> &'static str {
        match self {
            Self::FileTooLarge { .. } => "photo.file_too_large",
            Self::Format => "photo.format",
            Self::Dimensions { .. } => "photo.dimensions",
            Self::Damaged => "photo.damaged",
        }
    }
}

/// Decodes a PNG or JPEG file; transparent parts lose their transparency.
///
/// The order is the defence: file size, format, the dimensions in the header, and only then pixels.
///
/// # Errors
/// [`PhotoError`] with a stable code for every refusal.
pub fn decode_photo(bytes: &[u8]) -> Result<Photo, PhotoError> {
    if bytes.len() > MOST_BYTES {
        return Err(PhotoError::FileTooLarge { found: bytes.len() });
    }
    let Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg)) = image::guess_format(bytes) else {
        return Err(PhotoError::Format);
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(u64::from(MOST_SIDE) * u64::from(MOST_SIDE) * 8);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|_| PhotoError::Damaged)?;
    let (width, height) = decoder.dimensions();
    bounded(width, height)?;
    let picture = DynamicImage::from_decoder(decoder).map_err(|_| PhotoError::Damaged)?;
    Ok(Photo(picture.into_rgb8()))
}

fn bounded(width: u32, height: u32) -> Result<(), PhotoError> {
    if [width, height].iter().any(|side| !(LEAST_SIDE..=MOST_SIDE).contains(side)) {
        return Err(PhotoError::Dimensions { width, height });
    }
    Ok(())
}

impl Photo {
    /// A picture whose pixels a function gives, for drawings. Sides are brought into their bounds.
    pub fn from_fn(width: u32, height: u32, mut pixel: impl FnMut(u32, u32) -> [u8; 3]) -> Self {
        let [width, height] = [width, height].map(|side| side.clamp(LEAST_SIDE, MOST_SIDE));
        Self(RgbImage::from_fn(width, height, |x, y| image::Rgb(pixel(x, y))))
    }

    /// A picture of these pixels, red, green and blue of each, row by row: from a decoder of a format
    /// that is not read here.
    ///
    /// # Errors
    /// [`PhotoError::Dimensions`]; [`PhotoError::Damaged`] unless there are three bytes for each pixel.
    pub fn from_rgb(width: u32, height: u32, pixels: Vec<u8>) -> Result<Self, PhotoError> {
        bounded(width, height)?;
        RgbImage::from_raw(width, height, pixels)
            .filter(|picture| picture.len() as u64 == 3 * u64::from(width) * u64::from(height))
            .map(Self)
            .ok_or(PhotoError::Damaged)
    }

    /// Pixels across.
    pub fn width(&self) -> u32 {
        self.0.width()
    }

    /// Pixels down.
    pub fn height(&self) -> u32 {
        self.0.height()
    }

    /// Red, green and blue of a pixel inside the picture.
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 3] {
        self.0.get_pixel(x, y).0
    }

    /// The picture at this height, its proportions kept; it is never enlarged.
    pub(crate) fn at_height(&self, height: u32) -> Self {
        if self.height() <= height {
            return self.clone();
        }
        let width = (u64::from(self.width()) * u64::from(height) / u64::from(self.height())).max(1);
        self.resized((0, 0, self.width(), self.height()), width as u32, height)
    }

    /// A part of the picture (left, top, width, height; inside it) at another size.
    pub(crate) fn resized(
        &self,
        (left, top, across, down): (u32, u32, u32, u32),
        width: u32,
        height: u32,
    ) -> Self {
        let part = imageops::crop_imm(&self.0, left, top, across, down).to_image();
        Self(imageops::resize(&part, width, height, imageops::FilterType::Triangle))
    }

    /// Luminance of each pixel, 0 to 255 (ITU-R BT.601), row by row.
    pub(crate) fn luminance(&self) -> Vec<u8> {
        let weigh = |pixel: &image::Rgb<u8>| {
            let [r, g, b] = pixel.0.map(u32::from);
            ((r * 299 + g * 587 + b * 114 + 500) / 1_000) as u8
        };
        self.0.pixels().map(weigh).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        RgbImage::new(width, height).write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn bad_files_have_their_code() {
        let whole = png(64, 64);
        for (name, bytes, want) in [
            ("empty", vec![], "photo.format"),
            ("text", b"a photo".to_vec(), "photo.format"),
            ("tiny", png(10, 10), "photo.dimensions"),
            ("cut", whole[..whole.len() / 2].to_vec(), "photo.damaged"),
            ("huge", vec![0; MOST_BYTES + 1], "photo.file_too_large"),
        ] {
            assert_eq!(decode_photo(&bytes).map_err(PhotoError::code), Err(want), "{name}");
        }
        assert_eq!(format!("{:?}", decode_photo(&whole).unwrap()), "Photo(64 × 64)");
    }

    #[test]
    fn pixels_of_another_decoder_are_bounded_as_well() {
        for (width, height, bytes, want) in [
            (48, 48, 48 * 48 * 3, None),
            (48, 48, 48 * 48 * 3 - 1, Some("photo.damaged")),
            (48, 48, 48 * 48 * 3 + 1, Some("photo.damaged")),
            (47, 48, 47 * 48 * 3, Some("photo.dimensions")),
            (MOST_SIDE + 1, 48, 0, Some("photo.dimensions")),
        ] {
            let got = Photo::from_rgb(width, height, vec![0; bytes]).map_err(PhotoError::code);
            assert_eq!(got.err(), want, "{width} × {height}, {bytes} bytes");
        }
    }

    #[test]
    fn a_header_that_lies_takes_no_memory() {
        let mut bytes = png(64, 64);
        bytes[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        assert!(decode_photo(&bytes).is_err());
    }
}

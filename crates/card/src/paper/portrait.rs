//! A portrait file → a small picture for the card. It is decoded under bounds
//! and encoded anew, so nothing hidden in the file, such as coordinates, reaches
//! the card (requirement R058).

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{ImageFormat, ImageReader, Limits};

use crate::error::CardError;

/// Largest portrait file, in bytes. Kits write under 200 KiB.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// Largest width and height, in pixels. Stops an image bomb before decoding.
const MOST_PIXELS_A_SIDE: u32 = 4_096;
/// Most memory for decoding, in bytes: one such picture in RGBA.
const MOST_MEMORY: u64 = 4 * 4_096 * 4_096;

/// Size of the picture on the card, in pixels: 24 × 30 mm at 330 per inch.
const WIDTH: u32 = 312;
const HEIGHT: u32 = 390;
/// JPEG quality, 1 to 100. At 88 the picture takes about 25 KB.
const QUALITY: u8 = 88;

/// A baseline JPEG in RGB.
pub(super) struct Portrait {
    pub jpeg: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

pub(super) fn prepare(file: &[u8]) -> Result<Portrait, CardError> {
    let format = match file {
        [0xff, 0xd8, 0xff, ..] => ImageFormat::Jpeg,
        [0x89, b'P', b'N', b'G', ..] => ImageFormat::Png,
        _ => return Err(CardError::Portrait),
    };
    if file.len() > MOST_BYTES {
        return Err(CardError::Portrait);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS_A_SIDE);
    limits.max_image_height = Some(MOST_PIXELS_A_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    let picture = reader.decode().map_err(|_| CardError::Portrait)?;
    // Fills the frame and cuts what is too wide or too high evenly.
    let picture = picture.resize_to_fill(WIDTH, HEIGHT, FilterType::CatmullRom).into_rgb8();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode_image(&picture)
        .map_err(|_| CardError::Portrait)?;
    Ok(Portrait { jpeg, width: WIDTH, height: HEIGHT })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &[u8], want: Option<CardError>) {
        assert_eq!(prepare(file).err(), want);
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        image::RgbImage::new(width, height).write_to(&mut file, ImageFormat::Png).unwrap();
        file.into_inner()
    }

    #[test]
    fn only_intact_bounded_pictures_are_taken() {
        check(&png(30, 40), None);
        check(b"", Some(CardError::Portrait));
        check(b"GIF89a", Some(CardError::Portrait));
        let whole = png(30, 40);
        check(&whole[..whole.len() / 2], Some(CardError::Portrait));
        check(&png(4_097, 1), Some(CardError::Portrait));
        check(&vec![0xff; MOST_BYTES + 1], Some(CardError::Portrait));
    }

    #[test]
    fn nothing_hidden_in_the_file_reaches_the_card() {
        let mut picture = Vec::new();
        JpegEncoder::new(&mut picture).encode_image(&image::RgbImage::new(64, 80)).unwrap();
        // An APP1 segment, where cameras write coordinates, right after the start.
        let hidden = b"\xff\xe1\x00\x16Exif\0\0GPS -1.28 36.8";
        let file = [&picture[..2], hidden, &picture[2..]].concat();
        let made = prepare(&file).unwrap();
        assert!(!made.jpeg.windows(3).any(|bytes| bytes == b"GPS"));
        assert!(file.windows(3).any(|bytes| bytes == b"GPS"));
    }
}

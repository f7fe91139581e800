//! Portraits and scans: bounded, decoded whole, and kept without their metadata.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use niims_packet::Image;

use super::refusal::{EnrolRefused, PictureProblem};
use crate::metadata::{strip_jpeg, strip_png};

/// Smallest portrait, pixels a side: 240, the width of the token face image of ISO/IEC
/// 19794-5:2005, 8.4, below which faces cannot be compared.
pub(crate) const PORTRAIT_LEAST_SIDE: u32 = 240;

/// Smallest scan of a document, pixels a side: 200, an inch at 200 dpi.
pub(crate) const DOCUMENT_LEAST_SIDE: u32 = 200;

/// Greatest side, pixels: 6,000, an A4 page at 500 dpi. Decoded, such a picture takes 108 MB.
const GREATEST_SIDE: u32 = 6_000;

/// Checks a PNG or JPEG and takes its metadata out.
pub(crate) fn clean(file: &str, bytes: &[u8], least_side: u32) -> Result<Image, EnrolRefused> {
    cleaned(file, bytes, least_side).map(|(image, _)| image)
}

/// The same, with the pixels as the camera was held.
pub(crate) fn cleaned(
    file: &str,
    bytes: &[u8],
    least_side: u32,
) -> Result<(Image, DynamicImage), EnrolRefused> {
    let pixels = decoded(file, bytes, least_side)?;
    let (media_type, stripped) = match image::guess_format(bytes) {
        Ok(ImageFormat::Png) => ("image/png", strip_png(bytes)),
        _ => ("image/jpeg", strip_jpeg(bytes)),
    };
    let stripped = stripped.map_err(|_| damaged(file))?;
    Ok((Image { media_type: media_type.to_owned(), bytes: stripped }, pixels))
}

fn damaged(file: &str) -> EnrolRefused {
    let words = "it is damaged or cut short: capture it again".to_owned();
    let problem = PictureProblem { code: "image.damaged", words };
    EnrolRefused::Picture { file: file.to_owned(), problem }
}

/// The pixels of a PNG or JPEG. The order is the defence: format, then the size in the header, then
/// the pixels.
pub(crate) fn decoded(
    file: &str,
    bytes: &[u8],
    least_side: u32,
) -> Result<DynamicImage, EnrolRefused> {
    let problem = |code, words: String| EnrolRefused::Picture {
        file: file.to_owned(),
        problem: PictureProblem { code, words },
    };
    let damaged = || damaged(file);
    let Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg)) = image::guess_format(bytes) else {
        return Err(problem("image.format", "it is neither PNG nor JPEG".to_owned()));
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(u64::from(GREATEST_SIDE) * u64::from(GREATEST_SIDE) * 8);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| damaged())?;
    let (width, height) = decoder.dimensions();
    if width > GREATEST_SIDE || height > GREATEST_SIDE {
        let words = format!(
            "its header states {width} × {height} pixels; at most {GREATEST_SIDE} a side are taken"
        );
        return Err(problem("image.too_many_pixels", words));
    }
    if width < least_side || height < least_side {
        let words =
            format!("it has {width} × {height} pixels; at least {least_side} a side are needed");
        return Err(problem("image.too_few_pixels", words));
    }
    // Only how the camera was held is read of the metadata; a picture without it stands upright.
    let held = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| damaged())?;
    picture.apply_orientation(held);
    Ok(picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image::GrayImage::new(width, height).write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn refuses_each_kind_of_bad_picture() {
        let check = |bytes: &[u8], expected: Option<&str>| {
            let judged = clean("portrait.png", bytes, PORTRAIT_LEAST_SIDE);
            assert_eq!(judged.err().map(|refused| refused.code()), expected);
        };
        let good = png(300, 400);
        check(&good, None);
        check(b"no picture", Some("image.format"));
        check(&png(239, 400), Some("image.too_few_pixels"));
        check(&good[..good.len() / 2], Some("image.damaged"));
        // A header that states ten times the pixels, with its checksum put right.
        let mut bomb = good;
        bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        let crc = !bomb[12..29].iter().fold(!0_u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |c, _| {
                (c >> 1) ^ (0xedb8_8320 & (c & 1).wrapping_neg())
            })
        });
        bomb[29..33].copy_from_slice(&crc.to_be_bytes());
        check(&bomb, Some("image.too_many_pixels"));
    }
}

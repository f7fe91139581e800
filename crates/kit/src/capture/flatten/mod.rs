//! A photograph of a document, flattened: its four edges are found, the perspective is taken out, and
//! what lies around is cut off. Pure: pixels in, pixels out, bounded in size and work.

mod corners;
mod gradients;
mod lines;
mod quadrilateral;
mod refine;
mod warp;

#[cfg(test)]
mod tests;

use std::io::Cursor;

use image::DynamicImage;
use image::codecs::jpeg::JpegEncoder;
use niims_packet::Image;

/// A point, pixels from the upper left.
pub(crate) type Point = (f32, f32);

/// Greatest side of a flattened document, pixels: 1,400. A card of 86 mm has then 410 dots per inch and
/// a page A4 120, at which every line is read; as JPEG it takes 100 to 250 kB.
const GREATEST_SIDE: f32 = 1_400.0;
/// Quality of its JPEG, 1 to 100. Below 75, small print frays.
const JPEG_QUALITY: u8 = 82;

/// The document of a photograph, flattened and cropped; `None` where no four edges are found, or the
/// document fills the photograph already.
pub(crate) fn flattened(photograph: &DynamicImage) -> Option<Image> {
    let corners = corners::find(photograph)?;
    let flat = warp::flat(photograph, &corners, GREATEST_SIDE)?;
    let mut bytes = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY).encode_image(&flat).ok()?;
    Some(Image { media_type: "image/jpeg".to_owned(), bytes: bytes.into_inner() })
}

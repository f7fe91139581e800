//! Bytes to grey picture, bounded before they are decoded.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::{GrayImage, ImageError, ImageLimits, finger_record, grey, jpeg2000, tiff, wsq};

/// Most scans of a JPEG file. A progressive file of eight bits has about ten; each costs a pass
/// over all pixels, however short it is.
const MAX_SCANS: usize = 20;

/// Decodes PNG, TIFF, BMP, PGM, JPEG, JPEG 2000, WSQ, or the picture of an ISO/IEC 19794-4 record of
/// one picture, to grey values.
///
/// Colour becomes luminance, 16 bits become 8, transparent parts lie on white. JPEG 2000 of other
/// than one or three equal components, and WSQ with filters of even length, are refused as
/// unsupported, as are TIFF files compressed otherwise than by LZW, deflate or PackBits, and what
/// would take longer than 2 s within the limits.
///
/// The order is the defence: file size, then format, then the dimensions in the header, and only
/// then the pixels, so that a small file that states a huge picture costs nothing.
///
/// # Errors
/// [`ImageError`] with a stable code for every refusal.
pub fn decode_image(bytes: &[u8], limits: &ImageLimits) -> Result<GrayImage, ImageError> {
    limits.check_file(bytes)?;
    if !finger_record::is_record(bytes) {
        return decode_picture(bytes, limits);
    }
    let mut pictures = finger_record::read_pictures(bytes)?;
    match (pictures.pop(), pictures.len()) {
        (Some(only), 0) => only.decode(limits),
        (Some(_), others) => Err(ImageError::SeveralPictures(others + 1)),
        (None, _) => Err(ImageError::SeveralPictures(0)),
    }
}

/// Decodes any format but a record that holds pictures in turn.
pub(super) fn decode_picture(bytes: &[u8], limits: &ImageLimits) -> Result<GrayImage, ImageError> {
    limits.check_file(bytes)?;
    if bytes.starts_with(&wsq::START) {
        return decode_wsq(bytes, limits);
    }
    if bytes.starts_with(jpeg2000::JP2_SIGNATURE)
        || bytes.starts_with(jpeg2000::CODESTREAM_SIGNATURE)
    {
        return jpeg2000::decode(bytes, limits);
    }
    let format = accepted_format(bytes)?;
    if format == ImageFormat::Jpeg && scans(bytes) > MAX_SCANS {
        return Err(ImageError::Unsupported("JPEG pictures of more than 20 scans"));
    }
    if format == ImageFormat::Tiff {
        tiff::check(bytes, limits.max_width.max(limits.max_height))?;
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(decoder_limits(limits));
    let decoder = reader.into_decoder().map_err(ImageError::damaged)?;
    let (width, height) = decoder.dimensions();
    limits.check_dimensions(width, height)?;
    limits.check_bytes(decoder.total_bytes())?;
    let picture = DynamicImage::from_decoder(decoder).map_err(ImageError::damaged)?;
    GrayImage::new(width, height, grey::to_grey(picture))
}

fn decode_wsq(bytes: &[u8], limits: &ImageLimits) -> Result<GrayImage, ImageError> {
    let (width, height) = wsq::dimensions(bytes).map_err(ImageError::damaged)?;
    limits.check_dimensions(width, height)?;
    let pixels = wsq::decode(bytes).map_err(|error| match error {
        wsq::WsqError::Filters(..) => {
            ImageError::Unsupported("WSQ pictures with wavelet filters of even length")
        }
        other => ImageError::damaged(other),
    })?;
    GrayImage::new(width, height, pixels)
}

fn accepted_format(bytes: &[u8]) -> Result<ImageFormat, ImageError> {
    use ImageFormat::{Bmp, Jpeg, Png, Pnm, Tiff};
    match image::guess_format(bytes) {
        Ok(format @ (Png | Tiff | Bmp | Pnm | Jpeg)) => Ok(format),
        _ => Err(ImageError::Format),
    }
}

/// Start-of-scan markers of a JPEG file. Entropy-coded data cannot hold one, since 0xff is
/// followed by zero there; a thumbnail in a comment might, which counts against the file.
fn scans(bytes: &[u8]) -> usize {
    bytes.windows(2).filter(|pair| pair == b"\xff\xda").count()
}

/// The decoder's own guard behind ours: at most eight bytes a pixel (RGBA, 16 bits each).
fn decoder_limits(limits: &ImageLimits) -> Limits {
    let mut own = Limits::default();
    own.max_alloc = Some(limits.max_pixels() * 8);
    own
}

#[cfg(test)]
mod tests;

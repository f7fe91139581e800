//! Pictures of fingers.

use niims_fingerprint::extract::DPI_RANGE;
use niims_fingerprint::image::finger_record::{FingerPicture, read_pictures};
use niims_fingerprint::{
    FingerPosition, GrayImage, ImageError, ImageLimits, decode_image, extract, stated_resolution,
};
use niims_wire::abis::FingerTemplate;

use super::IntakeError;

/// Largest picture of one finger, bytes. A finger at 1,000 dpi without compression has 1.2 MB.
pub const LONGEST_IMAGE: usize = 8 << 20;
/// How an ISO/IEC 19794-4 record begins, whatever its edition.
const RECORD_MAGIC: &[u8] = b"FIR\0";

/// The template of a picture of one finger: PNG, JPEG, JPEG 2000, WSQ, TIFF, BMP, PGM, or an
/// ISO/IEC 19794-4 record of one picture. What the file says of its resolution counts where a
/// sensor can have it, 250 to 1,000 dpi; else `dpi_if_unstated`. A record that names another finger
/// than `position` is refused, unless one of the two is unknown; the known one counts.
///
/// # Errors
/// [`IntakeError`].
pub fn finger_image(
    bytes: &[u8],
    position: FingerPosition,
    dpi_if_unstated: u16,
) -> Result<FingerTemplate, IntakeError> {
    bounded(bytes)?;
    if bytes.starts_with(RECORD_MAGIC) {
        let mut pictures = read_pictures(bytes).map_err(IntakeError::Image)?;
        return match (pictures.pop(), pictures.len()) {
            (Some(only), 0) => of_picture(&only, position),
            (Some(_), others) => Err(IntakeError::Count(others + 1)),
            (None, _) => Err(IntakeError::Count(0)),
        };
    }
    let dpi = stated_resolution(bytes).filter(|dpi| DPI_RANGE.contains(dpi));
    let picture = decode_image(bytes, &limits()).map_err(image_error)?;
    of_grey(&picture, position, dpi.unwrap_or(dpi_if_unstated))
}

/// The templates of all pictures of an ISO/IEC 19794-4 record, each of one finger.
///
/// # Errors
/// [`IntakeError`].
pub fn finger_record(bytes: &[u8]) -> Result<Vec<FingerTemplate>, IntakeError> {
    bounded(bytes)?;
    let pictures = read_pictures(bytes).map_err(image_error)?;
    if !(1..=FingerPosition::all().len()).contains(&pictures.len()) {
        return Err(IntakeError::Count(pictures.len()));
    }
    pictures.iter().map(|picture| of_picture(picture, FingerPosition::Unknown)).collect()
}

/// The template of grey values, one byte a pixel, row by row from the top.
///
/// # Errors
/// [`IntakeError`].
pub fn finger_pixels(
    pixels: &[u8],
    width: u32,
    height: u32,
    position: FingerPosition,
    dpi: u16,
) -> Result<FingerTemplate, IntakeError> {
    bounded(pixels)?;
    let picture = GrayImage::new(width, height, pixels.to_vec()).map_err(IntakeError::Image)?;
    of_grey(&picture, position, dpi)
}

fn of_picture(
    picture: &FingerPicture<'_>,
    stated: FingerPosition,
) -> Result<FingerTemplate, IntakeError> {
    let found = picture.position.ok_or(IntakeError::NoSingleFinger)?;
    let position = agreed(found, stated)?;
    let grey = picture.decode(&limits()).map_err(IntakeError::Image)?;
    of_grey(&grey, position, picture.dpi)
}

fn of_grey(
    picture: &GrayImage,
    position: FingerPosition,
    dpi: u16,
) -> Result<FingerTemplate, IntakeError> {
    let found = extract(picture, dpi).map_err(IntakeError::Extract)?;
    Ok(FingerTemplate {
        position,
        quality: found.quality.score,
        template: found.template.to_bytes(),
    })
}

/// The finger that record and label agree on.
pub(super) fn agreed(
    found: FingerPosition,
    stated: FingerPosition,
) -> Result<FingerPosition, IntakeError> {
    match (found, stated) {
        (FingerPosition::Unknown, one) | (one, FingerPosition::Unknown) => Ok(one),
        (found, stated) if found == stated => Ok(found),
        (found, stated) => Err(IntakeError::OtherFinger { found, stated }),
    }
}

fn bounded(bytes: &[u8]) -> Result<(), IntakeError> {
    match bytes.len() {
        0 => Err(IntakeError::Empty),
        found if found > LONGEST_IMAGE => {
            Err(IntakeError::TooLarge { found, limit: LONGEST_IMAGE })
        }
        _ => Ok(()),
    }
}

fn limits() -> ImageLimits {
    ImageLimits { max_file_bytes: LONGEST_IMAGE, ..ImageLimits::default() }
}

fn image_error(error: ImageError) -> IntakeError {
    match error {
        ImageError::Format => IntakeError::Format,
        other => IntakeError::Image(other),
    }
}

//! Portraits: decoded, looked at, cut out around the head, embedded by the operator's model.

use niims_face::photo::{LEAST_SIDE, MOST_BYTES, MOST_SIDE};
use niims_face::{Photo, PhotoError, check, decode_photo, record};
use niims_fingerprint::image::decode_colour_jpeg2000;
use niims_fingerprint::{ImageError, ImageLimits};

use super::IntakeError;
use crate::faces::FaceMatching;
use crate::modality::FaceTemplate;

/// How JPEG 2000 begins, as a file and as a bare stream.
const JPEG2000: [&[u8]; 2] = [b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51"];

/// The template of a portrait: PNG, JPEG, JPEG 2000, or an ISO/IEC 19794-5 record of one such picture.
/// There must be one head that stands out from the background; what else the checks of photos remark on
/// lowers the quality and refuses nobody.
///
/// # Errors
/// [`IntakeError`]; [`IntakeError::NoFaceModel`] before the bytes are looked at.
pub fn face_image(
    bytes: &[u8],
    matching: Option<&FaceMatching>,
) -> Result<FaceTemplate, IntakeError> {
    let matching = matching.ok_or(IntakeError::NoFaceModel)?;
    match bytes.len() {
        0 => return Err(IntakeError::Empty),
        found if found > MOST_BYTES => {
            return Err(IntakeError::TooLarge { found, limit: MOST_BYTES });
        }
        _ => {}
    }
    let photo = if record::is_record(bytes) {
        let mut pictures = record::pictures(bytes).map_err(IntakeError::FaceRecord)?;
        match (pictures.pop(), pictures.len()) {
            (Some(only), 0) => decode(only)?,
            (Some(_), others) => return Err(IntakeError::FaceCount(others + 1)),
            (None, _) => return Err(IntakeError::FaceCount(0)),
        }
    } else {
        decode(bytes)?
    };
    let report = check(&photo);
    let head = report.head.ok_or_else(|| {
        let words = report.findings.first().map_or("There is no head.", |finding| finding.words());
        IntakeError::NoFace(words)
    })?;
    let embedding = matching.model().embed(&photo, &head).map_err(IntakeError::FaceModel)?;
    Ok(FaceTemplate {
        quality: report.quality(),
        model: embedding.model,
        embedding: embedding.parts,
    })
}

fn decode(bytes: &[u8]) -> Result<Photo, IntakeError> {
    if !JPEG2000.iter().any(|beginning| bytes.starts_with(beginning)) {
        return decode_photo(bytes).map_err(photo_error);
    }
    let limits = ImageLimits {
        max_file_bytes: MOST_BYTES,
        max_width: MOST_SIDE,
        max_height: MOST_SIDE,
        min_side: LEAST_SIDE,
    };
    let (width, height, pixels) =
        decode_colour_jpeg2000(bytes, &limits).map_err(|error| match error {
            ImageError::Format => IntakeError::FaceFormat,
            other => IntakeError::Image(other),
        })?;
    Photo::from_rgb(width, height, pixels).map_err(photo_error)
}

fn photo_error(error: PhotoError) -> IntakeError {
    match error {
        PhotoError::Format => IntakeError::FaceFormat,
        other => IntakeError::Photo(other),
    }
}

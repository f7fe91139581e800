//! `/staff/cases/{case}/images/{view}/{side}/{image}`: one image, for whoever holds the case,
//! and never for a cache that others share.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use niims_fingerprint::{FingerPosition, ImageLimits, decode_image, encode_png};
use niims_record::{CaseId, ViewId};
use niims_web::private_picture;
use niims_wire::desk::{ImageBytes, ImageOf, SideOf};

use crate::http::Colleague;

/// Seconds for which the browser that asked keeps an image: as long as a claim lasts. The
/// address names the opening, so that another opening is asked for anew.
const KEPT_S: u32 = 1_800;

/// `GET` of an image.
pub(super) async fn show(
    colleague: Colleague,
    Path((case, view, side, image)): Path<(String, String, String, String)>,
) -> Response {
    let named =
        (case.parse::<CaseId>(), view.parse::<ViewId>(), read_side(&side), read_image(&image));
    let (Ok(case), Ok(view), Some(side), Some(image)) = named else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (officer, now) = (colleague.officer(), colleague.now());
    match colleague.desk().image(view, side, image, officer, now).await {
        Ok(bytes) => match displayable(bytes).await {
            Some((kind, bytes)) => {
                let key = (officer, case);
                colleague.console.open_cases.deliver(key, view, (side, image), now);
                private_picture(kind, bytes, KEPT_S)
            }
            None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        },
        Err(problem) => {
            let status = StatusCode::from_u16(problem.status);
            status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response()
        }
    }
}

/// The address of an image.
pub(super) fn address(case: CaseId, view: ViewId, which: (SideOf, ImageOf)) -> String {
    format!("/staff/cases/{case}/images/{view}/{}/{}", side_name(which.0), image_name(which.1))
}

/// A side in an address.
pub(super) fn side_name(side: SideOf) -> String {
    match side {
        SideOf::Applicant => "applicant".to_owned(),
        SideOf::Candidate { index } => format!("candidate-{index}"),
    }
}

/// An image in an address.
pub(super) fn image_name(image: ImageOf) -> String {
    match image {
        ImageOf::Portrait => "portrait".to_owned(),
        ImageOf::Finger { position } => format!("finger-{}", position.code()),
        ImageOf::SecondPrint { position } => format!("second-{}", position.code()),
        ImageOf::ExceptionPhoto => "exception-photo".to_owned(),
        ImageOf::Document { index } => format!("document-{index}"),
    }
}

/// Reads what [`side_name`] wrote.
pub(super) fn read_side(text: &str) -> Option<SideOf> {
    if text == "applicant" {
        return Some(SideOf::Applicant);
    }
    let index = text.strip_prefix("candidate-")?.parse().ok()?;
    Some(SideOf::Candidate { index })
}

/// Reads what [`image_name`] wrote.
pub(super) fn read_image(text: &str) -> Option<ImageOf> {
    if text == "portrait" {
        return Some(ImageOf::Portrait);
    }
    if text == "exception-photo" {
        return Some(ImageOf::ExceptionPhoto);
    }
    let finger = |code: &str| FingerPosition::from_code(code.parse().ok()?);
    if let Some(code) = text.strip_prefix("finger-") {
        return Some(ImageOf::Finger { position: finger(code)? });
    }
    if let Some(code) = text.strip_prefix("second-") {
        return Some(ImageOf::SecondPrint { position: finger(code)? });
    }
    Some(ImageOf::Document { index: text.strip_prefix("document-")?.parse().ok()? })
}

/// In a form that every browser shows: PNG and JPEG as they are, anything else as PNG.
pub(super) async fn displayable(image: ImageBytes) -> Option<(&'static str, Vec<u8>)> {
    match image.media_type.as_str() {
        "image/png" => Some(("image/png", image.bytes)),
        "image/jpeg" => Some(("image/jpeg", image.bytes)),
        _ => {
            let made = tokio::task::spawn_blocking(move || {
                let picture = decode_image(&image.bytes, &ImageLimits::default()).ok()?;
                Some(encode_png(&picture))
            });
            Some(("image/png", made.await.ok()??))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_addresses_read_back() {
        for side in [SideOf::Applicant, SideOf::Candidate { index: 3 }] {
            assert_eq!(read_side(&side_name(side)), Some(side));
        }
        let position = FingerPosition::LeftLittle;
        for image in [
            ImageOf::Portrait,
            ImageOf::Finger { position },
            ImageOf::SecondPrint { position },
            ImageOf::ExceptionPhoto,
            ImageOf::Document { index: 2 },
        ] {
            assert_eq!(read_image(&image_name(image)), Some(image));
        }
        for wrong in ["", "finger-99", "finger-x", "second-0x", "document-", "candidate-1"] {
            assert_eq!(read_image(wrong), None, "{wrong}");
        }
    }
}

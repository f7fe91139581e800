//! The card on paper: a two-page PDF, front and back, at the size of ID-1.
//!
//! Same card, same bytes: the file holds no clock, no random id and no producer.
//! All lengths are millimetres from the lower left corner until the canvas turns
//! them into points.

mod back;
mod canvas;
mod front;
mod ornament;
mod pdf;
mod portrait;
mod words;

use crate::error::CardError;
use crate::face::{self, CardFace, CardProfile};
use niims_paper::QrMatrix;

/// Width and height of ID-1 (ISO/IEC 7810 §5.1), in millimetres.
pub const WIDTH: f32 = 85.60;
/// See [`WIDTH`].
pub const HEIGHT: f32 = 53.98;

/// The PDF of a card whose signed QR text is `credential`.
pub fn card_pdf(
    face: &CardFace,
    profile: &CardProfile,
    credential: &str,
) -> Result<Vec<u8>, CardError> {
    face::check(face, profile)?;
    let portrait = face.portrait.as_deref().map(portrait::prepare).transpose()?;
    let code = QrMatrix::of(credential).map_err(|_| CardError::TooLarge)?;
    let front = front::draw(face, profile, portrait.is_some());
    let back = back::draw(face, profile, &code);
    Ok(pdf::write(front, back, portrait.as_ref()))
}

#[cfg(test)]
mod tests;

//! One record of a finger: a picture or minutiae.

use niims_fingerprint::{FingerPosition, TemplateFormat};
use niims_wire::abis::FingerTemplate;

use crate::intake::{IntakeError, finger_image, finger_template};

/// Resolution of a picture that states none, pixels per inch. It is what the format's registry asks
/// of pictures for enrolment.
const USUAL_DPI: u16 = 500;

/// Why a finger cannot be enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FingerFault {
    /// It was read, and there is too little in it.
    Poor,
    /// It is not what it says it is.
    Broken,
}

/// The template of a record. What the record itself says of its form counts, not the number of the
/// format beside it: writers differ in those. A finger that the record names must be the one that
/// the sample names.
pub(super) fn read(record: &[u8], position: FingerPosition) -> Result<FingerTemplate, FingerFault> {
    let read = match TemplateFormat::recognise(record) {
        Some(format) => finger_template(record, format, position),
        None => finger_image(record, position, USUAL_DPI),
    };
    read.map_err(|error| {
        tracing::info!(code = error.code(), "a finger was not taken");
        match error {
            IntakeError::Extract(_) => FingerFault::Poor,
            _ => FingerFault::Broken,
        }
    })
}

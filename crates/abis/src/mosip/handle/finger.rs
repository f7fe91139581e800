//! One record of a finger: a picture or minutiae.

use niims_fingerprint::image::finger_record::read_pictures;
use niims_fingerprint::{
    FingerPosition, ImageLimits, TemplateFormat, decode_image, extract, read_any,
    stated_resolution,
};
use niims_wire::abis::FingerTemplate;

/// Resolution of a picture that states none, pixels per inch. It is what the format's registry asks
/// of pictures for enrolment.
const USUAL_DPI: u16 = 500;

/// Quality of minutiae that came without a picture, 0 to 100: unknown, so the middle.
const UNKNOWN_QUALITY: u8 = 50;

/// Why a finger cannot be enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FingerFault {
    /// It was read, and there is too little in it.
    Poor,
    /// It is not what it says it is.
    Broken,
}

/// The templates of a record, one for each view. A finger that the record names must be the one
/// that the sample names.
pub(super) fn read(
    record: &[u8],
    position: FingerPosition,
) -> Result<Vec<FingerTemplate>, FingerFault> {
    if TemplateFormat::recognise(record).is_some() {
        return read_minutiae(record, position);
    }
    if record.starts_with(b"FIR\0") {
        return read_record(record, position);
    }
    let picture =
        decode_image(record, &ImageLimits::default()).map_err(|_| FingerFault::Broken)?;
    let dpi = stated_resolution(record).unwrap_or(USUAL_DPI);
    Ok(vec![template(&picture, dpi, position)?])
}

fn read_record(
    record: &[u8],
    position: FingerPosition,
) -> Result<Vec<FingerTemplate>, FingerFault> {
    let pictures = read_pictures(record).map_err(|_| FingerFault::Broken)?;
    let mut templates = Vec::new();
    for view in &pictures {
        let stated = view.position.ok_or(FingerFault::Broken)?;
        let position = agree(stated, position)?;
        let picture = view.decode(&ImageLimits::default()).map_err(|_| FingerFault::Broken)?;
        match template(&picture, view.dpi, position) {
            Ok(template) => templates.push(template),
            Err(FingerFault::Poor) => {}
            Err(FingerFault::Broken) => return Err(FingerFault::Broken),
        }
    }
    match (pictures.is_empty(), templates.is_empty()) {
        (true, _) => Err(FingerFault::Broken),
        (false, true) => Err(FingerFault::Poor),
        (false, false) => Ok(templates),
    }
}

fn read_minutiae(
    record: &[u8],
    position: FingerPosition,
) -> Result<Vec<FingerTemplate>, FingerFault> {
    let file = read_any(record).map_err(|_| FingerFault::Broken)?;
    file.fingers
        .into_iter()
        .map(|(stated, template)| {
            Ok(FingerTemplate {
                position: agree(stated, position)?,
                quality: UNKNOWN_QUALITY,
                template: template.to_bytes(),
            })
        })
        .collect()
}

/// The one name of two, where one is unknown or both are the same.
fn agree(one: FingerPosition, other: FingerPosition) -> Result<FingerPosition, FingerFault> {
    match (one, other) {
        (FingerPosition::Unknown, known) | (known, FingerPosition::Unknown) => Ok(known),
        (one, other) if one == other => Ok(one),
        _ => Err(FingerFault::Broken),
    }
}

fn template(
    picture: &niims_fingerprint::GrayImage,
    dpi: u16,
    position: FingerPosition,
) -> Result<FingerTemplate, FingerFault> {
    let extraction = extract(picture, dpi).map_err(|_| FingerFault::Poor)?;
    Ok(FingerTemplate {
        position,
        quality: extraction.quality.score,
        template: extraction.template.to_bytes(),
    })
}

//! Minutiae that somebody else extracted, and our own templates.

use niims_fingerprint::template::RecordError;
use niims_fingerprint::{FingerPosition, Template, TemplateFormat, read_any};
use niims_wire::abis::FingerTemplate;

use super::IntakeError;
use super::image::agreed;

/// Longest file of templates, bytes: ten fingers of 255 minutiae take 16 kB, with extended data that
/// is skipped several times as much.
pub const LONGEST_TEMPLATE: usize = 256 << 10;

/// The template of one finger out of a file of this format. A record that names another finger than
/// `position` is refused, unless one of the two is unknown; the known one counts.
///
/// # Errors
/// [`IntakeError`].
pub fn finger_template(
    bytes: &[u8],
    format: TemplateFormat,
    position: FingerPosition,
) -> Result<FingerTemplate, IntakeError> {
    let mut fingers = read(bytes, format)?;
    match (fingers.pop(), fingers.len()) {
        (Some((found, template)), 0) => Ok(taken(agreed(found, position)?, &template)),
        (Some(_), others) => Err(IntakeError::Count(others + 1)),
        (None, _) => Err(IntakeError::Count(0)),
    }
}

/// The templates of all fingers of a file of this format, one view each.
///
/// # Errors
/// [`IntakeError`].
pub fn finger_templates(
    bytes: &[u8],
    format: TemplateFormat,
) -> Result<Vec<FingerTemplate>, IntakeError> {
    let fingers = read(bytes, format)?;
    if !(1..=FingerPosition::all().len()).contains(&fingers.len()) {
        return Err(IntakeError::Count(fingers.len()));
    }
    Ok(fingers.iter().map(|(position, template)| taken(*position, template)).collect())
}

fn read(
    bytes: &[u8],
    format: TemplateFormat,
) -> Result<Vec<(FingerPosition, Template)>, IntakeError> {
    match bytes.len() {
        0 => return Err(IntakeError::Empty),
        found if found > LONGEST_TEMPLATE => {
            return Err(IntakeError::TooLarge { found, limit: LONGEST_TEMPLATE });
        }
        _ => {}
    }
    let found = TemplateFormat::recognise(bytes).ok_or(IntakeError::Format)?;
    if found != format {
        return Err(IntakeError::OtherFormat);
    }
    let file = read_any(bytes).map_err(|error| match error {
        RecordError::Header => IntakeError::Format,
        other => IntakeError::Record(other),
    })?;
    Ok(file.fingers)
}

fn taken(position: FingerPosition, template: &Template) -> FingerTemplate {
    FingerTemplate { position, quality: template.quality(), template: template.to_bytes() }
}

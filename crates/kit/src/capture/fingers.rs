//! The ten fingers: each captured with its quality, or noted with the reason why not.

use std::collections::BTreeMap;

use niims_country::{CountryPack, FieldType, Role};
use niims_fingerprint::{
    ExtractError, FingerPosition, ImageLimits, decode_image, encode_png, extract,
};
use niims_packet::{CaptureOutcome, FingerCapture, Image};
use serde::Deserialize;
use serde_json::Value;

use super::folder::CaptureFolder;
use super::form::json;
use super::refusal::{CaptureProblem, EnrolRefused, PictureProblem};
use crate::metadata::strip_png;

/// The country's list of reasons why a finger cannot be captured.
pub(crate) const REASON_LIST: &str = "exception_reasons";

/// Reason that the kit itself notes: a picture was taken and no print can be read in it.
pub const UNREADABLE: &str = "UNREADABLE";

/// Resolution when `fingers.json` states none, dots per inch: the usual of livescan devices
/// (ISO/IEC 19794-4, level 31).
const USUAL_DPI: u16 = 500;

/// The content of `fingers.json`:
/// `{"dpi": 500, "missing": {"left_little": {"reason": "AMPUTATED", "permanent": true}}}`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct FingerNotes {
    #[serde(default)]
    dpi: Option<u16>,
    #[serde(default)]
    missing: BTreeMap<FingerPosition, MissingFinger>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MissingFinger {
    reason: String,
    #[serde(default)]
    permanent: bool,
}

/// Reads all ten fingers. A print that cannot be read becomes a noted exception; a person is
/// never refused for their fingers.
pub(crate) fn read(
    folder: &CaptureFolder,
    answers: &BTreeMap<String, Value>,
    pack: &CountryPack,
) -> Result<Vec<FingerCapture>, EnrolRefused> {
    let notes: FingerNotes = match folder.finger_notes()? {
        Some(bytes) => {
            serde_json::from_slice(&bytes).map_err(|error| json("fingers.json", &error))?
        }
        None => FingerNotes::default(),
    };
    let dpi = notes.dpi.unwrap_or(USUAL_DPI);
    let told = told_in_form(answers, pack);
    FingerPosition::all()
        .into_iter()
        .map(|finger| {
            let outcome = match (folder.fingers.get(&finger), notes.missing.get(&finger)) {
                (Some(_), Some(_)) => {
                    Err(CaptureProblem::FingerContradicted { finger: finger.name() }.into())
                }
                (Some(file), None) => captured(file, &folder.picture(file)?, dpi),
                (None, Some(missing)) => noted(finger, &missing.reason, missing.permanent, pack),
                (None, None) => match told.get(&finger) {
                    Some(reason) => noted(finger, reason, false, pack),
                    None => Err(CaptureProblem::FingerUnaccounted { finger: finger.name() }.into()),
                },
            }?;
            Ok(FingerCapture { position: finger.code(), outcome })
        })
        .collect()
}

/// All ten fingers by the reasons among the answers alone: where there is no scanner.
pub(crate) fn told(
    answers: &BTreeMap<String, Value>,
    pack: &CountryPack,
) -> Result<Vec<FingerCapture>, EnrolRefused> {
    let told = told_in_form(answers, pack);
    let one = |finger: FingerPosition| {
        let reason =
            told.get(&finger).ok_or(CaptureProblem::FingerUnaccounted { finger: finger.name() })?;
        let outcome = noted(finger, reason, false, pack)?;
        Ok(FingerCapture { position: finger.code(), outcome })
    };
    FingerPosition::all().into_iter().map(one).collect()
}

fn noted(
    finger: FingerPosition,
    reason: &str,
    permanent: bool,
    pack: &CountryPack,
) -> Result<CaptureOutcome, EnrolRefused> {
    if pack.code_list(REASON_LIST).is_some_and(|list| list.code(reason).is_none()) {
        return Err(CaptureProblem::FingerReasonUnknown { finger: finger.name() }.into());
    }
    Ok(CaptureOutcome::Missing { reason: reason.to_owned(), permanent })
}

fn captured(file: &str, bytes: &[u8], dpi: u16) -> Result<CaptureOutcome, EnrolRefused> {
    let refused = |code, words: String| EnrolRefused::Picture {
        file: file.to_owned(),
        problem: PictureProblem { code, words },
    };
    let picture = decode_image(bytes, &ImageLimits::default())
        .map_err(|error| refused(error.code(), error.to_string()))?;
    let quality = match extract(&picture, dpi) {
        Ok(extraction) => extraction.quality.score,
        Err(ExtractError::Resolution(dpi)) => {
            return Err(CaptureProblem::FingerResolution { dpi }.into());
        }
        Err(_) => 0,
    };
    if quality == 0 {
        return Ok(CaptureOutcome::Missing { reason: UNREADABLE.to_owned(), permanent: false });
    }
    // PNG keeps its own pixels. The other formats may carry coordinates where they cannot be
    // cut out, so their grey values are written anew, without loss to what was compared.
    let bytes = strip_png(bytes).unwrap_or_else(|_| encode_png(&picture));
    let image = Image { media_type: "image/png".to_owned(), bytes };
    Ok(CaptureOutcome::Captured { image, dpi, quality, second: None })
}

/// Reasons that the officer ticked on the form itself: the list with the role of biometric
/// exceptions, whose entries hold one code of the list of fingers and one of the reasons.
fn told_in_form(
    answers: &BTreeMap<String, Value>,
    pack: &CountryPack,
) -> BTreeMap<FingerPosition, String> {
    let Some(field) =
        pack.fields().iter().find(|field| field.role == Some(Role::BiometricExceptions))
    else {
        return BTreeMap::new();
    };
    let named = |wanted: &str| {
        pack.fields_inside(&field.id)
            .find(|inner| matches!(&inner.kind, FieldType::Code { list } if list == wanted))
            .map(|inner| inner.name().to_owned())
    };
    let (Some(finger), Some(reason)) = (named("fingers"), named(REASON_LIST)) else {
        return BTreeMap::new();
    };
    let entries = answers.get(&field.id).and_then(Value::as_array);
    entries
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let finger = entry.get(&finger)?.as_str()?.to_ascii_lowercase();
            let reason = entry.get(&reason)?.as_str()?.to_owned();
            Some((FingerPosition::from_name(&finger)?, reason))
        })
        .collect()
}

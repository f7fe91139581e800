//! What a sound kit cannot have sealed. The kit refuses each of these at the desk; here they are
//! judged again from the packet alone, for whoever patches a kit patches its gates first.

use jiff::Timestamp;
use niims_country::{Answers, Capture, Code, CountryPack, FieldType, Role};
use niims_fingerprint::FingerPosition;
use niims_packet::{
    CaptureOutcome, ConsentKind, Encounter, ExceptionOf, Image, OfficerVerifyingKey, metadata,
};

use super::exceptions;

/// The country's list of reasons why something cannot be captured.
const REASONS: &str = "exception_reasons";
/// Modalities of the country pack.
const FACE: &str = "face";
const FINGERPRINT: &str = "fingerprint";
/// Smallest portrait, pixels a side: 240, the width of the token face image of ISO/IEC
/// 19794-5:2005, 8.4. The kit takes none that is smaller.
const PORTRAIT_LEAST_SIDE: u32 = 240;
/// Smallest scan of a document, pixels a side: 200, an inch at 200 dpi, as on the kit.
const DOCUMENT_LEAST_SIDE: u32 = 200;
/// Greatest side of either, pixels: an A4 page at 500 dpi, as on the kit.
const GREATEST_SIDE: u32 = 6_000;

/// What stands beside the encounter.
pub(super) struct Beside {
    /// When the kit sealed it, by its signed header.
    pub sealed_at: Timestamp,
    /// Of each exception whether its second officer may vouch.
    pub vouchers: Vec<bool>,
    /// What stands under the approval of a supervisor; `None` without one.
    pub approver: Option<Approver>,
}

/// The supervisor who approved, as the centre knows them.
pub(super) struct Approver {
    /// Whether they were a supervisor when they approved.
    pub may: bool,
    /// Their key.
    pub key: Option<OfficerVerifyingKey>,
}

/// The first gate of the desk that this capture cannot have passed, by its stable code.
pub(super) fn judge(
    encounter: &Encounter,
    beside: &Beside,
    pack: &CountryPack,
) -> Result<(), &'static str> {
    times(encounter, beside.sealed_at)?;
    modalities(encounter, pack)?;
    exceptions::judge(encounter, &beside.vouchers, pack)?;
    approval(encounter, beside.approver.as_ref(), pack)?;
    fingers(encounter, pack)?;
    portrait(encounter)?;
    encounter
        .exception_photo
        .as_ref()
        .map_or(Ok(()), |photo| picture(photo, PORTRAIT_LEAST_SIDE))?;
    documents(encounter, pack)
}

/// Opened, captured, confirmed and sealed follow each other.
fn times(encounter: &Encounter, sealed_at: Timestamp) -> Result<(), &'static str> {
    let Some(confirmed_at) = encounter.confirmed_at else { return Err("capture.not_confirmed") };
    let in_order = encounter.capture_opened_at <= encounter.captured_at
        && confirmed_at <= encounter.captured_at
        && encounter.captured_at <= sealed_at;
    if in_order { Ok(()) } else { Err("capture.time_order") }
}

fn modalities(encounter: &Encounter, pack: &CountryPack) -> Result<(), &'static str> {
    let prints = encounter.fingers.iter().any(|finger| captured(&finger.outcome));
    let faces = encounter.portrait.is_some() || encounter.exception_photo.is_some();
    let off = (faces && !pack.modality_on(FACE)) || (prints && !pack.modality_on(FINGERPRINT));
    if off { Err("law.modality_off") } else { Ok(()) }
}

/// Where the country wants a supervisor, one looked, and signed for these very answers.
fn approval(
    encounter: &Encounter,
    approver: Option<&Approver>,
    pack: &CountryPack,
) -> Result<(), &'static str> {
    let answers: Answers =
        encounter.answers.iter().map(|(id, value)| (id.clone(), value.clone())).collect();
    let causes = pack.approval_causes(Capture {
        answers: &answers,
        is_minor: encounter.consents.iter().any(|one| one.kind == ConsentKind::Guardian),
        is_excepted: !encounter.exceptions.is_empty(),
    });
    let (approval, approver) = match (&encounter.approval, approver) {
        (None, _) if causes.is_empty() => return Ok(()),
        (Some(approval), Some(approver)) => (approval, approver),
        _ => return Err("capture.approval_needed"),
    };
    if approval.by == encounter.officer {
        return Err("capture.approval_same_officer");
    }
    if approval.at > encounter.captured_at || approval.at < encounter.capture_opened_at {
        return Err("capture.time_order");
    }
    let signed = |key: &OfficerVerifyingKey| approval.is_for(encounter, key);
    if approver.may && approver.key.as_ref().is_some_and(signed) {
        Ok(())
    } else {
        Err("capture.approval_false")
    }
}

/// Each of the ten has a picture or a reason; without a usable one a second officer vouched.
fn fingers(encounter: &Encounter, pack: &CountryPack) -> Result<(), &'static str> {
    for position in FingerPosition::all() {
        let Some(finger) = encounter.fingers.iter().find(|one| one.position == position.code())
        else {
            return Err("capture.finger_unaccounted");
        };
        match &finger.outcome {
            CaptureOutcome::Captured { image, second, .. } => {
                taken_bare(image)?;
                second.as_ref().map_or(Ok(()), |second| taken_bare(&second.image))?;
            }
            CaptureOutcome::Missing { reason, .. } if !is_reason(reason, pack) => {
                return Err("capture.finger_reason_unknown");
            }
            CaptureOutcome::Missing { .. } => {}
        }
    }
    let usable = encounter.fingers.iter().any(|finger| captured(&finger.outcome));
    if usable || encounter.fingers_excused() { Ok(()) } else { Err("capture.exception_needed") }
}

/// A print that cannot be read at all is a matter for people, not for this gate; one that reads
/// and carries more than its pixels was not written by a kit, nor was one that is neither PNG nor WSQ:
/// the others carry coordinates where nobody looks for them.
fn taken_bare(image: &Image) -> Result<(), &'static str> {
    if let Ok(bare) = metadata::is_bare_wsq(&image.bytes) {
        return if bare { Ok(()) } else { Err("image.metadata") };
    }
    if let Ok(bare) = metadata::strip_png(&image.bytes) {
        return if bare == image.bytes { Ok(()) } else { Err("image.metadata") };
    }
    let whole_png = image.bytes.starts_with(b"\x89PNG");
    let other = image::guess_format(&image.bytes).is_ok() && !whole_png;
    if other { Err("image.format") } else { Ok(()) }
}

fn portrait(encounter: &Encounter) -> Result<(), &'static str> {
    match &encounter.portrait {
        None if encounter.exception(ExceptionOf::Portrait).is_none() => {
            Err("capture.portrait_missing")
        }
        None => Ok(()),
        Some(_) if !encounter.portrait_taken_live => Err("capture.portrait_not_live"),
        Some(image) => picture(image, PORTRAIT_LEAST_SIDE),
    }
}

fn documents(encounter: &Encounter, pack: &CountryPack) -> Result<(), &'static str> {
    let known = document_kinds(pack);
    let answers: Answers =
        encounter.answers.iter().map(|(id, value)| (id.clone(), value.clone())).collect();
    let named = pack.view(&answers).identifiers();
    for document in &encounter.documents {
        if !known.iter().any(|code| code.code == document.kind) {
            return Err("capture.document_kind_unknown");
        }
        let typed = document.number.as_deref().map(plain);
        let of_kind = || named.iter().filter(|one| one.kind == document.kind);
        if typed.is_some_and(|typed| of_kind().all(|one| plain(&one.value) != typed)) {
            return Err("capture.document_number_differs");
        }
        picture(&document.image, DOCUMENT_LEAST_SIDE)?;
    }
    Ok(())
}

/// A number without what people leave out: spaces and strokes, and the case of letters.
fn plain(number: &str) -> String {
    number.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// The codes of the country's identity documents.
fn document_kinds(pack: &CountryPack) -> &[Code] {
    let kind = pack.fields().iter().find(|field| field.role == Some(Role::IdentifierKind));
    match kind.map(|field| &field.kind) {
        Some(FieldType::Code { list }) => pack.code_list(list).map_or(&[], |list| list.codes()),
        _ => &[],
    }
}

/// A portrait or scan as a kit keeps it: PNG or JPEG, of a size that can be used, and nothing in
/// the file but the picture, coordinates least of all. Only the header is read.
fn picture(image: &Image, least_side: u32) -> Result<(), &'static str> {
    let reader = image::ImageReader::new(std::io::Cursor::new(&image.bytes));
    let reader = reader.with_guessed_format().map_err(|_| "image.damaged")?;
    let told = match reader.format() {
        Some(image::ImageFormat::Png) => "image/png",
        Some(image::ImageFormat::Jpeg) => "image/jpeg",
        _ => return Err("image.format"),
    };
    if image.media_type != told {
        return Err("image.format");
    }
    let (width, height) = reader.into_dimensions().map_err(|_| "image.damaged")?;
    if width.min(height) < least_side {
        return Err("image.too_few_pixels");
    }
    if width.max(height) > GREATEST_SIDE {
        return Err("image.too_many_pixels");
    }
    if metadata::is_bare(image) { Ok(()) } else { Err("image.metadata") }
}

const fn captured(outcome: &CaptureOutcome) -> bool {
    matches!(outcome, CaptureOutcome::Captured { .. })
}

pub(super) fn is_reason(reason: &str, pack: &CountryPack) -> bool {
    pack.code_list(REASONS).is_none_or(|list| list.code(reason).is_some())
}

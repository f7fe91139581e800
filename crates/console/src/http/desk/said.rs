//! Codes of the desk in words of the visitor's language.

use niims_fingerprint::FingerPosition;
use niims_record::application::CaseReason;
use niims_record::desk::{Priority, Skill};
use niims_web::{Tag, TagColour, Words};
use niims_wire::desk::ImageOf;

/// Why a case was opened.
pub(super) fn reason(w: Words<'_>, reason: CaseReason) -> &str {
    w.find(&format!("case_reason.{}", reason.name())).unwrap_or_default()
}

/// How urgent it is.
pub(super) fn priority(w: Words<'_>, priority: Priority) -> Tag {
    let colour = match priority {
        Priority::ResidentWaits => TagColour::Red,
        Priority::Appeal | Priority::Child => TagColour::Amber,
        Priority::Ordinary => TagColour::Grey,
    };
    Tag::new(w.find(&format!("priority.{}", priority.name())).unwrap_or_default(), colour)
}

/// What it asks of a reviewer.
pub(super) fn skill(w: Words<'_>, skill: Skill) -> &str {
    w.find(&format!("skill.{}", skill.name())).unwrap_or_default()
}

/// The stage. Whether a first opinion was given, nobody sees who may give the second.
pub(super) fn stage<'a>(w: Words<'a>, stage: &str) -> &'a str {
    let name = match stage {
        "awaits_first" | "awaits_second" => "awaits",
        other => other,
    };
    w.find(&format!("stage.{name}")).unwrap_or_default()
}

/// A finger.
pub(super) fn finger(w: Words<'_>, position: FingerPosition) -> &str {
    finger_code(w, position.code())
}

/// A finger by its ISO/IEC 19794-2 code; 0 is all fingers.
pub(super) fn finger_code(w: Words<'_>, code: u8) -> &str {
    w.find(&format!("finger.{code}")).unwrap_or_default()
}

/// What an image shows.
pub(super) fn image(w: Words<'_>, image: ImageOf) -> String {
    match image {
        ImageOf::Portrait => w.t("form.image.portrait").to_owned(),
        ImageOf::ExceptionPhoto => w.t("form.image.exception_photo").to_owned(),
        ImageOf::Finger { position } => finger(w, position).to_owned(),
        ImageOf::SecondPrint { position } => {
            format!("{}, {}", finger(w, position), w.t("form.image.second_print"))
        }
        ImageOf::Document { index } => format!("{} {}", w.t("form.image.document"), index + 1),
    }
}

/// A verdict, by its stable name.
pub(super) fn verdict<'a>(w: Words<'a>, name: &str) -> &'a str {
    w.find(&format!("verdict.{name}")).unwrap_or_default()
}

/// A line of advice on capture: finger, fault, remedy.
pub(super) fn advice(w: Words<'_>, line: niims_record::desk::RecaptureAdvice) -> String {
    let fault = w.find(&format!("capture_fault.{}", line.fault.name())).unwrap_or_default();
    let remedy = w.find(&format!("capture_remedy.{}", line.remedy.name())).unwrap_or_default();
    format!("{}: {fault} {remedy}", finger_code(w, line.finger))
}

//! Stored fingers as templates of the standard forms.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use niims_fingerprint::{Template, TemplateFormat};
use niims_wire::abis::FingerTemplate;
use serde::{Deserialize, Serialize};

use super::parts;
use crate::osia::messages::biometric::BiometricComputedData;
use crate::osia::messages::vocabulary::{BiometricSubType, BiometricType};
use crate::osia::refusal::Refusal;

/// The form written unless the client asks for another.
pub const USUAL_FORMAT: &str = "ISO_19794_2";

/// The only scale of quality here: 0 to 100 as in ISO/IEC 19794.
pub const QUALITY_FORMAT: &str = "ISO_19794";

/// The forms that are written, by the standard's words. The card forms are not: a card template
/// needs the card's own limits, which no parameter states.
const FORMATS: [(&str, TemplateFormat); 3] = [
    (USUAL_FORMAT, TemplateFormat::Iso2005),
    ("ISO_19794_2_2011", TemplateFormat::Iso2011),
    ("ANSI_378", TemplateFormat::Ansi378),
];

/// The form that a word of the standard names, and the word.
pub fn format(word: &str) -> Option<(&'static str, TemplateFormat)> {
    FORMATS.into_iter().find(|(known, _)| *known == word)
}

/// Which templates are asked for, and in which form.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Wanted {
    /// Only of this kind.
    pub kind: Option<BiometricType>,
    /// Only of this part.
    pub part: Option<BiometricSubType>,
    /// Only of an instance. Templates computed here have none, so then there is none.
    pub of_instance: bool,
    /// One of the words for forms.
    pub format: String,
}

impl Wanted {
    /// All of them in the usual form.
    pub fn all() -> Self {
        Self { kind: None, part: None, of_instance: false, format: USUAL_FORMAT.to_owned() }
    }
}

/// The templates of an encounter that are asked for.
///
/// # Errors
/// For a stored one that does not read.
pub fn computed(
    fingers: &[FingerTemplate],
    wanted: &Wanted,
) -> Result<Vec<BiometricComputedData>, Refusal> {
    let is_finger = wanted.kind.is_none_or(|kind| kind == BiometricType::Finger);
    if !is_finger || wanted.of_instance {
        return Ok(Vec::new());
    }
    let format = format(&wanted.format).ok_or_else(Refusal::unreadable)?;
    fingers
        .iter()
        .filter(|finger| wanted.part.is_none_or(|part| part == parts::word(finger.position)))
        .map(|finger| one(finger, format).ok_or_else(Refusal::unreadable))
        .collect()
}

fn one(
    finger: &FingerTemplate,
    (word, format): (&'static str, TemplateFormat),
) -> Option<BiometricComputedData> {
    let template = Template::from_bytes(&finger.template).ok()?;
    let record = format.write(&[(finger.position, &template)]).ok()?;
    Some(BiometricComputedData {
        biometric_type: BiometricType::Finger,
        biometric_sub_type: parts::word(finger.position),
        template: STANDARD.encode(record),
        template_format: word,
        quality: finger.quality.into(),
        quality_format: QUALITY_FORMAT,
        algorithm: concat!("niims-fingerprint ", env!("CARGO_PKG_VERSION")),
        vendor: "niims",
    })
}

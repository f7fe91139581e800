//! The bounds of an encounter that hold for every country.

use std::collections::BTreeSet;

use super::{CaptureOutcome, Encounter, FingerCapture, GuardianKnownBy, Image};
use crate::framing;
use crate::limits::{
    MAX_ANSWERS, MAX_ANSWERS_BYTES, MAX_CONSENTS, MAX_DOCUMENTS, MAX_FINGERS, MAX_FORMS,
    MAX_IMAGE_BYTES, MAX_TEXT_BYTES,
};

/// Media types that an image may have.
pub const IMAGE_MEDIA_TYPES: [&str; 6] = [
    "image/png",
    "image/jpeg",
    "image/tiff",
    "image/bmp",
    "image/x-portable-graymap",
    "image/x-wsq",
];

/// Which bound an encounter breaks. Names fields only, never what they hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncounterError {
    /// A list has too many entries.
    #[error("{field} has {count} entries; at most {limit} are taken")]
    TooMany {
        /// Field.
        field: &'static str,
        /// Entries that there are.
        count: usize,
        /// Entries that are allowed.
        limit: usize,
    },
    /// Something has too many bytes.
    #[error("{field} has {length} bytes; at most {limit} are taken")]
    TooLong {
        /// Field.
        field: &'static str,
        /// Bytes that there are.
        length: usize,
        /// Bytes that are allowed.
        limit: usize,
    },
    /// Something that must be there is empty.
    #[error("{field} is empty")]
    Empty {
        /// Field.
        field: &'static str,
    },
    /// An image is of no known kind.
    #[error("{field} has a media type that is not taken: send PNG, JPEG, TIFF, BMP, PGM or WSQ")]
    MediaType {
        /// Field.
        field: &'static str,
    },
    /// A finger code outside 1..=10.
    #[error("finger code {position} is outside 1 to 10 (ISO/IEC 19794-2 table 2)")]
    FingerPosition {
        /// Code that there is.
        position: u8,
    },
    /// A finger that occurs twice.
    #[error("finger {position} occurs twice")]
    FingerTwice {
        /// Its code.
        position: u8,
    },
    /// A resolution outside 250..=1000.
    #[error("finger {position} was scanned at {dpi} dpi; 250 to 1000 are taken")]
    FingerResolution {
        /// Its code.
        position: u8,
        /// Resolution that there is.
        dpi: u16,
    },
    /// A quality above 100.
    #[error("finger {position} has quality {quality}, outside 0 to 100")]
    FingerQuality {
        /// Its code.
        position: u8,
        /// Quality that there is.
        quality: u8,
    },
    /// A second print that is better than the best.
    #[error("finger {position} has a second print better than its best")]
    SecondBetter {
        /// Its code.
        position: u8,
    },
    /// Two statements about one picture, or of one capture.
    #[error("two statements are about the same picture, or of the same capture")]
    StatementTwice,
    /// Two exceptions about one thing.
    #[error("two exceptions are about the same thing")]
    ExceptionTwice,
    /// The second officer of an exception is the capturing officer.
    #[error("an exception must be approved by a second officer")]
    SameOfficer,
    /// The bytes are not an encounter.
    #[error("the bytes are not a CBOR encounter of this version")]
    Encoding,
}

impl EncounterError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooMany { .. } => "encounter.too_many",
            Self::TooLong { .. } => "encounter.too_long",
            Self::Empty { .. } => "encounter.empty",
            Self::MediaType { .. } => "encounter.media_type",
            Self::FingerPosition { .. } => "encounter.finger_position",
            Self::FingerTwice { .. } => "encounter.finger_twice",
            Self::FingerResolution { .. } => "encounter.finger_resolution",
            Self::FingerQuality { .. } => "encounter.finger_quality",
            Self::SecondBetter { .. } => "encounter.second_better",
            Self::StatementTwice => "encounter.statement_twice",
            Self::ExceptionTwice => "encounter.exception_twice",
            Self::SameOfficer => "encounter.same_officer",
            Self::Encoding => "encounter.encoding",
        }
    }
}

impl Encounter {
    /// Checks the bounds that hold for every country: counts, sizes, media types, finger codes.
    ///
    /// # Errors
    /// The first bound that is broken.
    pub fn check(&self) -> Result<(), EncounterError> {
        self.check_texts()?;
        self.check_answers()?;
        self.check_consents()?;
        self.check_guardian()?;
        if let Some(portrait) = &self.portrait {
            portrait.check("portrait")?;
        }
        if let Some(photo) = &self.exception_photo {
            photo.check("exception_photo")?;
        }
        self.check_fingers()?;
        self.check_documents()?;
        if let Some(approval) = &self.approval {
            text("approval.signature", &approval.signature)?;
        }
        self.check_statements()?;
        self.check_exceptions()
    }

    fn check_texts(&self) -> Result<(), EncounterError> {
        text("application_number", &self.application_number)?;
        text("form_kind", &self.form_kind)?;
        text("pack_version", &self.pack_version)?;
        text("sublocation", &self.sublocation)
    }

    fn check_answers(&self) -> Result<(), EncounterError> {
        few("answers", self.answers.len(), MAX_ANSWERS)?;
        self.answers.keys().try_for_each(|code| text("answers.code", code))?;
        let mut bytes = Vec::new();
        ciborium::into_writer(&self.answers, &mut bytes).map_err(|_| EncounterError::Encoding)?;
        within("answers", bytes.len(), MAX_ANSWERS_BYTES)?;
        // What nests too deeply to be read again is not written either.
        framing::check(&bytes).map_err(|_| EncounterError::Encoding)
    }

    fn check_consents(&self) -> Result<(), EncounterError> {
        few("consents", self.consents.len(), MAX_CONSENTS)?;
        self.consents.iter().try_for_each(|consent| {
            text("consents.by", &consent.by)?;
            text("consents.language", &consent.language)?;
            text("consents.notice_version", &consent.notice_version)?;
            consent.witness.as_deref().map_or(Ok(()), |role| text("consents.witness", role))
        })
    }

    fn check_guardian(&self) -> Result<(), EncounterError> {
        few("forms", self.forms.len(), MAX_FORMS)?;
        self.forms.iter().try_for_each(|reference| text("forms", reference))?;
        let Some(guardian) = &self.guardian else { return Ok(()) };
        text("guardian.relation", &guardian.relation)?;
        match &guardian.known {
            GuardianKnownBy::DocumentSeen { number } => text("guardian.number", number),
            GuardianKnownBy::Introduced { position } => text("guardian.position", position),
        }
    }

    fn check_fingers(&self) -> Result<(), EncounterError> {
        few("fingers", self.fingers.len(), MAX_FINGERS)?;
        let mut seen = BTreeSet::new();
        self.fingers.iter().try_for_each(|finger| {
            finger.check()?;
            if seen.insert(finger.position) {
                Ok(())
            } else {
                Err(EncounterError::FingerTwice { position: finger.position })
            }
        })
    }

    fn check_documents(&self) -> Result<(), EncounterError> {
        few("documents", self.documents.len(), MAX_DOCUMENTS)?;
        self.documents.iter().try_for_each(|document| {
            text("documents.kind", &document.kind)?;
            document.number.as_deref().map_or(Ok(()), |n| text("documents.number", n))?;
            document.image.check("documents.image")
        })
    }
}

impl FingerCapture {
    fn check(&self) -> Result<(), EncounterError> {
        let position = self.position;
        if !(1..=10).contains(&position) {
            return Err(EncounterError::FingerPosition { position });
        }
        match &self.outcome {
            CaptureOutcome::Captured { image, dpi, quality, second } => {
                print(position, *dpi, *quality)?;
                image.check("fingers.image")?;
                let Some(second) = second else { return Ok(()) };
                print(position, second.dpi, second.quality)?;
                if second.quality > *quality {
                    return Err(EncounterError::SecondBetter { position });
                }
                second.image.check("fingers.second")
            }
            CaptureOutcome::Missing { reason, .. } => text("fingers.reason", reason),
        }
    }
}

impl Image {
    fn check(&self, field: &'static str) -> Result<(), EncounterError> {
        if !IMAGE_MEDIA_TYPES.contains(&self.media_type.as_str()) {
            return Err(EncounterError::MediaType { field });
        }
        if self.bytes.is_empty() {
            return Err(EncounterError::Empty { field });
        }
        within(field, self.bytes.len(), MAX_IMAGE_BYTES)
    }
}

/// Resolution and quality of a print.
fn print(position: u8, dpi: u16, quality: u8) -> Result<(), EncounterError> {
    if !(250..=1000).contains(&dpi) {
        return Err(EncounterError::FingerResolution { position, dpi });
    }
    if quality > 100 {
        return Err(EncounterError::FingerQuality { position, quality });
    }
    Ok(())
}

pub(super) fn text(field: &'static str, text: &str) -> Result<(), EncounterError> {
    if text.is_empty() {
        return Err(EncounterError::Empty { field });
    }
    within(field, text.len(), MAX_TEXT_BYTES)
}

pub(super) fn within(
    field: &'static str,
    length: usize,
    limit: usize,
) -> Result<(), EncounterError> {
    if length > limit {
        return Err(EncounterError::TooLong { field, length, limit });
    }
    Ok(())
}

pub(super) fn few(field: &'static str, count: usize, limit: usize) -> Result<(), EncounterError> {
    if count > limit {
        return Err(EncounterError::TooMany { field, count, limit });
    }
    Ok(())
}

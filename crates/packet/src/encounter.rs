//! What happened at the desk: answers, consents, portrait, fingers, documents.
//!
//! An encounter says nothing that the country pack must know: answers are keyed by the
//! pack's field codes, and whether they satisfy the form is decided by the register.
//! There is no field for coordinates, DNA or any other modality.

use core::fmt;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use niims_record::ids::{ApplicationId, KitId, OfficerId};
use serde::{Deserialize, Serialize};

use crate::framing;
use crate::limits::{
    MAX_ANSWERS, MAX_ANSWERS_BYTES, MAX_CONSENTS, MAX_DOCUMENTS, MAX_FINGERS, MAX_IMAGE_BYTES,
    MAX_PACKET_BYTES, MAX_TEXT_BYTES,
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

/// One meeting of one resident with one kit.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Encounter {
    /// The application that this encounter makes.
    pub application: ApplicationId,
    /// The opaque number printed on the resident's slip.
    pub application_number: String,
    /// Code of the form in the country pack, such as `adult` or `minor`.
    pub form_kind: String,
    /// Version of the country pack that the kit used.
    pub pack_version: String,
    /// Answers by the pack's field code.
    pub answers: BTreeMap<String, serde_json::Value>,
    /// Consents, in the order given.
    pub consents: Vec<Consent>,
    /// When the capture of biometrics was opened, by the kit's clock.
    pub capture_opened_at: Timestamp,
    /// When the capture was finished, by the kit's clock.
    pub captured_at: Timestamp,
    /// The officer who captured it.
    pub officer: OfficerId,
    /// The kit it was captured on.
    pub kit: KitId,
    /// Code of the sub-location where it was captured. Never coordinates.
    pub sublocation: String,
    /// Photo taken live at the desk.
    pub portrait: Option<Image>,
    /// One entry for each finger that was captured or noted as missing.
    pub fingers: Vec<FingerCapture>,
    /// Scans of the documents shown.
    pub documents: Vec<DocumentScan>,
    /// Why something obligatory could not be captured, vouched for by a second officer.
    pub exception: Option<CaptureException>,
}

/// A consent, or the assent of a guardian, as recorded before capture.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Whose consent it is.
    pub kind: ConsentKind,
    /// Role of the one who gave it, such as `self`, `mother`, `children_officer`.
    pub by: String,
    /// How it was given.
    pub mode: ConsentMode,
    /// Language tag (BCP 47) in which the notice was read.
    pub language: String,
    /// Version of the notice that was read.
    pub notice_version: String,
    /// When it was given, by the kit's clock.
    pub given_at: Timestamp,
    /// Role of the witness of a mark or a spoken consent.
    pub witness: Option<String>,
}

/// Whose consent it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentKind {
    /// The resident's own.
    Resident,
    /// Of the guardian of a minor, or of an adult who cannot consent.
    Guardian,
}

/// How a consent was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentMode {
    /// Signed.
    Signature,
    /// Marked by one who does not write.
    Mark,
    /// Spoken before a witness.
    Spoken,
}

/// An image as it came from the device, unaltered.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// One of [`IMAGE_MEDIA_TYPES`].
    pub media_type: String,
    /// The file's bytes.
    #[serde(with = "crate::bytes")]
    pub bytes: Vec<u8>,
}

/// One finger.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FingerCapture {
    /// ISO/IEC 19794-2:2005 table 2 code: 1 right thumb … 5 right little, 6 left thumb … 10 left little.
    pub position: u8,
    /// The image, or why there is none.
    pub outcome: CaptureOutcome,
}

/// What became of one finger.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CaptureOutcome {
    /// An image was taken.
    Captured {
        /// The image.
        image: Image,
        /// Resolution in dots per inch, 250 to 1000.
        dpi: u16,
        /// Quality that the kit measured, 0 (worst) to 100.
        quality: u8,
    },
    /// No image could be taken.
    Missing {
        /// Reason code of the country pack, such as `amputated` or `bandaged`.
        reason: String,
        /// Whether the finger can never be captured.
        permanent: bool,
    },
}

/// One document that the resident showed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentScan {
    /// Document code of the country pack, such as `birth_certificate`.
    pub kind: String,
    /// Number on the document.
    pub number: Option<String>,
    /// Whether the officer saw the original.
    pub original_sighted: bool,
    /// The scan.
    pub image: Image,
}

/// Why something obligatory is missing, vouched for by a second officer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaptureException {
    /// Reason code of the country pack.
    pub reason: String,
    /// The second officer.
    pub approved_by: OfficerId,
    /// When it was approved, by the kit's clock.
    pub approved_at: Timestamp,
}

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
    /// The second officer of an exception is the capturing officer.
    #[error("an exception must be approved by a second officer")]
    SameOfficer,
    /// The bytes are not an encounter.
    #[error("the bytes are not a CBOR encounter of this version")]
    Encoding,
}

impl Encounter {
    /// The CBOR bytes that the officer signs.
    ///
    /// # Errors
    /// [`EncounterError::Encoding`] when an answer cannot be written as CBOR.
    pub fn encode(&self) -> Result<Vec<u8>, EncounterError> {
        let mut bytes = Vec::new();
        ciborium::into_writer(self, &mut bytes).map_err(|_| EncounterError::Encoding)?;
        Ok(bytes)
    }

    /// Reads what [`Encounter::encode`] wrote, bounded first, and checks it.
    ///
    /// # Errors
    /// [`EncounterError::Encoding`] for other bytes, else as [`Encounter::check`].
    pub fn decode(bytes: &[u8]) -> Result<Self, EncounterError> {
        within("encounter", bytes.len(), MAX_PACKET_BYTES)?;
        framing::check(bytes).map_err(|_| EncounterError::Encoding)?;
        let encounter: Self = ciborium::from_reader(bytes).map_err(|_| EncounterError::Encoding)?;
        encounter.check()?;
        Ok(encounter)
    }

    /// Checks the bounds that hold for every country: counts, sizes, media types, finger codes.
    ///
    /// # Errors
    /// The first bound that is broken.
    pub fn check(&self) -> Result<(), EncounterError> {
        self.check_texts()?;
        self.check_answers()?;
        self.check_consents()?;
        if let Some(portrait) = &self.portrait {
            portrait.check("portrait")?;
        }
        self.check_fingers()?;
        self.check_documents()?;
        self.check_exception()
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

    fn check_exception(&self) -> Result<(), EncounterError> {
        let Some(exception) = &self.exception else {
            return Ok(());
        };
        text("exception.reason", &exception.reason)?;
        if exception.approved_by == self.officer {
            return Err(EncounterError::SameOfficer);
        }
        Ok(())
    }
}

impl FingerCapture {
    fn check(&self) -> Result<(), EncounterError> {
        let position = self.position;
        if !(1..=10).contains(&position) {
            return Err(EncounterError::FingerPosition { position });
        }
        match &self.outcome {
            CaptureOutcome::Captured { dpi, .. } if !(250..=1000).contains(dpi) => {
                Err(EncounterError::FingerResolution { position, dpi: *dpi })
            }
            CaptureOutcome::Captured { quality, .. } if *quality > 100 => {
                Err(EncounterError::FingerQuality { position, quality: *quality })
            }
            CaptureOutcome::Captured { image, .. } => image.check("fingers.image"),
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

fn text(field: &'static str, text: &str) -> Result<(), EncounterError> {
    if text.is_empty() {
        return Err(EncounterError::Empty { field });
    }
    within(field, text.len(), MAX_TEXT_BYTES)
}

fn within(field: &'static str, length: usize, limit: usize) -> Result<(), EncounterError> {
    if length > limit {
        return Err(EncounterError::TooLong { field, length, limit });
    }
    Ok(())
}

fn few(field: &'static str, count: usize, limit: usize) -> Result<(), EncounterError> {
    if count > limit {
        return Err(EncounterError::TooMany { field, count, limit });
    }
    Ok(())
}

impl fmt::Debug for Encounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encounter")
            .field("application", &self.application)
            .field("answers", &self.answers.len())
            .field("consents", &self.consents.len())
            .field("fingers", &self.fingers.len())
            .field("documents", &self.documents.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Consent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consent")
            .field("kind", &self.kind)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Image({} bytes)", self.bytes.len())
    }
}

impl fmt::Debug for FingerCapture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FingerCapture({})", self.position)
    }
}

impl fmt::Debug for CaptureOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Captured { .. } => "Captured",
            Self::Missing { .. } => "Missing",
        })
    }
}

impl fmt::Debug for DocumentScan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentScan").field("image", &self.image).finish_non_exhaustive()
    }
}

impl fmt::Debug for CaptureException {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaptureException")
            .field("approved_by", &self.approved_by)
            .finish_non_exhaustive()
    }
}

//! What happened at the desk: answers, consents, portrait, fingers, documents.
//!
//! An encounter says nothing that the country pack must know: answers are keyed by the
//! pack's field codes, and whether they satisfy the form is decided by the register.
//! There is no field for coordinates, DNA or any other modality.

mod approval;
mod check;
mod exception;
mod guardian;
mod statement;

use core::fmt;
use std::collections::BTreeMap;

use jiff::Timestamp;
use niims_record::ids::{ApplicationId, KitId, OfficerId, RevisitId};
use serde::{Deserialize, Serialize};

use crate::framing;
use crate::limits::MAX_PACKET_BYTES;
pub use approval::Approval;
use check::within;
pub use check::{EncounterError, IMAGE_MEDIA_TYPES};
pub use exception::{CaptureException, ExceptionOf};
pub use guardian::{GuardianIdentified, GuardianKnownBy};
pub use statement::{CaptureStatement, CapturedPart, SignedCapture, drawn};

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
    /// How the guardian of a minor was identified.
    #[serde(default)]
    pub guardian: Option<GuardianIdentified>,
    /// References of the forms that the resident brought: the number of one on paper, or a hash of the
    /// answers of one that was filled in at home.
    pub forms: Vec<String>,
    /// The request of the centre that this encounter answers, as the kit says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revisit: Option<RevisitId>,
    /// When the capture of biometrics was opened, by the kit's clock.
    pub capture_opened_at: Timestamp,
    /// When the capture was finished, by the kit's clock.
    pub captured_at: Timestamp,
    /// When the resident, or the guardian, confirmed the answers as they were read aloud.
    #[serde(default)]
    pub confirmed_at: Option<Timestamp>,
    /// The officer who captured it.
    pub officer: OfficerId,
    /// The kit it was captured on.
    pub kit: KitId,
    /// Code of the sub-location where it was captured. Never coordinates.
    pub sublocation: String,
    /// Where fingers and portrait were taken.
    pub station: CaptureStation,
    /// Photo taken live at the desk.
    pub portrait: Option<Image>,
    /// Whether the kit's own camera took the portrait at the desk, and nobody brought a file.
    #[serde(default)]
    pub portrait_taken_live: bool,
    /// One entry for each finger that was captured or noted as missing.
    pub fingers: Vec<FingerCapture>,
    /// Photo that shows missing or bandaged fingers beside the face.
    pub exception_photo: Option<Image>,
    /// What devices signed of these pictures; nothing where a station with a folder took them.
    pub statements: Vec<CaptureStatement>,
    /// Scans of the documents shown.
    pub documents: Vec<DocumentScan>,
    /// What could not be captured, each vouched for by a second officer.
    pub exceptions: Vec<CaptureException>,
    /// The supervisor's approval, where the country pack asks for one.
    #[serde(default)]
    pub approval: Option<Approval>,
}

/// Where fingers and portrait were taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaptureStation {
    /// By scanners and cameras that sign what they capture, asked by the kit itself.
    Devices,
    /// By a program beside the kit that leaves pictures in a folder.
    Folder,
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
        /// The second best of up to three tries, where more than one was made.
        second: Option<SecondPrint>,
    },
    /// No image could be taken.
    Missing {
        /// Reason code of the country pack, such as `amputated` or `bandaged`.
        reason: String,
        /// Whether the finger can never be captured.
        permanent: bool,
    },
}

/// The second best print of a finger.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondPrint {
    /// The image.
    pub image: Image,
    /// Resolution in dots per inch, 250 to 1000.
    pub dpi: u16,
    /// Quality that the kit measured, 0 to that of the best.
    pub quality: u8,
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

impl fmt::Debug for SecondPrint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecondPrint").field("image", &self.image).finish_non_exhaustive()
    }
}

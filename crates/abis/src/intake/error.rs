//! Why biometrics are refused. No variant holds any of them.

use niims_face::record::FaceRecordError;
use niims_face::{ModelError, PhotoError};
use niims_fingerprint::template::RecordError;
use niims_fingerprint::{ExtractError, FingerPosition, ImageError};

/// Why bytes did not become biometrics.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntakeError {
    /// There are none.
    #[error("there are no bytes")]
    Empty,
    /// More than a sample can have.
    #[error("the sample has {found} bytes; at most {limit} are read")]
    TooLarge {
        /// Bytes found.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// None of the formats that are read.
    #[error(
        "the bytes are in no format that is read here; give PNG, JPEG, JPEG 2000, WSQ, ISO/IEC 19794-4, ISO/IEC 19794-2 or ANSI/INCITS 378"
    )]
    Format,
    /// A format that is read, but not the one that the label names.
    #[error("the bytes are in another format than their label says")]
    OtherFormat,
    /// A record of another finger than the label names.
    #[error("the record is of {}, and its label says {}", .found.name(), .stated.name())]
    OtherFinger {
        /// As the record says.
        found: FingerPosition,
        /// As the label says.
        stated: FingerPosition,
    },
    /// A record that holds nothing, or several where one is due.
    #[error("the record holds {0} fingers; give one at a time")]
    Count(usize),
    /// A palm, or several fingers in one picture.
    #[error("a picture of the record shows no single finger; cut it into single fingers")]
    NoSingleFinger,
    /// The picture does not decode, or is too large or too small.
    #[error("the picture cannot be read")]
    Image(#[source] ImageError),
    /// The record does not read.
    #[error("the record of minutiae cannot be read")]
    Record(#[source] RecordError),
    /// A face, and nothing to compare it by.
    #[error(
        "no face model is configured here, so faces are not compared; send fingers, or ask the operator"
    )]
    NoFaceModel,
    /// A portrait in none of the formats that are read.
    #[error(
        "the portrait is in no format that is read here; give PNG, JPEG, JPEG 2000 or ISO/IEC 19794-5"
    )]
    FaceFormat,
    /// The record of a face does not read.
    #[error("the record of a face cannot be read")]
    FaceRecord(#[source] FaceRecordError),
    /// A record of no face, or of several.
    #[error("the record holds {0} portraits; give one at a time")]
    FaceCount(usize),
    /// The portrait does not decode, or is too large or too small.
    #[error("the portrait cannot be read")]
    Photo(#[source] PhotoError),
    /// No head, or several.
    #[error("no single face can be cut out of the portrait. {0}")]
    NoFace(&'static str),
    /// The model failed on this portrait.
    #[error("the face model gave nothing for this portrait")]
    FaceModel(#[source] ModelError),
    /// The picture shows no print that can be used.
    #[error("no template came of the picture")]
    Extract(#[source] ExtractError),
}

impl IntakeError {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "abis.biometrics_empty",
            Self::TooLarge { .. }
            | Self::Image(ImageError::FileTooLarge { .. })
            | Self::Photo(PhotoError::FileTooLarge { .. }) => "abis.biometrics_too_large",
            Self::Format
            | Self::FaceFormat
            | Self::Image(ImageError::Format | ImageError::Unsupported(_)) => {
                "abis.biometrics_format"
            }
            Self::NoFaceModel => "abis.face_model_missing",
            Self::FaceCount(_) | Self::NoFace(_) => "abis.not_one_face",
            Self::FaceModel(_) => "abis.face_model_failed",
            Self::OtherFormat => "abis.format_mislabelled",
            Self::OtherFinger { .. } => "abis.finger_mislabelled",
            Self::Count(_) | Self::NoSingleFinger | Self::Extract(ExtractError::SeveralFingers) => {
                "abis.not_one_finger"
            }
            Self::Image(_) | Self::Record(_) | Self::FaceRecord(_) | Self::Photo(_) => {
                "abis.biometrics_damaged"
            }
            Self::Extract(ExtractError::Resolution(_)) => "abis.resolution",
            Self::Extract(_) => "abis.quality_too_low",
        }
    }
}

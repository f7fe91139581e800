//! Why a minutiae record is refused.

use thiserror::Error;

use super::MAX_VIEWS;
use crate::template::TemplateError;

/// Why a record was refused. No variant holds a minutia.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RecordError {
    /// None of the known headers.
    #[error(
        "the bytes are not a template of the format asked for (native, ISO/IEC 19794-2:2005 or :2011, ANSI/INCITS 378-2004)"
    )]
    Header,
    /// The stated length is not the length.
    #[error("the record states {stated} bytes and has {found}")]
    Length {
        /// Bytes stated in the header.
        stated: u64,
        /// Bytes found.
        found: usize,
    },
    /// The record ends inside its header or a view.
    #[error("the record ends inside view {view} or before it")]
    Truncated {
        /// Which view, from 0.
        view: usize,
    },
    /// Bytes are left after the last view.
    #[error("{0} bytes follow the last view")]
    Trailing(usize),
    /// Too many views.
    #[error("the record has {0} views; at most {MAX_VIEWS} are accepted")]
    Views(usize),
    /// A native template holds one finger.
    #[error("the native form holds one finger, not {0}; write one file a finger")]
    OneFinger(usize),
    /// A field holds a value that the standard does not allow.
    #[error("{field} is {value}, outside the range of the record's standard")]
    Field {
        /// Which field.
        field: &'static str,
        /// Its value.
        value: u32,
    },
    /// A view does not make a template.
    #[error("a view of the record breaks the bounds of a template")]
    Template(#[source] TemplateError),
}

impl RecordError {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Header => "record.header",
            Self::Length { .. } => "record.length",
            Self::Truncated { .. } => "record.truncated",
            Self::Trailing(_) => "record.trailing",
            Self::Views(_) => "record.views",
            Self::OneFinger(_) => "record.one_finger",
            Self::Field { .. } => "record.field",
            Self::Template(_) => "record.template",
        }
    }
}

/// `value` is at most `most`.
pub(super) fn field(name: &'static str, value: u32, most: u32) -> Result<(), RecordError> {
    if value <= most { Ok(()) } else { Err(RecordError::Field { field: name, value }) }
}

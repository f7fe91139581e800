//! What lies behind the address of a share: one person as a document in JSON, with the biometrics
//! in CBEFF inside.
//!
//! ```text
//! { "identity": {field: text}, "biometrics": base64url of CBEFF, "documents": {kind: base64url} }
//! ```
//! Values of `identity` are texts; what is no text stands as the text of its JSON. Other members
//! (`metaInfo`, `audits`) are not read and not written: nobody decides by them.

mod read;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use read::{FieldMap, read_document};
pub(crate) use write::write_document;

/// What a document cannot be read for. It holds nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DocumentError {
    /// Not the form, or beyond its bounds.
    #[error("the document is not the JSON of a shared person, or too large")]
    Form,
    /// Biometrics that are not what they say.
    #[error("the biometrics of the document do not read")]
    Biometrics,
    /// Neither a print nor a portrait.
    #[error("the document holds neither a print nor a portrait")]
    Empty,
}

impl DocumentError {
    /// Stable dotted code.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Form => "foreign.document_form",
            Self::Biometrics => "foreign.document_biometrics",
            Self::Empty => "foreign.document_empty",
        }
    }
}

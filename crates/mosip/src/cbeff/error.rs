//! Why a document is not CBEFF.

/// What is wrong with a document. No variant holds anything of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CbeffError {
    /// Too large to be read.
    #[error("the document has more than {} bytes", super::LARGEST_DOCUMENT)]
    TooLarge,
    /// Not UTF-8.
    #[error("the document is not UTF-8; write it in UTF-8")]
    Encoding,
    /// Not well formed.
    #[error("the document is not well-formed XML, or ends before its root does")]
    Xml,
    /// Declares its own entities or names a foreign grammar.
    #[error("the document declares a type; entities and external grammars are not read")]
    Doctype,
    /// Refers to an entity inside a value.
    #[error("a value refers to an entity; write the value itself")]
    Entity,
    /// Elements within elements without end.
    #[error("the elements are nested too deep")]
    Depth,
    /// Elements without end.
    #[error("the document has too many elements")]
    Elements,
    /// Samples without end.
    #[error("the document has more than {} samples", super::MOST_SAMPLES)]
    Samples,
    /// The root is another element.
    #[error("the root is not a BIR of ISO/IEC 19785-3")]
    Root,
    /// A value that is longer than any valid one.
    #[error("a value is too long")]
    Value,
    /// A type or subtype that the format does not have, or two that contradict each other.
    #[error("a sample's Type or Subtype is not one of the format's words")]
    Words,
    /// A quality that is no number up to 100.
    #[error("a sample's quality is not a number from 0 to 100")]
    Quality,
    /// A record that is not base64.
    #[error("a sample's BDB is not base64")]
    Base64,
}

impl CbeffError {
    /// Stable dotted code.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "mosip.cbeff_too_large",
            Self::Encoding => "mosip.cbeff_encoding",
            Self::Xml => "mosip.cbeff_xml",
            Self::Doctype => "mosip.cbeff_doctype",
            Self::Entity => "mosip.cbeff_entity",
            Self::Depth => "mosip.cbeff_depth",
            Self::Elements => "mosip.cbeff_elements",
            Self::Samples => "mosip.cbeff_samples",
            Self::Root => "mosip.cbeff_root",
            Self::Value => "mosip.cbeff_value",
            Self::Words => "mosip.cbeff_words",
            Self::Quality => "mosip.cbeff_quality",
            Self::Base64 => "mosip.cbeff_base64",
        }
    }
}

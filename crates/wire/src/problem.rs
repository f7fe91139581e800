//! Problem documents (RFC 9457): what is wrong, where, and what to do.

use serde::{Deserialize, Serialize};

/// A problem as sent over HTTP under `application/problem+json`. Never holds
/// personal data: `detail` speaks of fields and rules, not of values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A URI reference naming the kind of problem: `urn:niims:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short summary of the kind.
    pub title: String,
    /// The HTTP status, 400 to 599.
    pub status: u16,
    /// The stable code, dotted: `exchange.purpose_unknown`.
    pub code: String,
    /// What is wrong this time and what to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Where: a field, a header, a part of the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

impl Problem {
    /// The media type of problem documents.
    pub const MEDIA_TYPE: &'static str = "application/problem+json";

    /// A problem of this status, code and title.
    pub fn new(status: u16, code: &str, title: &str) -> Self {
        Self {
            kind: format!("urn:niims:problem:{code}"),
            title: title.to_owned(),
            status,
            code: code.to_owned(),
            detail: None,
            at: None,
        }
    }

    /// The same with what is wrong this time and what to do.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same with the place of the problem.
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.at = Some(place.into());
        self
    }
}

impl core::fmt::Display for Problem {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}: {}", self.code, self.title)?;
        if let Some(detail) = &self.detail {
            write!(f, ". {detail}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

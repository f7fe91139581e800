//! A sample that is being read.

use super::base64::decode_base64;
use super::tag::Tag;
use super::words::read_kind;
use super::{CbeffError, Sample};

#[derive(Default)]
pub(super) struct Draft {
    described: bool,
    kind: String,
    subtype: String,
    format: Option<u16>,
    quality: Option<u8>,
    exception: bool,
    record: Option<Vec<u8>>,
}

impl Draft {
    /// Whether the element said that it is a sample.
    pub(super) fn describe(&mut self) {
        self.described = true;
    }

    /// Takes the text of an element that ended.
    pub(super) fn take(&mut self, tag: Tag, text: &str) -> Result<(), CbeffError> {
        match tag {
            Tag::Type => text.clone_into(&mut self.kind),
            Tag::Subtype => text.clone_into(&mut self.subtype),
            // Format types beyond the four that are known are somebody else's registry.
            Tag::FormatType => self.format = text.trim().parse().ok(),
            Tag::Score => {
                let score = text.trim().parse::<u8>().ok().filter(|score| *score <= 100);
                self.quality = Some(score.ok_or(CbeffError::Quality)?);
            }
            Tag::Entry { exception: true } => {
                self.exception |= text.trim().eq_ignore_ascii_case("true");
            }
            Tag::Bdb => {
                self.record = Some(decode_base64(text.as_bytes()).ok_or(CbeffError::Base64)?);
            }
            _ => {}
        }
        Ok(())
    }

    /// The sample; `None` for an element that only holds others.
    pub(super) fn finish(self) -> Result<Option<Sample>, CbeffError> {
        if !self.described && self.record.is_none() {
            return Ok(None);
        }
        Ok(Some(Sample {
            kind: read_kind(&self.kind, &self.subtype)?,
            format: self.format,
            quality: self.quality,
            exception: self.exception,
            record: self.record.unwrap_or_default(),
        }))
    }
}

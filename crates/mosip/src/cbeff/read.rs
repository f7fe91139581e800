//! The walk over the document: bounded in bytes, depth, elements, samples and every value.

use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;

use super::draft::Draft;
use super::tag::Tag;
use super::{CbeffError, Sample};

/// Largest document, in bytes. Ten fingers without loss, two irises and a face take 2 to 8 MB.
pub const LARGEST_DOCUMENT: usize = 48 << 20;

/// Most samples. Ten fingers, two irises, a face and an exception photo are 14; captures in
/// several views rarely reach 40.
pub const MOST_SAMPLES: usize = 64;

/// Most elements. A sample has about 40.
const MOST_ELEMENTS: usize = 20_000;

/// Deepest nesting. The format needs 6.
const DEEPEST: usize = 16;

/// Longest start tag, in bytes: attributes are looked up in it.
const LONGEST_TAG: usize = 4_096;

/// The namespace of the format.
const NAMESPACE: &str = "http://standards.iso.org/iso-iec/19785/-3/ed-2/";

/// Reads every sample of a document, in its order.
///
/// Elements of other namespaces are skipped; elements without any are taken, since some writers
/// leave it out. A document type is refused, so no entity is ever expanded or fetched.
///
/// # Errors
/// [`CbeffError`] for whatever is not the format or beyond its bounds.
pub fn read(document: &[u8]) -> Result<Vec<Sample>, CbeffError> {
    if document.len() > LARGEST_DOCUMENT {
        return Err(CbeffError::TooLarge);
    }
    let text = core::str::from_utf8(document).map_err(|_| CbeffError::Encoding)?;
    let mut reader = NsReader::from_str(text.trim_start_matches('\u{feff}'));
    let mut walk = Walk::default();
    loop {
        let (namespace, event) = reader.read_resolved_event().map_err(|_| CbeffError::Xml)?;
        let ours = matches_namespace(&namespace);
        match event {
            Event::Start(start) => walk.open(&start, ours)?,
            Event::Empty(start) => {
                walk.open(&start, ours)?;
                walk.close()?;
            }
            Event::End(_) => walk.close()?,
            Event::Text(text) => walk.text(&text)?,
            Event::CData(text) => walk.text(&text)?,
            Event::GeneralRef(_) => walk.entity()?,
            Event::DocType(_) => return Err(CbeffError::Doctype),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => return walk.finish(),
        }
    }
}

fn matches_namespace(namespace: &ResolveResult<'_>) -> bool {
    match namespace {
        ResolveResult::Unbound => true,
        ResolveResult::Bound(bound) => bound.0 == NAMESPACE,
        ResolveResult::Unknown(_) => false,
    }
}

#[derive(Default)]
struct Walk {
    path: Vec<Tag>,
    elements: usize,
    text: String,
    drafts: Vec<Draft>,
    samples: Vec<Sample>,
    ended: bool,
}

impl Walk {
    fn open(&mut self, start: &BytesStart<'_>, ours: bool) -> Result<(), CbeffError> {
        self.elements += 1;
        if self.elements > MOST_ELEMENTS {
            return Err(CbeffError::Elements);
        }
        if self.path.len() == DEEPEST {
            return Err(CbeffError::Depth);
        }
        if start.len() > LONGEST_TAG {
            return Err(CbeffError::Value);
        }
        let parent = self.path.last().copied();
        let tag = if ours {
            Tag::under(parent, start.local_name().into_inner(), || is_exception(start))
        } else {
            Tag::Skipped
        };
        if parent.is_none() && (tag != Tag::Bir || self.ended) {
            return Err(CbeffError::Root);
        }
        match tag {
            Tag::Bir => self.drafts.push(Draft::default()),
            Tag::BdbInfo => {
                if let Some(draft) = self.drafts.last_mut() {
                    draft.describe();
                }
            }
            _ => {}
        }
        self.text.clear();
        self.path.push(tag);
        Ok(())
    }

    fn close(&mut self) -> Result<(), CbeffError> {
        let tag = self.path.pop().ok_or(CbeffError::Xml)?;
        if tag == Tag::Bir {
            if let Some(sample) = self.drafts.pop().map(Draft::finish).transpose()?.flatten() {
                if self.samples.len() == MOST_SAMPLES {
                    return Err(CbeffError::Samples);
                }
                self.samples.push(sample);
            }
        } else if tag.longest_text() > 0
            && let Some(draft) = self.drafts.last_mut()
        {
            draft.take(tag, &self.text)?;
        }
        self.text.clear();
        self.ended = self.path.is_empty();
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), CbeffError> {
        let Some(tag) = self.path.last() else {
            return if text.trim().is_empty() { Ok(()) } else { Err(CbeffError::Xml) };
        };
        let longest = tag.longest_text();
        if longest == 0 {
            return Ok(());
        }
        if self.text.len() + text.len() > longest {
            return Err(CbeffError::Value);
        }
        self.text.push_str(text);
        Ok(())
    }

    /// No value that is read needs an entity, not even a predefined one.
    fn entity(&self) -> Result<(), CbeffError> {
        match self.path.last() {
            Some(tag) if tag.longest_text() == 0 => Ok(()),
            _ => Err(CbeffError::Entity),
        }
    }

    fn finish(self) -> Result<Vec<Sample>, CbeffError> {
        if self.ended { Ok(self.samples) } else { Err(CbeffError::Xml) }
    }
}

fn is_exception(entry: &BytesStart<'_>) -> bool {
    entry
        .attributes()
        .with_checks(false)
        .flatten()
        .any(|attribute| attribute.key.0 == "key" && attribute.value == "EXCEPTION")
}

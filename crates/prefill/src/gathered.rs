//! Parts as they are held up to the camera, in any order, some of them twice.

use niims_country::CountryPack;
use serde::{Deserialize, Serialize};

use crate::content::{Content, Prefill};
use crate::part::Part;
use crate::problem::PrefillProblem;

/// The parts of one form that were read so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gathered {
    parts: Vec<Part>,
}

/// How many parts were read, of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Read.
    pub read: u8,
    /// There are.
    pub of: u8,
}

impl Gathered {
    /// How far it is; `None` before the first part.
    pub fn progress(&self) -> Option<Progress> {
        let first = self.parts.first()?;
        Some(Progress { read: u8::try_from(self.parts.len()).unwrap_or(first.of), of: first.of })
    }

    /// The numbers that are still to be read.
    pub fn missing(&self) -> Vec<u8> {
        let of = self.parts.first().map_or(0, |part| part.of);
        (1..=of).filter(|number| !self.parts.iter().any(|part| part.number == *number)).collect()
    }

    /// Adds a part. One that was read already changes nothing.
    ///
    /// # Errors
    /// [`PrefillProblem::OtherSet`] for a part of another form; what was read stays.
    pub fn add(&mut self, part: Part) -> Result<(), PrefillProblem> {
        if let Some(first) = self.parts.first()
            && (first.set != part.set || first.of != part.of)
        {
            return Err(PrefillProblem::OtherSet);
        }
        if !self.parts.iter().any(|known| known.number == part.number) {
            self.parts.push(part);
            self.parts.sort_by_key(|part| part.number);
        }
        Ok(())
    }

    /// The form, once all parts are there.
    ///
    /// # Errors
    /// [`PrefillProblem`]; the parts are of no use then.
    pub fn content(&self, pack: &CountryPack) -> Result<Option<Content>, PrefillProblem> {
        let Some(first) = self.parts.first() else { return Ok(None) };
        if !self.missing().is_empty() {
            return Ok(None);
        }
        let bytes =
            self.parts.iter().map(|part| part.bytes.as_slice()).collect::<Vec<_>>().concat();
        if crc32fast::hash(&bytes).to_be_bytes() != first.set {
            return Err(PrefillProblem::Damaged);
        }
        Prefill::read(&bytes, pack).map(Some)
    }
}

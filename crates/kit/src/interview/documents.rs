//! Documents that the resident showed: seen, typed once more, photographed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use niims_country::{CountryPack, Role};
use niims_packet::Image;
use niims_record::OfficerId;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use super::body::PictureNote;
use super::{Interview, InterviewOf, Stage};
use crate::capture::documents::{Named, named, with_role};
use crate::capture::picture::{DOCUMENT_LEAST_SIDE, cleaned};
use crate::capture::{CaptureProblem, EnrolRefused, flatten};
use crate::kit::Kit;

/// A document that the answers name, and what became of it at the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentShown {
    /// Its place among the answers, from 0.
    pub place: usize,
    /// Its kind, a code of the country pack.
    pub kind: String,
    /// Who saw the original; nobody where it was not shown.
    pub sighted_by: Option<OfficerId>,
    /// Its photograph, a part of the interview: the one of the two below that goes on.
    pub photograph: Option<PictureNote>,
    /// The photograph as it was taken.
    #[serde(default)]
    pub original: Option<PictureNote>,
    /// The same flattened and cropped, where a document was found in it.
    #[serde(default)]
    pub flattened: Option<PictureNote>,
}

/// What the officer says of a document.
pub struct NewDocument {
    /// Its place among the answers, from 0.
    pub place: usize,
    /// Whether the original was seen.
    pub sighted: bool,
    /// The number as it stands on the original, typed anew.
    pub number: String,
    /// A photograph, PNG or JPEG, as the browser sent it.
    pub photograph: Option<Vec<u8>>,
}

/// Whether every document of the answers was dealt with.
pub(crate) fn are_settled(interview: &Interview, pack: &CountryPack) -> bool {
    let dealt = |place| interview.documents.iter().any(|shown| shown.place == place);
    (0..of(interview, pack).len()).all(dealt)
}

/// The documents that the answers name.
pub(crate) fn of(interview: &Interview, pack: &CountryPack) -> Vec<Named> {
    let answers: BTreeMap<String, Value> =
        interview.answers.iter().map(|(id, value)| (id.to_owned(), value.clone())).collect();
    named(&answers, pack)
}

impl Kit {
    /// The documents that the answers of an interview name: kind and number.
    pub fn documents_of(&self, interview: &Interview) -> Vec<(String, Option<String>)> {
        let pack = &self.options.pack;
        of(interview, pack).into_iter().map(|named| (named.kind, named.number)).collect()
    }

    /// Saves what became of one document. Metadata, coordinates among it, is cut out of its
    /// photograph before anything is written.
    ///
    /// # Errors
    /// `capture.document_number_differs`, `image.…`; as of every change.
    pub fn show_document(
        &mut self,
        of: InterviewOf,
        document: NewDocument,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        self.change_with_parts(of, Stage::Documents, now, rng, |interview, kit| {
            let pack = &kit.options.pack;
            let Some(named) = self::of(interview, pack).into_iter().nth(document.place) else {
                return Err(CaptureProblem::DocumentKindUnknown.into());
            };
            let given = named.number.as_deref().unwrap_or_default();
            if document.sighted && plain(given) != plain(&document.number) {
                return Err(CaptureProblem::DocumentNumberDiffers { kind: named.kind }.into());
            }
            let mut parts = Vec::new();
            let before = interview.documents.iter().find(|shown| shown.place == document.place);
            let mut original = before.and_then(|shown| shown.original.clone());
            let mut flattened = before.and_then(|shown| shown.flattened.clone());
            let mut photograph = before.and_then(|shown| shown.photograph.clone());
            if let Some(bytes) = document.photograph {
                let (image, pixels) = cleaned("the photograph", &bytes, DOCUMENT_LEAST_SIDE)?;
                let mut keep = |part: String, image: Image| {
                    parts.push((part.clone(), Zeroizing::new(image.bytes)));
                    PictureNote { part, media_type: image.media_type }
                };
                original = Some(keep(format!("document.{}", document.place), image));
                flattened = flatten::flattened(&pixels)
                    .map(|image| keep(format!("document.{}.flat", document.place), image));
                // Edges of a busy table are taken for those of the paper at times: the officer
                // looks, and chooses the flat one.
                photograph.clone_from(&original);
            }
            interview.documents.retain(|shown| shown.place != document.place);
            interview.documents.push(DocumentShown {
                place: document.place,
                kind: named.kind,
                sighted_by: document.sighted.then_some(of.officer),
                photograph: photograph.filter(|_| document.sighted),
                original: original.filter(|_| document.sighted),
                flattened: flattened.filter(|_| document.sighted),
            });
            interview.documents.sort_by_key(|shown| shown.place);
            tick(interview, pack, document.place, document.sighted);
            Ok(parts)
        })
    }
}

impl Kit {
    /// Keeps the flattened photograph of a document, or the original.
    ///
    /// # Errors
    /// `capture.document_kind_unknown` where there is no such photograph; as of every change.
    pub fn choose_photograph(
        &mut self,
        of: InterviewOf,
        place: usize,
        flattened: bool,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        self.change_interview(of, Stage::Documents, now, rng, |interview, _| {
            let shown = interview.documents.iter_mut().find(|shown| shown.place == place);
            let shown = shown.ok_or(CaptureProblem::DocumentKindUnknown)?;
            let chosen = if flattened { &shown.flattened } else { &shown.original };
            shown.photograph = Some(chosen.clone().ok_or(CaptureProblem::DocumentKindUnknown)?);
            Ok(())
        })
    }
}

/// Ticks the document among the answers as seen, or takes the tick away.
fn tick(interview: &mut Interview, pack: &CountryPack, place: usize, sighted: bool) {
    let Some(list) = with_role(pack, Role::Identifiers, None) else { return };
    let Some(tick) = with_role(pack, Role::IdentifierSighted, Some(list)) else { return };
    let name = tick.rsplit('.').next().unwrap_or(tick);
    let Some(mut entries) = interview.answers.get(list).cloned() else { return };
    if let Some(Value::Object(entry)) = entries.get_mut(place) {
        entry.insert(name.to_owned(), Value::Bool(sighted));
    }
    interview.answers.set(list, entries);
}

/// A number without what people leave out: spaces and strokes, and the case of letters.
fn plain(number: &str) -> String {
    number.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

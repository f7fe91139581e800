//! Checks of texts: none missing, none unused, in any language.

use std::collections::{BTreeMap, BTreeSet};

use super::Pack;
use crate::form::Form;
use crate::problem::{PackCode, Sink};
use crate::texts::{Texts, file as text_file};
use crate::validate::ProblemCode;

pub(super) fn texts(pack: &Pack<'_>, sink: &Sink) {
    let (needed, allowed) = text_keys(pack.form);
    let pages: BTreeSet<&String> = pack
        .texts
        .values()
        .flat_map(BTreeMap::keys)
        .filter(|key| key.starts_with("page.") || allowed.contains(*key))
        .collect();
    for language in &pack.settings.languages {
        let Some(texts) = pack.texts.get(language) else { continue };
        let file = text_file(language);
        for key in needed.iter().chain(pages.iter().copied()) {
            if !texts.contains_key(key) {
                sink.add(
                    &file,
                    nearest_line(texts, key),
                    PackCode::MissingText,
                    format!("the text {key:?} is missing"),
                    "write it",
                );
            }
        }
        for (key, text) in texts {
            if !needed.contains(key) && !allowed.contains(key) && !key.starts_with("page.") {
                sink.add(
                    &file,
                    text.line,
                    PackCode::UnusedText,
                    format!("nothing uses the text {key:?}"),
                    "take it away, or add the field that it is for",
                );
            }
        }
    }
}

/// The keys that each language must have, and those that all languages or none may have.
fn text_keys(form: &Form) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut needed = BTreeSet::new();
    let mut allowed = BTreeSet::new();
    for section in &form.sections {
        needed.insert(format!("section.{}.label", section.id));
        needed.insert(format!("section.{}.hint", section.id));
    }
    for field in &form.fields {
        needed.insert(format!("field.{}.label", field.id));
        needed.insert(format!("field.{}.error", field.id));
        let hint = format!("field.{}.hint", field.id);
        if field.parent.is_none() {
            needed.insert(hint);
        } else {
            allowed.insert(hint);
        }
    }
    for code in ProblemCode::ALL {
        needed.insert(code.text_key());
    }
    (needed, allowed)
}

/// The first line of the other texts of the same field, to lead the eye to the right place; else 1.
fn nearest_line(texts: &Texts, key: &str) -> usize {
    let stem = key.rsplit_once('.').map_or(key, |(stem, _)| stem);
    let beside = |other: &str| other.rsplit_once('.').is_some_and(|(found, _)| found == stem);
    texts.iter().filter(|(other, _)| beside(other)).map(|(_, text)| text.line).min().unwrap_or(1)
}

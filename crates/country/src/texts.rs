//! `texts/<language>.toml`: every text of the form, flattened to dotted keys.

use std::collections::BTreeMap;

use crate::problem::Sink;
use crate::read::{At, Item, document};
use crate::source::PackSource;

/// The texts of one language: dotted key → text and line.
pub(crate) type Texts = BTreeMap<String, At<String>>;

/// Longest text in characters: a text of the form is a sentence or two, never a document.
const LONGEST_TEXT: usize = 600;

pub(crate) fn file(language: &str) -> String {
    format!("texts/{language}.toml")
}

pub(crate) fn read(
    source: &PackSource,
    languages: &[String],
    sink: &Sink,
) -> BTreeMap<String, Texts> {
    let mut all = BTreeMap::new();
    for language in languages {
        let file = file(language);
        let texts = document(source, &file, sink, |root| {
            let mut texts = Texts::new();
            flatten(root, "", &mut texts);
            texts
        });
        all.insert(language.clone(), texts.unwrap_or_default());
    }
    all
}

fn flatten(item: Item<'_>, prefix: &str, texts: &mut Texts) {
    for key in item.keys() {
        let full = format!("{prefix}{}", key.value);
        if item.is_table(&key.value) {
            if let Some(inner) = item.table(&key.value) {
                flatten(inner, &format!("{full}."), texts);
            }
        } else if let Some(text) = item.optional_text(&key.value) {
            if text.value.trim().is_empty() || text.value.chars().count() > LONGEST_TEXT {
                item.fault(
                    text.line,
                    crate::problem::PackCode::WrongValue,
                    format!("the text {full:?} is empty or longer than {LONGEST_TEXT} characters"),
                    "write a sentence or two",
                );
            }
            texts.insert(full, text);
        }
    }
}

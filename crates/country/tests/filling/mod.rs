//! Filled forms of synthetic people, and the pack that they are checked against.

#![allow(dead_code, reason = "each test file uses a part")]

use std::path::Path;
use std::sync::LazyLock;

use jiff::civil::{Date, date};
use niims_country::{Answers, CountryPack, FormKind};
use serde_json::Value;

pub const TODAY: Date = date(2026, 11, 22);

pub static PACK: LazyLock<CountryPack> = LazyLock::new(|| CountryPack::embedded().unwrap());

pub fn answers(kind: FormKind) -> Answers {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/answers")
        .join(format!("{}.json", kind.as_str()));
    Answers::from_json(&std::fs::read(path).unwrap()).unwrap()
}

/// The answers of a form with some changed; `null` takes an answer away.
pub fn changed(kind: FormKind, changes: &Value) -> Answers {
    let mut answers = answers(kind);
    for (field, value) in changes.as_object().unwrap() {
        answers.set(field, value.clone());
    }
    answers
}

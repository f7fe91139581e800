//! Checks a consent: to which notice, in which language, how and when it was given.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::value::is_empty;
use super::{Check, ProblemCode};

/// How consent may be given (LN 196/2020, r. 6: orally, in writing, electronically).
pub const CONSENT_MODES: [&str; 3] = ["WRITTEN", "ORAL", "ELECTRONIC"];

impl Check<'_> {
    /// `{given, notice_version, language, mode, given_at, given_by}`, the last one voluntary.
    pub(super) fn consent(&mut self, notice: &str, path: &str, value: &Value) -> Option<Value> {
        self.typed(path, value.is_object(), "consent").then_some(())?;
        let object = value.as_object()?;
        let pack = self.pack;
        let known = ["given", "notice_version", "language", "mode", "given_at", "given_by"];
        for name in object.keys().filter(|name| !known.contains(&name.as_str())) {
            self.fault(&format!("{path}.{name}"), ProblemCode::UnknownField);
        }
        let before = self.problems.len();
        if object.get("given") != Some(&Value::Bool(true)) {
            self.fault(path, ProblemCode::ConsentNotGiven);
        }
        let mut normal = Map::from_iter([("given".to_owned(), Value::Bool(true))]);
        for name in ["notice_version", "language", "mode", "given_at", "given_by"] {
            let inner = format!("{path}.{name}");
            let Some(value) = object.get(name).filter(|value| !is_empty(value)) else {
                if name != "given_by" {
                    self.fault(&inner, ProblemCode::Required);
                }
                continue;
            };
            let Some(text) = self.plain(&inner, value, 120) else { continue };
            let fault = match name {
                "notice_version" => {
                    (!pack.notices.get(notice).is_some_and(|notice| notice.accepts(&text)))
                        .then_some(ProblemCode::NoticeOutdated)
                }
                "language" => {
                    (pack.lists.get("languages").is_none_or(|list| list.code(&text).is_none()))
                        .then_some(ProblemCode::UnknownCode)
                }
                "mode" => {
                    (!CONSENT_MODES.contains(&text.as_str())).then_some(ProblemCode::UnknownCode)
                }
                "given_at" => match text.parse::<Timestamp>() {
                    Err(_) => Some(ProblemCode::NotADate),
                    Ok(at) if pack.settings.today(at) > self.today => {
                        Some(ProblemCode::DateInFuture)
                    }
                    Ok(_) => None,
                },
                _ => None,
            };
            if let Some(code) = fault {
                self.fault(&inner, code);
            }
            normal.insert(name.to_owned(), Value::String(text));
        }
        (self.problems.len() == before).then_some(Value::Object(normal))
    }
}

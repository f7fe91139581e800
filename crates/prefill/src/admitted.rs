//! What a code may set: what the resident answers beforehand, and nothing that an officer sees,
//! hears or takes.

use niims_country::{Answers, CountryPack, Field, FieldType, FormKind, Stage};
use serde_json::Value;

/// Answers that may come out of a code.
#[derive(Debug, Clone, PartialEq)]
pub struct Admitted {
    /// What is left.
    pub answers: Answers,
    /// How many values were left out: unknown to the pack, of another form, or not for codes.
    pub left_out: usize,
}

/// Whether a field may be answered by a code. Consents, sightings of documents, what concerns the
/// body, and everything else that the pack gives to the officer may not.
pub fn may_prefill(field: &Field, kind: FormKind) -> bool {
    field.stage == Stage::Form
        && field.forms.contains(&kind)
        && !matches!(field.kind, FieldType::Consent { .. })
}

/// Leaves out what may not be prefilled, at every depth. The shape and the rules of what is left are
/// the pack's affair.
pub fn admitted(pack: &CountryPack, kind: FormKind, given: &Answers) -> Admitted {
    let mut left_out = 0;
    let mut answers = Answers::new();
    for (id, value) in given.iter() {
        match pack.field(id).filter(|field| field.parent.is_none() && may_prefill(field, kind)) {
            Some(field) => {
                answers.set(id, within(pack, kind, field, value, &mut left_out));
            }
            None => left_out += 1,
        }
    }
    Admitted { answers, left_out }
}

fn within(
    pack: &CountryPack,
    kind: FormKind,
    field: &Field,
    value: &Value,
    left_out: &mut usize,
) -> Value {
    match value {
        Value::Array(items) if field.kind.holds_fields() => {
            let items = items.iter().map(|item| within(pack, kind, field, item, left_out));
            Value::Array(items.collect())
        }
        Value::Object(parts) if field.kind.holds_fields() => {
            let before = parts.len();
            let may = |name: &String| {
                pack.field(&format!("{}.{name}", field.id))
                    .is_some_and(|inner| may_prefill(inner, kind))
            };
            let kept: serde_json::Map<String, Value> = parts
                .iter()
                .filter(|(name, _)| may(name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            *left_out += before - kept.len();
            Value::Object(kept)
        }
        other => other.clone(),
    }
}

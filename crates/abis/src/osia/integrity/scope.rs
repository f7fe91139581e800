//! Which part of a document a hash covers: JSON paths (RFC 9535) of names, places and stars.
//!
//! Filters, slices and `..` are refused: what they select is an expression that a sender could make
//! arbitrarily dear, and no hash over a record needs one.

use serde_json::{Map, Value};

/// Most paths of a scope, and most steps of a path.
const MOST_PATHS: usize = 64;
const MOST_STEPS: usize = 16;

/// A part of a document.
pub struct Scope(Selection);

/// What is wanted of a value: all of it, or only some of its members.
#[derive(Default)]
struct Selection {
    whole: bool,
    steps: Vec<(Step, Selection)>,
}

#[derive(PartialEq, Eq)]
enum Step {
    Name(String),
    Place(usize),
    Every,
}

impl Scope {
    /// The scope that these paths describe, separated by white space; `None` when one of them is not
    /// a path of this kind, or there is none.
    pub fn read(text: &str) -> Option<Self> {
        let mut all = Selection::default();
        let mut paths = 0;
        for path in text.split_ascii_whitespace() {
            paths += 1;
            if paths > MOST_PATHS {
                return None;
            }
            all.add(path.strip_prefix('$')?)?;
        }
        (paths > 0).then_some(Self(all))
    }

    /// The document with everything else left out; `None` when a path leads nowhere.
    pub fn of(&self, document: &Value) -> Option<Value> {
        self.0.of(document)
    }
}

impl Selection {
    fn add(&mut self, path: &str) -> Option<()> {
        let mut rest = path;
        let mut at = self;
        for _ in 0..MOST_STEPS {
            if rest.is_empty() {
                at.whole = true;
                return Some(());
            }
            let (step, after) = next_step(rest)?;
            let known = at.steps.iter().position(|(known, _)| *known == step);
            let place = known.unwrap_or_else(|| {
                at.steps.push((step, Self::default()));
                at.steps.len() - 1
            });
            at = &mut at.steps[place].1;
            rest = after;
        }
        if !rest.is_empty() {
            return None;
        }
        at.whole = true;
        Some(())
    }

    fn of(&self, value: &Value) -> Option<Value> {
        if self.whole {
            return Some(value.clone());
        }
        for (step, _) in &self.steps {
            let there = match step {
                Step::Name(name) => value.get(name).is_some(),
                Step::Place(place) => value.get(place).is_some(),
                Step::Every => value.is_array() || value.is_object(),
            };
            if !there {
                return None;
            }
        }
        match value {
            Value::Array(items) => {
                let chosen = items.iter().enumerate().filter_map(|(place, item)| {
                    self.for_child(&Step::Place(place)).map(|inner| inner.of_child(item))
                });
                Some(Value::Array(chosen.collect::<Option<_>>()?))
            }
            Value::Object(members) => {
                let chosen = members.iter().filter_map(|(name, member)| {
                    self.for_child(&Step::Name(name.clone()))
                        .map(|inner| Some((name.clone(), inner.of_child(member)?)))
                });
                Some(Value::Object(chosen.collect::<Option<Map<_, _>>>()?))
            }
            _ => None,
        }
    }

    /// What is wanted of a child: by its own step and by the star together.
    fn for_child(&self, step: &Step) -> Option<Wanted<'_>> {
        let find = |wanted: &Step| {
            self.steps.iter().find(|(known, _)| known == wanted).map(|(_, inner)| inner)
        };
        match (find(step), find(&Step::Every)) {
            (None, None) => None,
            (own, star) => Some(Wanted { own, star }),
        }
    }
}

struct Wanted<'s> {
    own: Option<&'s Selection>,
    star: Option<&'s Selection>,
}

impl Wanted<'_> {
    fn of_child(&self, value: &Value) -> Option<Value> {
        match (self.own, self.star) {
            (Some(one), Some(other)) if !one.whole && !other.whole => {
                // Both choose among its members: what either wants.
                let (one, other) = (one.of(value)?, other.of(value)?);
                union(one, other)
            }
            (own, star) => {
                let whole = [own, star].into_iter().flatten().find(|inner| inner.whole);
                whole.or(own).or(star)?.of(value)
            }
        }
    }
}

/// Members of both; lists cannot be joined without their places, so they are refused.
fn union(one: Value, other: Value) -> Option<Value> {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            for (name, member) in other {
                let joined = match one.remove(&name) {
                    Some(own) if own != member => union(own, member)?,
                    _ => member,
                };
                one.insert(name, joined);
            }
            Some(Value::Object(one))
        }
        _ => None,
    }
}

/// The first step of a path and what follows it.
fn next_step(path: &str) -> Option<(Step, &str)> {
    if let Some(rest) = path.strip_prefix('.') {
        if let Some(rest) = rest.strip_prefix('*') {
            return Some((Step::Every, rest));
        }
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        let letters = |c: char| c == '_' || c.is_alphanumeric();
        let sound = name.starts_with(|c: char| letters(c) && !c.is_numeric());
        return (sound && name.chars().all(letters)).then(|| (Step::Name(name.to_owned()), rest));
    }
    let (inside, rest) = path.strip_prefix('[')?.split_once(']')?;
    let step = if inside == "*" {
        Step::Every
    } else if let Some(name) = quoted(inside) {
        Step::Name(name.to_owned())
    } else if inside.len() <= 6 && inside.bytes().all(|digit| digit.is_ascii_digit()) {
        Step::Place(inside.parse().ok()?)
    } else {
        return None;
    };
    Some((step, rest))
}

/// A name in quotes; escapes are refused, since no name of the standard needs one.
fn quoted(text: &str) -> Option<&str> {
    ['\'', '"']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
        .filter(|name| !name.contains(['\\', '\'', '"']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_keeps_what_its_paths_lead_to() {
        let document = serde_json::json!({
            "status": "ACTIVE", "encounterType": "x",
            "biometricData": [{"image": "a", "quality": 1}, {"image": "b", "template": "t"}],
        });
        for (scope, want) in [
            ("$", Some(document.to_string())),
            ("$.status", Some(r#"{"status":"ACTIVE"}"#.to_owned())),
            (
                "$['status'] $[\"encounterType\"]",
                Some(r#"{"encounterType":"x","status":"ACTIVE"}"#.to_owned()),
            ),
            (
                "$.biometricData[*].image",
                Some(r#"{"biometricData":[{"image":"a"},{"image":"b"}]}"#.to_owned()),
            ),
            (
                "$.biometricData[1]",
                Some(r#"{"biometricData":[{"image":"b","template":"t"}]}"#.to_owned()),
            ),
            (
                "$.biometricData[*].image $.biometricData[0].quality",
                Some(r#"{"biometricData":[{"image":"a","quality":1},{"image":"b"}]}"#.to_owned()),
            ),
            (
                "$.biometricData[*].image $.biometricData",
                Some(serde_json::json!({"biometricData": document["biometricData"]}).to_string()),
            ),
            ("$.biometricData[2]", None),
            ("$.biometricData[*].quality", None),
            ("$.galleries", None),
            ("$.status.x", None),
        ] {
            let found = Scope::read(scope)
                .unwrap()
                .of(&document)
                .map(|part| super::super::canonical::canonical(&part));
            let want = want.map(|text| {
                super::super::canonical::canonical(&serde_json::from_str(&text).unwrap())
            });
            assert_eq!(found, want, "{scope}");
        }
    }

    #[test]
    fn other_paths_are_refused() {
        let deep = format!("${}", ".a".repeat(MOST_STEPS + 1));
        let many = "$.a ".repeat(MOST_PATHS + 1);
        for text in [
            "",
            "  ",
            "status",
            "$status",
            "$..image",
            "$.biometricData[?(@.id=='x')]",
            "$.a[0:2]",
            "$.a[-1]",
            "$.",
            "$.1a",
            "$[",
            "$['a",
            "$['a\\'b']",
            "$.a[0",
            "$[1234567]",
            &deep,
            &many,
        ] {
            assert!(Scope::read(text).is_none(), "{text}");
        }
    }
}

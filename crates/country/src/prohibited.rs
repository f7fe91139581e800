//! What may not be collected at all: DNA, coordinates, and modalities that are switched off.
//!
//! The High Court struck down DNA and GPS coordinates (Petitions 56, 58 and 59 of 2019,
//! judgment of 30 January 2020). There is no field for them; this gate also catches them
//! under a name of their own.

use serde_json::Value;

/// Words that name them, as parts of the ids of answers and the names of files.
const PROHIBITED_WORDS: [&str; 11] = [
    "dna",
    "genome",
    "gps",
    "gnss",
    "latitude",
    "longitude",
    "lat",
    "lon",
    "lng",
    "coordinates",
    "geolocation",
];

/// Whether one of the words stands in a name.
pub fn in_name(name: &str) -> bool {
    name.split(|letter: char| !letter.is_ascii_alphanumeric())
        .any(|word| PROHIBITED_WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// Whether one of the words is a key anywhere in these answers.
pub fn in_answers<'a>(answers: impl IntoIterator<Item = (&'a String, &'a Value)>) -> bool {
    answers.into_iter().any(|(key, value)| in_name(key) || in_value(value))
}

fn in_value(value: &Value) -> bool {
    match value {
        Value::Object(object) => in_answers(object),
        Value::Array(items) => items.iter().any(in_value),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_words_and_nothing_like_them() {
        for name in ["dna.csv", "GPS", "home_latitude", "gps-track.txt", "sample.dna"] {
            assert!(in_name(name), "{name}");
        }
        for name in ["edna", "plateau", "platform", "national_id", "longitudes", "gpsx"] {
            assert!(!in_name(name), "{name}");
        }
    }

    #[test]
    fn finds_a_key_at_any_depth() {
        let answers: serde_json::Map<String, Value> =
            serde_json::from_str(r#"{"residence": [{"place": {"latitude": 1}}]}"#).unwrap();
        assert!(in_answers(&answers));
        let plain: serde_json::Map<String, Value> =
            serde_json::from_str(r#"{"residence": {"area": "gps"}}"#).unwrap();
        assert!(!in_answers(&plain));
    }
}

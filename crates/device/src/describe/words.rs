//! Fields that devices write in several ways.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::limits::MOST_NAME_CHARACTERS;
use crate::refusal::Refusal;

/// A text, or a number that is read as its digits; `null` is the empty text.
///
/// Numbers stand as strings in SBI 0.9.5, and as numbers in many devices.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Text(pub String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Null => Ok(Self::default()),
            Value::String(text) => Ok(Self(text)),
            Value::Number(number) => Ok(Self(number.to_string())),
            _ => Err(serde::de::Error::custom("a text or a number is needed")),
        }
    }
}

impl Text {
    /// The text, when it is not empty and not too long.
    pub fn bounded(self, field: &'static str) -> Result<String, Refusal> {
        let fits = !self.0.is_empty() && self.0.chars().count() <= MOST_NAME_CHARACTERS;
        let clean = !self.0.chars().any(char::is_control);
        if fits && clean { Ok(self.0) } else { Err(Refusal::Field(field)) }
    }

    /// The text, cut; for what is only shown.
    pub fn cut(&self) -> String {
        self.0.chars().filter(|c| !c.is_control()).take(MOST_NAME_CHARACTERS).collect()
    }
}

/// A list, or a single entry instead of it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Texts(pub Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let one = |value: Value| match value {
            Value::String(text) => Ok(text),
            Value::Number(number) => Ok(number.to_string()),
            _ => Err(serde::de::Error::custom("a text or a number is needed")),
        };
        match Value::deserialize(deserializer)? {
            Value::Null => Ok(Self::default()),
            Value::Array(values) => values.into_iter().map(one).collect::<Result<_, _>>().map(Self),
            value => Ok(Self(vec![one(value)?])),
        }
    }
}

/// A time of ISO 8601: with `Z` or an offset. Without either it is read as UTC, which is what
/// devices that leave it out mean.
pub(crate) fn read_time(text: &str) -> Option<Timestamp> {
    if text.len() > 40 {
        return None;
    }
    text.parse().ok().or_else(|| {
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    })
}

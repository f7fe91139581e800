//! What searches ask and answer: `IdentifyRequest`, `VerifyFrom…Request`, `Candidate`.

use core::fmt;

use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::biometric::BiometricData;
use super::limits::{MOST_BIOMETRICS, MOST_INTEGRITY};
use super::protection::{Encryption, Integrity};
use super::strict::{given_objects, object, objects};
use super::vocabulary::{BiometricSubType, BiometricType};

/// Who is this?
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IdentifyRequest {
    /// What narrows the search.
    pub filter: Filter,
    /// The probe.
    #[serde(deserialize_with = "objects::<MOST_BIOMETRICS, _, _>")]
    pub biometric_data: Vec<BiometricData>,
    /// A part is encrypted.
    #[serde(default, deserialize_with = "object")]
    pub encryption: Option<Encryption>,
    /// Hashes over parts.
    #[serde(default, deserialize_with = "given_objects::<MOST_INTEGRITY, _, _>")]
    pub integrity: Option<Vec<Integrity>>,
}

/// Is this the one enrolled?
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VerifyFromIdRequest {
    /// The probe.
    #[serde(deserialize_with = "objects::<MOST_BIOMETRICS, _, _>")]
    pub biometric_data: Vec<BiometricData>,
    /// A part is encrypted.
    #[serde(default, deserialize_with = "object")]
    pub encryption: Option<Encryption>,
    /// Hashes over parts.
    #[serde(default, deserialize_with = "given_objects::<MOST_INTEGRITY, _, _>")]
    pub integrity: Option<Vec<Integrity>>,
}

/// Are these two one?
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VerifyFromBioRequest {
    /// One.
    #[serde(rename = "biometricData1", deserialize_with = "objects::<MOST_BIOMETRICS, _, _>")]
    pub one: Vec<BiometricData>,
    /// The other.
    #[serde(rename = "biometricData2", deserialize_with = "objects::<MOST_BIOMETRICS, _, _>")]
    pub other: Vec<BiometricData>,
    /// A part is encrypted.
    #[serde(default, deserialize_with = "object")]
    pub encryption: Option<Encryption>,
    /// Hashes over parts.
    #[serde(default, deserialize_with = "given_objects::<MOST_INTEGRITY, _, _>")]
    pub integrity: Option<Vec<Integrity>>,
}

/// What narrows a search. Of all that the standard lets a client write here, one is understood; that
/// there was something else is remembered, since to ignore it would search more people than asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only these modalities are compared.
    pub biometric_type: Option<Vec<BiometricType>>,
    /// Whether there was anything else.
    pub other: bool,
}

impl<'de> Deserialize<'de> for Filter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Filter;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Filter, A::Error> {
                let mut filter = Filter::default();
                while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
                    if name != "biometricType" {
                        map.next_value::<IgnoredAny>()?;
                        filter.other = true;
                    } else if filter.biometric_type.is_some() {
                        return Err(A::Error::duplicate_field("biometricType"));
                    } else {
                        filter.biometric_type = Some(map.next_value::<Types>()?.0);
                    }
                }
                Ok(filter)
            }
        }

        deserializer.deserialize_map(Members)
    }
}

#[derive(Deserialize)]
struct Types(
    #[serde(deserialize_with = "super::strict::values::<MOST_BIOMETRICS, _, _>")]
    Vec<BiometricType>,
);

/// Somebody who looks alike.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// Who.
    pub person_id: String,
    /// From 1, best first.
    pub rank: i32,
    /// How alike.
    pub score: f64,
    /// What that rests on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scores: Vec<ScoreDetail>,
    /// What the standard has no member for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others: Option<CandidateOthers>,
}

/// That fingers were named wrongly on one of the two sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CandidateOthers {
    /// Which mistake makes the two agree.
    pub fingers_taken_as: String,
}

/// A part of a score.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScoreDetail {
    /// How alike.
    pub score: f64,
    /// Which encounter was compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encounter_id: Option<String>,
    /// Which galleries were looked at; never an empty list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub galleries: Vec<String>,
    /// What of the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub biometric_type: Option<BiometricType>,
    /// Which part of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub biometric_sub_type: Option<BiometricSubType>,
    /// What the standard has no member for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others: Option<ScoreOthers>,
}

/// How a finger was compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScoreOthers {
    /// The candidate's finger, where it is another one: somebody named a finger wrongly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared_with: Option<BiometricSubType>,
    /// Minutiae laid upon each other.
    pub paired_minutiae: u16,
    /// The lower quality of the two prints, 0 to 100.
    pub quality: u8,
}

/// Whether two are one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    /// Yes or no.
    pub decision: bool,
    /// What that rests on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scores: Vec<ScoreDetail>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_remembers_what_it_does_not_understand() {
        for (text, want) in [
            ("{}", Some(Filter::default())),
            (
                r#"{"biometricType":["FINGER","IRIS"]}"#,
                Some(Filter {
                    biometric_type: Some(vec![BiometricType::Finger, BiometricType::Iris]),
                    other: false,
                }),
            ),
            (
                r#"{"dateOfBirthMin":"1980-01-01"}"#,
                Some(Filter { biometric_type: None, other: true }),
            ),
            (r#"{"biometricType":["TOE"]}"#, None),
            (r#"{"biometricType":"FINGER"}"#, None),
            (r#"{"biometricType":null}"#, None),
            ("[]", None),
            ("null", None),
        ] {
            assert_eq!(serde_json::from_str::<Filter>(text).ok(), want, "{text}");
        }
    }
}

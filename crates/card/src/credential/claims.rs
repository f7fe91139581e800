//! The claims: numbers of the fields, and the map in both directions.
//!
//! Field numbers by the claim-169 specification 1.2.0. Written by us: 1, 2, 3,
//! 4, 8, 9, 22, 23. Never written: address (10), e-mail (11), phone (12),
//! location code (21), and anything about ethnicity, which has no number.

use ciborium::Value;
use jiff::civil::Date;
use niims_record::person::Sex;

use crate::error::CardError;
use crate::face::CardFace;

/// Registered claims of a CWT (RFC 8392 §3.1).
pub(super) mod cwt {
    pub const ISSUER: i64 = 1;
    pub const EXPIRES: i64 = 4;
    pub const NOT_BEFORE: i64 = 5;
    pub const ISSUED_AT: i64 = 6;
    /// The id of this token: the serial number of the card.
    pub const TOKEN_ID: i64 = 7;
    /// Who the card is about (IANA: MOSIP identity).
    pub const IDENTITY: i64 = 169;
}

mod field {
    pub const ID: i64 = 1;
    pub const VERSION: i64 = 2;
    pub const LANGUAGE: i64 = 3;
    pub const FULL_NAME: i64 = 4;
    pub const DATE_OF_BIRTH: i64 = 8;
    pub const GENDER: i64 = 9;
    pub const LEGAL_STATUS: i64 = 22;
    pub const COUNTRY_OF_ISSUE: i64 = 23;
}

/// Version of the claim-169 map that we write.
const VERSION: &str = "1.0";
/// Language of the texts, ISO 639-3.
const LANGUAGE: &str = "eng";

/// Gender as the claim numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gender {
    /// 1.
    Male,
    /// 2.
    Female,
    /// 3.
    Other,
}

impl Gender {
    const fn number(self) -> i64 {
        match self {
            Self::Male => 1,
            Self::Female => 2,
            Self::Other => 3,
        }
    }

    fn from_number(number: i64) -> Result<Self, CardError> {
        match number {
            1 => Ok(Self::Male),
            2 => Ok(Self::Female),
            3 => Ok(Self::Other),
            _ => Err(CardError::MalformedClaims),
        }
    }
}

impl From<Sex> for Gender {
    fn from(sex: Sex) -> Self {
        match sex {
            Sex::Male => Self::Male,
            Sex::Female => Self::Female,
            Sex::Intersex => Self::Other,
        }
    }
}

/// The identity part of a credential, as read.
pub(super) struct Identity {
    pub id: String,
    pub full_name: String,
    pub date_of_birth: Option<Date>,
    pub gender: Option<Gender>,
    pub legal_status: Option<String>,
    pub country: Option<String>,
}

/// The identity map of a card.
pub(super) fn identity_map(face: &CardFace, country: &str) -> Value {
    let text = |text: &str| Value::Text(text.to_owned());
    let mut fields = vec![
        (field::ID, text(&face.number.digits())),
        (field::VERSION, text(VERSION)),
        (field::LANGUAGE, text(LANGUAGE)),
        (field::FULL_NAME, text(&face.name)),
    ];
    if let Some(day) = face.day_of_birth {
        fields.push((field::DATE_OF_BIRTH, Value::Text(day.strftime("%Y%m%d").to_string())));
    }
    fields.push((field::GENDER, Value::Integer(Gender::from(face.sex).number().into())));
    fields.push((field::LEGAL_STATUS, text(&face.residence_class)));
    fields.push((field::COUNTRY_OF_ISSUE, text(country)));
    map(fields)
}

/// A map with integer keys in the order given.
pub(super) fn map(fields: Vec<(i64, Value)>) -> Value {
    Value::Map(fields.into_iter().map(|(key, value)| (Value::Integer(key.into()), value)).collect())
}

/// A map with integer keys, each at most once. Keys of other kinds are for other
/// readers and are passed over.
pub(super) struct Fields(Vec<(i64, Value)>);

impl Fields {
    pub fn of(value: Value) -> Result<Self, CardError> {
        let Value::Map(entries) = value else { return Err(CardError::MalformedClaims) };
        let mut fields: Vec<(i64, Value)> = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let Some(key) = key.as_integer().and_then(|key| i64::try_from(key).ok()) else {
                continue;
            };
            // Two readers might each believe another one of them.
            if fields.iter().any(|(known, _)| *known == key) {
                return Err(CardError::MalformedClaims);
            }
            fields.push((key, value));
        }
        Ok(Self(fields))
    }

    pub fn take(&mut self, key: i64) -> Option<Value> {
        let at = self.0.iter().position(|(known, _)| *known == key)?;
        Some(self.0.swap_remove(at).1)
    }

    pub fn text(&mut self, key: i64) -> Result<Option<String>, CardError> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(_) => Err(CardError::MalformedClaims),
        }
    }

    pub fn integer(&mut self, key: i64) -> Result<Option<i64>, CardError> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Integer(number)) => {
                i64::try_from(number).map(Some).map_err(|_| CardError::MalformedClaims)
            }
            Some(_) => Err(CardError::MalformedClaims),
        }
    }
}

/// Reads the identity map. Tolerates two habits of the specification's own
/// worked example: the id as an integer and the date with hyphens.
pub(super) fn read_identity(value: Value) -> Result<Identity, CardError> {
    let mut fields = Fields::of(value)?;
    let id = match fields.take(field::ID) {
        Some(Value::Text(id)) => id,
        Some(Value::Integer(number)) => i128::from(number).to_string(),
        _ => return Err(CardError::MalformedClaims),
    };
    let date_of_birth =
        fields.text(field::DATE_OF_BIRTH)?.map(|text| read_day(&text)).transpose()?;
    Ok(Identity {
        id,
        full_name: fields.text(field::FULL_NAME)?.ok_or(CardError::MalformedClaims)?,
        date_of_birth,
        gender: fields.integer(field::GENDER)?.map(Gender::from_number).transpose()?,
        legal_status: fields.text(field::LEGAL_STATUS)?,
        country: fields.text(field::COUNTRY_OF_ISSUE)?,
    })
}

fn read_day(text: &str) -> Result<Date, CardError> {
    let plain = text.replace('-', "");
    if plain.len() != 8 || !plain.bytes().all(|c| c.is_ascii_digit()) {
        return Err(CardError::MalformedClaims);
    }
    Date::strptime("%Y%m%d", &plain).map_err(|_| CardError::MalformedClaims)
}

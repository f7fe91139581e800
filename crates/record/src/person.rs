//! A person as the register knows one: who, of what standing, living where.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::date::DateOfBirth;
use crate::ids::PersonId;
use crate::name::PersonName;

/// Sex as the census and the form record it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Intersex.
    Intersex,
}

/// A country by its ISO 3166-1 alpha-2 code, two upper-case letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CountryCode(pub String);

/// On what footing a person lives in the country. Residency, not citizenship,
/// makes a person eligible (requirements R008, R009).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "class", rename_all = "snake_case")]
pub enum ResidenceClass {
    /// A citizen of this country only.
    Citizen,
    /// A citizen of this country and of another.
    DualCitizen {
        /// The other country or countries.
        other: Vec<CountryCode>,
    },
    /// A foreigner living here lawfully.
    ForeignResident {
        /// The nationalities stated.
        nationalities: Vec<CountryCode>,
    },
    /// A recognised refugee.
    Refugee {
        /// The nationalities stated, if any.
        nationalities: Vec<CountryCode>,
    },
    /// Someone whose claim to asylum is open.
    AsylumSeeker {
        /// The nationalities stated, if any.
        nationalities: Vec<CountryCode>,
    },
    /// A person whom no country calls its own.
    Stateless,
    /// Standing not yet determined.
    Undetermined,
}

/// A number that another body gave: national identity card, passport, tax PIN.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identifier {
    /// The kind, a code of the country pack's list of identity documents.
    pub kind: String,
    /// The number as printed.
    pub value: String,
    /// The original was seen by the officer (requirement R080).
    pub original_sighted: bool,
}

/// Where someone lives, by administrative area. There is no field for
/// coordinates and there never will be (requirement R058).
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Code of the lowest area known: sub-location, ward, constituency or county.
    pub area: Option<String>,
    /// Village or estate, free text (requirement R075).
    pub village: Option<String>,
    /// House or plot, free text.
    pub house: Option<String>,
}

/// Whose relation a related person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// The father.
    Father,
    /// The mother.
    Mother,
    /// The guardian of a minor.
    Guardian,
    /// A husband or wife.
    Spouse,
}

/// A related person as the applicant named them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    /// What they are to the applicant.
    pub kind: RelationKind,
    /// Their name, where given.
    pub name: Option<PersonName>,
    /// An identifier they hold, where given.
    pub identifier: Option<String>,
    /// Their record, where it is known.
    pub person: Option<PersonId>,
}

/// What the core must know of an applicant, drawn from the form by the roles
/// that the country pack gives to its fields.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonDetails {
    /// The name.
    pub name: PersonName,
    /// The sex.
    pub sex: Sex,
    /// The date of birth with its precision.
    pub date_of_birth: DateOfBirth,
    /// On what footing the person lives here.
    pub residence_class: ResidenceClass,
    /// Code of the area of birth, where it is in this country.
    pub place_of_birth: Option<String>,
    /// Where the person lives.
    pub residence: Address,
    /// Numbers given by other bodies.
    pub identifiers: Vec<Identifier>,
    /// Father, mother, guardian, spouses.
    pub relations: Vec<Relation>,
    /// Mobile telephone number in E.164 form, where given.
    pub mobile_phone: Option<String>,
    /// Preferred language, a BCP 47 code.
    pub preferred_language: Option<String>,
}

/// The life of a record. A number is never taken back: a dead person's number
/// stays theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum PersonStatus {
    /// Alive as far as the register knows.
    Living,
    /// Died; the number answers "deceased" and authenticates nothing.
    Deceased {
        /// When the register learnt it.
        recorded_at: jiff::Timestamp,
    },
    /// Left the country for good.
    Emigrated {
        /// When the register learnt it.
        recorded_at: jiff::Timestamp,
    },
    /// Found to be the same person as another one with a number. The number of this record is
    /// suspended and never given to anybody else; it lives again if the merge is undone.
    Merged {
        /// Whose record stays.
        into: PersonId,
        /// Since when.
        recorded_at: jiff::Timestamp,
    },
}

macro_rules! redacted {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}
redacted!(ResidenceClass, Identifier, Address, Relation, PersonDetails);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_no_room_for_coordinates() {
        let full = Address {
            area: Some(String::new()),
            village: Some(String::new()),
            house: Some(String::new()),
        };
        let fields = serde_json::to_value(full).unwrap();
        let names: Vec<&String> = fields.as_object().unwrap().keys().collect();
        assert_eq!(names, ["area", "house", "village"]);
    }

    #[test]
    fn debug_shows_nothing_of_a_person() {
        let id = Identifier {
            kind: "PASSPORT".into(),
            value: "SYNTH0001".into(),
            original_sighted: true,
        };
        assert!(!format!("{id:?}").contains("SYNTH"));
    }
}

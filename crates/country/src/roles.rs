//! From answers to what the core knows of a person, by the roles that the pack binds.

use jiff::civil::Date;
use niims_record::date::DateOfBirth;
use niims_record::name::{NameError, NamePart, NameRole, PersonName};
use niims_record::person::{
    Address, CountryCode, Identifier, PersonDetails, Relation, RelationKind, ResidenceClass, Sex,
};
use serde_json::{Map, Value};

use crate::answers::{Answers, ValidAnswers};
use crate::form::{Form, Role};
use crate::names::NameParticle;
use crate::validate::parse_partial;

/// Why answers do not make a person. Names roles, never answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DetailsError {
    /// A role that every record needs has no answer, or none that can be read.
    #[error("the answer with the role {:?} is missing or cannot be read", .0.as_str())]
    Missing(Role),
    /// The name cannot be a name.
    #[error("the name cannot be read")]
    Name(#[source] NameError),
    /// Date and precision contradict each other.
    #[error("the date of birth does not fit its precision")]
    DateOfBirth,
}

impl DetailsError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing(_) => "details.missing",
            Self::Name(_) => "details.name",
            Self::DateOfBirth => "details.date_of_birth",
        }
    }
}

/// Answers seen through the roles of a form.
#[derive(Clone, Copy)]
pub struct RoleView<'a> {
    pub(crate) form: &'a Form,
    pub(crate) particles: &'a [NameParticle],
    pub(crate) answers: &'a Answers,
}

impl ValidAnswers {
    /// The answers seen through the roles of the form.
    pub fn view(&self) -> RoleView<'_> {
        RoleView { form: &self.form, particles: &self.particles, answers: &self.answers }
    }

    /// What the core must know of the applicant.
    pub fn person(&self) -> Result<PersonDetails, DetailsError> {
        self.view().person()
    }
}

impl<'a> RoleView<'a> {
    /// What the core must know of the applicant.
    pub fn person(&self) -> Result<PersonDetails, DetailsError> {
        Ok(PersonDetails {
            name: self.name()?,
            sex: self.sex()?,
            date_of_birth: self.date_of_birth()?,
            residence_class: self.residence_class()?,
            place_of_birth: self.area(Role::BirthPlace),
            residence: self.address(Role::CurrentResidence),
            identifiers: self.identifiers(),
            relations: self.relations()?,
            mobile_phone: self.text(Role::MobilePhone).map(str::to_owned),
            preferred_language: self.text(Role::PreferredLanguage).map(str::to_owned),
        })
    }

    /// The answer to the field with this role.
    pub fn value(&self, role: Role) -> Option<&'a Value> {
        self.answers.get(&self.form.with_role(role, None)?.id)
    }

    /// The same, when it is a text.
    pub fn text(&self, role: Role) -> Option<&'a str> {
        self.value(role).and_then(Value::as_str)
    }

    /// Given names, other names, surname, in this order; particles marked.
    pub fn name(&self) -> Result<PersonName, DetailsError> {
        let parts = [
            (self.text(Role::GivenNames), NameRole::Given),
            (self.text(Role::OtherNames), NameRole::Other),
            (self.text(Role::Surname), NameRole::Family),
        ];
        self.person_name(&parts)
    }

    /// Sex, by the fixed codes.
    pub fn sex(&self) -> Result<Sex, DetailsError> {
        match self.text(Role::Sex) {
            Some("FEMALE") => Ok(Sex::Female),
            Some("MALE") => Ok(Sex::Male),
            Some("INTERSEX") => Ok(Sex::Intersex),
            _ => Err(DetailsError::Missing(Role::Sex)),
        }
    }

    /// Date of birth with its precision.
    pub fn date_of_birth(&self) -> Result<DateOfBirth, DetailsError> {
        let precision = self
            .text(Role::DateOfBirthPrecision)
            .ok_or(DetailsError::Missing(Role::DateOfBirthPrecision))?;
        if precision == "UNKNOWN" {
            return match self.text(Role::DateOfBirth) {
                None => Ok(DateOfBirth::Unknown),
                Some(_) => Err(DetailsError::DateOfBirth),
            };
        }
        let text = self.text(Role::DateOfBirth).ok_or(DetailsError::Missing(Role::DateOfBirth))?;
        let date = parse_partial(text).ok_or(DetailsError::DateOfBirth)?;
        let first_of_year = (date.month(), date.day()) == (1, 1);
        match (precision, text.len()) {
            ("DAY", 10) => Ok(DateOfBirth::Day { date }),
            ("MONTH", 7) => Ok(month(date)),
            ("YEAR", 4) => Ok(DateOfBirth::Year { year: date.year() }),
            ("CONVENTIONAL_1_JAN", 4 | 10) if first_of_year => {
                Ok(DateOfBirth::ConventionalFirstOfJanuary { year: date.year() })
            }
            ("ESTIMATED", 4) => {
                Ok(DateOfBirth::Estimated { year: date.year(), margin: self.margin() })
            }
            _ => Err(DetailsError::DateOfBirth),
        }
    }

    /// On what footing the person lives in the country.
    pub fn residence_class(&self) -> Result<ResidenceClass, DetailsError> {
        let nationalities: Vec<CountryCode> = self
            .value(Role::Nationalities)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(|code| CountryCode(code.to_owned()))
            .collect();
        match self.text(Role::ResidencyCategory) {
            Some("CITIZEN") => Ok(ResidenceClass::Citizen),
            Some("DUAL_CITIZEN") => Ok(ResidenceClass::DualCitizen { other: nationalities }),
            Some("FOREIGN_RESIDENT") => Ok(ResidenceClass::ForeignResident { nationalities }),
            Some("REFUGEE") => Ok(ResidenceClass::Refugee { nationalities }),
            Some("ASYLUM_SEEKER") => Ok(ResidenceClass::AsylumSeeker { nationalities }),
            Some("STATELESS") => Ok(ResidenceClass::Stateless),
            Some("UNDETERMINED") => Ok(ResidenceClass::Undetermined),
            _ => Err(DetailsError::Missing(Role::ResidencyCategory)),
        }
    }

    /// Code of the area in a place; the lowest known.
    pub fn area(&self, role: Role) -> Option<String> {
        string(self.value(role)?.as_object()?, "area")
    }

    /// A place as an address.
    pub fn address(&self, role: Role) -> Address {
        let Some(place) = self.value(role).and_then(Value::as_object) else {
            return Address::default();
        };
        Address {
            area: string(place, "area"),
            village: string(place, "village"),
            house: string(place, "house"),
        }
    }

    /// Identity documents first, then numbers of agencies.
    pub fn identifiers(&self) -> Vec<Identifier> {
        [Role::Identifiers, Role::ServiceNumbers]
            .into_iter()
            .flat_map(|role| self.identifiers_under(role))
            .collect()
    }

    /// Father, mother, guardian and spouses, as far as they are named.
    pub fn relations(&self) -> Result<Vec<Relation>, DetailsError> {
        let mut relations = Vec::new();
        for (role, kind) in [
            (Role::Father, RelationKind::Father),
            (Role::Mother, RelationKind::Mother),
            (Role::Guardian, RelationKind::Guardian),
            (Role::Spouses, RelationKind::Spouse),
        ] {
            for object in self.objects(role) {
                relations.extend(self.relation(role, kind, object)?);
            }
        }
        Ok(relations)
    }

    fn relation(
        &self,
        role: Role,
        kind: RelationKind,
        object: &Map<String, Value>,
    ) -> Result<Option<Relation>, DetailsError> {
        let part = |inner| self.inner(role, inner, object).and_then(Value::as_str);
        let parts = [
            (part(Role::RelationGivenNames), NameRole::Given),
            (part(Role::RelationOtherNames), NameRole::Other),
            (part(Role::RelationSurname), NameRole::Family),
        ];
        let name = if parts.iter().any(|(text, _)| text.is_some()) {
            Some(self.person_name(&parts)?)
        } else {
            None
        };
        let identifier = part(Role::RelationIdentifier).map(str::to_owned);
        let named = name.is_some() || identifier.is_some();
        Ok(named.then_some(Relation { kind, name, identifier, person: None }))
    }

    fn identifiers_under(&self, role: Role) -> Vec<Identifier> {
        self.objects(role)
            .filter_map(|object| {
                let text = |inner| self.inner(role, inner, object).and_then(Value::as_str);
                Some(Identifier {
                    kind: text(Role::IdentifierKind)?.to_owned(),
                    value: text(Role::IdentifierNumber)?.to_owned(),
                    original_sighted: self.inner(role, Role::IdentifierSighted, object)
                        == Some(&Value::Bool(true)),
                })
            })
            .collect()
    }

    /// The objects of a group (one) or list (any number).
    fn objects(&self, role: Role) -> impl Iterator<Item = &'a Map<String, Value>> {
        let value = self.value(role);
        let one = value.and_then(Value::as_object);
        let many = value.and_then(Value::as_array);
        one.into_iter().chain(many.into_iter().flatten().filter_map(Value::as_object))
    }

    fn inner<'o>(
        &self,
        group: Role,
        role: Role,
        object: &'o Map<String, Value>,
    ) -> Option<&'o Value> {
        let group = self.form.with_role(group, None)?;
        let field = self.form.with_role(role, Some(&group.id))?;
        object.get(field.name())
    }

    fn person_name(&self, fields: &[(Option<&str>, NameRole)]) -> Result<PersonName, DetailsError> {
        let mut parts = Vec::new();
        for (text, role) in fields {
            for word in text.unwrap_or_default().split_whitespace() {
                let role = if self.is_particle(word) { NameRole::Particle } else { *role };
                parts.push(NamePart::new(word, role).map_err(DetailsError::Name)?);
            }
        }
        PersonName::new(parts).map_err(DetailsError::Name)
    }

    fn is_particle(&self, word: &str) -> bool {
        let lower = word.to_lowercase();
        self.particles.iter().any(|particle| particle.is_word() && particle.particle == lower)
    }

    fn margin(&self) -> u8 {
        self.value(Role::DateOfBirthMargin)
            .and_then(Value::as_u64)
            .and_then(|years| u8::try_from(years).ok())
            .unwrap_or(0)
    }
}

fn month(date: Date) -> DateOfBirth {
    DateOfBirth::Month { year: date.year(), month: date.month() }
}

fn string(object: &Map<String, Value>, key: &str) -> Option<String> {
    object.get(key).and_then(Value::as_str).map(str::to_owned)
}

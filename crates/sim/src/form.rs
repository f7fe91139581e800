//! Fills the country pack's form for a resident, by the roles that the pack binds to fields.

use jiff::Timestamp;
use jiff::civil::Date;
use niims_country::{
    Answers, CountryPack, Eligibility, Field, FieldType, FormKind, ProblemCode, Role,
};
use niims_record::date::DateOfBirth;
use niims_record::person::Sex;
use serde_json::{Map, Value, json};

use crate::village::{Guardian, Resident};

/// Code of the national identity card in the pack's list of identity documents.
pub const IDENTITY_CARD: &str = "NATIONAL-ID";
/// Code of the birth certificate in the pack's list of identity documents.
pub const BIRTH_CERTIFICATE: &str = "BIRTH-CERTIFICATE";

/// How many of the county's lowest areas a village spreads over; a ward has about six.
const VILLAGE_AREAS: usize = 12;
/// How often what is still missing is asked for: a field that is filled may ask for one more.
const ROUNDS: usize = 4;
/// Age from which a telephone is one's own; younger ones are reached through somebody.
const OWN_TELEPHONE_AGE: usize = 14;

/// Where and when the form is filled.
#[derive(Debug, Clone, Copy)]
pub struct Sitting<'a> {
    /// Code of the county, an area of the pack's highest level.
    pub county: &'a str,
    /// When the notice was read and consent given.
    pub consented_at: Timestamp,
    /// Whether the guardian of a minor consents. Adults always do.
    pub guardian_consents: bool,
}

/// The form that this resident needs, filled.
///
/// Names, birth, footing, papers, home, telephone and consent are found by role; whatever the
/// pack demands besides is completed with a code of the pack's own list. A child below the
/// enrolment age gets the minor's form, which the pack then refuses for the age alone.
pub fn answers(
    resident: &Resident,
    pack: &CountryPack,
    sitting: &Sitting<'_>,
) -> (FormKind, Answers) {
    let today = pack.today(sitting.consented_at);
    let kind = match pack.eligibility(&resident.date_of_birth, today) {
        Eligibility::Minor | Eligibility::TooYoung { .. } => FormKind::Minor,
        Eligibility::Adult | Eligibility::Undetermined => FormKind::Adult,
    };
    let mut sheet = Sheet { pack, kind, answers: Answers::new() };
    sheet.names(resident);
    sheet.birth(resident, sitting.county);
    sheet.footing();
    sheet.papers(resident);
    sheet.home(resident, sitting.county);
    sheet.family(resident);
    sheet.contact(resident, sitting.county);
    sheet.consent(resident, sitting);
    sheet.complete(resident, today);
    (kind, sheet.answers)
}

/// The kind and number of the identity document that the resident shows, if there is one.
pub fn paper(resident: &Resident) -> Option<(&'static str, &str)> {
    let card = resident.identity_card.as_deref().map(|number| (IDENTITY_CARD, number));
    card.or_else(|| Some((BIRTH_CERTIFICATE, resident.birth_certificate.as_deref()?)))
}

/// A form being filled.
struct Sheet<'a> {
    pack: &'a CountryPack,
    kind: FormKind,
    answers: Answers,
}

impl<'a> Sheet<'a> {
    fn names(&mut self, resident: &Resident) {
        self.set(Role::Surname, resident.surname.clone());
        self.set(Role::GivenNames, resident.given_name.clone());
        if let Some(other) = &resident.other_name {
            self.set(Role::OtherNames, other.clone());
        }
        self.set(
            Role::Sex,
            match resident.sex {
                Sex::Female => "FEMALE",
                Sex::Male => "MALE",
                Sex::Intersex => "INTERSEX",
            },
        );
    }

    fn birth(&mut self, resident: &Resident, county: &str) {
        let (text, precision) = date_and_precision(resident.date_of_birth);
        if let Some(text) = text {
            self.set(Role::DateOfBirth, text);
        }
        self.set(Role::DateOfBirthPrecision, precision);
        if let DateOfBirth::Estimated { margin, .. } = resident.date_of_birth {
            self.set(Role::DateOfBirthMargin, margin);
        }
        self.set(Role::BirthCountry, self.pack.settings().code.clone());
        // Seven in ten were born in the village, the others elsewhere in the county.
        let (draw, near) = (u16::from(resident.fingers[0]), resident.fingers[1] < 179);
        let spread = usize::from(draw << 8 | u16::from(resident.fingers[2]));
        self.place(Role::BirthPlace, county, spread, near);
    }

    fn footing(&mut self) {
        self.set(Role::ResidencyCategory, "CITIZEN");
    }

    fn papers(&mut self, resident: &Resident) {
        if let Some((kind, number)) = paper(resident) {
            let entry = self.object(
                Role::Identifiers,
                &[
                    (Role::IdentifierKind, kind.into()),
                    (Role::IdentifierNumber, number.into()),
                    (Role::IdentifierSighted, true.into()),
                ],
            );
            self.set(Role::Identifiers, json!([entry]));
        }
    }

    fn home(&mut self, resident: &Resident, county: &str) {
        self.place(Role::CurrentResidence, county, resident.household, true);
    }

    fn family(&mut self, resident: &Resident) {
        let Some(guardian) = &resident.guardian else { return };
        let parent = match guardian.sex {
            Sex::Female => Role::Mother,
            Sex::Male | Sex::Intersex => Role::Father,
        };
        for role in [parent, Role::Guardian] {
            let entry = self.object(
                role,
                &[
                    (Role::RelationGivenNames, guardian.given_name.as_str().into()),
                    (Role::RelationSurname, guardian.surname.as_str().into()),
                ],
            );
            self.set(role, entry);
        }
    }

    fn contact(&mut self, resident: &Resident, county: &str) {
        if let Some(telephone) = &resident.telephone {
            self.set(Role::MobilePhone, telephone.clone());
        }
        self.set(Role::PreferredLanguage, language(resident, self.pack));
        let centre = self.pack.centres().iter().find(|centre| centre.county == county);
        if let Some(centre) = centre {
            self.set(Role::CollectionPoint, centre.id.clone());
        }
    }

    fn consent(&mut self, resident: &Resident, sitting: &Sitting<'_>) {
        let (role, by) = match (self.kind, &resident.guardian) {
            (FormKind::Minor, guardian) => {
                if !sitting.guardian_consents {
                    return;
                }
                (Role::GuardianConsent, guardian.as_ref().map_or("guardian", parent))
            }
            _ => (Role::Consent, "self"),
        };
        let Some(FieldType::Consent { notice }) = self.field(role).map(|field| &field.kind) else {
            return;
        };
        let version = self.pack.notice(notice).map(|notice| notice.version.clone());
        self.set(
            role,
            json!({
                "given": true,
                "notice_version": version,
                "language": language(resident, self.pack),
                "mode": "WRITTEN",
                "given_at": sitting.consented_at.to_string(),
                "given_by": by,
            }),
        );
    }

    /// Answers what the pack still demands, where a code of one of its lists will do.
    fn complete(&mut self, resident: &Resident, today: Date) {
        for _ in 0..ROUNDS {
            let Err(problems) = self.pack.validate(&self.answers, self.kind, today) else {
                return;
            };
            let before = self.answers.clone();
            for problem in problems.iter().filter(|p| p.code == ProblemCode::Required) {
                let field = self.pack.field(&problem.field_id());
                if field.is_some_and(|field| field.kind == FieldType::Boolean) {
                    self.set_at(&problem.field, true.into());
                } else if let Some(code) = field.and_then(|field| self.usual_code(field, resident))
                {
                    self.set_at(&problem.field, code.into());
                }
            }
            if self.answers == before {
                return;
            }
        }
    }

    /// The code that fits this resident, else the first of the list.
    fn usual_code(&self, field: &Field, resident: &Resident) -> Option<String> {
        let codes = self.pack.code_list(field.list()?)?;
        let usual = [
            if resident.identity_card.is_some() {
                "IDENTITY_DOCUMENT"
            } else {
                "BIRTH_CERTIFICATE"
            },
            if resident.age >= OWN_TELEPHONE_AGE { "OWN" } else { "PROXY" },
            match resident.guardian.as_ref().map(parent) {
                Some("mother") => "MOTHER",
                _ => "FATHER",
            },
        ];
        let fitting = usual.into_iter().find(|code| codes.code(code).is_some());
        fitting.map(str::to_owned).or_else(|| Some(codes.codes().first()?.code.clone()))
    }

    fn place(&mut self, role: Role, county: &str, spread: usize, near: bool) {
        let areas = lowest_areas(self.pack, county);
        let within = if near { areas.len().min(VILLAGE_AREAS) } else { areas.len() };
        if let Some(area) = areas.get(spread % within.max(1)) {
            self.set(role, json!({ "area": area }));
        }
    }

    /// The outer field with this role, if it stands on this form.
    fn field(&self, role: Role) -> Option<&'a Field> {
        self.pack.fields().iter().find(|field| {
            field.role == Some(role) && field.parent.is_none() && field.forms.contains(&self.kind)
        })
    }

    fn set(&mut self, role: Role, value: impl Into<Value>) {
        if let Some(field) = self.field(role) {
            self.answers.set(field.id.clone(), value);
        }
    }

    /// An object for a group or an entry of a list, its parts found by their roles inside.
    fn object(&self, group: Role, parts: &[(Role, Value)]) -> Value {
        let mut object = Map::new();
        if let Some(group) = self.field(group) {
            for (role, value) in parts {
                let inner = self.pack.fields_inside(&group.id).find(|f| f.role == Some(*role));
                if let Some(inner) = inner {
                    object.insert(inner.name().to_owned(), value.clone());
                }
            }
        }
        Value::Object(object)
    }

    /// Sets the answer at a path such as `surname`, `guardian.relationship` or
    /// `identifiers[0].kind`.
    fn set_at(&mut self, path: &str, value: Value) {
        let Some((outer, inner)) = path.split_once('.') else {
            self.answers.set(path, value);
            return;
        };
        let (id, index) = match outer.trim_end_matches(']').split_once('[') {
            Some((id, index)) => (id, index.parse::<usize>().ok()),
            None => (outer, None),
        };
        let Some(mut answer) = self.answers.get(id).cloned() else { return };
        let group = match index {
            Some(index) => answer.get_mut(index),
            None => Some(&mut answer),
        };
        if let Some(group) = group.and_then(Value::as_object_mut) {
            group.insert(inner.to_owned(), value);
            self.answers.set(id, answer);
        }
    }
}

/// What the form writes for a date of birth, and its precision code.
fn date_and_precision(born: DateOfBirth) -> (Option<String>, &'static str) {
    match born {
        DateOfBirth::Day { date } => (Some(date.to_string()), "DAY"),
        DateOfBirth::Month { year, month } => (Some(format!("{year:04}-{month:02}")), "MONTH"),
        DateOfBirth::Year { year } => (Some(format!("{year:04}")), "YEAR"),
        DateOfBirth::ConventionalFirstOfJanuary { year } => {
            (Some(format!("{year:04}-01-01")), "CONVENTIONAL_1_JAN")
        }
        DateOfBirth::Estimated { year, .. } => (Some(format!("{year:04}")), "ESTIMATED"),
        DateOfBirth::Unknown => (None, "UNKNOWN"),
    }
}

/// One of the pack's own languages; the same person always prefers the same.
fn language(resident: &Resident, pack: &CountryPack) -> String {
    let languages = pack.languages();
    let choice = usize::from(resident.fingers[3]) % languages.len().max(1);
    languages.get(choice).cloned().unwrap_or_default()
}

fn parent(guardian: &Guardian) -> &'static str {
    match guardian.sex {
        Sex::Female => "mother",
        Sex::Male | Sex::Intersex => "father",
    }
}

/// Codes of the areas of the lowest level below an area, in the order of the pack.
fn lowest_areas<'a>(pack: &'a CountryPack, code: &'a str) -> Vec<&'a str> {
    let mut areas = vec![code];
    loop {
        let below: Vec<&str> = areas
            .iter()
            .flat_map(|area| pack.geography().children(area))
            .map(|area| area.code.as_str())
            .collect();
        if below.is_empty() {
            return areas;
        }
        areas = below;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use niims_country::DetailsError;
    use rand_chacha::ChaCha8Rng;
    use rand_core::SeedableRng;

    use super::*;
    use crate::census::Census;
    use crate::village::{Setting, settle};

    const COUNTY: &str = "019";

    fn village(pack: &CountryPack, at: Timestamp) -> Vec<Resident> {
        let setting = Setting { county: COUNTY, today: pack.today(at) };
        let census = Census::embedded().unwrap();
        settle(300, setting, &census, &mut ChaCha8Rng::from_seed([8; 32]))
    }

    #[test]
    fn every_form_of_a_village_satisfies_the_pack_and_reads_back_as_the_resident() {
        let pack = CountryPack::embedded().unwrap();
        let at: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        let sitting = Sitting { county: COUNTY, consented_at: at, guardian_consents: true };
        let mut homes = BTreeSet::new();
        for (index, resident) in village(&pack, at).iter().enumerate() {
            let (kind, answers) = answers(resident, &pack, &sitting);
            assert_eq!(kind == FormKind::Minor, resident.age < 18);
            let valid = pack
                .validate(&answers, kind, pack.today(at))
                .unwrap_or_else(|faults| panic!("resident {index}: {faults:?}"));
            let person: Result<_, DetailsError> = valid.person();
            let person = person.unwrap();
            assert_eq!(person.date_of_birth, resident.date_of_birth);
            assert_eq!(person.mobile_phone, resident.telephone);
            assert_eq!(person.identifiers[0].value, paper(resident).unwrap().1);
            assert!(person.identifiers[0].original_sighted);
            for place in [person.place_of_birth, person.residence.area] {
                let area = pack.geography().sublocation(&place.unwrap()).unwrap().code.clone();
                assert_eq!(pack.geography().within(&area, "county").unwrap().code, COUNTY);
                homes.insert(area);
            }
        }
        assert!(homes.len() > VILLAGE_AREAS, "some were born elsewhere in the county");
    }

    #[test]
    fn a_minor_whose_guardian_does_not_consent_is_refused_for_that_alone() {
        let pack = CountryPack::embedded().unwrap();
        let at: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        let sitting = Sitting { county: COUNTY, consented_at: at, guardian_consents: false };
        let village = village(&pack, at);
        let child = village.iter().find(|resident| resident.age < 18).unwrap();
        let (kind, answers) = answers(child, &pack, &sitting);
        let faults = pack.validate(&answers, kind, pack.today(at)).unwrap_err();
        let roles: Vec<_> =
            faults.iter().map(|fault| pack.field(&fault.field_id()).unwrap().role).collect();
        assert_eq!(roles, [Some(Role::GuardianConsent)]);
    }
}

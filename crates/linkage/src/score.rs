//! A score with its reasons: how much likelier one person is than two.

use serde::{Deserialize, Serialize};

/// From here on a pair is worth showing to people, in millinats (thousandths of
/// a nat of log-likelihood ratio). Range 8,000 to 20,000. Source and effect,
/// measured by `tests/population.rs` on 3,000 people of 1,000 households with
/// 294 second registrations: at 14,000 it keeps all 141 careless and 152 of 153
/// disguised ones, and shows 0.06 strangers per record; at 9,000 it keeps one
/// more and shows 0.47; at 18,000 it keeps 264 and shows 0.01.
pub const POSSIBLE_MILLINATS: i32 = 14_000;

/// From here on a pair is likely one person even among forty million people
/// (ln 4 × 10⁷ ≈ 17.5 nats to outweigh, with some to spare). Range above
/// [`POSSIBLE_MILLINATS`]. On the same population three quarters of the second
/// registrations lie here, and 0.005 strangers per record, nearly all of the
/// same household. Still no verdict.
pub const LIKELY_MILLINATS: i32 = 20_000;

/// Where a score lies. It orders work for people and decides nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// Below [`POSSIBLE_MILLINATS`].
    Unlikely,
    /// Worth showing to people.
    Possible,
    /// At least [`LIKELY_MILLINATS`].
    Likely,
}

/// What was compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// One part of the name.
    Name,
    /// The date of birth.
    DateOfBirth,
    /// The sex.
    Sex,
    /// The area of birth.
    PlaceOfBirth,
    /// The area of residence.
    Residence,
    /// The telephone number.
    Phone,
    /// A number from another body.
    Identifier,
    /// The mother's name.
    Mother,
    /// The father's name.
    Father,
    /// What a household shares, counted once.
    Household,
}

macro_rules! explanations {
    ($($(#[$doc:meta])* $name:ident => $code:literal),+ $(,)?) => {
        /// Why a part weighs what it weighs. Each has a stable code for texts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Explanation {
            $($(#[$doc])* $name),+
        }

        impl Explanation {
            /// Every explanation, so that a test can ask for all texts.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable code, as in the texts of the country pack.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }
        }
    };
}

explanations! {
    /// The same name, letter for letter.
    NameSame => "linkage.name_same",
    /// A known variant or spelling of the same name.
    NameVariant => "linkage.name_variant",
    /// A name spelt or sounding nearly the same, or a known short form.
    NameClose => "linkage.name_close",
    /// An initial that fits the name.
    NameInitial => "linkage.name_initial",
    /// A name that the other record lacks although it has room for it.
    NameDiffers => "linkage.name_differs",
    /// A further name that only one record has.
    NameExtra => "linkage.name_extra",
    /// The same day.
    DateSame => "linkage.date_same",
    /// Day and month swapped, same year.
    DateSwapped => "linkage.date_swapped",
    /// Two of day, month and year agree.
    DateOnePartDiffers => "linkage.date_one_part_differs",
    /// Month and year agree; one record knows no more.
    DateMonth => "linkage.date_month",
    /// The year agrees; one record knows no more.
    DateYear => "linkage.date_year",
    /// The year is close and one of the dates is not exact.
    DateNear => "linkage.date_near",
    /// The date lies within the other's estimate.
    DateWithinEstimate => "linkage.date_within_estimate",
    /// Different dates.
    DateDiffers => "linkage.date_differs",
    /// The same sex.
    SexSame => "linkage.sex_same",
    /// Another sex.
    SexDiffers => "linkage.sex_differs",
    /// The same place, as far down as both say.
    PlaceSame => "linkage.place_same",
    /// The same wider area.
    PlaceWithin => "linkage.place_within",
    /// Places with nothing in common.
    PlaceDiffers => "linkage.place_differs",
    /// The same telephone number.
    PhoneSame => "linkage.phone_same",
    /// Another telephone number.
    PhoneDiffers => "linkage.phone_differs",
    /// The same number from the same body.
    IdentifierSame => "linkage.identifier_same",
    /// A number from the same body with one slip of the pen.
    IdentifierClose => "linkage.identifier_close",
    /// Another number from the same body.
    IdentifierDiffers => "linkage.identifier_differs",
    /// The parent's name agrees.
    ParentSame => "linkage.parent_same",
    /// The parent's name differs.
    ParentDiffers => "linkage.parent_differs",
    /// Places, phone and parents together say no more than "one household".
    HouseholdShared => "linkage.household_shared",
}

/// One reason with its weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Part {
    /// What was compared.
    pub field: Field,
    /// Weight in millinats; positive speaks for one person.
    pub weight: i32,
    /// Why.
    pub explanation: Explanation,
}

/// The code of the text that explains a part.
pub const fn explain(part: &Part) -> &'static str {
    part.explanation.code()
}

/// The whole score: the sum of its parts, for people to read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkageScore {
    /// Log-likelihood ratio in millinats, positive for one person.
    pub total: i32,
    /// The reasons, in the order of [`Field`], heaviest first within a field.
    pub parts: Vec<Part>,
}

impl LinkageScore {
    pub(crate) fn of(mut parts: Vec<Part>) -> Self {
        parts.sort_by_key(|part| (part.field, -part.weight, part.explanation));
        Self { total: parts.iter().map(|part| part.weight).sum(), parts }
    }

    /// Where the score lies. One document borne by two records is always worth
    /// showing to people, whatever else differs (requirement R049).
    pub fn zone(&self) -> Zone {
        let one_document =
            self.parts.iter().any(|part| part.explanation == Explanation::IdentifierSame);
        match self.total {
            LIKELY_MILLINATS.. => Zone::Likely,
            POSSIBLE_MILLINATS.. => Zone::Possible,
            _ if one_document => Zone::Possible,
            _ => Zone::Unlikely,
        }
    }

    /// Whether the pair is worth showing to people.
    pub fn is_candidate(&self) -> bool {
        self.zone() > Zone::Unlikely
    }
}

/// Nats → millinats.
pub(crate) fn millinats(nats: f64) -> i32 {
    (nats * 1000.0).round() as i32
}

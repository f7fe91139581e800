//! The form: sections, and fields with their types, limits, law and roles.

mod read;
mod role;

use std::collections::{BTreeMap, BTreeSet};

use regex_lite::Regex;
use serde::{Deserialize, Serialize};

use crate::settings::FormKind;

pub(crate) use read::read;
pub use role::Role;

/// How closely data must be kept; decides under which key a field is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SensitivityClass {
    /// Says nothing of a person by itself.
    None,
    /// Foundational personal data (LN 195/2020, r. 2).
    Personal,
    /// Sensitive in the sense of the Data Protection Act 2019, s. 2 and ss. 44–47.
    Sensitive,
    /// Functional data that an agency needs for its own service (LN 195/2020, r. 2).
    Functional,
}

impl SensitivityClass {
    /// Every class.
    pub const ALL: [Self; 4] = [Self::None, Self::Personal, Self::Sensitive, Self::Functional];

    /// The word for it in packs and programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Personal => "personal",
            Self::Sensitive => "sensitive",
            Self::Functional => "functional",
        }
    }
}

/// The type of a field and so the shape of its answer in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// A text on one line.
    Text,
    /// One or several parts of a person's name: letters, marks, apostrophes, hyphens, full stops.
    Name,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, not in the future.
    PartialDate,
    /// `YYYY-MM-DD`.
    Date,
    /// One code of a code list.
    Code {
        /// Id of the list.
        list: String,
    },
    /// An array of different codes of a code list.
    Codes {
        /// Id of the list.
        list: String,
    },
    /// An object with the fields inside it.
    Group,
    /// An array of such objects.
    List,
    /// An object `{area, village, house}`: the code of the lowest area known, and free texts.
    Place {
        /// The area must be of this level or lower.
        least_level: String,
    },
    /// A telephone number; local forms are completed to E.164.
    Telephone,
    /// An e-mail address.
    Email,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Decimal,
    /// A whole number.
    Integer,
    /// An object `{given, notice_version, language, mode, given_at, given_by}`.
    Consent {
        /// Id of the notice that was read.
        notice: String,
    },
}

impl FieldType {
    /// The word for it in `form.toml`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Name => "name",
            Self::PartialDate => "partial_date",
            Self::Date => "date",
            Self::Code { .. } => "code",
            Self::Codes { .. } => "codes",
            Self::Group => "group",
            Self::List => "list",
            Self::Place { .. } => "place",
            Self::Telephone => "telephone",
            Self::Email => "email",
            Self::Boolean => "boolean",
            Self::Decimal => "decimal",
            Self::Integer => "integer",
            Self::Consent { .. } => "consent",
        }
    }

    /// True for groups and lists, which hold fields.
    pub const fn holds_fields(&self) -> bool {
        matches!(self, Self::Group | Self::List)
    }
}

/// When a field has to be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// Never.
    Optional,
    /// Always, on the forms that the field belongs to.
    Always,
    /// When another answer is one of these codes (or, for a set, holds one of them).
    WhenIs {
        /// Full id of the other field.
        field: String,
        /// The codes.
        values: Vec<String>,
    },
    /// When another field is answered (`true`) or is not (`false`).
    WhenAnswered {
        /// Full id of the other field.
        field: String,
        /// Answered or not.
        answered: bool,
    },
    /// When the person may be a minor (`true`) or is certainly of full age (`false`).
    WhenMinor(
        /// Minor or not.
        bool,
    ),
}

/// Who gives the answer, and so when it is demanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The resident, on the form, beforehand.
    Form,
    /// The officer, with the resident present.
    Capture,
}

/// What an answer may be within its type.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Characters of a text.
    pub max_length: usize,
    /// Elements of a list or set.
    pub max_items: usize,
    /// Least number.
    pub min: Option<f64>,
    /// Greatest number.
    pub max: Option<f64>,
    /// What the whole text must match.
    pub pattern: Option<Regex>,
    /// Field beside this one whose code says what the text must match.
    pub pattern_from: Option<String>,
    /// A date may lie in the future.
    pub future: bool,
}

/// One field of the form.
#[derive(Clone, Debug)]
pub struct Field {
    /// Full id; fields inside a group or list are `group.field`.
    pub id: String,
    /// The group or list around it.
    pub parent: Option<String>,
    /// Id of the section.
    pub section: String,
    /// The type.
    pub kind: FieldType,
    /// The forms on which it stands.
    pub forms: BTreeSet<FormKind>,
    /// When it has to be answered.
    pub requirement: Requirement,
    /// Who answers.
    pub stage: Stage,
    /// Bounds of the answer.
    pub limits: Limits,
    /// How closely it must be kept; fields inside share their group's class.
    pub sensitivity: SensitivityClass,
    /// Id of the legal basis.
    pub basis: String,
    /// What it means to the core.
    pub role: Option<Role>,
    /// Line in `form.toml`.
    pub(crate) line: usize,
}

impl Field {
    /// Id of the code list that the answer comes from, for codes and sets of codes.
    pub fn list(&self) -> Option<&str> {
        match &self.kind {
            FieldType::Code { list } | FieldType::Codes { list } => Some(list),
            _ => None,
        }
    }

    /// The id without the group around it.
    pub fn name(&self) -> &str {
        self.id.rsplit('.').next().unwrap_or(&self.id)
    }
}

/// A part of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Such as `personal`.
    pub id: String,
    pub(crate) line: usize,
}

/// All sections and fields, in the order of the pack.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// The sections.
    pub sections: Vec<Section>,
    /// The fields, those inside a group after it.
    pub fields: Vec<Field>,
    pub(crate) index: BTreeMap<String, usize>,
}

impl Form {
    /// A field by its full id.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.index.get(id).and_then(|index| self.fields.get(*index))
    }

    /// The fields directly inside a group or list.
    pub fn inside<'a>(&'a self, parent: &'a str) -> impl Iterator<Item = &'a Field> {
        self.fields.iter().filter(move |field| field.parent.as_deref() == Some(parent))
    }

    /// The fields that stand in no group.
    pub fn outer(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.parent.is_none())
    }

    /// The field with this role, inside `parent` or in no group.
    pub fn with_role(&self, role: Role, parent: Option<&str>) -> Option<&Field> {
        self.fields
            .iter()
            .find(|field| field.role == Some(role) && field.parent.as_deref() == parent)
    }
}

/// One form as a page or a kit shows it.
#[derive(Clone, Debug)]
pub struct FormView<'a> {
    /// Which form.
    pub kind: FormKind,
    /// The sections that have fields on this form, each with its outer fields.
    pub sections: Vec<(&'a Section, Vec<&'a Field>)>,
}

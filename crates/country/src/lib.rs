//! Reads and checks a country pack: the one place that knows which fields exist.
//!
//! A pack is a folder of TOML and CSV files (see `country/kenya`). [`CountryPack::load`] reads it
//! whole or tells every fault with file and line; [`CountryPack::validate`] checks answers to its
//! form; [`ValidAnswers::person`] turns them into what the core knows of a person. Adding a field
//! to a form touches the pack only.

mod age;
mod answers;
mod check;
mod codes;
mod collected;
mod form;
mod geography;
mod law;
mod lint;
mod names;
mod pack;
mod problem;
mod read;
mod registers;
mod roles;
mod settings;
mod source;
mod texts;
mod validate;

pub use age::Eligibility;
pub use answers::{Answers, AnswersError, LARGEST_ANSWERS, ValidAnswers};
pub use check::{Report, check};
pub use codes::{Code, CodeList};
pub use form::{
    Field, FieldType, Form, FormView, Limits, Requirement, Role, Section, SensitivityClass, Stage,
};
pub use geography::{Area, Geography};
pub use law::{ATTRIBUTES, LegalBasis, Notice, Purpose, Reason, ReasonKind};
pub use names::{NameParticle, NameVariant, ParticleRule, VariantRelation};
pub use pack::CountryPack;
pub use problem::{PackCode, PackProblem, PackProblems};
pub use registers::{Agency, Centre, Holiday};
pub use roles::{DetailsError, RoleView};
pub use settings::{FormKind, Level, Modality, Settings, Telephone};
pub use source::PackSource;
pub use validate::{CONSENT_MODES, FieldProblem, ProblemCode};

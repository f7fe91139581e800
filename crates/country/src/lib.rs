//! Reads and checks a country pack: the one place that knows which fields exist.
//!
//! A pack is a folder of TOML and CSV files (see `country/kenya`). [`CountryPack::load`] reads it
//! whole or tells every fault with file and line; [`CountryPack::validate`] checks answers to its
//! form; [`ValidAnswers::person`] turns them into what the core knows of a person. Adding a field
//! to a form touches the pack only.

mod pack;

// What a pack holds, file by file.
mod settings;

mod form;

mod texts;

mod codes;

mod geography;

mod registers;

mod names;

mod law;

mod desk;

// How it is read and found without fault.
mod source;

mod archive;

mod read;

mod lint;

mod problem;

mod check;

// What is done with answers.
mod answers;

mod validate;

mod age;
mod approval;

mod roles;

pub mod prohibited;

mod collected;

pub use age::Eligibility;
pub use answers::{Answers, AnswersError, LARGEST_ANSWERS, ValidAnswers};
pub use approval::{ApprovalCause, Capture};
pub use check::{Report, check};
pub use codes::{Code, CodeList, REVISIT_OUTCOMES};
pub use form::{
    Field, FieldType, Form, FormView, Limits, Requirement, Role, Section, SensitivityClass, Stage,
};
pub use geography::{Area, Geography, LONGEST_SHORT_NAME, Tile};
pub use law::{ATTRIBUTES, LegalBasis, Notice, Purpose, Reason, ReasonKind};
pub use names::{NameParticle, NameVariant, ParticleRule, VariantRelation};
pub use pack::CountryPack;
pub use problem::{PackCode, PackProblem, PackProblems};
pub use registers::{Agency, Centre, Holiday};
pub use roles::{DetailsError, RoleView};
pub use settings::{FormKind, Level, Modality, Settings, Telephone};
pub use source::PackSource;
pub use validate::{CONSENT_MODES, FieldProblem, ProblemCode};

//! Who may be the same person by name, date, place and identifiers.
//!
//! Three questions, three modules, in the order in which a search asks them:
//!
//! 1. [`record`]: what of a person's details can be compared at all?
//! 2. [`block`]: under which terms must a record be filed, so that a second
//!    registration with swapped names, another spelling, a conventional first
//!    of January or another phone is still found?
//! 3. [`compare`]: how much likelier is it that two records describe one person
//!    than two, and why?
//!
//! The answer is a score with its reasons, never a verdict: people decide.
//!
//! Pure: no I/O, clock, randomness or global state. Knowledge about names comes
//! from the country pack and is passed in as [`NameKnowledge`].

pub mod agree;
pub mod block;
pub mod compare;
pub mod knowledge;
pub mod record;
pub mod score;

mod fold;
mod sound;

pub use agree::names_agree;
pub use block::blocking_terms;
pub use compare::compare;
pub use knowledge::{NameKnowledge, VariantRelation};
pub use record::{LinkageRecord, NameToken, name_words};
pub use score::{Explanation, Field, LinkageScore, Part, Zone, explain};

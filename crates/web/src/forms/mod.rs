//! Forms out of the country pack: from a field's definition to its component, from a
//! posted form to answers, and from answers to the list that one checks.
//!
//! A page keeps no list of questions of its own: it takes fields of the pack, shows
//! [`FormFields`] of them, reads the post with [`posted_answers`], asks the pack what
//! is wrong, and shows the same fields again with it. [`AnswerWords`] makes "check
//! your answers". Consents have pages of their own and are left out here.

mod posted;

mod read;

mod place;

mod fields;

mod words;

pub use fields::FormFields;
pub use posted::Posted;
pub use read::posted_answers;
pub use words::{AnswerWords, SectionRows};

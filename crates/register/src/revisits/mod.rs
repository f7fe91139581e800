//! Residents who are to be met again: asked with what is missing, told to the kit that can find
//! them, and settled by the encounter that answers.

mod answer;
mod ask;
mod give;

pub(crate) use answer::settle_what_it_answers;
pub(crate) use ask::{Met, ask, ask_correction};

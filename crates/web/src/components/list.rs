//! Lists: answers, tasks, steps.

use super::message::Tag;
use super::navigation::Link;

/// One line of a summary list, or of "check your answers".
#[derive(Clone, Default)]
pub struct Row {
    /// What is asked.
    pub key: String,
    /// The answer, one entry per line; empty shows "not answered".
    pub values: Vec<String>,
    /// Where the answer may be changed.
    pub change: Option<String>,
}

impl core::fmt::Debug for Row {
    /// Without the answer, which is personal.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Row").field("key", &self.key).finish_non_exhaustive()
    }
}

/// One task of a task list.
#[derive(Debug, Clone)]
pub struct Task {
    /// What to do; without an address where it cannot be begun yet.
    pub title: String,
    /// Where it is done.
    pub address: Option<String>,
    /// Help below.
    pub hint: Option<String>,
    /// How it stands. Done is said in plain words, without a coloured tag.
    pub status: Tag,
    /// True when nothing is left to do.
    pub is_done: bool,
}

/// One step of a long form.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its name, and its address where one may go back to it.
    pub link: Link,
    /// Whether it is behind the reader.
    pub is_done: bool,
    /// Whether it is the one shown.
    pub is_current: bool,
}

/// How far something has come, out of a known whole.
#[derive(Debug, Clone)]
pub struct Progress {
    /// In words, with the figures, such as `12 of 50 cases decided`.
    pub text: String,
    /// Done.
    pub done: u64,
    /// Of so many; at least 1.
    pub of: u64,
}

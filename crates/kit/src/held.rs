//! A kit that is held for one short act at a time, so that pages answer while packets are sent.

use std::sync::{Mutex, PoisonError};

use crate::kit::Kit;

/// Gives the kit to one act after another.
pub(crate) trait Held {
    /// Does one act. Nothing slower than the disk belongs in it.
    fn with<T>(&mut self, act: impl FnOnce(&mut Kit) -> T) -> T;
}

/// Whoever has the kit alone.
impl Held for Kit {
    fn with<T>(&mut self, act: impl FnOnce(&mut Kit) -> T) -> T {
        act(self)
    }
}

/// A kit that others use between the acts.
pub(crate) struct Shared<'m>(pub &'m Mutex<Kit>);

impl Held for Shared<'_> {
    fn with<T>(&mut self, act: impl FnOnce(&mut Kit) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

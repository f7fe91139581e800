//! Where a holder listens.

use core::fmt;

use crate::shard::placement::{Seat, Shard};

/// One of the two holders of a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// Which shard.
    pub shard: Shard,
    /// Which of its two holders.
    pub seat: Seat,
}

impl Address {
    /// The other holder of the same shard.
    pub fn other(self) -> Self {
        Self { seat: self.seat.other(), ..self }
    }
}

/// As in a subject: `7.a`.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.shard.0, self.seat.word())
    }
}

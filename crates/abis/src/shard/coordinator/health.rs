//! Which holder to ask first.

use core::time::Duration;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

use crate::shard::placement::{Seat, Shard};
use crate::shard::protocol::Address;

/// For how long a holder that did not answer is asked second. Range 0.1 to 60 s: shorter costs the
/// patience of a search more often, longer leaves the other holder alone for longer.
const SUSPECT: Duration = Duration::from_secs(2);

/// Who did not answer lately.
#[derive(Default)]
pub(super) struct Health {
    suspect_until: Mutex<HashMap<Address, Instant>>,
}

impl Health {
    /// Whom to ask first: the wished one, unless it did not answer lately and the other one did.
    pub(super) fn first(&self, shard: Shard, wished: Seat, now: Instant) -> Seat {
        let suspects = self.suspect_until.lock().unwrap_or_else(PoisonError::into_inner);
        let suspect =
            |seat| suspects.get(&Address { shard, seat }).is_some_and(|until| now < *until);
        if suspect(wished) && !suspect(wished.other()) { wished.other() } else { wished }
    }

    /// A holder answered, or did not.
    pub(super) fn note(&self, address: Address, answered: bool, now: Instant) {
        let mut suspects = self.suspect_until.lock().unwrap_or_else(PoisonError::into_inner);
        if answered {
            suspects.remove(&address);
        } else {
            suspects.insert(address, now + SUSPECT);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_holder_is_asked_second_for_a_while() {
        let (health, now) = (Health::default(), Instant::now());
        let a = Address { shard: Shard(1), seat: Seat::A };
        assert_eq!(health.first(Shard(1), Seat::A, now), Seat::A);
        health.note(a, false, now);
        assert_eq!(health.first(Shard(1), Seat::A, now), Seat::B);
        assert_eq!(health.first(Shard(2), Seat::A, now), Seat::A);
        assert_eq!(health.first(Shard(1), Seat::A, now + SUSPECT), Seat::A);
        health.note(a.other(), false, now);
        assert_eq!(health.first(Shard(1), Seat::A, now), Seat::A);
        health.note(a, true, now);
        assert_eq!(health.first(Shard(1), Seat::B, now), Seat::A);
    }
}

//! Who sits at the kit: one officer at a time. Another one's PIN takes the seat at once; what
//! was half done is on disk under the first one's key.

use std::sync::{Arc, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use niims_record::OfficerId;

use super::state::{Pages, bytes};
use crate::kit::OfficerRole;
use crate::pin::OfficerCard;

/// Minutes without a page after which the seat is empty: 10. An officer who walks off with a
/// resident to the scanner comes back sooner; one who left does not.
const IDLE_MINUTES: i64 = 10;

/// The officer at the kit.
#[derive(Clone)]
pub(super) struct Seat {
    pub officer: OfficerId,
    pub badge: String,
    pub role: OfficerRole,
    /// What the browser shows, 64 hexadecimal digits.
    token: String,
    seen_at: Timestamp,
}

impl Pages {
    /// Seats an officer whose key was unlocked; who sat there before. The token is for the
    /// browser's cookie.
    pub fn seat(&self, card: &OfficerCard, now: Timestamp) -> (String, Option<OfficerId>) {
        let token = hex::encode(bytes(&self.entropy));
        let seat = Seat {
            officer: card.officer,
            badge: card.badge.clone(),
            role: card.role,
            token: token.clone(),
            seen_at: now,
        };
        let before = held(self).replace(seat).map(|seat| seat.officer);
        (token, before.filter(|before| *before != card.officer))
    }

    /// The officer to whom this token was given, if still seated.
    pub fn seated(&self, token: &str, now: Timestamp) -> Option<Seat> {
        let mut held = held(self);
        let seat = held.as_mut()?;
        if !same(seat.token.as_bytes(), token.as_bytes()) {
            return None;
        }
        let idle = SignedDuration::from_mins(IDLE_MINUTES);
        if now.duration_since(seat.seen_at).abs() > idle {
            return None;
        }
        seat.seen_at = now;
        Some(seat.clone())
    }

    /// Empties the seat; who sat there.
    pub fn leave(&self) -> Option<OfficerId> {
        held(self).take().map(|seat| seat.officer)
    }
}

fn held(pages: &Pages) -> MutexGuard<'_, Option<Seat>> {
    pages.seat.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Compares without telling where two tokens differ.
fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).fold(0, |differs, (one, other)| differs | (one ^ other)) == 0
}

/// The pages as handlers share them.
pub(super) type Shared = Arc<Pages>;

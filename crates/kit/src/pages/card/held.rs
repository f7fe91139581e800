//! The card that was read last: in memory, for its officer, for a few minutes.

use std::sync::PoisonError;

use jiff::{SignedDuration, Timestamp};
use niims_record::OfficerId;
use niims_wire::card::ReadCard;

use crate::cards::finger::Compared;
use crate::pages::state::Pages;

/// Minutes for which a card that was read is shown: 5. Range 2 to 10. Long enough to look from the
/// card to the face and to take a finger three times; the next person must not find it.
const MINUTES: i64 = 5;

/// Tries of a finger, as at registration.
pub(in crate::pages) const MOST_TRIES: u8 = 3;

/// A genuine card, and what was compared with it.
#[derive(Clone)]
pub(in crate::pages) struct HeldCard {
    pub officer: OfficerId,
    pub card: ReadCard,
    pub read_at: Timestamp,
    pub tries: u8,
    pub compared: Option<Compared>,
}

impl Pages {
    pub fn hold_card(&self, card: HeldCard) {
        *self.card.lock().unwrap_or_else(PoisonError::into_inner) = Some(card);
    }

    pub fn forget_card(&self) {
        *self.card.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The card that this officer read, while it may be shown. Any other is forgotten.
    pub fn held_card(&self, officer: OfficerId, now: Timestamp) -> Option<HeldCard> {
        let mut held = self.card.lock().unwrap_or_else(PoisonError::into_inner);
        let may = SignedDuration::from_mins(MINUTES);
        let is_theirs = held.as_ref().is_some_and(|held| {
            held.officer == officer && now.duration_since(held.read_at).abs() <= may
        });
        if !is_theirs {
            *held = None;
        }
        held.clone()
    }
}

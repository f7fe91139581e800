//! Whether a card is good, today. A card that is not is an answer, never an error.

use jiff::Timestamp;
use niims_record::OfficerId;
use niims_wire::card::{CardAct, CardDoubt, CardReader, PresentedCard, ReadCard};
use rand_core::CryptoRng;

use super::looks::LookNote;
use super::trust::CardTrust;
use crate::error::KitError;
use crate::kit::Kit;

/// What a card is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardVerdict {
    /// The issuer made it, it counts today, and it was not revoked.
    Genuine(Box<ReadCard>),
    /// It does not count.
    Refused(CardRefused),
}

/// Why a card does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardRefused {
    /// It does not read as a card.
    Damaged,
    /// Somebody else signed it.
    Foreign,
    /// It names the issuer, and the signature does not hold.
    Forged,
    /// The chip is that of another card.
    OtherChip,
    /// It counts from a later day.
    NotYetValid,
    /// Its last day is over.
    Expired,
    /// The issuer took it back.
    Revoked,
}

impl CardRefused {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::Damaged,
        Self::Foreign,
        Self::Forged,
        Self::OtherChip,
        Self::NotYetValid,
        Self::Expired,
        Self::Revoked,
    ];

    /// Stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Damaged => "damaged",
            Self::Foreign => "foreign",
            Self::Forged => "forged",
            Self::OtherChip => "other_chip",
            Self::NotYetValid => "not_yet_valid",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// Stable dotted code, as the person sees it among those who looked.
    pub fn code(self) -> String {
        format!("card.{}", self.as_str())
    }
}

/// What was read, judged by the list: the verdict, and the serial number of a card whose
/// signature held.
pub(super) fn judge(
    read: Result<ReadCard, CardDoubt>,
    trust: &CardTrust,
) -> (CardVerdict, Option<String>) {
    let refused = CardVerdict::Refused;
    match read {
        Ok(card) => {
            let serial = card.serial.clone();
            let is_revoked = serial.as_ref().is_some_and(|serial| trust.revoked.contains(serial));
            if is_revoked {
                (refused(CardRefused::Revoked), serial)
            } else {
                (CardVerdict::Genuine(Box::new(card)), serial)
            }
        }
        Err(CardDoubt::Damaged { .. }) => (refused(CardRefused::Damaged), None),
        Err(CardDoubt::Foreign) => (refused(CardRefused::Foreign), None),
        Err(CardDoubt::Forged) => (refused(CardRefused::Forged), None),
        Err(CardDoubt::OtherChip) => (refused(CardRefused::OtherChip), None),
        Err(CardDoubt::NotYetValid { serial }) => (refused(CardRefused::NotYetValid), serial),
        // A card that was taken back is told as such, also past its day.
        Err(CardDoubt::Expired { serial }) => {
            let is_revoked = serial.as_ref().is_some_and(|serial| trust.revoked.contains(serial));
            let why = if is_revoked { CardRefused::Revoked } else { CardRefused::Expired };
            (refused(why), serial)
        }
    }
}

impl Kit {
    /// Reads a card, judges it by the list in force, and notes the look for whom it is about
    /// before anything is shown. `None` when the kit has no list. What does not even read as a
    /// card is about nobody, and leaves no note.
    ///
    /// # Errors
    /// `card.trust.…`; `kit.revoked`, `kit.expired`, `kit.clock_…`; `kit.store_…`.
    pub fn check_card(
        &mut self,
        reader: &dyn CardReader,
        card: &PresentedCard<'_>,
        officer: OfficerId,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<Option<CardVerdict>, KitError> {
        self.may_work(now)?;
        let Some(trust) = self.card_trust(now)? else { return Ok(None) };
        let (verdict, serial) = judge(reader.read(card, &trust.issuers, now), &trust);
        let refused = match &verdict {
            CardVerdict::Refused(CardRefused::Damaged) => return Ok(Some(verdict)),
            CardVerdict::Refused(why) => Some(why.code()),
            CardVerdict::Genuine(_) => None,
        };
        let note = LookNote { officer, serial, act: CardAct::Read, refused };
        self.note_look(note, now, rng)?;
        Ok(Some(verdict))
    }
}

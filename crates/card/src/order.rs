//! Where an ordered card is: ordered → made → sent → collected (requirement
//! R095). Every transition consumes the order and returns the next, so an order
//! is at every moment in exactly one state. Fees do not occur (R078).

use jiff::Timestamp;
use niims_record::OfficerId;
use serde::{Deserialize, Serialize};

/// Most cards made for one order before someone must look into it. Range 1 to
/// 10; a press spoils well under one card in a hundred.
pub const MOST_SPOILED: u8 = 3;

/// The state of an order for one card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CardOrder {
    /// Waits for the press.
    Ordered {
        /// When the register ordered it.
        ordered_at: Timestamp,
        /// Blank cards spoiled so far for this order, so that stock adds up.
        spoiled: u8,
    },
    /// Made and found good; waits for dispatch.
    Made {
        /// When the register ordered it.
        ordered_at: Timestamp,
        /// When it was made.
        made_at: Timestamp,
        /// Serial number of the card.
        serial: String,
        /// Blank cards spoiled for this order.
        spoiled: u8,
    },
    /// On its way to, or waiting at, the collection point.
    Sent {
        /// When it was made.
        made_at: Timestamp,
        /// When it left.
        sent_at: Timestamp,
        /// Serial number of the card.
        serial: String,
        /// Code of the centre that the resident chose.
        collection_point: String,
    },
    /// In the hand of its bearer.
    Collected {
        /// When.
        collected_at: Timestamp,
        /// Serial number of the card.
        serial: String,
        /// Where.
        collection_point: String,
        /// Who handed it over.
        handed_over_by: OfficerId,
    },
}

/// Who stands at the counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Collector {
    /// The bearer, compared with the card.
    Bearer,
    /// The guardian recorded for a bearer who is a minor.
    GuardianOfMinor,
    /// Anyone else. Never enough (requirement R100).
    Proxy,
}

/// Why an order does not move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// Not possible in this state.
    #[error("the order is not in a state that allows this step")]
    WrongState,
    /// The step would lie before the one before it.
    #[error("a step cannot lie before the one before it; check the clock")]
    OutOfOrder,
    /// No serial number or collection point was given.
    #[error("a serial number and a collection point need at least one character")]
    Empty,
    /// Somebody else came for the card.
    #[error("a card is handed to its bearer only, or to the recorded guardian of a minor")]
    ProxyRefused,
    /// The card at the counter is another one.
    #[error("this is not the card of this order; look for the serial number")]
    OtherCard,
    /// Too many were spoiled.
    #[error("three cards were spoiled for this order; have the press looked at")]
    TooManySpoiled,
}

impl OrderError {
    /// The stable code of this error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongState => "card_order.wrong_state",
            Self::OutOfOrder => "card_order.out_of_order",
            Self::Empty => "card_order.empty",
            Self::ProxyRefused => "card_order.proxy_refused",
            Self::OtherCard => "card_order.other_card",
            Self::TooManySpoiled => "card_order.too_many_spoiled",
        }
    }
}

impl CardOrder {
    /// A new order.
    pub const fn new(ordered_at: Timestamp) -> Self {
        Self::Ordered { ordered_at, spoiled: 0 }
    }

    /// The stable name of the state.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Ordered { .. } => "ordered",
            Self::Made { .. } => "made",
            Self::Sent { .. } => "sent",
            Self::Collected { .. } => "collected",
        }
    }

    /// The card was made.
    pub fn made(self, serial: &str, at: Timestamp) -> Result<Self, OrderError> {
        let Self::Ordered { ordered_at, spoiled } = self else {
            return Err(OrderError::WrongState);
        };
        if spoiled >= MOST_SPOILED {
            return Err(OrderError::TooManySpoiled);
        }
        not_before(at, ordered_at)?;
        let serial = given(serial)?;
        Ok(Self::Made { ordered_at, made_at: at, serial, spoiled })
    }

    /// The card made was found faulty and destroyed; another is due.
    pub fn spoiled(self) -> Result<Self, OrderError> {
        let Self::Made { ordered_at, spoiled, .. } = self else {
            return Err(OrderError::WrongState);
        };
        Ok(Self::Ordered { ordered_at, spoiled: spoiled.saturating_add(1) })
    }

    /// The card left for a collection point.
    pub fn sent(self, collection_point: &str, at: Timestamp) -> Result<Self, OrderError> {
        let Self::Made { made_at, serial, .. } = self else {
            return Err(OrderError::WrongState);
        };
        not_before(at, made_at)?;
        let collection_point = given(collection_point)?;
        Ok(Self::Sent { made_at, sent_at: at, serial, collection_point })
    }

    /// The card was handed over.
    pub fn collected(
        self,
        serial: &str,
        collector: Collector,
        handed_over_by: OfficerId,
        at: Timestamp,
    ) -> Result<Self, OrderError> {
        let Self::Sent { sent_at, serial: expected, collection_point, .. } = self else {
            return Err(OrderError::WrongState);
        };
        if collector == Collector::Proxy {
            return Err(OrderError::ProxyRefused);
        }
        if serial != expected {
            return Err(OrderError::OtherCard);
        }
        not_before(at, sent_at)?;
        Ok(Self::Collected { collected_at: at, serial: expected, collection_point, handed_over_by })
    }
}

fn not_before(at: Timestamp, earlier: Timestamp) -> Result<(), OrderError> {
    if at < earlier { Err(OrderError::OutOfOrder) } else { Ok(()) }
}

fn given(text: &str) -> Result<String, OrderError> {
    if text.trim().is_empty() { Err(OrderError::Empty) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFICER: OfficerId = OfficerId::from_bytes([1; 16]);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn an_order_goes_its_way() {
        let order = CardOrder::new(at(1)).made("S-1", at(2)).unwrap();
        let order = order.sent("HC-01", at(3)).unwrap();
        let order = order.collected("S-1", Collector::Bearer, OFFICER, at(4)).unwrap();
        assert_eq!(order.name(), "collected");
        let stored = serde_json::to_string(&order).unwrap();
        assert_eq!(serde_json::from_str::<CardOrder>(&stored).unwrap(), order);
    }

    #[test]
    fn what_is_refused() {
        let check = |got: Result<CardOrder, OrderError>, want| assert_eq!(got.unwrap_err(), want);
        let ordered = CardOrder::new(at(5));
        let made = ordered.clone().made("S-1", at(6)).unwrap();
        let sent = made.clone().sent("HC-01", at(7)).unwrap();
        check(ordered.clone().sent("HC-01", at(6)), OrderError::WrongState);
        check(ordered.clone().spoiled(), OrderError::WrongState);
        check(ordered.clone().made("S-1", at(4)), OrderError::OutOfOrder);
        check(ordered.made(" ", at(6)), OrderError::Empty);
        check(made.clone().made("S-2", at(7)), OrderError::WrongState);
        check(made.sent("", at(7)), OrderError::Empty);
        let collect = |serial, who| sent.clone().collected(serial, who, OFFICER, at(8));
        check(collect("S-1", Collector::Proxy), OrderError::ProxyRefused);
        check(collect("S-2", Collector::Bearer), OrderError::OtherCard);
        assert!(collect("S-1", Collector::GuardianOfMinor).is_ok());
    }

    #[test]
    fn spoiled_cards_are_counted_and_bounded() {
        let mut order = CardOrder::new(at(1));
        for _ in 0..MOST_SPOILED {
            order = order.made("S", at(2)).unwrap().spoiled().unwrap();
        }
        assert_eq!(order.made("S", at(3)), Err(OrderError::TooManySpoiled));
    }
}

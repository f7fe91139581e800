//! The freeze: an order that stops a power of the programme, wholly or for one
//! agency or one region, until it is lifted. What is queued stays queued.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::FreezeId;

/// A power that a court or a regulator can stop by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Power {
    /// Taking new people in.
    Enrol,
    /// Answering agencies and sending anything out.
    Share,
    /// Giving numbers and cards.
    Issue,
}

impl Power {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enrol => "enrol",
            Self::Share => "share",
            Self::Issue => "issue",
        }
    }

    /// The power with this stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Enrol, Self::Share, Self::Issue].into_iter().find(|p| p.name() == name)
    }
}

/// An order that stops a power.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// The freeze.
    pub id: FreezeId,
    /// What it stops.
    pub power: Power,
    /// Only for this agency (code of the country pack), or for all.
    pub agency: Option<String>,
    /// Only in this county (code of the country pack), or everywhere.
    pub county: Option<String>,
    /// The order it rests on, such as a case number.
    pub order: String,
    /// Since when.
    pub since: Timestamp,
    /// Lifted when, and by which order.
    pub lifted: Option<Lifted>,
}

/// The end of a freeze.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifted {
    /// When.
    pub at: Timestamp,
    /// The order that lifted it.
    pub order: String,
}

/// What somebody is about to do.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// The power used.
    pub power: Power,
    /// The agency it is done for, if one.
    pub agency: Option<&'a str>,
    /// The county of the person concerned, if known.
    pub county: Option<&'a str>,
}

/// The freeze that stops an act at a moment, if one does. An act whose county is
/// not known is stopped by a freeze of any county: it fails closed.
pub fn stopping<'f>(freezes: &'f [Freeze], act: Act<'_>, at: Timestamp) -> Option<&'f Freeze> {
    freezes.iter().find(|freeze| {
        freeze.power == act.power
            && in_force(freeze, at)
            && covers_agency(freeze, act)
            && covers_county(freeze, act)
    })
}

fn in_force(freeze: &Freeze, at: Timestamp) -> bool {
    freeze.since <= at && freeze.lifted.as_ref().is_none_or(|lifted| at < lifted.at)
}

fn covers_agency(freeze: &Freeze, act: Act<'_>) -> bool {
    freeze.agency.as_deref().is_none_or(|agency| act.agency.is_none_or(|asked| asked == agency))
}

fn covers_county(freeze: &Freeze, act: Act<'_>) -> bool {
    freeze.county.as_deref().is_none_or(|county| act.county.is_none_or(|asked| asked == county))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn freeze(agency: Option<&str>, county: Option<&str>) -> Freeze {
        Freeze {
            id: FreezeId::from_bytes([0; 16]),
            power: Power::Share,
            agency: agency.map(Into::into),
            county: county.map(Into::into),
            order: "TEST/1".into(),
            since: at(100),
            lifted: Some(Lifted { at: at(200), order: "TEST/2".into() }),
        }
    }

    #[test]
    fn scope_time_and_power() {
        let act = |agency, county| Act { power: Power::Share, agency, county };
        let check = |f: Freeze, a: Act<'_>, second, stopped: bool| {
            assert_eq!(stopping(&[f], a, at(second)).is_some(), stopped);
        };
        check(freeze(None, None), act(Some("KRA"), Some("001")), 150, true);
        check(freeze(None, None), act(Some("KRA"), Some("001")), 99, false);
        check(freeze(None, None), act(Some("KRA"), Some("001")), 200, false);
        check(freeze(Some("KRA"), None), act(Some("NHIF"), None), 150, false);
        check(freeze(Some("KRA"), None), act(Some("KRA"), None), 150, true);
        check(freeze(None, Some("001")), act(None, Some("002")), 150, false);
        check(freeze(None, Some("001")), act(None, None), 150, true);
        check(
            freeze(None, None),
            Act { power: Power::Issue, agency: None, county: None },
            150,
            false,
        );
    }
}

//! What a kit may do, and what becomes of its packets once it may not.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Where a kit stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum KitState {
    /// Waits to be enrolled by its one-time code.
    Registered {
        /// When the code stops working.
        code_until: Timestamp,
    },
    /// Works.
    Active {
        /// When its term ends; `None` where the term is known to the kit alone.
        until: Option<Timestamp>,
    },
    /// Stopped for a while; what it holds stays on it.
    Suspended {
        /// Since when.
        since: Timestamp,
        /// When its term ends.
        until: Option<Timestamp>,
    },
    /// Never works again.
    Revoked {
        /// What is sealed after this moment is not believed.
        since: Timestamp,
        /// Why.
        why: RevocationReason,
        /// Until when it may hand in what it sealed before; `None` where it may not.
        hand_in_until: Option<Timestamp>,
    },
}

/// Why a kit was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// Handed in, broken or too old.
    Retired,
    /// Nobody knows where it is.
    Lost,
    /// Taken by somebody.
    Stolen,
    /// Used against the rules.
    Misused,
}

impl RevocationReason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Lost, Self::Stolen, Self::Misused, Self::Retired];

    /// The stable name, as stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Retired => "retired",
            Self::Lost => "lost",
            Self::Stolen => "stolen",
            Self::Misused => "misused",
        }
    }

    /// The reason with this stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// Whether the kit stayed in good hands to the end, so that its own clock can be believed.
    pub const fn in_good_hands(self) -> bool {
        matches!(self, Self::Retired)
    }
}

impl KitState {
    /// The stable name of the state.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Registered { .. } => "registered",
            Self::Active { .. } => "active",
            Self::Suspended { .. } => "suspended",
            Self::Revoked { .. } => "revoked",
        }
    }
}

/// What a fleet manager does to a kit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KitAct {
    /// Stops it for a while.
    Suspend,
    /// Lets it work again.
    Resume,
    /// Gives it another term, once somebody has held it in hand.
    Renew,
    /// Ends it. Lost and stolen are this act.
    Revoke {
        /// Why.
        why: RevocationReason,
        /// The last moment at which it is known to have been in good hands.
        since: Timestamp,
    },
    /// Lets a revoked kit hand in what it sealed before.
    HandIn {
        /// Until when.
        until: Timestamp,
    },
}

impl KitAct {
    /// The stable name, as in the trail.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Suspend => "kit.suspended",
            Self::Resume => "kit.resumed",
            Self::Renew => "kit.renewed",
            Self::Revoke { .. } => "kit.revoked",
            Self::HandIn { .. } => "kit.hand_in_opened",
        }
    }
}

/// Why an act is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ActRefused {
    /// The state does not allow it.
    #[error("the kit is not in a state in which this can be done")]
    OtherState,
    /// A moment that has not come yet.
    #[error("the last moment in good hands lies in the future")]
    NotYet,
    /// A window that ends before it begins, or lasts too long.
    #[error("a kit may hand in for 1 minute to 31 days")]
    Window,
}

impl ActRefused {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::OtherState, Self::NotYet, Self::Window];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OtherState => "fleet.other_state",
            Self::NotYet => "fleet.not_yet",
            Self::Window => "fleet.window",
        }
    }
}

/// Days of a kit's term, from its enrolment or renewal: a year, after which somebody has to
/// hold it in hand again.
const TERM_DAYS: i64 = 365;

/// The end of a term that begins at `at`.
pub fn term_from(at: Timestamp) -> Option<Timestamp> {
    at.saturating_add(SignedDuration::from_hours(24 * TERM_DAYS)).ok()
}

/// Longest window in which a revoked kit may hand in, seconds: 31 days, the time that a
/// courier with a laptop needs from the farthest county, with a margin.
const LONGEST_WINDOW_SECONDS: i64 = 31 * 86_400;

/// The state after an act.
pub fn decide(state: &KitState, act: KitAct, at: Timestamp) -> Result<KitState, ActRefused> {
    match (state, act) {
        (KitState::Active { until }, KitAct::Suspend) => {
            Ok(KitState::Suspended { since: at, until: *until })
        }
        (KitState::Suspended { until, .. }, KitAct::Resume) => {
            Ok(KitState::Active { until: *until })
        }
        (KitState::Active { .. }, KitAct::Renew) => Ok(KitState::Active { until: term_from(at) }),
        (KitState::Revoked { .. }, KitAct::Revoke { .. }) => Err(ActRefused::OtherState),
        (_, KitAct::Revoke { since, .. }) if since > at => Err(ActRefused::NotYet),
        (_, KitAct::Revoke { why, since }) => {
            Ok(KitState::Revoked { since, why, hand_in_until: None })
        }
        (KitState::Revoked { since, why, .. }, KitAct::HandIn { until }) => {
            let seconds = until.as_second() - at.as_second();
            if !(60..=LONGEST_WINDOW_SECONDS).contains(&seconds) {
                return Err(ActRefused::Window);
            }
            Ok(KitState::Revoked { since: *since, why: *why, hand_in_until: Some(until) })
        }
        _ => Err(ActRefused::OtherState),
    }
}

/// Why a kit's request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoorShut {
    /// Not enrolled.
    Unknown,
    /// Stopped for a while.
    Suspended,
    /// Stopped for good.
    Revoked,
}

/// Whether a kit's requests are answered at `at`. A kit whose term is over still hands in
/// what it holds: only capture ends with the term.
pub fn door(state: &KitState, at: Timestamp) -> Result<(), DoorShut> {
    match state {
        KitState::Registered { .. } => Err(DoorShut::Unknown),
        KitState::Active { .. } => Ok(()),
        KitState::Suspended { .. } => Err(DoorShut::Suspended),
        KitState::Revoked { hand_in_until: Some(until), .. } if at < *until => Ok(()),
        KitState::Revoked { .. } => Err(DoorShut::Revoked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn revoked(why: RevocationReason) -> KitState {
        KitState::Revoked { since: at(100), why, hand_in_until: None }
    }

    #[test]
    fn acts_lead_from_state_to_state() {
        let registered = KitState::Registered { code_until: at(50) };
        let active = KitState::Active { until: Some(at(900)) };
        let suspended = KitState::Suspended { since: at(200), until: Some(at(900)) };
        let stolen = KitAct::Revoke { why: RevocationReason::Stolen, since: at(100) };
        let window = |second| KitAct::HandIn { until: at(second) };
        let gone = revoked(RevocationReason::Stolen);
        let open = KitState::Revoked {
            since: at(100),
            why: RevocationReason::Stolen,
            hand_in_until: Some(at(1_000)),
        };
        let cases = [
            (&active, KitAct::Suspend, Ok(suspended.clone())),
            (&suspended, KitAct::Resume, Ok(active.clone())),
            (&active, KitAct::Resume, Err(ActRefused::OtherState)),
            (&active, KitAct::Renew, Ok(KitState::Active { until: Some(at(200 + 365 * 86_400)) })),
            (&suspended, KitAct::Renew, Err(ActRefused::OtherState)),
            (&gone, KitAct::Renew, Err(ActRefused::OtherState)),
            (&registered, KitAct::Suspend, Err(ActRefused::OtherState)),
            (&registered, stolen, Ok(gone.clone())),
            (&active, stolen, Ok(gone.clone())),
            (&suspended, stolen, Ok(gone.clone())),
            (&gone, stolen, Err(ActRefused::OtherState)),
            (&gone, KitAct::Resume, Err(ActRefused::OtherState)),
            (&active, window(1_000), Err(ActRefused::OtherState)),
            (&gone, window(1_000), Ok(open)),
            (&gone, window(210), Err(ActRefused::Window)),
            (&gone, window(200 + LONGEST_WINDOW_SECONDS + 1), Err(ActRefused::Window)),
        ];
        for (state, act, wanted) in cases {
            assert_eq!(decide(state, act, at(200)), wanted, "{state:?} {act:?}");
        }
        let ahead = KitAct::Revoke { why: RevocationReason::Lost, since: at(201) };
        assert_eq!(decide(&active, ahead, at(200)), Err(ActRefused::NotYet));
    }

    #[test]
    fn the_door_is_shut_for_those_who_may_not() {
        let open = |until| KitState::Revoked {
            since: at(100),
            why: RevocationReason::Lost,
            hand_in_until: Some(at(until)),
        };
        let cases = [
            (KitState::Registered { code_until: at(900) }, Err(DoorShut::Unknown)),
            (KitState::Active { until: Some(at(1)) }, Ok(())),
            (KitState::Suspended { since: at(1), until: None }, Err(DoorShut::Suspended)),
            (revoked(RevocationReason::Retired), Err(DoorShut::Revoked)),
            (open(201), Ok(())),
            (open(200), Err(DoorShut::Revoked)),
        ];
        for (state, wanted) in cases {
            assert_eq!(door(&state, at(200)), wanted, "{state:?}");
        }
    }
}

//! What becomes of the packets of a kit that is no longer believed.

use jiff::Timestamp;

use super::{KitState, RevocationReason};
use crate::ids::OfficerId;

/// Sealed after the last moment in good hands, by the kit's own clock.
const SEALED_AFTER: &str = "kit.sealed_after_revocation";
/// Says that it was sealed before; came after the revocation.
const SEALED_BEFORE: &str = "kit.sealed_before_loss";
/// Came between the last moment in good hands and the revocation, and was taken then.
const CAME_AFTER: &str = "kit.came_after_loss";

/// Codes under which packets wait for a person. Nothing that came in one of them gets a number.
pub const AWAIT_DECISION: [&str; 3] = [SEALED_AFTER, SEALED_BEFORE, CAME_AFTER];
/// The code of a packet that a person refused for good.
pub const REFUSED_BY_PERSON: &str = "kit.refused_by_manager";

/// Whether a packet that is set aside under this code waits for a person's decision.
pub fn awaits_decision(code: &str) -> bool {
    AWAIT_DECISION.contains(&code)
}

/// What becomes of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PacketVerdict {
    /// It is taken.
    Take,
    /// It is kept as evidence, under this code; a person decides.
    SetAside(&'static str),
}

/// What becomes of a genuine packet that its kit sealed at `sealed_at` by its own clock, when
/// it comes in.
///
/// A retired kit's earlier packets are taken. Whoever has a lost kit can set its clock back,
/// so those of a lost, stolen or misused kit wait for a person, whatever time they state.
pub fn packet_verdict(state: &KitState, sealed_at: Timestamp) -> PacketVerdict {
    let KitState::Revoked { since, why, .. } = state else { return PacketVerdict::Take };
    if sealed_at > *since {
        PacketVerdict::SetAside(SEALED_AFTER)
    } else if why.in_good_hands() {
        PacketVerdict::Take
    } else {
        PacketVerdict::SetAside(SEALED_BEFORE)
    }
}

/// How packets are judged that were taken after the last moment in good hands, before anybody
/// said that the kit was gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenMeanwhile {
    /// All of them wait for a person, under this code: their time of sealing says nothing.
    AllWait(&'static str),
    /// Each by its time of sealing, as [`packet_verdict`] says.
    BySealing,
}

/// How they are judged for a reason of the revocation.
pub const fn taken_meanwhile(why: RevocationReason) -> TakenMeanwhile {
    if why.in_good_hands() {
        TakenMeanwhile::BySealing
    } else {
        TakenMeanwhile::AllWait(CAME_AFTER)
    }
}

/// What a person decides about a packet that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PacketDecision {
    /// It goes the way of every packet.
    Take,
    /// It stays aside for good.
    Refuse,
}

impl PacketDecision {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Take, Self::Refuse];

    /// The stable name, as stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::Refuse => "refuse",
        }
    }

    /// The decision with this stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.name() == name)
    }
}

/// Whether somebody may decide about the packets of a kit: nobody does who answered for it or
/// worked with it.
pub fn is_impartial(
    decider: OfficerId,
    custodian: Option<OfficerId>,
    officers: impl IntoIterator<Item = OfficerId>,
) -> bool {
    custodian != Some(decider) && officers.into_iter().all(|officer| officer != decider)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn packets_of_a_revoked_kit_are_told_apart_by_hands_and_time() {
        for why in RevocationReason::ALL {
            let gone = KitState::Revoked { since: at(100), why, hand_in_until: None };
            let waits = PacketVerdict::SetAside(SEALED_BEFORE);
            let before = if why.in_good_hands() { PacketVerdict::Take } else { waits };
            assert_eq!(packet_verdict(&gone, at(100)), before, "{why:?}");
            let after = PacketVerdict::SetAside(SEALED_AFTER);
            assert_eq!(packet_verdict(&gone, at(101)), after, "{why:?}");
            let all = taken_meanwhile(why) == TakenMeanwhile::AllWait(CAME_AFTER);
            assert_eq!(all, !why.in_good_hands(), "{why:?}");
            assert_eq!(RevocationReason::from_name(why.name()), Some(why));
        }
        let active = KitState::Active { until: None };
        assert_eq!(packet_verdict(&active, at(9_999)), PacketVerdict::Take);
        assert!(AWAIT_DECISION.into_iter().all(awaits_decision));
        assert!(!awaits_decision("chain.fork") && !awaits_decision(REFUSED_BY_PERSON));
    }

    #[test]
    fn nobody_decides_about_the_own_kit() {
        let who = |n: u8| OfficerId::from_bytes([n; 16]);
        let crew = [who(2), who(3)];
        let cases = [(who(1), false), (who(2), false), (who(3), false), (who(4), true)];
        for (decider, wanted) in cases {
            assert_eq!(is_impartial(decider, Some(who(1)), crew), wanted, "{decider}");
        }
        assert!(is_impartial(who(1), None, crew));
        let named = PacketDecision::ALL.map(|one| PacketDecision::from_name(one.name()));
        assert_eq!(named, PacketDecision::ALL.map(Some));
    }
}

//! When somebody must look at a kit.

use jiff::{SignedDuration, Timestamp};

use super::{CLOCK_JUMP_SECONDS, Contact, KitState};

/// Days without a word from a kit that works. Kits are made for two weeks without network;
/// the sixteenth day is one that needs a telephone call.
pub const SILENCE_DAYS: i64 = 15;
/// Hours that a packet may be on its way while later ones are there. An upload over a bad
/// line goes on for a night.
pub const GAP_GRACE_HOURS: i64 = 24;

/// Why somebody must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alarm {
    /// Packets are missing in the chain.
    Gap,
    /// Two packets claim one place, or name different pasts.
    Fork,
    /// The kit's clock moved.
    ClockJump,
    /// No word for too long.
    Silence,
    /// A kit that was revoked asked to be heard.
    RevokedSpoke,
    /// The kit's chain is shorter than it said before: a copy or an old image of it.
    ChainFell,
    /// Another device came with the code that this kit had used.
    CodeUsedAgain,
    /// An encounter of it says that it answers a request that the kit was never told of.
    StrangeAnswer,
}

impl Alarm {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Gap,
        Self::Fork,
        Self::ClockJump,
        Self::Silence,
        Self::RevokedSpoke,
        Self::ChainFell,
        Self::CodeUsedAgain,
        Self::StrangeAnswer,
    ];

    /// The stable name, as stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gap => "gap",
            Self::Fork => "fork",
            Self::ClockJump => "clock_jump",
            Self::Silence => "silence",
            Self::RevokedSpoke => "revoked_spoke",
            Self::ChainFell => "chain_fell",
            Self::CodeUsedAgain => "code_used_again",
            Self::StrangeAnswer => "strange_answer",
        }
    }

    /// The kind with this stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|alarm| alarm.name() == name)
    }
}

/// What is known of a kit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KitFacts {
    /// Where it stands.
    pub state: KitState,
    /// When it was enrolled, last told of itself, or last sent a packet.
    pub last_heard: Option<Timestamp>,
    /// When its last packet came.
    pub last_packet_at: Option<Timestamp>,
    /// Highest place of its chain of which the centre knows.
    pub last_place: u64,
    /// Places of its chain that are filled.
    pub places_filled: u64,
    /// Whether the kit said that nothing waits on it.
    pub nothing_waits: bool,
}

/// The alarms that hold as long as the facts do.
pub fn standing(facts: &KitFacts, at: Timestamp) -> Vec<Alarm> {
    let mut alarms = Vec::new();
    let older = |since: Option<Timestamp>, hours: i64| {
        since.is_some_and(|since| at.duration_since(since) > SignedDuration::from_hours(hours))
    };
    if facts.places_filled < facts.last_place
        && (facts.nothing_waits || older(facts.last_packet_at, GAP_GRACE_HOURS))
    {
        alarms.push(Alarm::Gap);
    }
    if matches!(facts.state, KitState::Active { .. }) && older(facts.last_heard, 24 * SILENCE_DAYS)
    {
        alarms.push(Alarm::Silence);
    }
    alarms
}

/// The alarms that a contact raises, against the one before: that one's place in the chain,
/// and by how many seconds the clock was ahead.
pub fn on_contact(before: Option<(u64, i64)>, now: &Contact, at: Timestamp) -> Vec<Alarm> {
    let ahead = now.clock_ahead(at);
    let (place, usual) = before.unwrap_or((0, 0));
    let mut alarms = Vec::new();
    if (ahead - usual).abs() > CLOCK_JUMP_SECONDS {
        alarms.push(Alarm::ClockJump);
    }
    if now.chain_place < place {
        alarms.push(Alarm::ChainFell);
    }
    alarms
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn silence_and_gaps_hold_as_long_as_the_facts() {
        let facts = KitFacts {
            state: KitState::Active { until: None },
            last_heard: Some(at(0)),
            last_packet_at: Some(at(0)),
            last_place: 4,
            places_filled: 4,
            nothing_waits: false,
        };
        let gap = KitFacts { places_filled: 3, ..facts.clone() };
        let all_sent = KitFacts { nothing_waits: true, ..gap.clone() };
        let suspended = KitState::Suspended { since: at(0), until: None };
        let resting = KitFacts { state: suspended, ..facts.clone() };
        let cases = [
            (&facts, 15 * DAY, vec![]),
            (&facts, 15 * DAY + 1, vec![Alarm::Silence]),
            (&resting, 90 * DAY, vec![]),
            (&gap, DAY, vec![]),
            (&gap, DAY + 1, vec![Alarm::Gap]),
            (&all_sent, 1, vec![Alarm::Gap]),
        ];
        for (facts, second, wanted) in cases {
            assert_eq!(standing(facts, at(second)), wanted, "{facts:?} at {second}");
        }
    }

    #[test]
    fn a_contact_tells_of_clocks_and_copies() {
        let contact = |clock, chain_place| Contact {
            software: "1".into(),
            country_pack: "1".into(),
            clock: at(clock),
            chain_place,
            waiting: 0,
            drafts: 0,
            battery_percent: None,
            free_bytes: 0,
        };
        let cases = [
            (None, contact(1_000, 7), vec![]),
            (None, contact(1_601, 7), vec![Alarm::ClockJump]),
            (Some((7, 500)), contact(1_500, 7), vec![]),
            (Some((7, 0)), contact(399, 8), vec![Alarm::ClockJump]),
            (Some((7, 0)), contact(1_000, 6), vec![Alarm::ChainFell]),
        ];
        for (before, now, wanted) in cases {
            assert_eq!(on_contact(before, &now, at(1_000)), wanted, "{before:?} {now:?}");
        }
        assert!(Alarm::ALL.into_iter().all(|alarm| Alarm::from_name(alarm.name()) == Some(alarm)));
    }
}

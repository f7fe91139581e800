//! Where a packet stands in its kit's chain: a missing or a forked packet shows.

/// What is known of a kit's chain: its last packet that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChainState {
    /// Sequence number of the last packet taken; 0 before the first.
    pub sequence: u64,
    /// Hash of the last packet taken; zeros before the first.
    pub hash: [u8; 32],
}

/// How the next packet relates to the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainLink {
    /// It follows the last packet taken.
    Follows,
    /// Packets before it have not arrived. Wait for them; the kit still holds them.
    Gap {
        /// How many are missing.
        missing: u64,
    },
    /// It claims the next place but another past: the kit was cloned or rolled back.
    Fork,
    /// Its place is already taken. The same bytes mean a second upload, other bytes a
    /// fork: whoever keeps the packets compares the hash at this sequence number.
    Replay,
}

impl ChainLink {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Follows => "chain.follows",
            Self::Gap { .. } => "chain.gap",
            Self::Fork => "chain.fork",
            Self::Replay => "chain.replay",
        }
    }
}

impl ChainState {
    /// How a packet with this sequence number and previous hash relates to the chain.
    pub fn next(&self, sequence: u64, previous_hash: &[u8; 32]) -> ChainLink {
        if sequence <= self.sequence {
            return ChainLink::Replay;
        }
        let missing = sequence - self.sequence - 1;
        if missing > 0 {
            ChainLink::Gap { missing }
        } else if *previous_hash == self.hash {
            ChainLink::Follows
        } else {
            ChainLink::Fork
        }
    }

    /// The chain after a packet that [`ChainLink::Follows`].
    pub const fn advanced(sequence: u64, hash: [u8; 32]) -> Self {
        Self { sequence, hash }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links() {
        let empty = ChainState::default();
        let third = ChainState::advanced(3, [3; 32]);
        let cases = [
            (empty, 1, [0; 32], ChainLink::Follows),
            (empty, 1, [9; 32], ChainLink::Fork),
            (empty, 3, [2; 32], ChainLink::Gap { missing: 2 }),
            (third, 4, [3; 32], ChainLink::Follows),
            (third, 4, [0; 32], ChainLink::Fork),
            (third, 3, [2; 32], ChainLink::Replay),
            (third, 0, [0; 32], ChainLink::Replay),
            (third, u64::MAX, [3; 32], ChainLink::Gap { missing: u64::MAX - 4 }),
        ];
        for (state, sequence, previous, expected) in cases {
            assert_eq!(state.next(sequence, &previous), expected, "{sequence}");
        }
    }
}

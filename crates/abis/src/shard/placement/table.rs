//! The table: which shard has which slot, by rendezvous.

use std::collections::BTreeMap;

use super::{SLOTS, Slot, SlotSet, mix};

/// Most shards of a table. At a million people each, ten times a nation of fifty million.
pub const MOST_SHARDS: usize = 512;

/// A part of a gallery, by number. Each is held twice, on the two [`Seat`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard(pub u16);

/// One of the two holders of a shard. Both hold the same; either can answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seat {
    /// One of them.
    A,
    /// The other.
    B,
}

impl Seat {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::A, Self::B];

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// `a` or `b`.
    pub fn word(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
        }
    }
}

/// Which shard has which slot.
///
/// Every slot goes to the shard that draws the highest number for it (rendezvous). A new shard takes
/// from every other what it now draws highest for, and nothing else moves; a shard that leaves gives
/// what it had to all others.
#[derive(Clone, PartialEq, Eq)]
pub struct Table {
    version: u64,
    shards: Vec<Shard>,
    of: Vec<Shard>,
    slots: BTreeMap<Shard, SlotSet>,
}

impl core::fmt::Debug for Table {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Table(version {}, {} shards)", self.version, self.shards.len())
    }
}

/// Why there is no such table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Nobody would hold anything.
    #[error("a gallery needs a shard; name at least one")]
    Empty,
    /// Too many.
    #[error("there are more than {MOST_SHARDS} shards")]
    TooMany,
    /// The same number twice.
    #[error("shard {} is named twice", .0.0)]
    Twice(Shard),
}

impl TableError {
    /// Stable dotted code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "abis.shards_none",
            Self::TooMany => "abis.shards_too_many",
            Self::Twice(_) => "abis.shard_twice",
        }
    }
}

impl Table {
    /// The table of these shards. Tables follow one another by version; the higher one is in force.
    ///
    /// # Errors
    /// [`TableError`] unless there are 1 to [`MOST_SHARDS`] shards, each once.
    pub fn new(version: u64, shards: &[Shard]) -> Result<Self, TableError> {
        if shards.is_empty() {
            return Err(TableError::Empty);
        }
        if shards.len() > MOST_SHARDS {
            return Err(TableError::TooMany);
        }
        let mut shards = shards.to_vec();
        shards.sort_unstable();
        if let Some(pair) = shards.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(TableError::Twice(pair[0]));
        }
        let draw = |slot: Slot, shard: Shard| {
            let place = u64::from(slot.number()) << 16 | u64::from(shard.0);
            (mix(mix(place ^ 0x6e69_696d_732d_7368)), shard)
        };
        let first = shards[0];
        let highest =
            |slot| shards.iter().copied().max_by_key(|shard| draw(slot, *shard)).unwrap_or(first);
        let of: Vec<Shard> = Slot::all().map(highest).collect();
        let mut slots: BTreeMap<Shard, SlotSet> =
            shards.iter().map(|shard| (*shard, SlotSet::default())).collect();
        for (slot, shard) in Slot::all().zip(&of) {
            slots.entry(*shard).or_default().insert(slot);
        }
        Ok(Self { version, shards, of, slots })
    }

    /// Its place in the order of tables.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The shards, in order of their numbers.
    pub fn shards(&self) -> &[Shard] {
        &self.shards
    }

    /// Who has a slot.
    pub fn shard_of(&self, slot: Slot) -> Shard {
        self.of[usize::from(slot.number())]
    }

    /// What a shard has; nothing when it is not in the table.
    pub fn slots_of(&self, shard: Shard) -> SlotSet {
        self.slots.get(&shard).cloned().unwrap_or_default()
    }

    /// Thousandths of the gallery that so many slots are, rounded down, at most 999: what is said of
    /// a search that did not reach everybody.
    pub fn permille(slots: usize) -> u16 {
        (slots * 1_000 / SLOTS).min(999) as u16
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn table(shards: &BTreeSet<u16>) -> Table {
        let shards: Vec<Shard> = shards.iter().map(|number| Shard(*number)).collect();
        Table::new(1, &shards).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn every_slot_has_one_shard_and_shards_have_even_shares(
            shards in prop::collection::btree_set(any::<u16>(), 1..40),
        ) {
            let table = table(&shards);
            let share = SLOTS as f64 / shards.len() as f64;
            let mut seen = SlotSet::default();
            for shard in table.shards() {
                let slots = table.slots_of(*shard);
                // Six standard deviations of a fair draw.
                prop_assert!((slots.len() as f64 - share).abs() <= 6.0 * share.sqrt());
                prop_assert!(seen.intersection(&slots).is_empty());
                seen = seen.union(&slots);
            }
            prop_assert_eq!(seen, SlotSet::all());
        }

        #[test]
        fn a_new_shard_takes_its_share_and_nothing_else_moves(
            shards in prop::collection::btree_set(any::<u16>(), 2..40),
        ) {
            let after = table(&shards);
            let new = *shards.iter().next().unwrap();
            let mut fewer = shards.clone();
            fewer.remove(&new);
            let before = table(&fewer);
            for slot in Slot::all() {
                let moved = before.shard_of(slot) != after.shard_of(slot);
                prop_assert_eq!(moved, after.shard_of(slot) == Shard(new));
            }
        }

        #[test]
        fn the_order_of_naming_does_not_matter(
            shards in prop::collection::btree_set(any::<u16>(), 1..40).prop_map(Vec::from_iter).prop_shuffle(),
        ) {
            let named: Vec<Shard> = shards.iter().map(|number| Shard(*number)).collect();
            let sorted = table(&shards.into_iter().collect());
            prop_assert_eq!(Table::new(1, &named).unwrap(), sorted);
        }
    }

    #[test]
    fn tables_without_sense_are_refused() {
        let many: Vec<Shard> = (0..=MOST_SHARDS as u16).map(Shard).collect();
        for (shards, want, code) in [
            (vec![], TableError::Empty, "abis.shards_none"),
            (many, TableError::TooMany, "abis.shards_too_many"),
            (vec![Shard(3), Shard(1), Shard(3)], TableError::Twice(Shard(3)), "abis.shard_twice"),
        ] {
            assert_eq!(Table::new(1, &shards), Err(want));
            assert_eq!(want.code(), code);
        }
    }

    /// Processes of different versions of this program share a gallery: draws may never change.
    #[test]
    fn draws_stay_what_they_are() {
        let table = Table::new(1, &[Shard(0), Shard(1), Shard(2)]).unwrap();
        let first: Vec<u16> = table.of[..12].iter().map(|shard| shard.0).collect();
        assert_eq!(first, [2, 0, 1, 0, 1, 1, 0, 0, 2, 1, 1, 0]);
    }

    #[test]
    fn a_part_is_never_the_whole() {
        for (slots, permille) in [(0, 0), (1, 0), (2048, 500), (4095, 999), (4096, 999)] {
            assert_eq!(Table::permille(slots), permille);
        }
    }
}

//! Slots: the units in which a gallery is dealt out and moved.

use niims_record::GalleryReference;

use super::mix;

/// Slots of a gallery. Range 1,024 to 65,536; fixed for the life of a gallery. With 4,096 a shard of
/// forty holds 102 slots give or take 10, and a set of slots is 512 bytes in every request.
pub const SLOTS: usize = 4_096;
const WORDS: usize = SLOTS / 64;

/// One of the [`SLOTS`] into which references fall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(u16);

impl Slot {
    /// The slot of a reference. References are drawn or keyed, so slots fill evenly; they are mixed
    /// once more, so that references that somebody counts up fill them evenly too.
    pub fn of(reference: &GalleryReference) -> Self {
        let number = u128::from_be_bytes(*reference.as_bytes());
        Self((mix(mix((number >> 64) as u64) ^ number as u64) % SLOTS as u64) as u16)
    }

    /// All slots, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..SLOTS as u16).map(Self)
    }

    /// 0 to 4,095.
    pub fn number(self) -> u16 {
        self.0
    }
}

/// A set of slots.
#[derive(Clone, PartialEq, Eq)]
pub struct SlotSet([u64; WORDS]);

impl core::fmt::Debug for SlotSet {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "SlotSet({} of {SLOTS})", self.len())
    }
}

impl Default for SlotSet {
    fn default() -> Self {
        Self([0; WORDS])
    }
}

impl SlotSet {
    /// Every slot.
    pub fn all() -> Self {
        Self([u64::MAX; WORDS])
    }

    /// Adds a slot.
    pub fn insert(&mut self, slot: Slot) {
        self.0[usize::from(slot.0 / 64)] |= 1 << (slot.0 % 64);
    }

    /// Whether a slot is in it.
    pub fn contains(&self, slot: Slot) -> bool {
        self.0[usize::from(slot.0 / 64)] >> (slot.0 % 64) & 1 == 1
    }

    /// Whether the slot of a reference is in it.
    pub fn holds(&self, reference: &GalleryReference) -> bool {
        self.contains(Slot::of(reference))
    }

    /// Number of slots.
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// The slots of either.
    pub fn union(&self, other: &Self) -> Self {
        self.by_word(other, |own, other| own | other)
    }

    /// The slots of both.
    pub fn intersection(&self, other: &Self) -> Self {
        self.by_word(other, |own, other| own & other)
    }

    /// The slots of this that the other lacks.
    pub fn without(&self, other: &Self) -> Self {
        self.by_word(other, |own, other| own & !other)
    }

    /// Whether all its slots are in the other.
    pub fn within(&self, other: &Self) -> bool {
        self.without(other).is_empty()
    }

    /// Slot 0 in the lowest bit of the first byte.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// Reads what [`Self::to_bytes`] wrote; `None` unless there are 512 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (words, rest) = bytes.as_chunks::<8>();
        let words: [[u8; 8]; WORDS] = words.try_into().ok()?;
        rest.is_empty().then(|| Self(words.map(u64::from_le_bytes)))
    }

    fn by_word(&self, other: &Self, join: impl Fn(u64, u64) -> u64) -> Self {
        Self(core::array::from_fn(|word| join(self.0[word], other.0[word])))
    }
}

impl FromIterator<Slot> for SlotSet {
    fn from_iter<I: IntoIterator<Item = Slot>>(slots: I) -> Self {
        let mut set = Self::default();
        slots.into_iter().for_each(|slot| set.insert(slot));
        set
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn set(slots: &BTreeSet<u16>) -> SlotSet {
        slots.iter().map(|slot| Slot(*slot)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn sets_of_slots_are_sets(
            a in prop::collection::btree_set(0u16..4096, 0..80),
            b in prop::collection::btree_set(0u16..4096, 0..80),
        ) {
            prop_assert_eq!(set(&a).union(&set(&b)), set(&(&a | &b)));
            prop_assert_eq!(set(&a).intersection(&set(&b)), set(&(&a & &b)));
            prop_assert_eq!(set(&a).without(&set(&b)), set(&(&a - &b)));
            prop_assert_eq!(set(&a).within(&set(&b)), a.is_subset(&b));
            prop_assert_eq!(set(&a).len(), a.len());
            prop_assert_eq!(SlotSet::from_bytes(&set(&a).to_bytes()), Some(set(&a)));
            prop_assert!(Slot::all().all(|slot| set(&a).contains(slot) == a.contains(&slot.0)));
        }
    }

    #[test]
    fn a_set_of_another_length_does_not_read() {
        for length in [0, 511, 513, 4096] {
            assert_eq!(SlotSet::from_bytes(&vec![0; length]), None);
        }
        assert_eq!(SlotSet::all().len(), SLOTS);
    }

    /// The slot of a reference is part of the stored form of a gallery: it may never change.
    #[test]
    fn slots_stay_what_they_are() {
        let slot = |number: u128| Slot::of(&GalleryReference::from_bytes(number.to_be_bytes())).0;
        assert_eq!([slot(0), slot(1), slot(1 << 64), slot(u128::MAX)], PINNED);
    }
    const PINNED: [u16; 4] = [0, 1_509, 2_685, 2_507];

    /// Even references that were counted up fill slots evenly.
    #[test]
    fn slots_fill_evenly() {
        for step in [1, 1 << 70, 0x0123_4567_89ab_cdef_0011_2233_4455_6677] {
            let mut counts = vec![0u32; SLOTS];
            for number in 0..SLOTS as u128 * 50 {
                let reference = number.wrapping_mul(step).to_be_bytes();
                counts[usize::from(Slot::of(&GalleryReference::from_bytes(reference)).0)] += 1;
            }
            // Five standard deviations about 50 of a Poisson distribution.
            let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
            assert!(*least > 14 && *most < 95, "{least} to {most}");
        }
    }
}

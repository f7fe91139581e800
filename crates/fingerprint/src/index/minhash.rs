//! Keyed `MinHash`: cylinders that share many bits get equal keys with a probability that is known.
//!
//! Under a random permutation of the bits, the first bit set is the same for two cylinders with
//! probability *J*, the share of their common bits in all their bits (Broder 1997). A key joins
//! [`Parameters::rows`] such values, so that it agrees with probability *Jʳ*; there is a key for
//! each of [`Parameters::tables`] tables. The permutations come from a secret, so that keys of one
//! deployment say nothing to another.

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::cylinder::{Cylinder, WORDS};
use super::parameters::Parameters;
use crate::finger::FingerPosition;

/// Bits of a cylinder.
const BITS: usize = 64 * WORDS;
/// Bits of a key that come from the hash.
pub(super) const HASH_BITS: u32 = 24;
/// Hashes from here on, a sixteenth of all, are those of fingers of unknown position. No known finger
/// has one, so looking for the unknown changes nobody's votes who has no such finger.
const UNKNOWN_HASHES: u32 = 15 << (HASH_BITS - 4);
/// Bits of a key that hold the direction of the minutia, below those of the hash.
pub(super) const DIRECTION_BITS: u32 = 5;
/// A key has this many bits; the entries of a table are sorted by it.
pub(super) const KEY_BITS: u32 = HASH_BITS + DIRECTION_BITS;

/// The secret from which the permutations of an index are drawn, 32 bytes of full entropy.
#[derive(Clone)]
pub struct IndexKey([u8; 32]);

/// Never shown.
impl std::fmt::Debug for IndexKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IndexKey(redacted)")
    }
}

impl IndexKey {
    /// A key of these bytes, which should come from a random generator fit for cryptography.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// The permutations of one index.
#[derive(Clone)]
pub(super) struct MinHash {
    /// For each table and row the bits in the order of the permutation.
    orders: Vec<[u8; BITS]>,
    rows: usize,
    /// Drawn after the permutations: says that a segment was written with the same key.
    pub(super) check: u64,
    salt: u64,
}

impl MinHash {
    pub(super) fn new(key: &IndexKey, parameters: &Parameters) -> Self {
        let mut generator = ChaCha20Rng::from_seed(key.0);
        generator.set_stream(parameters.permutation_seed);
        let rows = usize::from(parameters.rows);
        let number = rows * usize::from(parameters.tables);
        let orders = (0..number).map(|_| permutation(&mut generator)).collect();
        Self { orders, rows, salt: generator.next_u64(), check: generator.next_u64() }
    }

    /// The key of a cylinder of `finger` in each table, one after the other.
    pub(super) fn keys(
        &self,
        cylinder: &Cylinder,
        finger: FingerPosition,
    ) -> impl Iterator<Item = u32> {
        let direction = u32::from(cylinder.direction) >> (8 - DIRECTION_BITS);
        self.orders.chunks_exact(self.rows).enumerate().map(move |(table, orders)| {
            let place = u64::from(finger.code()) << 8 | table as u64;
            let joined = orders.iter().fold(mix(self.salt ^ place), |hash, order| {
                mix(hash ^ u64::from(first_bit(order, cylinder)))
            });
            hash(joined, finger) << DIRECTION_BITS | direction
        })
    }
}

/// The hash within the range of known fingers, or of unknown ones.
fn hash(joined: u64, finger: FingerPosition) -> u32 {
    let hash = joined >> (64 - HASH_BITS);
    match finger {
        FingerPosition::Unknown => UNKNOWN_HASHES | (hash >> 4) as u32,
        _ => (hash * 15 >> 4) as u32,
    }
}

/// The place in the order of the first bit that the cylinder has.
fn first_bit(order: &[u8; BITS], cylinder: &Cylinder) -> u16 {
    let set = |bit: &u8| cylinder.bits[usize::from(bit >> 6)] >> (bit & 63) & 1 == 1;
    order.iter().position(set).unwrap_or(BITS) as u16
}

/// Fisher and Yates, with 64-bit draws, whose bias is below 2⁻⁵⁵.
fn permutation(generator: &mut ChaCha20Rng) -> [u8; BITS] {
    let mut order: [u8; BITS] = std::array::from_fn(|bit| bit as u8);
    for last in (1..BITS).rev() {
        order.swap(last, (generator.next_u64() % (last as u64 + 1)) as usize);
    }
    order
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every input bit moves every output bit.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

//! Which shard holds whom: references fall into slots, slots to shards.
//!
//! Everything here is a pure function of a table's version and its shards, so every process that
//! knows those agrees on who holds whom without asking.

mod slots;

mod table;

pub use slots::{SLOTS, Slot, SlotSet};
pub use table::{MOST_SHARDS, Seat, Shard, Table, TableError};

/// Mixes all bits of a number into all (the finaliser of SplitMix64): equal inputs give equal
/// outputs on every machine and for ever, as a stored gallery needs.
fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

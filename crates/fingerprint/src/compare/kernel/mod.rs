//! The two inner loops of a comparison on the widest vectors that the processor has: cylinder bits
//! against cylinder bits, and which minutiae lie near each other.
//!
//! Each is written three times, plainly and for AVX2 and AVX-512, in integers only; the tests hold all
//! three against the definition. The only `unsafe` code of the crate's comparison is here.

#[macro_use]
mod loops;

mod portable;

#[cfg(target_arch = "x86_64")]
mod avx2;

#[cfg(target_arch = "x86_64")]
mod avx512;

use std::sync::LazyLock;

use super::bank::Bank;
use super::cylinder::{DISC, LAYERS};
use super::pairing::{Field, Moved};

/// Largest rotation between two prints considered, 256ths of a turn: a quarter turn either way.
pub(super) const MOST_ROTATION: u8 = 64;
/// Least number of the 52 cells that must be valid in both: 60 % (Cappelli 2010).
const LEAST_COMMON: i64 = 31;
/// Minutiae that `near` looks at in one step.
const STEP: usize = 64;

/// (2²⁴ − 1) ÷ n, for a division by any number of bits.
static RECIPROCALS: [i32; DISC * LAYERS + 1] = {
    let mut table = [0; DISC * LAYERS + 1];
    let mut n = 1;
    while n < table.len() {
        table[n] = ((1 << 24) - 1) / n as i32;
        n += 1;
    }
    table
};

/// A set of instructions that this processor has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instructions(Width);

/// Only [`Instructions::all`] and [`Instructions::widest`] wrap one, after asking the processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    /// What every processor of the architecture has.
    Portable,
    /// 256-bit vectors.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 512-bit vectors that count set bits.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Instructions {
    /// All that this processor has, narrowest first.
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self(Width::Portable)];
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt");
            let avx512 = avx2
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512vpopcntdq");
            all.extend(avx2.then_some(Self(Width::Avx2)));
            all.extend(avx512.then_some(Self(Width::Avx512)));
        }
        all
    }

    /// The widest that this processor has.
    pub fn widest() -> Self {
        static WIDEST: LazyLock<Instructions> =
            LazyLock::new(|| Instructions::all().pop().unwrap_or(Instructions(Width::Portable)));
        *WIDEST
    }
}

/// Runs a function as written for a set of instructions.
macro_rules! run {
    ($instructions:expr, $function:ident($($argument:expr),*)) => {
        match $instructions.0 {
            Width::Portable => portable::$function($($argument),*),
            // SAFETY: the only requirement is a processor with the instructions, and `Instructions`
            // holds a width only after the processor was asked for each of its features.
            #[cfg(target_arch = "x86_64")]
            #[allow(unsafe_code)]
            Width::Avx2 => unsafe { avx2::$function($($argument),*) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            #[allow(unsafe_code)]
            Width::Avx512 => unsafe { avx512::$function($($argument),*) },
        }
    };
}

/// Adds one sortable number for each two cylinders that are at all alike: likeness (1 to 65,535)
/// above, then the minutia of the first and of the second, each taken from 255 so that of equal
/// likenesses those of lower minutiae sort as the greater.
///
/// Likeness is the share of the bits set in either that are set in both, among the cells valid in
/// both; it counts when those are 60 % and the two are turned by a quarter turn at most.
pub(crate) fn likenesses(
    instructions: Instructions,
    first: &Bank,
    second: &Bank,
    keys: &mut Vec<u32>,
) {
    run!(instructions, likenesses(first, second, keys));
}

/// Adds for each cylinder of the first print its best likeness in the second, 0 to 65,535.
pub(crate) fn best_likenesses(
    instructions: Instructions,
    first: &Bank,
    second: &Bank,
    best: &mut Vec<u16>,
) {
    run!(instructions, best_likenesses(first, second, best));
}

/// Adds for each moved minutia those of the second print in the square around it that are turned no
/// more than given: its index above, theirs in the lower byte, in order.
pub(crate) fn near(
    instructions: Instructions,
    moved: &[Moved],
    second: &Field,
    turned: u8,
    found: &mut Vec<u16>,
) {
    run!(instructions, near(moved, second, turned, found));
}

#[cfg(test)]
mod tests;

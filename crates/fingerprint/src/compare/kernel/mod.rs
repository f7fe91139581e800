//! Cylinder bits against cylinder bits, on the widest vectors that the processor has.
//!
//! One text, compiled three times: for any processor, for AVX2, and for AVX-512 with its counts of
//! set bits. There are only integers in it, so all three give the same bits.

mod body;

use std::sync::LazyLock;

use super::bank::Bank;
use super::pairing::{Field, Moved};

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
            let avx2 = is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2")
                && is_x86_feature_detected!("popcnt");
            let avx512 = avx2
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
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

/// Compiles functions of the body for one set of instructions.
macro_rules! compiled {
    ($name:ident, $features:literal) => {
        #[cfg(target_arch = "x86_64")]
        mod $name {
            use super::{Bank, Field, Moved, body};

            #[target_feature(enable = $features)]
            pub(super) fn likenesses(first: &Bank, second: &Bank, keys: &mut Vec<u32>) {
                body::likenesses(first, second, keys);
            }

            #[target_feature(enable = $features)]
            pub(super) fn best_likenesses(first: &Bank, second: &Bank, best: &mut Vec<u16>) {
                body::best_likenesses(first, second, best);
            }

            #[target_feature(enable = $features)]
            pub(super) fn near(moved: &[Moved], second: &Field, turned: u8, found: &mut Vec<u16>) {
                body::near(moved, second, turned, found);
            }
        }
    };
}

compiled!(avx2, "avx2,bmi1,bmi2,popcnt");
compiled!(avx512, "avx2,bmi1,bmi2,popcnt,avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq");

/// Runs a function of the body as compiled for a set of instructions.
macro_rules! run {
    ($instructions:expr, $function:ident($($argument:expr),*)) => {
        match $instructions.0 {
            Width::Portable => body::$function($($argument),*),
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

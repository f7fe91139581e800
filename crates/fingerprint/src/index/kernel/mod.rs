//! Bit comparison: how alike the cylinders of two prints are, millions of times a second.
//!
//! For each cylinder of the gallery's print the best cosine with a cylinder of the probe of about
//! the same direction; its fourth power, added up. The probe is laid out once for each of 32
//! directions of a gallery cylinder, in blocks of eight cylinders whose words stand side by side;
//! the gallery is read as it lies in memory. All forms compute the same integers.

mod scalar;

mod prefetch;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use super::cylinder::{Cylinder, WORDS};
pub(super) use prefetch::prefetch;

/// Probe cylinders of a block, which are compared together.
const LANES: usize = 8;
/// Directions of a gallery cylinder that are told apart, 11.25 degrees each.
const DIRECTIONS: usize = 32;
/// 1/√ones is kept in this many bits below the point.
const ROOT_BITS: u32 = 14;
/// A cosine is kept in this many bits below the point.
const COSINE_BITS: u32 = 10;

/// Number of the cylinder's bits times its root times the other's root, down to a cosine.
const COSINE_SHIFT: u32 = 2 * ROOT_BITS - COSINE_BITS;

/// 1/√n for every number of bits; 0 for none.
static ROOTS: LazyLock<[u32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|ones| match ones {
        0 => 0,
        // The greatest integer below is exact on every machine; a rounded root might not be.
        ones => ((1u64 << (2 * ROOT_BITS)) / ones as u64).isqrt() as u32,
    })
});

/// Eight cylinders of a probe, word by word.
#[derive(Clone)]
#[repr(C, align(64))]
struct Block {
    planes: [[u64; LANES]; WORDS],
    /// 1/√ones of each.
    roots: [u64; LANES],
}

/// A print of the probe, laid out for the bit comparison.
#[derive(Clone)]
pub(super) struct ProbePrint {
    blocks: Vec<Block>,
    /// Where the blocks of each direction begin, and end.
    starts: [u32; DIRECTIONS + 1],
}

/// A print of the gallery: as many words and tags as it has cylinders.
#[derive(Clone, Copy)]
pub(super) struct GalleryPrint<'a> {
    pub(super) bits: &'a [[u64; WORDS]],
    /// Direction in 256ths of a turn, and number of bits.
    pub(super) tags: &'a [[u8; 2]],
}

impl GalleryPrint<'_> {
    /// Begins to bring the print near.
    pub(super) fn prefetch(self) {
        prefetch(self.bits);
        prefetch(self.tags);
    }
}

/// The form of the comparison that suits a processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// Plain integers.
    Scalar,
    /// 256-bit vectors, counting bits by table.
    Avx2,
    /// 512-bit vectors that count bits themselves (`AVX512VPOPCNTDQ`).
    Avx512,
}

impl Kernel {
    /// The kernels that this processor can run, slowest first.
    pub fn available() -> Vec<Self> {
        [Self::Scalar, Self::Avx2, Self::Avx512].into_iter().filter(|k| k.runs_here()).collect()
    }

    /// The fastest that this processor can run.
    pub fn fastest() -> Self {
        static FASTEST: LazyLock<Kernel> =
            LazyLock::new(|| Kernel::available().last().copied().unwrap_or(Kernel::Scalar));
        *FASTEST
    }

    fn runs_here(self) -> bool {
        match self {
            Self::Scalar => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vpopcntdq")
            }
            #[cfg(not(target_arch = "x86_64"))]
            _ => false,
        }
    }

    /// How alike two prints are, in 2⁻³⁰ of the sum of the fourth powers of cosines.
    pub(super) fn compare(self, probe: &ProbePrint, gallery: GalleryPrint<'_>) -> u64 {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 if self.runs_here() => avx2::compare(probe, gallery),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 if self.runs_here() => avx512::compare(probe, gallery),
            _ => scalar::compare(probe, gallery),
        }
    }
}

impl ProbePrint {
    /// Lays out the cylinders of a print; a gallery cylinder is compared with those whose direction
    /// differs by at most `gate` 256ths of a turn from the middle of its own 32nd.
    pub(super) fn new(cylinders: &[Cylinder], gate: u8) -> Self {
        let mut blocks = Vec::new();
        let mut starts = [0; DIRECTIONS + 1];
        for sector in 0..DIRECTIONS {
            let middle = (sector * 256 / DIRECTIONS + 128 / DIRECTIONS) as u8;
            let apart =
                |c: &Cylinder| c.direction.wrapping_sub(middle).cast_signed().unsigned_abs();
            let near: Vec<&Cylinder> = cylinders.iter().filter(|c| apart(c) <= gate).collect();
            blocks.extend(near.chunks(LANES).map(block));
            starts[sector + 1] = blocks.len() as u32;
        }
        Self { blocks, starts }
    }

    /// The blocks that a gallery cylinder of this direction is compared with.
    fn near(&self, direction: u8) -> &[Block] {
        let sector = usize::from(direction) * DIRECTIONS / 256;
        &self.blocks[self.starts[sector] as usize..self.starts[sector + 1] as usize]
    }
}

fn block(cylinders: &[&Cylinder]) -> Block {
    let mut block = Block { planes: [[0; LANES]; WORDS], roots: [0; LANES] };
    for (lane, cylinder) in cylinders.iter().enumerate() {
        for (plane, word) in block.planes.iter_mut().zip(cylinder.bits) {
            plane[lane] = word;
        }
        block.roots[lane] = u64::from(ROOTS[usize::from(cylinder.ones)]);
    }
    block
}

/// The weight of a gallery cylinder: the fourth power of its best cosine, in 2⁻³⁰.
fn weight(best: u64, ones: u8) -> u64 {
    let cosine = (best * u64::from(ROOTS[usize::from(ones)])) >> COSINE_SHIFT;
    let square = (cosine * cosine) >> (2 * COSINE_BITS - 15);
    square * square
}

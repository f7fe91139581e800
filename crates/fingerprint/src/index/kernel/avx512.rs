//! Eight probe cylinders at a time, and the processor counts the bits.
//!
//! The best of eight lanes is found for eight gallery cylinders together, which costs a third of
//! doing so one by one.

#![allow(unsafe_code)]

use std::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_and_si512, _mm512_load_si512, _mm512_max_epu32,
    _mm512_mul_epu32, _mm512_or_si512, _mm512_popcnt_epi64, _mm512_set1_epi64,
    _mm512_setzero_si512, _mm512_shuffle_i64x2, _mm512_slli_epi64, _mm512_store_si512,
    _mm512_unpackhi_epi64, _mm512_unpacklo_epi64,
};

use super::{Block, GalleryPrint, LANES, ProbePrint, WORDS, weight};

/// See [`super::Kernel::compare`], whose caller has found the instructions.
pub(super) fn compare(probe: &ProbePrint, gallery: GalleryPrint<'_>) -> u64 {
    // SAFETY: the dispatcher calls this only where the processor has AVX512F and AVX512VPOPCNTDQ.
    unsafe { compare_with_avx512(probe, gallery) }
}

#[target_feature(enable = "avx512f,avx512vpopcntdq")]
fn compare_with_avx512(probe: &ProbePrint, gallery: GalleryPrint<'_>) -> u64 {
    let mut sum = 0;
    let bits = gallery.bits.chunks(LANES);
    for (bits, tags) in bits.zip(gallery.tags.chunks(LANES)) {
        let mut rows = [_mm512_setzero_si512(); LANES];
        for (row, (words, [direction, _])) in rows.iter_mut().zip(bits.iter().zip(tags)) {
            *row = best_by_lane(words, probe.near(*direction));
        }
        let best = best_by_row(&rows);
        for (best, [_, ones]) in best.iter().zip(tags) {
            sum += weight(u64::from(*best), *ones);
        }
    }
    sum
}

/// Number of common bits times root, the best in each lane over the blocks.
#[target_feature(enable = "avx512f,avx512vpopcntdq")]
fn best_by_lane(words: &[u64; WORDS], blocks: &[Block]) -> __m512i {
    let words = words.map(|word| _mm512_set1_epi64(word.cast_signed()));
    let mut best = _mm512_setzero_si512();
    for block in blocks {
        let mut common = _mm512_setzero_si512();
        for (word, plane) in words.iter().zip(&block.planes) {
            let both = _mm512_and_si512(*word, load(plane));
            common = _mm512_add_epi64(common, _mm512_popcnt_epi64(both));
        }
        best = _mm512_max_epu32(best, _mm512_mul_epu32(common, load(&block.roots)));
    }
    best
}

/// The greatest lane of each row. Lanes hold less than 2³², so two rows share a vector.
#[target_feature(enable = "avx512f")]
fn best_by_row(rows: &[__m512i; LANES]) -> [u32; LANES] {
    let [a, b, c, d, e, f, g, h] = *rows;
    let pair = |low, high| _mm512_or_si512(low, _mm512_slli_epi64(high, 32));
    let (ab, cd, ef, gh) = (pair(a, b), pair(c, d), pair(e, f), pair(g, h));
    // Each step halves the lanes of a row: neighbours first, then quarters of the vector.
    let neighbours =
        |x, y| _mm512_max_epu32(_mm512_unpacklo_epi64(x, y), _mm512_unpackhi_epi64(x, y));
    let (abcd, efgh) = (neighbours(ab, cd), neighbours(ef, gh));
    let quarters = |x, y| {
        _mm512_max_epu32(
            _mm512_shuffle_i64x2(x, y, 0b10_00_10_00),
            _mm512_shuffle_i64x2(x, y, 0b11_01_11_01),
        )
    };
    let halves = quarters(abcd, efgh);
    let all = quarters(halves, halves);
    let mut lanes = Lanes([0; 16]);
    // SAFETY: the array has 64 bytes and is aligned to 64.
    unsafe { _mm512_store_si512((&raw mut lanes.0).cast(), all) };
    std::array::from_fn(|row| lanes.0[row])
}

#[repr(align(64))]
struct Lanes([u32; 16]);

#[target_feature(enable = "avx512f")]
fn load(lanes: &[u64; LANES]) -> __m512i {
    // SAFETY: the reference is to 64 bytes within a block, all of whose fields begin at multiples of 64.
    unsafe { _mm512_load_si512(lanes.as_ptr().cast()) }
}

//! The kernels for 512-bit vectors that count set bits.
// Loads and stores take pointers; the intrinsics are too many to name one by one.
#![allow(unsafe_code, clippy::wildcard_imports)]

use std::arch::x86_64::*;

use super::{LEAST_COMMON, MOST_ROTATION, RECIPROCALS, STEP};
use crate::compare::bank::{Bank, Block, LANES};
use crate::compare::cylinder::{Cylinder, LAYERS};
use crate::compare::pairing::{Field, Moved};

loops!("avx2,popcnt,avx512f,avx512bw,avx512vl,avx512vpopcntdq");

/// Which of eight count, and the likeness with each of them.
#[inline]
#[target_feature(enable = "avx2,popcnt,avx512f,avx512bw,avx512vl,avx512vpopcntdq")]
fn compared(own: &Cylinder, block: &Block) -> (__mmask8, __m256i) {
    let directions = _mm_set1_epi64x(i64::from_le_bytes(block.directions));
    let quarter = _mm_set1_epi8(MOST_ROTATION.cast_signed());
    let turned =
        _mm_add_epi8(_mm_sub_epi8(directions, _mm_set1_epi8(own.direction.cast_signed())), quarter);
    let alike = _mm_cmple_epu8_mask(turned, _mm_add_epi8(quarter, quarter)) as __mmask8;
    let common = _mm512_and_si512(_mm512_set1_epi64(own.valid.cast_signed()), load(&block.valid));
    let cells = _mm512_popcnt_epi64(common);
    let mut both = _mm512_setzero_si512();
    let mut either = _mm512_setzero_si512();
    for layer in 0..LAYERS {
        let bits = _mm512_set1_epi64(own.layers[layer].cast_signed());
        let other = load(&block.layers[layer]);
        both = _mm512_add_epi64(both, _mm512_popcnt_epi64(_mm512_and_si512(bits, other)));
        // (bits | other) & common
        let set = _mm512_ternarylogic_epi64::<0xa8>(bits, other, common);
        either = _mm512_add_epi64(either, _mm512_popcnt_epi64(set));
    }
    let (both, either) = (_mm512_cvtepi64_epi32(both), _mm512_cvtepi64_epi32(either));
    // SAFETY: each index is a number of bits of one cylinder, for all of which the table has entries.
    let reciprocals = unsafe { _mm256_i32gather_epi32::<4>(RECIPROCALS.as_ptr(), either) };
    let likeness = _mm256_srli_epi32::<8>(_mm256_mullo_epi32(both, reciprocals));
    let counts = alike & _mm512_cmpge_epi64_mask(cells, _mm512_set1_epi64(LEAST_COMMON));
    (counts, likeness)
}

/// The likeness with each of eight.
#[inline]
#[target_feature(enable = "avx2,popcnt,avx512f,avx512bw,avx512vl,avx512vpopcntdq")]
fn likeness(own: &Cylinder, block: &Block) -> [u32; LANES] {
    let (counts, likeness) = compared(own, block);
    store(_mm256_maskz_mov_epi32(counts, likeness))
}

/// The keys of those of eight that are alike, and how many.
#[inline]
#[target_feature(enable = "avx2,popcnt,avx512f,avx512bw,avx512vl,avx512vpopcntdq")]
fn packed(own: &Cylinder, block: &Block) -> ([u32; LANES], usize) {
    let (counts, likeness) = compared(own, block);
    let alike = _mm256_mask_test_epi32_mask(counts, likeness, likeness);
    let minutiae = _mm_set1_epi64x(i64::from_le_bytes(block.minutiae));
    // Taken from 255, an index is its complement.
    let own = i32::from(u16::from(!own.minutia) << 8 | 255);
    let names = _mm256_xor_si256(_mm256_set1_epi32(own), _mm256_cvtepu8_epi32(minutiae));
    let keys = _mm256_or_si256(_mm256_slli_epi32::<16>(likeness), names);
    (store(_mm256_maskz_compress_epi32(alike, keys)), alike.count_ones() as usize)
}

/// One bit for each minutia of a step that lies near.
#[inline]
#[target_feature(enable = "avx2,popcnt,avx512f,avx512bw,avx512vl,avx512vpopcntdq")]
fn near_mask(own: Moved, second: &Field, step: usize, turned: u8) -> u64 {
    let (x, y) = (_mm512_set1_epi16(own.x), _mm512_set1_epi16(own.y));
    let allowed = _mm512_set1_epi16(own.allowed);
    let half = |part: usize| {
        let from = step * STEP + part * (STEP / 2);
        // SAFETY: half a step is 32 of the field's 256 slots, checked by the slices.
        let (u, v) = unsafe {
            let (x, y) = (&second.x[from..from + STEP / 2], &second.y[from..from + STEP / 2]);
            (_mm512_loadu_epi16(x.as_ptr()), _mm512_loadu_epi16(y.as_ptr()))
        };
        let across = _mm512_abs_epi16(_mm512_sub_epi16(u, x));
        let down = _mm512_abs_epi16(_mm512_sub_epi16(v, y));
        u64::from(_mm512_cmplt_epu16_mask(_mm512_max_epu16(across, down), allowed))
    };
    let close = half(0) | half(1) << (STEP / 2);
    if close == 0 {
        return 0;
    }
    let directions = &second.direction[step * STEP..(step + 1) * STEP];
    // SAFETY: a step is 64 of the field's 256 slots, checked by the slice.
    let directions = unsafe { _mm512_loadu_epi8(directions.as_ptr().cast()) };
    let middle = turned.wrapping_sub(own.direction).cast_signed();
    let angle = _mm512_add_epi8(directions, _mm512_set1_epi8(middle));
    close & _mm512_cmple_epu8_mask(angle, _mm512_set1_epi8((2 * turned).cast_signed()))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load(lanes: &[u64; LANES]) -> __m512i {
    // SAFETY: eight 64-bit numbers are 512 bits, and the load asks for no alignment.
    unsafe { _mm512_loadu_epi64(lanes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(vector: __m256i) -> [u32; LANES] {
    let mut lanes = [0; LANES];
    // SAFETY: eight 32-bit numbers are 256 bits, and the store asks for no alignment.
    unsafe { _mm256_storeu_si256(lanes.as_mut_ptr().cast(), vector) };
    lanes
}

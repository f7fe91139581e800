//! The kernels for 256-bit vectors.
// Loads and stores take pointers; the intrinsics are too many to name one by one.
#![allow(unsafe_code, clippy::wildcard_imports)]

use std::arch::x86_64::*;

use super::{LEAST_COMMON, MOST_ROTATION, RECIPROCALS, STEP};
use crate::compare::bank::{Bank, Block, LANES};
use crate::compare::cylinder::{Cylinder, LAYERS};
use crate::compare::pairing::{Field, Moved};

loops!("avx2,popcnt");

/// The likeness with each of eight.
#[inline]
#[target_feature(enable = "avx2,popcnt")]
fn likeness(own: &Cylinder, block: &Block) -> [u32; LANES] {
    let counts = [counted(own, block, 0), counted(own, block, 4)];
    std::array::from_fn(|lane| {
        let (both, either, cells) = &counts[lane / 4];
        let turned = block.directions[lane].wrapping_sub(own.direction).wrapping_add(MOST_ROTATION);
        let counts = turned <= 2 * MOST_ROTATION && cells[lane % 4] >= LEAST_COMMON;
        let share = RECIPROCALS[either[lane % 4] as usize] * both[lane % 4] as i32;
        if counts { share.cast_unsigned() >> 8 } else { 0 }
    })
}

/// The keys of those of eight that are alike, and how many.
#[inline]
#[target_feature(enable = "avx2,popcnt")]
fn packed(own: &Cylinder, block: &Block) -> ([u32; LANES], usize) {
    let mut packed = [0; LANES];
    let mut count = 0;
    for (likeness, minutia) in likeness(own, block).into_iter().zip(block.minutiae) {
        let names = u32::from(255 - own.minutia) << 8 | u32::from(255 - minutia);
        packed[count % LANES] = likeness << 16 | names;
        count += usize::from(likeness > 0);
    }
    (packed, count)
}

/// Bits set in both, in either, and cells valid in both, for four lanes from one on.
#[inline]
#[target_feature(enable = "avx2,popcnt")]
fn counted(own: &Cylinder, block: &Block, from: usize) -> ([i64; 4], [i64; 4], [i64; 4]) {
    let common =
        _mm256_and_si256(_mm256_set1_epi64x(own.valid.cast_signed()), load(&block.valid, from));
    // At most 8 × 5 in a byte, so that bytes can be added before they are summed.
    let mut both = _mm256_setzero_si256();
    let mut either = _mm256_setzero_si256();
    for layer in 0..LAYERS {
        let bits = _mm256_set1_epi64x(own.layers[layer].cast_signed());
        let other = load(&block.layers[layer], from);
        both = _mm256_add_epi8(both, ones_in_bytes(_mm256_and_si256(bits, other)));
        let set = _mm256_and_si256(_mm256_or_si256(bits, other), common);
        either = _mm256_add_epi8(either, ones_in_bytes(set));
    }
    (summed(both), summed(either), summed(ones_in_bytes(common)))
}

/// Set bits of each byte, by a table of half bytes.
#[inline]
#[target_feature(enable = "avx2")]
fn ones_in_bytes(bits: __m256i) -> __m256i {
    let table =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
    let low = _mm256_set1_epi8(15);
    let lower = _mm256_shuffle_epi8(table, _mm256_and_si256(bits, low));
    let upper = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16::<4>(bits), low));
    _mm256_add_epi8(lower, upper)
}

/// The sum of the bytes of each lane.
#[inline]
#[target_feature(enable = "avx2")]
fn summed(bytes: __m256i) -> [i64; 4] {
    let mut lanes = [0; 4];
    let sums = _mm256_sad_epu8(bytes, _mm256_setzero_si256());
    // SAFETY: four 64-bit numbers are 256 bits, and the store asks for no alignment.
    unsafe { _mm256_storeu_si256(lanes.as_mut_ptr().cast(), sums) };
    lanes
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(lanes: &[u64; LANES], from: usize) -> __m256i {
    let lanes = &lanes[from..from + 4];
    // SAFETY: four 64-bit numbers are 256 bits, and the load asks for no alignment.
    unsafe { _mm256_loadu_si256(lanes.as_ptr().cast()) }
}

/// One bit for each minutia of a step that lies near.
#[inline]
#[target_feature(enable = "avx2,popcnt")]
fn near_mask(own: Moved, second: &Field, step: usize, turned: u8) -> u64 {
    let half = |part: usize| {
        let from = step * STEP + part * (STEP / 2);
        let close = _mm256_packs_epi16(close(own, second, from), close(own, second, from + 16));
        // Packing works within halves of the vector; this restores the order of the slots.
        let close = _mm256_permute4x64_epi64::<0b11_01_10_00>(close);
        let directions = &second.direction[from..from + STEP / 2];
        // SAFETY: half a step is 32 bytes, checked by the slice.
        let directions = unsafe { _mm256_loadu_si256(directions.as_ptr().cast()) };
        let middle = turned.wrapping_sub(own.direction).cast_signed();
        let angle = _mm256_add_epi8(directions, _mm256_set1_epi8(middle));
        let most = _mm256_set1_epi8((2 * turned).cast_signed());
        let alike = _mm256_cmpeq_epi8(_mm256_min_epu8(angle, most), angle);
        u64::from(_mm256_movemask_epi8(_mm256_and_si256(close, alike)).cast_unsigned())
    };
    half(0) | half(1) << (STEP / 2)
}

/// All bits of each of 16 slots that lies in the square.
#[inline]
#[target_feature(enable = "avx2")]
fn close(own: Moved, second: &Field, from: usize) -> __m256i {
    // SAFETY: 16 of the field's slots are 256 bits, checked by the slices.
    let (u, v) = unsafe {
        let (x, y) = (&second.x[from..from + 16], &second.y[from..from + 16]);
        (_mm256_loadu_si256(x.as_ptr().cast()), _mm256_loadu_si256(y.as_ptr().cast()))
    };
    let across = _mm256_abs_epi16(_mm256_sub_epi16(u, _mm256_set1_epi16(own.x)));
    let down = _mm256_abs_epi16(_mm256_sub_epi16(v, _mm256_set1_epi16(own.y)));
    // Compared as unsigned numbers, since the magnitude of −32,768 is none as a signed one.
    let apart = _mm256_max_epu16(across, down);
    let least = _mm256_set1_epi16(own.allowed - 1);
    _mm256_cmpeq_epi16(_mm256_min_epu16(apart, least), apart)
}

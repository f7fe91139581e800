//! Four probe cylinders at a time; bits are counted by looking up each half byte.

#![allow(unsafe_code)]

use std::arch::x86_64::{
    __m256i, _mm_cvtsi128_si64, _mm_max_epu32, _mm_unpackhi_epi64, _mm256_add_epi8,
    _mm256_and_si256, _mm256_castsi256_si128, _mm256_extracti128_si256, _mm256_loadu_si256,
    _mm256_max_epu32, _mm256_mul_epu32, _mm256_sad_epu8, _mm256_set1_epi8, _mm256_set1_epi64x,
    _mm256_setr_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16,
};

use super::{Block, GalleryPrint, LANES, ProbePrint, WORDS, weight};

/// See [`super::Kernel::compare`], whose caller has found AVX2.
pub(super) fn compare(probe: &ProbePrint, gallery: GalleryPrint<'_>) -> u64 {
    // SAFETY: the dispatcher calls this only where the processor has AVX2.
    unsafe { compare_with_avx2(probe, gallery) }
}

#[target_feature(enable = "avx2")]
fn compare_with_avx2(probe: &ProbePrint, gallery: GalleryPrint<'_>) -> u64 {
    let mut sum = 0;
    for (bits, [direction, ones]) in gallery.bits.iter().zip(gallery.tags) {
        let words = bits.map(|word| _mm256_set1_epi64x(word.cast_signed()));
        let mut best = _mm256_setzero_si256();
        for block in probe.near(*direction) {
            for half in [0, LANES / 2] {
                best = _mm256_max_epu32(best, rated(&words, block, half));
            }
        }
        let two = _mm_max_epu32(_mm256_castsi256_si128(best), _mm256_extracti128_si256(best, 1));
        let one = _mm_max_epu32(two, _mm_unpackhi_epi64(two, two));
        sum += weight(_mm_cvtsi128_si64(one).cast_unsigned(), *ones);
    }
    sum
}

/// Number of common bits times root, for four cylinders of a block.
#[target_feature(enable = "avx2")]
fn rated(words: &[__m256i; WORDS], block: &Block, half: usize) -> __m256i {
    let low = _mm256_set1_epi8(0x0f);
    let table = _mm256_setr_epi8(
        0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3,
        3, 4,
    );
    let mut counts = _mm256_setzero_si256();
    for (word, plane) in words.iter().zip(&block.planes) {
        let common = _mm256_and_si256(*word, load(plane, half));
        let lower = _mm256_shuffle_epi8(table, _mm256_and_si256(common, low));
        let upper = _mm256_and_si256(_mm256_srli_epi16(common, 4), low);
        let upper = _mm256_shuffle_epi8(table, upper);
        counts = _mm256_add_epi8(counts, _mm256_add_epi8(lower, upper));
    }
    let common = _mm256_sad_epu8(counts, _mm256_setzero_si256());
    _mm256_mul_epu32(common, load(&block.roots, half))
}

#[target_feature(enable = "avx2")]
fn load(lanes: &[u64; LANES], half: usize) -> __m256i {
    let four: &[u64; LANES / 2] =
        if half == 0 { &lanes.as_chunks().0[0] } else { &lanes.as_chunks().0[1] };
    // SAFETY: the reference is to 32 bytes, and the load needs no alignment.
    unsafe { _mm256_loadu_si256(four.as_ptr().cast()) }
}

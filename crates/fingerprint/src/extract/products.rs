//! Sums of products of 16-bit integers, eight at a time.
//!
//! The one place of extraction that names a machine's instruction: compilers do not find it by
//! themselves. Integer sums are the same whichever way they are taken.

/// Products taken at once: one 128-bit register of 16-bit integers.
pub(super) const LANES: usize = 8;

#[cfg(not(target_arch = "x86_64"))]
pub(super) use portable::Sums;
#[cfg(target_arch = "x86_64")]
pub(super) use sse2::Sums;

/// SSE2 is part of every x86-64 machine, so nothing has to be asked at run time.
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, clippy::cast_ptr_alignment)]
mod sse2 {
    use std::arch::x86_64::{
        __m128i, _mm_add_epi32, _mm_loadu_si128, _mm_madd_epi16, _mm_storeu_si128,
    };

    use super::LANES;

    /// Four running sums, each of two products at a time.
    #[derive(Default)]
    pub(in crate::extract) struct Sums([i32; LANES / 2]);

    impl Sums {
        #[inline]
        pub(in crate::extract) fn add(&mut self, a: &[i16; LANES], b: &[i16; LANES]) {
            // SAFETY: each array is as long as one register and unaligned access is asked for;
            // SSE2 is part of x86-64.
            unsafe {
                let sums = _mm_loadu_si128(self.0.as_ptr().cast::<__m128i>());
                let a = _mm_loadu_si128(a.as_ptr().cast::<__m128i>());
                let b = _mm_loadu_si128(b.as_ptr().cast::<__m128i>());
                let sums = _mm_add_epi32(sums, _mm_madd_epi16(a, b));
                _mm_storeu_si128(self.0.as_mut_ptr().cast::<__m128i>(), sums);
            }
        }

        /// All products added up; the caller sees to it that they fit into 32 bits.
        #[inline]
        pub(in crate::extract) fn total(self) -> i32 {
            self.0.iter().fold(0, |all, sum| all.wrapping_add(*sum))
        }
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
mod portable {
    use super::LANES;

    /// The running sum.
    #[derive(Default)]
    pub(in crate::extract) struct Sums(i32);

    impl Sums {
        #[inline]
        pub(in crate::extract) fn add(&mut self, a: &[i16; LANES], b: &[i16; LANES]) {
            for (a, b) in a.iter().zip(b) {
                self.0 = self.0.wrapping_add(i32::from(*a).wrapping_mul(i32::from(*b)));
            }
        }

        /// All products added up; the caller sees to it that they fit into 32 bits.
        #[inline]
        pub(in crate::extract) fn total(self) -> i32 {
            self.0
        }
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Wrapping included, so no choice of values can tell the two apart.
        #[test]
        fn the_instruction_adds_up_what_single_products_do(
            rows in proptest::collection::vec(any::<([i16; LANES], [i16; LANES])>(), 1..60)
        ) {
            let (mut fast, mut plain) = (sse2::Sums::default(), portable::Sums::default());
            for (a, b) in &rows {
                fast.add(a, b);
                plain.add(a, b);
            }
            prop_assert_eq!(fast.total(), plain.total());
        }
    }
}

//! Asks for memory before it is needed; says nothing about what it holds.

#![allow(unsafe_code)]

/// Bytes that come together.
#[cfg(target_arch = "x86_64")]
const LINE: usize = 64;

/// Begins to bring all of a slice near.
#[cfg(target_arch = "x86_64")]
pub(in crate::index) fn prefetch<T>(slice: &[T]) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    let bytes = size_of_val(slice);
    let start = slice.as_ptr().cast::<i8>();
    for line in (0..bytes).step_by(LINE) {
        // SAFETY: the address lies within the slice, and a prefetch reads nothing that is seen.
        unsafe { _mm_prefetch(start.add(line), _MM_HINT_T0) };
    }
}

/// Other processors look ahead for themselves.
#[cfg(not(target_arch = "x86_64"))]
pub(in crate::index) fn prefetch<T>(_: &[T]) {}

//! Where the finger begins and ends on each row, so that stages pass over the rest.

use std::ops::Range;

use super::segmentation::Mask;

/// For each row, the columns from the first pixel of finger to past the last; empty without one.
pub(super) struct Spans(Vec<Range<usize>>);

impl Spans {
    pub(super) fn of(mask: &Mask, width: usize) -> Self {
        let span = |row: &[bool]| match row.iter().position(|inside| *inside) {
            Some(first) => first..row.iter().rposition(|inside| *inside).map_or(first, |l| l + 1),
            None => 0..0,
        };
        Self(mask.inside.chunks_exact(width).map(span).collect())
    }

    /// The columns between which every pixel of finger on some rows lies.
    pub(super) fn over(&self, rows: Range<usize>) -> Range<usize> {
        let rows = &self.0[rows.start.min(self.0.len())..rows.end.min(self.0.len())];
        rows.iter().filter(|span| !span.is_empty()).fold(0..0, |all, span| {
            if all.is_empty() {
                span.clone()
            } else {
                all.start.min(span.start)..all.end.max(span.end)
            }
        })
    }
}

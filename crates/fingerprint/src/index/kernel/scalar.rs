//! The reference: what every other form must compute.

use super::{GalleryPrint, LANES, ProbePrint, weight};

/// See [`super::Kernel::compare`].
pub(super) fn compare(probe: &ProbePrint, gallery: GalleryPrint<'_>) -> u64 {
    let mut sum = 0;
    for (bits, [direction, ones]) in gallery.bits.iter().zip(gallery.tags) {
        let mut best = 0;
        for block in probe.near(*direction) {
            for lane in 0..LANES {
                let common: u32 = (bits.iter().zip(&block.planes))
                    .map(|(word, plane)| (word & plane[lane]).count_ones())
                    .sum();
                best = best.max(u64::from(common) * block.roots[lane]);
            }
        }
        sum += weight(best, *ones);
    }
    sum
}

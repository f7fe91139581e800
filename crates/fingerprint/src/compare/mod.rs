//! Two prints to a score, with the reasons: minutia cylinder code, relaxation, alignment, texture.
//!
//! Cappelli, Ferrara and Maltoni, "Minutia Cylinder-Code", TPAMI 2010, in its bit form (MCC16b)
//! with relaxation (LSS-R), then a rigid alignment of all minutiae, then one calibrated number.
//!
//! **Determinism.** Integers only, from the template to the score; tables are filled by the compiler.
//! Nothing depends on thread count, order of insertion or the processor, nor on which of two prints
//! is called the first.

mod prepared;

mod cylinder;

mod bank;

mod kernel;

mod local;

mod relaxation;

mod alignment;

mod pairing;

mod motion;

mod texture;

mod evidence;

pub mod calibration;

mod transform;

mod hull;

mod angle;

pub(crate) mod series;

mod list;

pub use prepared::Prepared;

pub use transform::Transform;

pub use kernel::Instructions;

pub(crate) use local::quick_similarity;

pub use calibration::{Evidence, FINGER_CEILING, FINGER_FLOOR};

/// How alike two prints are, and what the score rests on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// Natural logarithm of the likelihood ratio "same finger : different fingers", in thousandths
    /// (millinats), from [`FINGER_FLOOR`] to [`FINGER_CEILING`]. 0 says nothing either way.
    pub score: i32,
    /// Minutiae laid upon each other: indices into the two templates' minutiae.
    pub paired: Vec<(u16, u16)>,
    /// Lays the first print upon the second.
    pub transform: Transform,
    /// The measurements behind the score.
    pub parts: Parts,
    /// What each kind of measurement gave to the score.
    pub evidence: Evidence,
}

/// The measurements of one comparison. All are 0 when either print has too few minutiae.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Parts {
    /// Mean of the best local similarities before relaxation, 65,536ths of 1.
    pub local: u32,
    /// Mean of the best local similarities after relaxation, 16,777,216ths (2⁻²⁴) of 1.
    pub relaxed: u32,
    /// Sum of the closeness of all paired minutiae, each 0.4 to 1, 65,536ths.
    pub closeness: u32,
    /// `closeness` squared over the geometric mean of the two overlaps, 65,536ths.
    pub aligned: u32,
    /// Sum of the local similarities of the aligned pairs that were also paired locally, 65,536ths.
    pub agreed: u32,
    /// Number of minutiae of the first print that fall on the second, and the reverse.
    pub overlap: (u16, u16),
    /// Sum of the geometric mean quality of the aligned pairs, each 10 to 1,000.
    pub quality: u32,
    /// Aligned pairs of equal kind (ending, bifurcation).
    pub same_kind: u16,
    /// Aligned pairs.
    pub paired: u16,
    /// The smaller number of minutiae.
    pub least: u16,
    /// Cells of texture compared; 0 where a print has none or minutiae left no hope.
    pub cells: u16,
    /// Mean agreement of their ridges in thousandths: 1000 all samples agree, 0 half of them.
    pub texture: i16,
    /// Sum of the quality of minutiae well inside the other print without a partner, percent.
    pub unpaired: u32,
}

/// Compares two prints. `compare(b, a)` gives the score and the parts of `compare(a, b)`, mirrored.
pub fn compare(first: &Prepared, second: &Prepared) -> Comparison {
    compare_with(first, second, Instructions::widest())
}

/// [`compare`] on chosen instructions. All give the same result; it exists to show that they do.
pub fn compare_with(first: &Prepared, second: &Prepared, instructions: Instructions) -> Comparison {
    if first.precedes(second) {
        compare_in_order(first, second, instructions)
    } else {
        compare_in_order(second, first, instructions).reversed()
    }
}

fn compare_in_order(first: &Prepared, second: &Prepared, instructions: Instructions) -> Comparison {
    let likenesses = local::best_likenesses(instructions, first, second);
    let pairs = local::unique_pairs(&likenesses, first, second);
    if pairs.len() < 2 {
        return Comparison::default();
    }
    let best = local::number_of_best(first, second);
    let relaxed = relaxation::relax(&pairs, first, second);
    let alignment = alignment::align(&relaxed, first, second, instructions);
    let mut parts = Parts {
        local: local::mean_of_best(&likenesses, best),
        relaxed: relaxed.mean_of_best(best),
        closeness: alignment.closeness,
        aligned: alignment.score(),
        agreed: alignment.agreed(&pairs),
        overlap: alignment.overlap,
        quality: alignment.quality(first, second),
        same_kind: alignment.same_kind(first, second),
        paired: alignment.pairs.len() as u16,
        least: first.minutiae.len().min(second.minutiae.len()) as u16,
        ..Parts::default()
    };
    let mut evidence = calibration::weigh(&parts);
    if evidence.leaves_hope()
        && let Some(seen) = evidence::look(first, second, &alignment.pairs, &alignment.motion)
    {
        parts.cells = seen.agreement.cells;
        parts.texture = seen.agreement.mean;
        parts.unpaired = seen.unpaired;
        evidence = calibration::weigh(&parts);
    }
    Comparison {
        score: evidence.score(),
        paired: alignment.pairs.iter().map(|(i, j)| (u16::from(*i), u16::from(*j))).collect(),
        transform: Transform::of(&alignment.motion),
        parts,
        evidence,
    }
}

impl Comparison {
    /// The same comparison with the prints called in the other order.
    fn reversed(mut self) -> Self {
        for pair in &mut self.paired {
            *pair = (pair.1, pair.0);
        }
        self.transform = self.transform.reversed();
        self.parts.overlap = (self.parts.overlap.1, self.parts.overlap.0);
        self
    }
}

#[cfg(test)]
mod tests;

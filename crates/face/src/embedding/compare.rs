//! Rounding a vector and comparing two, in whole numbers.

use super::Embedding;

/// How alike two faces are, thousandths of the cosine, −1,000 to 1,000; `None` when they are of
/// different models or lengths. The threshold is the model's.
pub fn similarity(a: &Embedding, b: &Embedding) -> Option<i32> {
    if a.model != b.model || a.parts.len() != b.parts.len() || a.parts.is_empty() {
        return None;
    }
    Some(cosine(
        product(&a.parts, &b.parts),
        product(&a.parts, &a.parts),
        product(&b.parts, &b.parts),
    ))
}

/// Sum of the products of two vectors' parts; of a vector with itself the square of its length.
pub fn product(a: &[i8], b: &[i8]) -> i64 {
    a.iter().zip(b).map(|(a, b)| i64::from(i32::from(*a) * i32::from(*b))).sum()
}

/// The cosine in thousandths, −1,000 to 1,000, of two vectors with this product and these squares of
/// their lengths: the same as [`similarity`] for whoever keeps the squares beside many vectors.
pub fn cosine(product: i64, square: i64, other_square: i64) -> i32 {
    // Rounding changes the lengths a little, so they are taken anew.
    let lengths = (square * other_square).unsigned_abs().isqrt();
    (product * 1_000 / lengths.max(1) as i64).clamp(-1_000, 1_000) as i32
}

/// Steps in which a part is rounded, for a vector whose largest part is one.
const STEPS: f32 = 127.0;

/// A vector with its largest part brought to 127, rounded to bytes. A vector of 512 parts loses less
/// than a thousandth of the cosine.
pub(super) fn rounded(vector: &[f32]) -> Vec<i8> {
    let largest = vector.iter().fold(0.0f32, |largest, part| largest.max(part.abs()));
    vector
        .iter()
        .map(|part| (part / largest.max(f32::MIN_POSITIVE) * STEPS).round() as i8)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(parts: &[i8]) -> Embedding {
        Embedding { model: [1; 32], parts: parts.to_vec() }
    }

    #[test]
    fn cosine_in_thousandths() {
        for (a, b, want) in [
            (&[127, 0][..], &[127, 0][..], Some(1_000)),
            (&[127, 0], &[0, 127], Some(0)),
            (&[127, 0], &[-127, 0], Some(-1_000)),
            (&[100, 100], &[127, 0], Some(707)),
            (&[0, 0], &[127, 0], Some(0)),
            (&[127], &[127, 0], None),
        ] {
            assert_eq!(similarity(&of(a), &of(b)), want);
        }
        let other = Embedding { model: [2; 32], ..of(&[127, 0]) };
        assert_eq!(similarity(&of(&[127, 0]), &other), None);
    }
}

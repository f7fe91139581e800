//! Rounding a vector and comparing two, in whole numbers.

use super::Embedding;

/// How alike two faces are, thousandths of the cosine, −1,000 to 1,000; `None` when they are of
/// different models or lengths. The threshold is the model's.
pub fn similarity(a: &Embedding, b: &Embedding) -> Option<i32> {
    if a.model != b.model || a.parts.len() != b.parts.len() || a.parts.is_empty() {
        return None;
    }
    let product = |x: &[i8], y: &[i8]| -> i64 {
        x.iter().zip(y).map(|(x, y)| i64::from(*x) * i64::from(*y)).sum()
    };
    // Rounding changes the lengths a little, so they are taken anew.
    let lengths =
        (product(&a.parts, &a.parts) * product(&b.parts, &b.parts)).unsigned_abs().isqrt();
    let cosine = product(&a.parts, &b.parts) * 1_000 / lengths.max(1) as i64;
    Some(cosine.clamp(-1_000, 1_000) as i32)
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

//! Small draws from a seeded generator, the same on every machine.

use rand_core::Rng;

/// A whole number from zero to `bound` less one, without bias worth speaking of
/// (multiply-shift over 64 bits; the bias is below 2⁻³² for bounds below 2³²).
pub fn below(bound: u64, rng: &mut impl Rng) -> u64 {
    ((u128::from(rng.next_u64()) * u128::from(bound)) >> 64) as u64
}

/// True with a probability in thousandths.
pub fn permille(chance: u64, rng: &mut impl Rng) -> bool {
    below(1000, rng) < chance
}

/// A whole number from `low` to `high`, both included.
pub fn between(low: i64, high: i64, rng: &mut impl Rng) -> i64 {
    low + below((high - low + 1).max(1) as u64, rng) as i64
}

/// The index of an entry drawn by its weight; zero when all weights are zero.
pub fn weighted(weights: impl Iterator<Item = u64> + Clone, rng: &mut impl Rng) -> usize {
    let total: u64 = weights.clone().sum();
    let mut mark = below(total.max(1), rng);
    for (index, weight) in weights.enumerate() {
        if mark < weight {
            return index;
        }
        mark -= weight;
    }
    0
}

/// So many decimal digits, the first not zero.
pub fn digits(count: usize, rng: &mut impl Rng) -> String {
    (0..count)
        .map(|place| {
            let low = u64::from(place == 0);
            char::from(b'0' + (low + below(10 - low, rng)) as u8)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_core::SeedableRng;

    use super::*;

    #[test]
    fn draws_keep_to_their_bounds_and_weights() {
        let mut rng = ChaCha8Rng::from_seed([1; 32]);
        let mut seen = [0; 3];
        for _ in 0..9000 {
            assert!((3..=5).contains(&between(3, 5, &mut rng)));
            seen[weighted([1, 0, 2].into_iter(), &mut rng)] += 1;
        }
        assert_eq!(seen[1], 0);
        assert!((2700..3300).contains(&seen[0]));
        assert!(digits(8, &mut rng).parse::<u64>().is_ok_and(|n| n >= 10_000_000));
    }
}

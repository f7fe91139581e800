//! Pattern classes and how often each occurs on each finger of each hand.

use rand_core::Rng;

use super::draw;
use crate::finger::FingerPosition;

/// Pattern class after Galton and Henry, as used in SFinGe (Cappelli, 2009).
///
/// "Left" and "right" say to which side of the printed image the loop opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PatternClass {
    /// One core, one delta to its lower right.
    LeftLoop,
    /// One core, one delta to its lower left.
    RightLoop,
    /// Two cores close together, two deltas.
    Whorl,
    /// Two cores side by side, spiralling in opposite senses; two deltas.
    DoubleLoop,
    /// Ridges flow across in a wave; no singularity.
    Arch,
    /// One core with its delta straight below.
    TentedArch,
}

/// Shares per finger (thumb, index, middle, ring, little) of:
/// ulnar loop, radial loop, whorl, double loop, arch, tented arch; each row sums to 1.
///
/// Source: general knowledge of Henry class frequencies per finger, rounded, not a particular
/// table; over all ten fingers they give 62 % loops, 31 % whorls and double loops and 6 % arches
/// (SFinGe: 65.5, 27.9 and 6.6 %). Effect: the mix of orientation fields only.
const SHARES: [[f32; 6]; 5] = [
    [0.52, 0.01, 0.30, 0.13, 0.03, 0.01],
    [0.36, 0.17, 0.26, 0.06, 0.07, 0.08],
    [0.70, 0.03, 0.15, 0.04, 0.05, 0.03],
    [0.50, 0.01, 0.42, 0.04, 0.02, 0.01],
    [0.80, 0.01, 0.13, 0.04, 0.01, 0.01],
];

impl PatternClass {
    /// Draws the class of a finger; an unknown position stands for a random one of the ten.
    ///
    /// `whorl_tendency` (−1 to 1) is the person's own leaning, shared by the ten fingers: it
    /// scales the odds of whorls and double loops by up to three either way.
    pub fn draw(rng: &mut impl Rng, position: FingerPosition, whorl_tendency: f32) -> Self {
        let code = match position {
            FingerPosition::Unknown => 1 + (draw::unit(rng) * 10.0) as u8,
            known => known.code(),
        };
        let right_hand = code <= 5;
        let mut shares = SHARES[usize::from((code - 1) % 5)];
        let lean = whorl_tendency.clamp(-1.0, 1.0);
        let odds = if lean < 0.0 { 1.0 / (1.0 - 2.0 * lean) } else { 1.0 + 2.0 * lean };
        shares[2] *= odds;
        shares[3] *= odds;
        let mut point = draw::unit(rng) * shares.iter().sum::<f32>();
        let chosen = shares.iter().position(|share| {
            point -= share;
            point < 0.0
        });
        // Rounding can leave the point just past the end: the commonest class then.
        match chosen.unwrap_or(0) {
            0 if right_hand => Self::RightLoop,
            1 if !right_hand => Self::RightLoop,
            0 | 1 => Self::LeftLoop,
            2 => Self::Whorl,
            3 => Self::DoubleLoop,
            4 => Self::Arch,
            _ => Self::TentedArch,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_core::SeedableRng;

    fn share(position: FingerPosition, tendency: f32, class: PatternClass) -> f32 {
        let mut rng = ChaCha8Rng::from_seed([position.code(); 32]);
        let hits =
            (0..4000).filter(|_| PatternClass::draw(&mut rng, position, tendency) == class).count();
        hits as f32 / 4000.0
    }

    #[test]
    fn loops_open_towards_the_little_finger_of_their_hand() {
        assert!(
            (share(FingerPosition::RightLittle, 0.0, PatternClass::RightLoop) - 0.80).abs() < 0.03
        );
        assert!(
            (share(FingerPosition::LeftLittle, 0.0, PatternClass::LeftLoop) - 0.80).abs() < 0.03
        );
    }

    #[test]
    fn a_persons_leaning_moves_the_whorls() {
        let [less, plain, more] =
            [-1.0, 0.0, 1.0].map(|t| share(FingerPosition::RightRing, t, PatternClass::Whorl));
        assert!(less + 0.1 < plain && plain + 0.1 < more, "{less} {plain} {more}");
    }
}

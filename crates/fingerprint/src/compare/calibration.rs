//! From measurements to evidence: a logistic combination that gives a log likelihood ratio.
//!
//! Whole numbers only. What the minutiae say stands alone, as for templates made by others; what
//! texture says is added to it. `examples/calibrate` fits both.

use super::Parts;

/// Least score of one finger, millinats. A worn or badly captured finger must not outweigh good
/// ones: five clearly matching fingers stand against five at the floor.
pub const FINGER_FLOOR: i32 = -3_000;
/// Largest score of one finger, millinats. The 90,000 comparisons of different fingers that the
/// combination was fitted to say nothing about rarer chances than exp(−11).
pub const FINGER_CEILING: i32 = 14_000;

/// Most that one aligned pair of minutiae can prove, millinats. It binds only on prints with so few
/// minutiae that the fitted sets say little about them.
const MOST_PER_PAIR: i32 = 1_000;
/// Minutiae that say less than this leave no hope that texture could speak for one finger,
/// millinats. One comparison of different fingers in twelve goes on; of 1,317 mates 11 do not.
const HOPELESS: i32 = -2_500;
/// Least cells of texture that say something about a whole overlap (14 mm²).
const LEAST_CELLS: u16 = 5;

/// What of a score comes from where, millinats; the sum is the score. Each part counts from the
/// point midway between one finger and two, so that 0 speaks for neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Evidence {
    /// Alike surroundings of minutiae.
    pub surroundings: i32,
    /// Minutiae that lie upon each other.
    pub alignment: i32,
    /// How many minutiae chance had to work with.
    pub amount: i32,
    /// Ridges that lie upon each other.
    pub texture: i32,
    /// Good minutiae without a partner where the other print should show one.
    pub unpaired: i32,
    /// What was cut off at the floor, the ceiling or the most that a few pairs may prove.
    pub limit: i32,
}

impl Evidence {
    /// The score, millinats.
    pub fn score(&self) -> i32 {
        self.free() + self.limit
    }

    /// What the minutiae say before any limit, millinats.
    pub fn minutiae(&self) -> i32 {
        self.surroundings + self.alignment + self.amount
    }

    /// Whether texture is worth looking at.
    pub(super) fn leaves_hope(&self) -> bool {
        self.minutiae() > HOPELESS
    }

    fn free(&self) -> i32 {
        self.minutiae() + self.texture + self.unpaired
    }
}

/// Number of measurements that are weighed.
pub const MEASUREMENTS: usize = 7;

/// The measurements that are weighed, as whole numbers: relaxed similarity in millionths; square
/// root of the closeness, alignment, agreement of surroundings, square root of the smaller number
/// of minutiae, agreement of texture and quality without a partner in thousandths. The last two are
/// 0 where texture was not compared.
pub fn measurements(parts: &Parts) -> [i32; MEASUREMENTS] {
    let thousandths = |value: u32| (u64::from(value) * 1_000) >> 16;
    let root = |thousandths: u64| (thousandths * 1_000).isqrt() as i32;
    [
        ((u64::from(parts.relaxed) * 1_000_000) >> 24) as i32,
        root(thousandths(parts.closeness)),
        thousandths(parts.aligned) as i32,
        thousandths(parts.agreed) as i32,
        root(u64::from(parts.least) * 1_000),
        parts.texture.into(),
        (parts.unpaired * 10).cast_signed(),
    ]
}

/// Whether texture was compared on enough skin to be weighed.
pub fn has_texture(parts: &Parts) -> bool {
    parts.cells >= LEAST_CELLS
}

/// The weights of the measurements, nanonats per unit.
///
/// Those of the minutiae are fitted by logistic regression to all pairs of five sets (FVC 2002 DB1
/// and DB3, FVC 2004 DB1 and DB3, each set B; 25 persons of NIST MINEX III validation), each set's
/// mates weighing the same, mates and non-mates weighing the same, and then scaled so that what is
/// stated is what is observed. The last two are fitted to the same pairs on top of what the
/// minutiae say: fitted on four sets and applied to the fifth, 3.7 % of mates are missed at a false
/// match rate of 1e-3, against 4.4 % without them. All seven fitted together do worse on the set
/// left out, since how far skin stretches differs between sets.
const SLOPES: [i32; MEASUREMENTS] =
    [172_125, 413_250, 1_155_750, 450_750, -1_204_500, 10_640_000, -42_500];

/// Where a measurement speaks for neither: between the mean non-mate and the mean mate, so that all
/// of the minutiae together are 0 there, and so are the last two.
const MIDDLES: [i32; MEASUREMENTS] = [18_650, 2_463, 3_181, 2_275, 5_187, 395, 17_490];

/// The evidence of the minutiae, and of texture where it was compared.
pub(super) fn weigh(parts: &Parts) -> Evidence {
    let values = measurements(parts);
    let part = |k: usize| {
        let away = i64::from(values[k]) - i64::from(MIDDLES[k]);
        // Nanonats to millinats. A part may be large before the limits below, but not absurd.
        (i64::from(SLOPES[k]) * away / 1_000_000).clamp(-1_000_000, 1_000_000) as i32
    };
    let of_texture = |k: usize| if has_texture(parts) { part(k) } else { 0 };
    let evidence = Evidence {
        surroundings: part(0) + part(3),
        alignment: part(1) + part(2),
        amount: part(4),
        texture: of_texture(5),
        unpaired: of_texture(6),
        limit: 0,
    };
    let most = FINGER_CEILING.min(MOST_PER_PAIR * i32::from(parts.paired));
    let score = evidence.free().min(most).max(FINGER_FLOOR);
    Evidence { limit: score - evidence.free(), ..evidence }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millionths(value: u32) -> u32 {
        (u64::from(value) << 24).div_ceil(1_000_000) as u32
    }

    /// A pair of prints as two of one finger look, and what a change does to the score.
    #[test]
    fn each_measurement_pulls_its_way() {
        let parts = Parts {
            relaxed: millionths(20_000),
            closeness: 6 << 16,
            aligned: 3 << 16,
            agreed: 2 << 16,
            paired: 14,
            least: 30,
            cells: 30,
            texture: 600,
            unpaired: 900,
            ..Parts::default()
        };
        let score = weigh(&parts).score();
        assert!((FINGER_FLOOR..FINGER_CEILING).contains(&score), "{score}");
        for (changed, higher) in [
            (Parts { relaxed: millionths(30_000), ..parts }, true),
            (Parts { closeness: 8 << 16, ..parts }, true),
            (Parts { least: 40, ..parts }, false),
            (Parts { texture: 700, ..parts }, true),
            (Parts { texture: 350, ..parts }, false),
            (Parts { unpaired: 2000, ..parts }, false),
            (Parts { paired: 1, ..parts }, false),
        ] {
            let other = weigh(&changed).score();
            assert!(other != score && (other > score) == higher, "{other} after {score}");
        }
    }

    #[test]
    fn parts_add_up_to_a_score_within_the_limits() {
        let common = Parts { cells: 30, least: 30, ..Parts::default() };
        let alike = Parts {
            relaxed: millionths(60_000),
            closeness: 14 << 16,
            aligned: 12 << 16,
            agreed: 8 << 16,
            ..common
        };
        for (parts, expected) in [
            (Parts { texture: -1000, paired: 20, ..common }, FINGER_FLOOR),
            (Parts { texture: 1000, paired: 20, ..alike }, FINGER_CEILING),
            (Parts { texture: 1000, paired: 2, ..alike }, 2 * MOST_PER_PAIR),
        ] {
            let evidence = weigh(&parts);
            assert_eq!(evidence.score(), expected);
            assert_eq!(evidence.free() + evidence.limit, expected);
        }
    }
}

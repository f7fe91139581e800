//! Which finger of one capture is which of another, when one of them was named wrongly.

use serde::{Deserialize, Serialize};

use crate::finger::FingerPosition;
use FingerPosition::{
    LeftIndex, LeftLittle, LeftMiddle, LeftRing, LeftThumb, RightIndex, RightLittle, RightMiddle,
    RightRing, RightThumb,
};

/// A hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hand {
    /// The right one.
    Right,
    /// The left one.
    Left,
}

/// How the fingers of one capture correspond to those of another. Each undoes itself, so it does
/// not matter which of the two captures was named wrongly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignment {
    /// Every finger is what it was named.
    AsStated,
    /// Left and right were exchanged, finger for finger.
    HandsExchanged,
    /// The wrong hand lay on the glass for each slap, and its fingers were named from left to right:
    /// the right index is the left little finger. The thumbs are as stated.
    SlapsMirrored,
    /// The two thumbs were exchanged.
    ThumbsExchanged,
    /// The four fingers of one hand were named in reverse, as from a picture turned or mirrored.
    SlapReversed(Hand),
    /// Two neighbouring fingers of a hand were captured in the wrong order: this one and the next
    /// towards the little finger.
    NeighboursExchanged(FingerPosition),
}

/// The five fingers of each hand, thumb first.
const HANDS: [[FingerPosition; 5]; 2] = [
    [RightThumb, RightIndex, RightMiddle, RightRing, RightLittle],
    [LeftThumb, LeftIndex, LeftMiddle, LeftRing, LeftLittle],
];

impl Assignment {
    /// All, the most usual first.
    pub const ALL: [Self; 14] = [
        Self::AsStated,
        Self::HandsExchanged,
        Self::ThumbsExchanged,
        Self::SlapsMirrored,
        Self::SlapReversed(Hand::Right),
        Self::SlapReversed(Hand::Left),
        Self::NeighboursExchanged(RightThumb),
        Self::NeighboursExchanged(RightIndex),
        Self::NeighboursExchanged(RightMiddle),
        Self::NeighboursExchanged(RightRing),
        Self::NeighboursExchanged(LeftThumb),
        Self::NeighboursExchanged(LeftIndex),
        Self::NeighboursExchanged(LeftMiddle),
        Self::NeighboursExchanged(LeftRing),
    ];

    /// What it takes off the score, millinats: minus the logarithm of how often captures go wrong so.
    ///
    /// Assumed: one capture in 1,000 for exchanged hands and exchanged thumbs, 3,000 for mirrored
    /// slaps, 10,000 for each other. Range 4,600 (one in 100) to 11,500. Whatever is true, choosing
    /// the best of all raises false matches at a threshold by at most the sum of these chances,
    /// one third of a per cent, and a person of ten good fingers stands at several times the price.
    pub const fn price(self) -> i32 {
        match self {
            Self::AsStated => 0,
            Self::HandsExchanged | Self::ThumbsExchanged => 6_908,
            Self::SlapsMirrored => 8_006,
            Self::SlapReversed(_) | Self::NeighboursExchanged(_) => 9_210,
        }
    }

    /// The finger of the other capture that this finger corresponds to.
    pub fn partner(self, finger: FingerPosition) -> FingerPosition {
        let Some((hand, place)) = place_of(finger) else { return finger };
        let mirrored = |place: usize| if place == 0 { 0 } else { 5 - place };
        match self {
            Self::HandsExchanged => HANDS[1 - hand][place],
            Self::ThumbsExchanged if place == 0 => HANDS[1 - hand][0],
            Self::SlapsMirrored if place > 0 => HANDS[1 - hand][mirrored(place)],
            Self::SlapReversed(Hand::Right) if hand == 0 => HANDS[hand][mirrored(place)],
            Self::SlapReversed(Hand::Left) if hand == 1 => HANDS[hand][mirrored(place)],
            Self::NeighboursExchanged(first) => match place_of(first) {
                Some((of, at)) if of == hand && at == place && at < 4 => HANDS[hand][place + 1],
                Some((of, at)) if of == hand && at + 1 == place => HANDS[hand][at],
                _ => finger,
            },
            _ => finger,
        }
    }

    /// What happened, in plain words, without a capital or a full stop.
    pub fn words(self) -> String {
        match self {
            Self::AsStated => "every finger as it was named".to_owned(),
            Self::HandsExchanged => "left and right hand exchanged".to_owned(),
            Self::SlapsMirrored => {
                "the wrong hand lay on the glass, and its fingers were named from left to right"
                    .to_owned()
            }
            Self::ThumbsExchanged => "left and right thumb exchanged".to_owned(),
            Self::SlapReversed(Hand::Right) => {
                "the right hand's fingers named in reverse".to_owned()
            }
            Self::SlapReversed(Hand::Left) => "the left hand's fingers named in reverse".to_owned(),
            Self::NeighboursExchanged(first) => {
                let words = |finger: FingerPosition| finger.name().replace('_', " ");
                format!("{} and {} exchanged", words(first), words(self.partner(first)))
            }
        }
    }
}

/// Which hand (0 right, 1 left), and which finger of it from the thumb.
fn place_of(finger: FingerPosition) -> Option<(usize, usize)> {
    let code = usize::from(finger.code());
    (1..=10).contains(&code).then(|| ((code - 1) / 5, (code - 1) % 5))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_undoes_itself_and_no_two_are_the_same() {
        let mut seen = BTreeSet::new();
        for assignment in Assignment::ALL {
            let all = FingerPosition::all();
            let partners = all.map(|finger| assignment.partner(finger));
            assert_eq!(BTreeSet::from(partners).len(), 10, "{assignment:?}");
            assert_eq!(partners.map(|finger| assignment.partner(finger)), all, "{assignment:?}");
            assert!(seen.insert(partners), "{assignment:?}");
            let unknown = FingerPosition::Unknown;
            assert_eq!(assignment.partner(unknown), unknown);
            assert_eq!(assignment.price() == 0, assignment == Assignment::AsStated);
        }
        assert_eq!(Assignment::NeighboursExchanged(LeftLittle).partner(LeftLittle), LeftLittle);
    }

    #[test]
    fn fingers_go_where_the_mistake_put_them() {
        use Assignment::{HandsExchanged, NeighboursExchanged, SlapReversed, SlapsMirrored};
        for (assignment, from, to) in [
            (HandsExchanged, RightRing, LeftRing),
            (HandsExchanged, LeftThumb, RightThumb),
            (SlapsMirrored, RightIndex, LeftLittle),
            (SlapsMirrored, LeftRing, RightMiddle),
            (SlapsMirrored, LeftThumb, LeftThumb),
            (SlapReversed(Hand::Left), LeftMiddle, LeftRing),
            (SlapReversed(Hand::Left), RightMiddle, RightMiddle),
            (NeighboursExchanged(RightRing), RightLittle, RightRing),
            (Assignment::ThumbsExchanged, LeftThumb, RightThumb),
            (Assignment::ThumbsExchanged, LeftIndex, LeftIndex),
        ] {
            assert_eq!(assignment.partner(from), to, "{assignment:?}");
        }
        assert_eq!(NeighboursExchanged(LeftIndex).words(), "left index and left middle exchanged");
    }

    #[test]
    fn choosing_the_best_hardly_raises_false_matches() {
        let chances = Assignment::ALL.map(|a| (-f64::from(a.price()) / 1000.0).exp());
        let wrong: f64 = chances.iter().sum::<f64>() - 1.0;
        assert!(wrong < 0.0034, "{wrong}");
    }
}

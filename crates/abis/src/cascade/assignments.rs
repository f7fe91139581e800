//! Under which mistakes of capture a search is repeated when it found nobody.

use niims_fingerprint::{Assignment, FingerPosition};
use niims_wire::abis::FingerTemplate;

/// Fingers that stay in place with which a search as stated still finds the person: votes of so many
/// fingers miss one mate in a hundred at most (see [`niims_fingerprint::index`]).
const ENOUGH_IN_PLACE: usize = 4;

/// The mistakes after which too few fingers stand where they were named, so that the index has to be
/// searched again with the fingers rearranged; the most usual first.
///
/// For ten fingers these are exchanged hands and mirrored slaps; for a single slap also its reversal.
/// One exchanged pair leaves eight fingers of ten in place, and the full comparison sees it.
pub(super) fn worth_searching(fingers: &[FingerTemplate]) -> Vec<Assignment> {
    let known: Vec<FingerPosition> =
        fingers.iter().map(|f| f.position).filter(|f| *f != FingerPosition::Unknown).collect();
    Assignment::ALL
        .into_iter()
        .skip(1)
        .filter(|assignment| {
            let moved = known.iter().filter(|f| assignment.partner(**f) != **f).count();
            let in_place = fingers.len() - moved;
            let whole_hands =
                matches!(assignment, Assignment::HandsExchanged | Assignment::SlapsMirrored);
            in_place < ENOUGH_IN_PLACE && (moved >= 2 || (whole_hands && moved == 1))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use niims_fingerprint::person::Hand;

    use super::*;

    fn of(codes: &[u8]) -> Vec<Assignment> {
        let finger = |code: &u8| FingerTemplate {
            position: FingerPosition::from_code(*code).unwrap(),
            quality: 50,
            template: Vec::new(),
        };
        worth_searching(&codes.iter().map(finger).collect::<Vec<_>>())
    }

    #[test]
    fn only_what_moves_most_fingers_is_searched_again() {
        use Assignment::{HandsExchanged, NeighboursExchanged, SlapReversed, SlapsMirrored};
        let whole = [HandsExchanged, SlapsMirrored];
        assert_eq!(of(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), whole);
        assert_eq!(of(&[7]), whole);
        assert_eq!(of(&[]), []);
        assert_eq!(of(&[0]), []);
        let slap = of(&[2, 3, 4, 5]);
        assert!(slap.contains(&SlapReversed(Hand::Right)), "{slap:?}");
        assert!(!slap.contains(&SlapReversed(Hand::Left)), "{slap:?}");
        let pair = of(&[2, 3]);
        assert!(pair.contains(&NeighboursExchanged(FingerPosition::RightIndex)), "{pair:?}");
    }
}

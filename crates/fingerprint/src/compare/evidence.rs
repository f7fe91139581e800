//! What the pictures say about two prints beyond the minutiae that were paired.

use super::motion::Motion;
use super::prepared::{Point, Prepared};
use super::texture::{self, Agreement, Lattice, Residual};

/// Texture and missing partners under one alignment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// How far the ridges agree.
    pub(super) agreement: Agreement,
    /// Sum of the quality of minutiae well inside the other print that have no partner there,
    /// percent. A good minutia should be found again.
    pub(super) unpaired: u32,
}

/// Looks at two prints whose minutiae `pairs` lie upon each other; `None` when either has no
/// texture.
pub(super) fn look(
    first: &Prepared,
    second: &Prepared,
    pairs: &[(u8, u8)],
    motion: &Motion,
) -> Option<Seen> {
    let (own, other) = (first.texture.as_ref()?, second.texture.as_ref()?);
    let residuals: Vec<Residual> = pairs
        .iter()
        .map(|(i, j)| {
            let place = first.minutiae[usize::from(*i)].place();
            let found = second.minutiae[usize::from(*j)].place();
            let expected = motion.apply(place);
            Residual { place, off: (found.0 - expected.0, found.1 - expected.1) }
        })
        .collect();
    let unpaired_first = unpaired(&first.minutiae, pairs.iter().map(|p| p.0), other, motion);
    let back = motion.reversed();
    let unpaired_second = unpaired(&second.minutiae, pairs.iter().map(|p| p.1), own, &back);
    Some(Seen {
        agreement: texture::agreement(own, other, motion, &residuals),
        unpaired: unpaired_first + unpaired_second,
    })
}

/// Quality of the minutiae that fall well inside the other print and are not `paired`, percent.
fn unpaired(
    minutiae: &[Point],
    paired: impl Iterator<Item = u8>,
    other: &Lattice,
    motion: &Motion,
) -> u32 {
    let mut alone = [true; 256];
    for index in paired {
        alone[usize::from(index)] = false;
    }
    minutiae
        .iter()
        .zip(alone)
        .filter(|(minutia, alone)| *alone && other.well_inside(motion.apply(minutia.place())))
        .map(|(minutia, _)| u32::from(minutia.quality))
        .sum()
}

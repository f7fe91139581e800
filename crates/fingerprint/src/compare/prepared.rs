//! A template made ready: everything that depends on one print alone, computed once.

use super::bank::Bank;
use super::cylinder;
use super::hull::{Hull, Place};
use super::texture::Lattice;
use crate::template::{MinutiaKind, Template};

/// A template with its cylinders, ready to be compared many times.
///
/// It is made of integers only and by integer arithmetic only, so that two machines hold the same.
#[derive(Clone)]
pub struct Prepared {
    pub(super) minutiae: Vec<Point>,
    pub(super) cylinders: Bank,
    pub(super) hull: Hull,
    pub(super) texture: Option<Lattice>,
    quality: u8,
}

/// Biometric data: only sizes are shown.
impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (minutiae, cylinders) = (self.minutiae.len(), self.cylinders.len());
        write!(f, "Prepared({minutiae} minutiae, {cylinders} cylinders)")
    }
}

/// A minutia in the frame of the comparison.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Point {
    /// Quarter pixels at 500 dpi, 0 to 16,379.
    pub(crate) x: i16,
    /// Quarter pixels at 500 dpi, downwards, 0 to 16,379.
    pub(crate) y: i16,
    /// 256ths of a turn, clockwise as the eye sees it, since y points down.
    pub(crate) direction: u8,
    /// 1 to 100; 50 where the template does not say.
    pub(crate) quality: u8,
    pub(crate) kind: Kind,
}

/// [`MinutiaKind`] with an order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Unknown,
    Ending,
    Bifurcation,
}

impl Point {
    pub(crate) fn place(self) -> Place {
        (i32::from(self.x), i32::from(self.y))
    }
}

impl Prepared {
    /// Prepares a template; about a tenth of a millisecond for fifty minutiae.
    pub fn new(template: &Template) -> Self {
        let minutiae: Vec<Point> = template
            .minutiae()
            .iter()
            .map(|m| Point {
                x: m.x.cast_signed(),
                y: m.y.cast_signed(),
                direction: m.direction.wrapping_neg(),
                quality: if m.quality == 0 { 50 } else { m.quality },
                kind: match m.kind {
                    MinutiaKind::Unknown => Kind::Unknown,
                    MinutiaKind::Ending => Kind::Ending,
                    MinutiaKind::Bifurcation => Kind::Bifurcation,
                },
            })
            .collect();
        let hull = Hull::of(minutiae.iter().map(|m| m.place()));
        let cylinders = Bank::new(cylinder::build(&minutiae, &hull));
        let texture = template.texture().map(Lattice::new);
        Self { minutiae, cylinders, hull, texture, quality: template.quality() }
    }

    /// Number of minutiae.
    pub fn minutiae(&self) -> usize {
        self.minutiae.len()
    }

    /// Finger quality of the template, 0 to 100.
    pub fn quality(&self) -> u8 {
        self.quality
    }

    /// Bytes held in memory.
    pub fn memory(&self) -> usize {
        size_of::<Self>()
            + self.minutiae.len() * size_of::<Point>()
            + self.cylinders.memory()
            + self.hull.memory()
            + self.texture.as_ref().map_or(0, Lattice::memory)
    }

    /// Whether this print is the first of the two in a comparison. Any order would do; that there is
    /// one makes `compare(a, b)` and `compare(b, a)` the same work.
    pub(super) fn precedes(&self, other: &Self) -> bool {
        let key = |print: &Self| (print.minutiae.len(), print.cylinders.len());
        (key(self), &self.minutiae) <= (key(other), &other.minutiae)
    }
}

//! The convex hull of the minutiae, grown: where a print can have minutiae at all.

/// A place in quarter pixels at 500 dpi, y pointing down; |x| and |y| below 2¹⁶.
pub(crate) type Place = (i32, i32);

/// Corners in order, around a positive area with y pointing down.
#[derive(Clone)]
pub(crate) struct Hull(Vec<Place>);

impl Hull {
    /// Andrew's monotone chain.
    pub(crate) fn of(points: impl Iterator<Item = Place>) -> Self {
        let mut points: Vec<Place> = points.collect();
        points.sort_unstable();
        points.dedup();
        if points.len() < 3 {
            return Self(points);
        }
        let mut hull = Vec::with_capacity(points.len() + 1);
        chain(&mut hull, points.iter());
        hull.pop();
        chain(&mut hull, points.iter().rev());
        hull.pop();
        hull.shrink_to_fit();
        Self(hull)
    }

    /// Whether a place lies in the hull or within `margin` quarter pixels of it.
    pub(crate) fn contains(&self, place: Place, margin: i32) -> bool {
        let margin = i64::from(margin) * i64::from(margin);
        let mut inside = self.0.len() >= 3;
        let mut last = match self.0.last() {
            Some(corner) => *corner,
            None => return false,
        };
        for corner in &self.0 {
            let (a, b) = (last, *corner);
            last = b;
            let across = turn(a, b, place);
            // Within a convex hull no edge has the place outside, and only those need a distance.
            if across >= 0 && self.0.len() >= 3 {
                continue;
            }
            inside = false;
            if near_edge(a, b, place, across, margin) {
                return true;
            }
        }
        inside
    }

    /// Bytes held beside the value itself.
    pub(crate) fn memory(&self) -> usize {
        self.0.capacity() * size_of::<Place>()
    }
}

/// Whether a place lies within a distance, given squared, of the edge from `a` to `b`; `across` is
/// its doubled area with the edge.
fn near_edge(a: Place, b: Place, place: Place, across: i64, margin: i64) -> bool {
    let squared = |a: Place, b: Place| {
        let (x, y) = (i64::from(b.0 - a.0), i64::from(b.1 - a.1));
        x * x + y * y
    };
    let length = squared(a, b);
    let along = i64::from(place.0 - a.0) * i64::from(b.0 - a.0)
        + i64::from(place.1 - a.1) * i64::from(b.1 - a.1);
    if along <= 0 {
        squared(a, place) <= margin
    } else if along >= length {
        squared(b, place) <= margin
    } else {
        i128::from(across) * i128::from(across) <= i128::from(margin) * i128::from(length)
    }
}

fn chain<'a>(hull: &mut Vec<Place>, points: impl Iterator<Item = &'a Place>) {
    let start = hull.len();
    for point in points {
        while hull.len() >= start + 2
            && turn(hull[hull.len() - 2], hull[hull.len() - 1], *point) <= 0
        {
            hull.pop();
        }
        hull.push(*point);
    }
}

/// Twice the area of the triangle, positive when `place` lies on the inner side of the edge.
fn turn(a: Place, b: Place, place: Place) -> i64 {
    i64::from(b.0 - a.0) * i64::from(place.1 - a.1)
        - i64::from(b.1 - a.1) * i64::from(place.0 - a.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_contains_itself_and_its_margin() {
        let corners = [(0, 0), (40, 0), (40, 40), (0, 40), (20, 20), (20, 0)];
        let hull = Hull::of(corners.into_iter());
        assert_eq!(hull.0.len(), 4);
        for (place, margin, expected) in [
            ((20, 20), 0, true),
            ((0, 20), 0, true),
            ((-4, 20), 2, false),
            ((-4, 20), 6, true),
            ((44, 44), 4, false),
            ((44, 44), 6, true),
        ] {
            assert_eq!(hull.contains(place, margin), expected, "{place:?} ± {margin}");
        }
    }

    #[test]
    fn fewer_than_three_points_have_only_a_margin() {
        let line = Hull::of([(0, 0), (40, 0)].into_iter());
        assert!(line.contains((20, 4), 8) && !line.contains((20, 12), 8));
        let point = Hull::of([(7, 7)].into_iter());
        assert!(point.contains((7, 9), 2) && !point.contains((7, 10), 2));
        assert!(!Hull::of(std::iter::empty()).contains((0, 0), 400));
    }
}

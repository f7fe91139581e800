//! The convex hull of the minutiae, grown: where a print can have minutiae at all.

/// Corners in order, around a positive area with y pointing down.
#[derive(Clone)]
pub(super) struct Hull(Vec<(f32, f32)>);

impl Hull {
    /// Andrew's monotone chain.
    pub(super) fn of(points: impl Iterator<Item = (f32, f32)>) -> Self {
        let mut points: Vec<(f32, f32)> = points.collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        points.dedup();
        if points.len() < 3 {
            return Self(points);
        }
        let mut hull = Vec::with_capacity(points.len() + 1);
        chain(&mut hull, points.iter());
        hull.pop();
        chain(&mut hull, points.iter().rev());
        hull.pop();
        Self(hull)
    }

    /// Whether a place lies in the hull or within `margin` pixels of it.
    pub(super) fn contains(&self, x: f32, y: f32, margin: f32) -> bool {
        let mut inside = self.0.len() >= 3;
        for (i, a) in self.0.iter().enumerate() {
            let b = self.0[(i + 1) % self.0.len()];
            let (ex, ey) = (b.0 - a.0, b.1 - a.1);
            let (px, py) = (x - a.0, y - a.1);
            inside &= ex * py - ey * px >= 0.0;
            let length = ex * ex + ey * ey;
            let t = if length > 0.0 { ((px * ex + py * ey) / length).clamp(0.0, 1.0) } else { 0.0 };
            let (dx, dy) = (px - t * ex, py - t * ey);
            if dx * dx + dy * dy <= margin * margin {
                return true;
            }
        }
        inside
    }
}

fn chain<'a>(hull: &mut Vec<(f32, f32)>, points: impl Iterator<Item = &'a (f32, f32)>) {
    let start = hull.len();
    for point in points {
        while hull.len() >= start + 2
            && turn(hull[hull.len() - 2], hull[hull.len() - 1], *point) <= 0.0
        {
            hull.pop();
        }
        hull.push(*point);
    }
}

fn turn(o: (f32, f32), a: (f32, f32), b: (f32, f32)) -> f32 {
    (a.0 - o.0) * (b.1 - o.1) - (a.1 - o.1) * (b.0 - o.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_contains_itself_and_its_margin() {
        let corners = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (5.0, 5.0), (5.0, 0.0)];
        let hull = Hull::of(corners.into_iter());
        assert_eq!(hull.0.len(), 4);
        for (x, y, margin, expected) in [
            (5.0, 5.0, 0.0, true),
            (-1.0, 5.0, 0.5, false),
            (-1.0, 5.0, 1.5, true),
            (11.0, 11.0, 1.0, false),
            (11.0, 11.0, 1.5, true),
        ] {
            assert_eq!(hull.contains(x, y, margin), expected, "({x}, {y}) ± {margin}");
        }
    }

    #[test]
    fn fewer_than_three_points_have_only_a_margin() {
        let line = Hull::of([(0.0, 0.0), (10.0, 0.0)].into_iter());
        assert!(line.contains(5.0, 1.0, 2.0) && !line.contains(5.0, 3.0, 2.0));
        assert!(!Hull::of(std::iter::empty()).contains(0.0, 0.0, 100.0));
    }
}

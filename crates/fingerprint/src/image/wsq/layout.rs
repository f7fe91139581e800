//! Where the subbands lie: a picture is split twenty times into quarters of high and low frequency.

/// A rectangle of the coefficient plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// A rectangle that is split, and on which side its high frequencies go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) region: Region,
    /// High horizontal frequencies left of low ones: a part that is itself high has its order of
    /// frequencies reversed, and is so put back in order.
    pub(super) high_left: bool,
    /// High vertical frequencies above low ones.
    pub(super) high_above: bool,
}

/// Subbands that carry data. The four above them (60 to 63) are never sent.
pub(super) const BANDS: usize = 60;

/// The whole decomposition, figure 7 of the specification.
pub(super) struct Layout {
    /// Rectangles to split, a part always after the whole it lies in.
    pub(super) nodes: Vec<Node>,
    /// The subbands in the order of their numbers.
    pub(super) bands: Vec<Region>,
}

impl Layout {
    /// The decomposition of a picture of `width` × `height` pixels.
    pub(super) fn new(width: usize, height: usize) -> Self {
        let whole = Region { x: 0, y: 0, width, height };
        let root = Node { region: whole, high_left: false, high_above: false };
        let [low, right, below, _] = root.split();
        let [low_low, low_right, low_below, low_both] = low.split();
        let quarters = low_low.split();
        let [deepest, deep @ ..] = quarters[0].split();

        let mut nodes = vec![root, low, right, below, low_low, low_right, low_below];
        nodes.extend(quarters);
        nodes.extend(low_right.split());
        nodes.extend(low_below.split());
        nodes.push(deepest);

        let mut bands = deepest.split().to_vec();
        bands.extend(deep);
        bands.extend(quarters[1..].iter().flat_map(Node::split));
        bands.extend(low_right.split().iter().flat_map(Node::split));
        bands.extend(low_below.split().iter().flat_map(Node::split));
        bands.push(low_both);
        bands.extend(right.split());
        bands.extend(below.split());
        Self { nodes, bands: bands.into_iter().map(|node| node.region).collect() }
    }
}

impl Node {
    /// Upper left, upper right, lower left, lower right. The right and lower parts are reversed
    /// when they are split in turn, wherever the part lies.
    fn split(&self) -> [Self; 4] {
        let Region { x, y, width, height } = self.region;
        let (left, above) = (half(width, self.high_left), half(height, self.high_above));
        let part = |right: bool, below: bool| Self {
            region: Region {
                x: if right { x + left } else { x },
                y: if below { y + above } else { y },
                width: if right { width - left } else { left },
                height: if below { height - above } else { above },
            },
            high_left: right,
            high_above: below,
        };
        [part(false, false), part(true, false), part(false, true), part(true, true)]
    }
}

/// The size of the first half: low frequencies get the odd sample.
fn half(length: usize, high_first: bool) -> usize {
    if high_first { length / 2 } else { length.div_ceil(2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subbands_cover_all_but_the_highest_quarter() {
        for (width, height) in [(388, 374), (640, 480), (97, 101), (1, 1), (3, 200)] {
            let layout = Layout::new(width, height);
            assert_eq!((layout.nodes.len(), layout.bands.len()), (20, BANDS));
            let mut covered = vec![0; width * height];
            for band in &layout.bands {
                for y in band.y..band.y + band.height {
                    for x in band.x..band.x + band.width {
                        covered[y * width + x] += 1;
                    }
                }
            }
            let (low_width, low_height) = (width.div_ceil(2), height.div_ceil(2));
            for (at, times) in covered.into_iter().enumerate() {
                let highest = at % width >= low_width && at / width >= low_height;
                assert_eq!(times, u32::from(!highest), "{width} × {height} at {at}");
            }
        }
    }
}

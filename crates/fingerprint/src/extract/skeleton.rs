//! Stage 6: ridges, and separately valleys, thinned to lines of one pixel.
//!
//! Both skeletons are needed because only their *endings* become minutiae: a fork of the ridges is
//! an ending of the valleys.

use super::plane::Plane;
use super::segmentation::Mask;
use super::thinning::Bits;

/// A side branch shorter than this is a spur, pixels: about one ridge period.
const SPUR: usize = 10;
/// A line with two ends shorter than this is a fragment, pixels: under two periods.
const FRAGMENT: usize = 16;
/// Cleaning rounds; a second one takes what the first one laid bare.
const ROUNDS: usize = 2;

/// Lines of one pixel, eight-connected, at least two pixels from the picture's edge.
pub(crate) struct Skeleton {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// 1 on a line, 0 elsewhere.
    pub(crate) pixels: Vec<u8>,
}

/// Dark lines.
pub(super) fn ridges(enhanced: &Plane, mask: &Mask) -> Skeleton {
    skeleton(enhanced, mask, |value| value < 0.0)
}

/// Light lines.
pub(super) fn valleys(enhanced: &Plane, mask: &Mask) -> Skeleton {
    skeleton(enhanced, mask, |value| value > 0.0)
}

fn skeleton(enhanced: &Plane, mask: &Mask, side: impl Fn(f32) -> bool) -> Skeleton {
    let (width, height) = (enhanced.width, enhanced.height);
    let mut bits = Bits::of(&enhanced.data, width, mask, side);
    bits.thin();
    let line = bits.positions(width);
    let mut skeleton = Skeleton::drawn(width, height, &line);
    for _ in 0..ROUNDS {
        skeleton.clean(&line);
    }
    skeleton
}

impl Skeleton {
    fn drawn(width: usize, height: usize, line: &[usize]) -> Self {
        let mut pixels = vec![0; width * height];
        for i in line {
            pixels[*i] = 1;
        }
        Self { width, height, pixels }
    }

    /// The eight neighbours of a pixel, clockwise from the one above.
    pub(crate) fn around(&self, i: usize) -> [usize; 8] {
        let w = self.width;
        [i - w, i - w + 1, i + 1, i + w + 1, i + w, i + w - 1, i - 1, i - w - 1]
    }

    /// One bit for each neighbour on a line, clockwise from the one above.
    fn neighbourhood(&self, i: usize) -> u8 {
        self.around(i).iter().enumerate().fold(0, |byte, (bit, n)| byte | self.pixels[*n] << bit)
    }

    /// How many lines leave a pixel (Rutovitz' crossing number): 1 at an ending, 3 at a fork.
    pub(crate) fn crossings(&self, i: usize) -> u32 {
        let byte = self.neighbourhood(i);
        (byte ^ byte.rotate_right(1)).count_ones() / 2
    }

    /// Follows the line that leaves an ending, for at most `most` pixels.
    ///
    /// Returns the pixels with the ending first, and whether the line itself ended there.
    pub(crate) fn trace(&self, start: usize, most: usize) -> (Vec<usize>, bool) {
        let mut path = vec![start];
        loop {
            let here = path[path.len() - 1];
            let around = self.around(here);
            // Straight neighbours (even places) first: they lie nearer than diagonal ones.
            let next = [0, 2, 4, 6, 1, 3, 5, 7]
                .into_iter()
                .map(|place| around[place])
                .find(|i| self.pixels[*i] == 1 && !path.contains(i));
            let Some(next) = next else { return (path, true) };
            path.push(next);
            if path.len() >= most || self.crossings(next) >= 3 {
                return (path, false);
            }
        }
    }

    /// Removes single pixels, fragments and spurs. `line`: every pixel that may be on a line.
    fn clean(&mut self, line: &[usize]) {
        for &i in line {
            if self.pixels[i] == 0 {
                continue;
            }
            if self.neighbourhood(i) == 0 {
                self.pixels[i] = 0;
            } else if self.crossings(i) == 1 {
                self.clean_from(i);
            }
        }
    }

    fn clean_from(&mut self, ending: usize) {
        let (path, ended) = self.trace(ending, FRAGMENT);
        let last = path[path.len() - 1];
        let gone = if ended && path.len() < FRAGMENT {
            &path[..]
        } else if path.len() < SPUR && self.crossings(last) >= 3 {
            &path[..path.len() - 1]
        } else {
            &[]
        };
        for i in gone {
            self.pixels[*i] = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(rows: &[&str]) -> Skeleton {
        let (width, height) = (rows[0].len() + 4, rows.len() + 4);
        let mut pixels = vec![0; width * height];
        for (y, row) in rows.iter().enumerate() {
            for (x, c) in row.bytes().enumerate() {
                pixels[(y + 2) * width + x + 2] = u8::from(c == b'#');
            }
        }
        Skeleton { width, height, pixels }
    }

    fn thinned(thick: &Skeleton) -> Skeleton {
        let (width, height) = (thick.width, thick.height);
        let mut bits = Bits::from_pixels(&thick.pixels, width);
        bits.thin();
        Skeleton::drawn(width, height, &bits.positions(width))
    }

    fn endings(skeleton: &Skeleton) -> usize {
        (0..skeleton.pixels.len())
            .filter(|i| skeleton.pixels[*i] == 1 && skeleton.crossings(*i) == 1)
            .count()
    }

    #[test]
    fn a_bar_becomes_a_line_with_two_ends() {
        let bar = thinned(&drawn(&["#".repeat(40).as_str(); 6]));
        let left: usize = bar.pixels.iter().map(|p| usize::from(*p)).sum();
        assert!((34..=40).contains(&left), "{left} pixels are left");
        assert_eq!(endings(&bar), 2);
    }

    #[test]
    fn a_ring_keeps_its_hole_and_has_no_end() {
        let rows: Vec<String> = (0..30)
            .map(|y: i32| {
                (0..30)
                    .map(|x: i32| {
                        let r = (x - 15).pow(2) + (y - 15).pow(2);
                        if (64..=169).contains(&r) { '#' } else { '.' }
                    })
                    .collect()
            })
            .collect();
        let ring = thinned(&drawn(&rows.iter().map(String::as_str).collect::<Vec<_>>()));
        assert_eq!(endings(&ring), 0);
        assert!(ring.pixels.contains(&1) && ring.pixels[17 * ring.width + 17] == 0);
    }

    #[test]
    fn spurs_and_fragments_go_and_lines_stay() {
        let mut rows = vec![".".repeat(60); 24];
        rows[4] = "#".repeat(60);
        for row in &mut rows[5..10] {
            row.replace_range(30..31, "#");
        }
        rows[20].replace_range(10..20, "##########");
        let mut print = drawn(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        let line: Vec<usize> = (0..print.pixels.len()).filter(|i| print.pixels[*i] == 1).collect();
        print.clean(&line);
        assert_eq!(endings(&print), 2, "only the long line's ends are left");
    }
}

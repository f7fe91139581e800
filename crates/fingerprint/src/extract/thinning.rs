//! Lines thinned to one pixel, 64 pixels at a time.
//!
//! Guo and Hall (1989), parallel thinning in two subiterations. Each of their conditions is a
//! few operations on the words of a row and of its two neighbours.

use super::segmentation::Mask;
use super::spans::Spans;

/// One bit for each pixel, a word of zeros on each side of a row and a row of zeros above and below.
pub(super) struct Bits {
    /// Words of a row, with both sides.
    words: usize,
    data: Vec<u64>,
}

impl Bits {
    /// The pixels of finger that hold `side`, at least two pixels from the edge of a picture with
    /// rows of `width`.
    pub(super) fn of(
        values: &[f32],
        width: usize,
        mask: &Mask,
        side: impl Fn(f32) -> bool,
    ) -> Self {
        let height = values.len() / width;
        let words = width.div_ceil(64) + 2;
        let mut data = vec![0; words * (height + 2)];
        let spans = Spans::of(mask, width);
        for y in 2..height.saturating_sub(2) {
            let span = spans.over(y..y + 1);
            let span = span.start.max(2)..span.end.min(width - 2);
            let row = &values[y * width..][..width];
            let inside = &mask.inside[y * width..][..width];
            let target = &mut data[(y + 1) * words + 1..];
            if span.is_empty() {
                continue;
            }
            for (k, word) in target.iter_mut().enumerate().take(span.end.div_ceil(64)) {
                let columns = (64 * k).max(span.start)..(64 * k + 64).min(span.end);
                if columns.is_empty() {
                    continue;
                }
                let pixels = row[columns.clone()].iter().zip(&inside[columns.clone()]);
                let bits = pixels.enumerate().fold(0, |bits, (bit, (value, inside))| {
                    bits | u64::from(*inside & side(*value)) << bit
                });
                *word = bits << (columns.start % 64);
            }
        }
        Self { words, data }
    }

    /// Removes pixels from the sides of lines until none can go.
    pub(super) fn thin(&mut self) {
        let words = self.words;
        let rows = self.data.len() / words;
        // The subiteration in which a row last changed. A row whose surroundings have not changed
        // since it was last looked at in the same way has nothing to lose.
        let mut changed = vec![2; rows];
        let (mut above, mut here) = (vec![0; words], vec![0; words]);
        let mut removed = vec![0; words];
        for turn in 3.. {
            let mut last_change = 0;
            above.fill(0);
            for y in 1..rows - 1 {
                here.copy_from_slice(&self.data[y * words..][..words]);
                let recent = changed[y - 1].max(changed[y]).max(changed[y + 1]);
                if recent + 2 >= turn {
                    let below = &self.data[(y + 1) * words..][..words];
                    find_removable(turn % 2 == 0, [&above, &here, below], &mut removed);
                    let mut any = 0;
                    let row = &mut self.data[y * words..][..words];
                    for (word, gone) in row.iter_mut().zip(&removed) {
                        *word &= !gone;
                        any |= gone;
                    }
                    if any != 0 {
                        changed[y] = turn;
                    }
                }
                last_change = last_change.max(changed[y]);
                std::mem::swap(&mut above, &mut here);
            }
            if last_change + 2 <= turn {
                return;
            }
        }
    }

    /// The pixels that are set, row by row, of a picture with rows of `width`.
    pub(super) fn positions(&self, width: usize) -> Vec<usize> {
        let mut positions = Vec::new();
        for (y, row) in self.data.chunks_exact(self.words).skip(1).enumerate() {
            for (k, word) in row[1..].iter().enumerate() {
                let mut left = *word;
                while left != 0 {
                    positions.push(y * width + 64 * k + left.trailing_zeros() as usize);
                    left &= left - 1;
                }
            }
        }
        positions
    }
}

/// The pixels that go in one subiteration, from the rows above, here and below.
fn find_removable(second: bool, rows: [&[u64]; 3], removed: &mut [u64]) {
    let [above, here, below] = rows;
    let triples = above.windows(3).zip(here.windows(3)).zip(below.windows(3));
    let inner = removed.len() - 2;
    for (((a, h), b), gone) in triples.zip(&mut removed[1..=inner]) {
        let west = |w: &[u64]| w[1] << 1 | w[0] >> 63;
        let east = |w: &[u64]| w[1] >> 1 | w[2] << 63;
        let around = [a[1], east(a), east(h), east(b), b[1], west(b), west(h), west(a)];
        *gone = h[1] & removable(second, around);
    }
}

/// The three conditions of Guo and Hall, for neighbours clockwise from the one above.
#[inline]
fn removable(second: bool, around: [u64; 8]) -> u64 {
    let [n, ne, e, se, s, sw, w, nw] = around;
    // Exactly one line passes: one straight neighbour is empty before a full corner or side.
    let lines = [!n & (ne | e), !e & (se | s), !s & (sw | w), !w & (nw | n)];
    let (odd_a, odd_b) = (lines[0] ^ lines[1], lines[2] ^ lines[3]);
    let several = lines[0] & lines[1] | lines[2] & lines[3] | odd_a & odd_b;
    let one_line = (odd_a ^ odd_b) & !several;
    // Of the two ways to pair neighbours, the one with fewer full pairs has two or three.
    let (two_a, four_a) = count([nw | n, ne | e, se | s, sw | w]);
    let (two_b, four_b) = count([n | ne, e | se, s | sw, w | nw]);
    let pairs = two_a & two_b & !(four_a & four_b);
    let shielded = if second { (s | sw | !nw) & w } else { (n | ne | !se) & e };
    one_line & pairs & !shielded
}

/// Where at least two, and where all four, of four bits are set.
#[inline]
fn count(bits: [u64; 4]) -> (u64, u64) {
    let [a, b, c, d] = bits;
    (a & b | c & d | (a | b) & (c | d), a & b & c & d)
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Bits {
        pub(in crate::extract) fn from_pixels(pixels: &[u8], width: usize) -> Self {
            let words = width.div_ceil(64) + 2;
            let mut data = vec![0; words * (pixels.len() / width + 2)];
            for (i, _) in pixels.iter().enumerate().filter(|(_, pixel)| **pixel == 1) {
                data[(i / width + 1) * words + 1 + i % width / 64] |= 1 << (i % width % 64);
            }
            Self { words, data }
        }
    }

    /// The conditions one neighbour at a time, as they stand in the paper.
    fn by_the_book(second: bool, around: [bool; 8]) -> bool {
        let p = |k: usize| around[k % 8];
        let lines = (0..8).step_by(2).filter(|k| !p(*k) && (p(k + 1) || p(k + 2))).count();
        let pairs_a = (0..8).step_by(2).filter(|k| p(k + 7) || p(*k)).count();
        let pairs_b = (0..8).step_by(2).filter(|k| p(*k) || p(k + 1)).count();
        let shielded =
            if second { (p(4) || p(5) || !p(7)) && p(6) } else { (p(0) || p(1) || !p(3)) && p(2) };
        lines == 1 && (2..=3).contains(&pairs_a.min(pairs_b)) && !shielded
    }

    #[test]
    fn words_decide_as_the_book_does_for_every_neighbourhood() {
        for byte in 0..256_u32 {
            let around: [bool; 8] = std::array::from_fn(|k| byte >> k & 1 == 1);
            let words = around.map(|set| if set { u64::MAX } else { 0 });
            for second in [false, true] {
                let expected = if by_the_book(second, around) { u64::MAX } else { 0 };
                assert_eq!(removable(second, words), expected, "{byte:08b} {second}");
            }
        }
    }
}

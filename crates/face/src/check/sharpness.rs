//! Sharpness: how much a picture changes when it is blurred on purpose.
//!
//! After Crete, Dolmiere, Ladret and Nicolas (2007): a sharp picture loses most of the differences
//! between neighbours when it is smoothed, a blurred one hardly any. It needs no reference and is the
//! same for light and dark pictures.

use super::{Finding, Head};
use crate::photo::Photo;

/// Half length of the smoothing, pixels.
const REACH: usize = 4;
/// Most blur, thousandths: 0 is perfectly sharp, 1,000 wholly blurred. Range 450 to 700. At the
/// working height drawn portraits have 190 to 330, blurred by a Gaussian of 1 pixel 470, of 2 pixels 620 and
/// of 3 pixels 700.
const MOST_BLUR: u64 = 600;

/// Says whether the head is blurred.
pub(super) fn check(photo: &Photo, head: &Head) -> Option<Finding> {
    (blur(photo, head) > MOST_BLUR).then_some(Finding::Blurred)
}

/// The blur of the head, thousandths: the worse of both directions.
pub(super) fn blur(photo: &Photo, head: &Head) -> u64 {
    let (luminance, width) = (photo.luminance(), photo.width() as usize);
    let rows = head.top as usize..((head.top + head.height).min(photo.height())) as usize;
    let columns = head.left as usize..((head.left + head.width).min(photo.width())) as usize;
    let lines = |across: bool| -> Vec<Vec<u8>> {
        let (outer, inner) =
            if across { (rows.clone(), columns.clone()) } else { (columns.clone(), rows.clone()) };
        let level =
            |o: usize, i: usize| luminance[if across { o * width + i } else { i * width + o }];
        outer.map(|o| inner.clone().map(|i| level(o, i)).collect()).collect()
    };
    [true, false].map(|across| blur_along(&lines(across))).into_iter().max().unwrap_or(0)
}

/// The share of differences that smoothing leaves, thousandths; 1,000 where there are none.
fn blur_along(lines: &[Vec<u8>]) -> u64 {
    let (mut all, mut lost) = (0, 0);
    for line in lines {
        let smooth = smoothed(line);
        let steps = |line: &[u32]| -> Vec<u64> {
            line.windows(2).map(|pair| u64::from(pair[0].abs_diff(pair[1]))).collect()
        };
        // Both at the scale of the sums of the smoothing.
        let scaled: Vec<u32> =
            line.iter().map(|level| u32::from(*level) * (2 * REACH as u32 + 1)).collect();
        for (before, after) in steps(&scaled).into_iter().zip(steps(&smooth)) {
            all += before;
            lost += before.saturating_sub(after);
        }
    }
    ((all - lost) * 1_000).checked_div(all).unwrap_or(1_000)
}

/// Sums over the neighbours on both sides; the ends are continued.
fn smoothed(line: &[u8]) -> Vec<u32> {
    let last = line.len().saturating_sub(1);
    (0..line.len())
        .map(|at| {
            let around = at..=at + 2 * REACH;
            around.map(|n| u32::from(line[n.saturating_sub(REACH).min(last)])).sum()
        })
        .collect()
}

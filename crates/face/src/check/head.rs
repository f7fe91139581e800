//! The head: what stands out from the background in the upper part of the photo.
//!
//! No feature of a face is looked for, so hair, scarf and skin count alike. The outline decides: from
//! the crown down it widens to the head and, below the neck or chin, once more to the shoulders.

use super::Finding;
use super::background::Background;
use crate::photo::Photo;

/// Fewest pixels across that count as a part of somebody, thousandths of the width.
const LEAST_RUN: u32 = 120;
/// A second head is as high as this, thousandths of the height: a raised hand or an ear-ring is less.
const LEAST_SECOND: u32 = 100;
/// The shoulders begin where the outline is so much wider than a sixteenth of the photo above, or than
/// the neck, thousandths. Range 1,150 to 1,600. Chosen on drawings.
const SHOULDERS: u32 = 1_250;
/// A neck is narrower than this share of the head, thousandths. Range 700 to 950. Chosen on drawings.
const NECK: u32 = 850;
/// The head is at least so high before shoulders are looked for, thousandths of the photo's height.
const LEAST_HEIGHT: u32 = 180;
/// Width of the head, thousandths of the photo's width. ISO/IEC 19794-5:2005 asks for 500 to 714; wider
/// bounds here, since scarves and hair count as head.
const WIDTH: core::ops::RangeInclusive<u32> = 300..=850;
/// Middle of the head, thousandths of the width. The standard asks for 450 to 550 for the face itself.
const CENTRE: core::ops::RangeInclusive<u32> = 400..=600;

/// Where the head is, pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Left edge.
    pub left: u32,
    /// The crown.
    pub top: u32,
    /// Across.
    pub width: u32,
    /// Crown to chin or neck.
    pub height: u32,
}

impl Head {
    /// Where a head usually is.
    pub(super) fn middle(photo: &Photo) -> Self {
        let (width, height) = (photo.width(), photo.height());
        Self { left: width / 4, top: height / 5, width: width / 2, height: height / 2 }
    }

    /// The same in a picture of another height.
    pub(super) fn scaled(self, height: u32, from: u32) -> Self {
        let scale = |n: u32| (u64::from(n) * u64::from(height) / u64::from(from.max(1))) as u32;
        Self {
            left: scale(self.left),
            top: scale(self.top),
            width: scale(self.width).max(1),
            height: scale(self.height).max(1),
        }
    }
}

/// A stretch of a row that is not background: from, to (not included).
type Run = (u32, u32);

/// Finds the head, and what is wrong with it.
pub(super) fn check(photo: &Photo, background: &Background) -> (Vec<Finding>, Option<Head>) {
    let rows: Vec<Vec<Run>> = (0..photo.height()).map(|y| runs(photo, background, y)).collect();
    let Some(top) = crown(&rows) else { return (vec![Finding::NoHead], None) };
    if heads(&rows, photo.height()) > 1 {
        return (vec![Finding::SeveralHeads], None);
    }
    let head = outline(&rows, top, photo.height());
    let permille = |n: u32| n * 1_000 / photo.width();
    let mut findings = Vec::new();
    if permille(head.width) < *WIDTH.start() {
        findings.push(Finding::HeadTooSmall);
    } else if permille(head.width) > *WIDTH.end() {
        findings.push(Finding::HeadTooLarge);
    }
    if !CENTRE.contains(&permille(head.left + head.width / 2)) {
        findings.push(Finding::HeadOffCentre);
    }
    (findings, Some(head))
}

/// The stretches of a row that stand out and are wide enough; gaps of a few pixels are closed.
fn runs(photo: &Photo, background: &Background, y: u32) -> Vec<Run> {
    let gap = (photo.width() / 40).max(2);
    let mut runs: Vec<Run> = Vec::new();
    for x in (0..photo.width()).filter(|x| background.stands_out(photo, (*x, y))) {
        match runs.last_mut() {
            Some(last) if x < last.1 + gap => last.1 = x + 1,
            _ => runs.push((x, x + 1)),
        }
    }
    runs.retain(|run| (run.1 - run.0) * 1_000 >= LEAST_RUN * photo.width());
    runs
}

/// The first row of five together that have somebody in them, in the upper two thirds.
fn crown(rows: &[Vec<Run>]) -> Option<u32> {
    let limit = rows.len() * 2 / 3;
    let somebody = |window: &[Vec<Run>]| window.iter().all(|row| !row.is_empty());
    rows[..limit].windows(5).position(somebody).map(|row| row as u32)
}

/// The greatest number of stretches side by side that lasts.
fn heads(rows: &[Vec<Run>], height: u32) -> usize {
    let lasting = (height * LEAST_SECOND / 1_000).max(2) as usize;
    let upper = &rows[..rows.len() * 7 / 10];
    upper.windows(lasting).map(|w| w.iter().map(Vec::len).min().unwrap_or(0)).max().unwrap_or(0)
}

/// From the crown to the neck, or to the shoulders where hair or a scarf hides the neck.
fn outline(rows: &[Vec<Run>], top: u32, height: u32) -> Head {
    let widest = |row: &Vec<Run>| row.iter().copied().max_by_key(|run| run.1 - run.0);
    let outline: Vec<Run> =
        rows[top as usize..].iter().map(|row| widest(row).unwrap_or_default()).collect();
    let bottom = neck(&outline).unwrap_or_else(|| shoulders(&outline, height)).max(1);
    let (left, right) =
        outline[..bottom].iter().copied().max_by_key(|run| across(*run)).unwrap_or_default();
    let width = (right - left).max(1);
    // A head is hardly ever higher than one and a half times its width; below is neck and trunk.
    Head { left, top, width, height: (bottom as u32).min(width * 3 / 2) }
}

fn across(run: Run) -> u32 {
    run.1 - run.0
}

/// The narrowest row after the widest so far, once the outline widens again.
fn neck(outline: &[Run]) -> Option<usize> {
    let (mut widest, mut narrowest) = (0, (u32::MAX, 0));
    for (row, run) in outline.iter().enumerate() {
        let now = across(*run);
        if now >= widest {
            (widest, narrowest) = (now, (now, row));
        } else if now < narrowest.0 {
            narrowest = (now, row);
        }
        let narrow = narrowest.0 * 1_000 < widest * NECK;
        if narrow && now * 1_000 > narrowest.0.max(1) * SHOULDERS {
            return Some(narrowest.1);
        }
    }
    None
}

/// The row below which the outline suddenly widens; the end where it does not.
fn shoulders(outline: &[Run], height: u32) -> usize {
    let step = (height / 16).max(1) as usize;
    let least = (height * LEAST_HEIGHT / 1_000) as usize;
    let mut widest = 0;
    for row in step..outline.len() {
        widest = widest.max(across(outline[row - step]));
        if row >= least && across(outline[row]) * 1_000 > widest * SHOULDERS {
            return row - step;
        }
    }
    outline.len()
}

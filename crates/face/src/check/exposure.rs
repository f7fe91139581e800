//! Light on the head. What counts is what is lost, not how light a face is: dark skin is no fault.

use super::{Finding, Head};
use crate::photo::Photo;

/// At or below this, of 255, nothing can be told apart.
const BLACK: u8 = 6;
/// At or above this, nothing can be told apart.
const WHITE: u8 = 250;
/// Most of the head that may be black, thousandths. Black hair and scarves of a well-lit photo lie at 10 to
/// 40 levels; range 250 to 600.
const MOST_BLACK: usize = 450;
/// Most of the head that may be white, thousandths; range 50 to 250. A white scarf lies at 230 to 245.
const MOST_WHITE: usize = 150;
/// Least distance of the 5th and 95th percentiles, levels; range 24 to 60.
const LEAST_RANGE: u8 = 40;
/// Most that the medians of the left and the right half may differ, levels; range 40 to 90.
const MOST_SIDED: u8 = 60;

/// Says what is wrong with the light.
pub(super) fn check(photo: &Photo, head: &Head) -> Vec<Finding> {
    let luminance = photo.luminance();
    let half = head.left + head.width / 2;
    let part = |from: u32, to: u32| {
        let width = photo.width();
        let rows = head.top..(head.top + head.height).min(photo.height());
        let mut levels: Vec<u8> = rows
            .flat_map(|y| (from..to.min(width)).map(move |x| (y * width + x) as usize))
            .map(|at| luminance[at])
            .collect();
        levels.sort_unstable();
        levels
    };
    let (left, right) = (part(head.left, half), part(half, head.left + head.width));
    let all = part(head.left, head.left + head.width);
    let mut findings = Vec::new();
    if all.partition_point(|level| *level <= BLACK) * 1_000 > all.len() * MOST_BLACK {
        findings.push(Finding::TooDark);
    }
    if (all.len() - all.partition_point(|level| *level < WHITE)) * 1_000 > all.len() * MOST_WHITE {
        findings.push(Finding::TooBright);
    }
    if at(&all, 95) - at(&all, 5) < LEAST_RANGE {
        findings.push(Finding::Flat);
    }
    if at(&left, 50).abs_diff(at(&right, 50)) > MOST_SIDED {
        findings.push(Finding::LitFromOneSide);
    }
    findings
}

/// A percentile of sorted levels; 0 of none.
fn at(levels: &[u8], percent: usize) -> u8 {
    levels.get(levels.len().saturating_sub(1) * percent / 100).copied().unwrap_or(0)
}

//! How far the fingers lean: the turn under which they stand upright.

use super::mask::{CELL, Mask};

/// Turns that are tried, degrees from −MOST to MOST. A hand is laid on a slap within ±20°.
const MOST: i32 = 20;
/// Spread of the turns that are expected, degrees. Range 15 to 40. Fingertips and the phalanges below
/// their neighbours stand in rows as well, some 35° from the fingers; without this, 4 slaps of 12
/// were taken for leaning so far.
const SPREAD: f32 = 22.0;
/// Step between them, degrees: half a cell over the height of a slap.
const STEP: i32 = 2;

/// The turn in radians, positive when the fingertips lean to the right. Upright fingers throw the
/// narrowest shadows: the one is taken whose columns differ most.
pub(super) fn of(mask: &Mask) -> f32 {
    let turns = (-MOST..=MOST).step_by(STEP as usize);
    let best = turns.max_by(|a, b| {
        let expected = |turn: &i32| (-0.5 * (*turn as f32 / SPREAD).powi(2)).exp();
        let upright = |turn: &i32| expected(turn) * sharpness(mask, radians(*turn));
        upright(a).total_cmp(&upright(b)).then(b.abs().cmp(&a.abs()))
    });
    radians(best.unwrap_or(0))
}

fn radians(degrees: i32) -> f32 {
    (degrees as f32).to_radians()
}

/// A place across and along the fingers.
pub(super) fn turned((x, y): (f32, f32), turn: f32) -> (f32, f32) {
    let (sin, cos) = turn.sin_cos();
    (x * cos + y * sin, y * cos - x * sin)
}

/// Sum of the squares of the columns' shadows.
fn sharpness(mask: &Mask, turn: f32) -> f32 {
    let reach = (mask.width + mask.height) * 2;
    let mut columns = vec![0.0_f32; 2 * reach];
    for place in mask.centres() {
        let across = turned(place, turn).0 / CELL as f32 + reach as f32;
        // Shared between the two nearest columns, so that the grid prefers no turn.
        let (whole, part) = (across.floor(), across.fract());
        columns[whole as usize] += 1.0 - part;
        columns[whole as usize + 1] += part;
    }
    columns.iter().map(|shadow| shadow * shadow).sum()
}

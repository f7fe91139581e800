//! Tests of the whole extraction on analytic ridge patterns.

use std::f32::consts::TAU;

use super::*;

/// A print of ridges whose phase, in periods, is `phase(x, y)`, on an ellipse of the picture.
fn print(side: u32, phase: impl Fn(f32, f32) -> f32) -> GrayImage {
    let pixels = (0..side * side)
        .map(|i| {
            let (x, y) = ((i % side) as f32, (i / side) as f32);
            let centre = side as f32 / 2.0;
            let away = ((x - centre).powi(2) + (y - centre).powi(2)).sqrt();
            if away > centre - 12.0 {
                return 240;
            }
            (130.0 + 90.0 * (TAU * phase(x, y)).cos()) as u8
        })
        .collect();
    GrayImage::new(side, side, pixels).unwrap()
}

/// Straight ridges of 9 pixels with one ridge ending at the middle: a phase that turns by one
/// period on the way around it.
fn one_ending(side: u32) -> GrayImage {
    let centre = side as f32 / 2.0;
    print(side, move |x, y| {
        let spiral = (y - centre).atan2(x - centre) / TAU;
        y / 9.0 + spiral
    })
}

/// A side on which one minutia is enough for a finger, and ridges need not bend.
const SMALL: u32 = 150;

#[test]
fn parallel_ridges_have_no_minutiae_and_are_no_finger() {
    for (side, expected) in [(SMALL, "extract.no_minutiae"), (256, "extract.no_ridges")] {
        let refused = extract(&print(side, |_, y| y / 9.0), 500).unwrap_err();
        assert_eq!(refused.code(), expected);
    }
}

#[test]
fn a_planted_minutia_is_found_in_its_place_and_direction() {
    let extraction = extract(&one_ending(SMALL), 500).unwrap();
    let minutiae = extraction.template.minutiae();
    assert_eq!(minutiae.len(), 1, "one planted, {} found", minutiae.len());
    let found = minutiae[0];
    let place = |v: u16| f32::from(v) / f32::from(SUBPIXEL);
    assert!((place(found.x) - 75.0).abs() < 9.0 && (place(found.y) - 75.0).abs() < 9.0);
    // The additional ridge lies on one side: its direction is that of the ridges, 0 or a half turn.
    let turn = found.direction % 128;
    assert!(turn.min(128 - turn) < 16, "direction {}", found.direction);
}

#[test]
fn the_same_finger_at_other_resolutions_gives_the_same_place() {
    for (side, dpi) in [(SMALL / 2, 250), (SMALL * 2, 1000)] {
        let scale = 500.0 / f32::from(dpi);
        let centre = 75.0;
        let picture = print(side, |x, y| {
            let (x, y) = (x * scale, y * scale);
            y / 9.0 + (y - centre).atan2(x - centre) / TAU
        });
        let template = extract(&picture, dpi).unwrap().template;
        assert!(template.width().abs_diff(SMALL as u16) <= 1);
        assert!(
            template.minutiae().iter().any(|m| {
                m.x.abs_diff(75 * SUBPIXEL) < 9 * SUBPIXEL
                    && m.y.abs_diff(75 * SUBPIXEL) < 9 * SUBPIXEL
            }),
            "{dpi} dpi"
        );
    }
}

#[test]
fn the_trace_shows_the_ridges_direction() {
    // One ridge ends on the right; on the left all run straight.
    let picture = print(SMALL, |x, y| y / 9.0 + (y - 75.0).atan2(x - 115.0) / TAU);
    let (_, trace) = extract_traced(&picture, 500).unwrap();
    let left: Vec<_> = trace
        .orientation
        .iter()
        .filter(|cell| cell.x.abs_diff(45) < 20 && cell.y.abs_diff(75) < 30)
        .collect();
    assert!(left.len() > 100);
    for cell in left {
        assert!(cell.angle.min(cell.angle.wrapping_neg()) <= 4, "angle {}", cell.angle);
        assert!(cell.coherence > 200);
    }
    assert!(trace.ridges.pixels().contains(&0) && trace.valleys.pixels().contains(&0));
}

#[test]
fn pictures_without_a_usable_finger_are_refused() {
    let code = |picture: &GrayImage, dpi| {
        extract(picture, dpi).map_or_else(|error| error.code(), |_| "ok")
    };
    let blank = |side: u32| GrayImage::new(side, side, vec![255; (side * side) as usize]).unwrap();
    assert_eq!(code(&one_ending(SMALL), 500), "ok");
    assert_eq!(code(&one_ending(SMALL), 249), "extract.resolution");
    assert_eq!(code(&one_ending(SMALL), 1001), "extract.resolution");
    assert_eq!(code(&one_ending(SMALL), 1000), "extract.size");
    assert_eq!(code(&blank(2100), 500), "extract.size");
    assert_eq!(code(&blank(256), 500), "extract.no_finger");
}

#[test]
fn a_faint_print_scores_lower_than_a_clear_one_and_says_why() {
    let waves = |x: f32, y: f32| {
        (y + 0.003 * (x - 128.0) * (x - 128.0)) / 9.0
            + (0..12)
                .map(|k| {
                    let (cx, cy) = (60.0 + 45.0 * (k % 4) as f32, 60.0 + 60.0 * (k / 4) as f32);
                    (if k % 2 == 0 { 1.0 } else { -1.0 }) * (y - cy).atan2(x - cx) / TAU
                })
                .sum::<f32>()
    };
    let clear = extract(&print(256, waves), 500).unwrap().quality;
    let small = extract(&print(128, |x, y| waves(x + 64.0, y + 64.0)), 500).unwrap().quality;
    assert!(clear.score > small.score + 10, "{} and {}", clear.score, small.score);
    assert!(small.reasons.contains(&crate::quality::QualityReason::SmallArea));
}

//! Synthetic photographs: a printed card, seen turned and in perspective, on tables of several kinds.

use image::{DynamicImage, Rgb, RgbImage, load_from_memory};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use super::corners::find;
use super::{Point, flattened};

const WIDTH: u32 = 900;
const HEIGHT: u32 = 680;

#[derive(Clone, Copy)]
enum Table {
    /// One colour.
    Plain(u8),
    /// Boards: stripes of several widths.
    Boards,
    /// A cloth of squares.
    Squares,
    /// Speckles, as of terrazzo.
    Speckles,
}

/// A point of the card, 0 to 1 across and down, from a point of the photograph.
fn on_card(corners: &[Point; 4], (x, y): Point) -> Option<Point> {
    // By the signs along the sides: inside or not; then by iteration of the bilinear map.
    let inside = (0..4).all(|at| {
        let ((ax, ay), (bx, by)) = (corners[at], corners[(at + 1) % 4]);
        (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0.0
    });
    let (mut u, mut v) = (0.5_f32, 0.5_f32);
    for _ in 0..12 {
        let mix = |a: f32, b: f32, c: f32, d: f32| {
            (a * (1.0 - u) + b * u) * (1.0 - v) + (d * (1.0 - u) + c * u) * v
        };
        let [a, b, c, d] = *corners;
        let (px, py) = (mix(a.0, b.0, c.0, d.0), mix(a.1, b.1, c.1, d.1));
        let du =
            ((b.0 - a.0) * (1.0 - v) + (c.0 - d.0) * v, (b.1 - a.1) * (1.0 - v) + (c.1 - d.1) * v);
        let dv =
            ((d.0 - a.0) * (1.0 - u) + (c.0 - b.0) * u, (d.1 - a.1) * (1.0 - u) + (c.1 - b.1) * u);
        let determinant = du.0 * dv.1 - du.1 * dv.0;
        let (ex, ey) = (x - px, y - py);
        u += (ex * dv.1 - ey * dv.0) / determinant;
        v += (ey * du.0 - ex * du.1) / determinant;
    }
    inside.then_some((u, v))
}

fn card((u, v): Point) -> u8 {
    let lines = (0.15..0.85).contains(&v) && (v * 22.0).fract() < 0.35 && (0.35..0.95).contains(&u);
    let portrait = (0.05..0.3).contains(&u) && (0.2..0.75).contains(&v);
    let words = lines && (u * 61.0).fract() < 0.7;
    if words {
        70
    } else if portrait {
        120
    } else {
        225
    }
}

fn photograph(corners: Option<[Point; 4]>, table: Table, noise: u32) -> DynamicImage {
    let rng = &mut ChaCha8Rng::from_seed([9; 32]);
    let picture = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let behind = match table {
            Table::Plain(light) => light,
            Table::Boards => [90, 120, 100, 75][(x / 67 + x / 131) as usize % 4],
            Table::Squares => {
                if (x / 45 + y / 45) % 2 == 0 {
                    60
                } else {
                    130
                }
            }
            Table::Speckles => 70 + (rng.next_u32() % 70) as u8,
        };
        let spot = corners.and_then(|corners| on_card(&corners, (x as f32, y as f32)));
        let light = spot.map_or(behind, card);
        let off = if noise == 0 { 0 } else { (rng.next_u32() % (2 * noise)) as i32 - noise as i32 };
        let light = (i32::from(light) + off).clamp(0, 255) as u8;
        Rgb([light, light, light.saturating_sub(12)])
    });
    DynamicImage::ImageRgb8(picture)
}

const STRAIGHT: [Point; 4] = [(150.0, 120.0), (760.0, 120.0), (760.0, 505.0), (150.0, 505.0)];
const TURNED: [Point; 4] = [(260.0, 60.0), (790.0, 250.0), (650.0, 600.0), (120.0, 410.0)];
const PERSPECTIVE: [Point; 4] = [(250.0, 150.0), (640.0, 130.0), (820.0, 560.0), (90.0, 590.0)];

#[test]
fn the_corners_are_found_straight_turned_and_in_perspective_on_any_table() {
    for (name, corners) in
        [("straight", STRAIGHT), ("turned", TURNED), ("perspective", PERSPECTIVE)]
    {
        for (place, table) in [Table::Plain(90), Table::Boards, Table::Squares, Table::Speckles]
            .into_iter()
            .enumerate()
        {
            let found = find(&photograph(Some(corners), table, 12));
            let found = found.unwrap_or_else(|| panic!("{name} on table {place}: nothing"));
            for (one, other) in found.iter().zip(&corners) {
                let off = (one.0 - other.0).hypot(one.1 - other.1);
                assert!(off < 14.0, "{name} on table {place}: {off} pixels off, {found:?}");
            }
        }
    }
}

#[test]
fn a_dark_document_is_found_on_a_light_table() {
    let mut picture = photograph(Some(TURNED), Table::Plain(20), 6);
    picture.invert();
    assert!(find(&picture).is_some());
}

#[test]
fn what_is_flattened_reads_like_the_card() {
    let flat = flattened(&photograph(Some(PERSPECTIVE), Table::Squares, 8)).unwrap();
    assert_eq!(flat.media_type, "image/jpeg");
    let flat = load_from_memory(&flat.bytes).unwrap().to_luma8();
    // No table is left along the edges, and the picture of the card stands on its left.
    let light = |u: f32, v: f32| {
        flat.get_pixel((u * flat.width() as f32) as u32, (v * flat.height() as f32) as u32).0[0]
    };
    for (u, v) in [(0.02, 0.1), (0.5, 0.04), (0.97, 0.5), (0.5, 0.95), (0.02, 0.95)] {
        assert!(light(u, v) > 180, "{u} {v}: {}", light(u, v));
    }
    assert!(light(0.17, 0.5) < 150 && light(0.17, 0.9) > 180);
    assert!(flat.width() <= 1400 && flat.height() <= 1400);
}

#[test]
fn without_a_document_the_photograph_stays_as_it_is() {
    for table in [Table::Plain(140), Table::Speckles] {
        assert!(flattened(&photograph(None, table, 20)).is_none());
    }
    // The card fills the whole photograph already.
    let whole = [(-40.0, -40.0), (940.0, -40.0), (940.0, 720.0), (-40.0, 720.0)];
    assert!(flattened(&photograph(Some(whole), Table::Plain(90), 8)).is_none());
    // Far too small to be read.
    let small = [(400.0, 300.0), (480.0, 300.0), (480.0, 350.0), (400.0, 350.0)];
    assert!(flattened(&photograph(Some(small), Table::Plain(90), 8)).is_none());
    for (width, height) in [(1, 1), (3, 900), (900, 2)] {
        assert!(flattened(&DynamicImage::new_rgb8(width, height)).is_none());
    }
}

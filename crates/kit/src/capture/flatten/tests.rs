//! Synthetic photographs: printed papers, seen turned and in perspective, on tables of several kinds.

use image::{DynamicImage, Rgb, RgbImage, load_from_memory};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use super::corners::find;
use super::{Point, flattened};

const WIDTH: u32 = 720;
const HEIGHT: u32 = 540;

#[derive(Debug, Clone, Copy)]
enum Table {
    /// One colour.
    Plain(u8),
    /// Boards: stripes of several widths.
    Boards,
    /// A cloth of squares of so many pixels.
    Squares(u32),
    /// Speckles, as of terrazzo.
    Speckles,
    /// Light falls from one side.
    Shaded,
}

const TABLES: [Table; 5] =
    [Table::Plain(90), Table::Boards, Table::Squares(38), Table::Speckles, Table::Shaded];

impl Table {
    fn light(self, x: u32, y: u32, rng: &mut ChaCha8Rng) -> u8 {
        match self {
            Self::Plain(light) => light,
            Self::Boards => [90, 120, 100, 75][(x / 67 + x / 131) as usize % 4],
            Self::Squares(side) => [60, 130][((x / side + y / side) % 2) as usize],
            Self::Speckles => 70 + (rng.next_u32() % 70) as u8,
            Self::Shaded => 40 + (x / 8 + y / 16) as u8,
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Paper {
    /// A portrait on the left, words on the right.
    Card,
    /// A printed frame near the edge, words within.
    Certificate,
}

impl Paper {
    fn light(self, (u, v): Point) -> u8 {
        let is_word = |from: f32| {
            (0.15..0.85).contains(&v)
                && (v * 22.0).fract() < 0.35
                && (from..0.9).contains(&u)
                && (u * 61.0).fract() < 0.7
        };
        match self {
            Self::Card if is_word(0.35) => 70,
            Self::Card if (0.05..0.3).contains(&u) && (0.2..0.75).contains(&v) => 120,
            Self::Certificate if is_word(0.12) => 70,
            Self::Certificate => {
                let near = u.min(1.0 - u).min(v).min(1.0 - v);
                if (0.05..0.06).contains(&near) { 60 } else { 225 }
            }
            Self::Card => 225,
        }
    }
}

/// A point of a paper, 0 to 1 across and down, from a point of the photograph.
fn on_paper(corners: &[Point; 4], (x, y): Point) -> Option<Point> {
    let inside = (0..4).all(|at| {
        let ((ax, ay), (bx, by)) = (corners[at], corners[(at + 1) % 4]);
        (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0.0
    });
    if !inside {
        return None;
    }
    // By iteration of the bilinear map.
    let [a, b, c, d] = *corners;
    let (mut u, mut v) = (0.5_f32, 0.5_f32);
    for _ in 0..4 {
        let mix = |a: f32, b: f32, c: f32, d: f32| {
            (a * (1.0 - u) + b * u) * (1.0 - v) + (d * (1.0 - u) + c * u) * v
        };
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
    Some((u, v))
}

fn photograph(papers: &[(Paper, [Point; 4])], table: Table, noise: u32) -> DynamicImage {
    let rng = &mut ChaCha8Rng::from_seed([9; 32]);
    let picture = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let behind = table.light(x, y, rng);
        let light = papers
            .iter()
            .find_map(|(paper, corners)| {
                on_paper(corners, (x as f32, y as f32)).map(|spot| paper.light(spot))
            })
            .unwrap_or(behind);
        let off = if noise == 0 { 0 } else { (rng.next_u32() % (2 * noise)) as i32 - noise as i32 };
        let light = (i32::from(light) + off).clamp(0, 255) as u8;
        Rgb([light, light, light.saturating_sub(12)])
    });
    DynamicImage::ImageRgb8(picture)
}

/// Covers a round spot, as a thumb does.
fn covered(mut picture: DynamicImage, (x, y): Point, radius: f32) -> DynamicImage {
    if let DynamicImage::ImageRgb8(pixels) = &mut picture {
        for (across, down, pixel) in pixels.enumerate_pixels_mut() {
            if (across as f32 - x).hypot(down as f32 - y) < radius {
                *pixel = Rgb([95, 70, 60]);
            }
        }
    }
    picture
}

/// Greatest distance of a corner from where it lies, pixels.
fn off(found: &[Point; 4], corners: &[Point; 4]) -> f32 {
    let distance = |(one, other): (&Point, &Point)| (one.0 - other.0).hypot(one.1 - other.1);
    found.iter().zip(corners).map(distance).fold(0.0, f32::max)
}

const STRAIGHT: [Point; 4] = [(120.0, 95.0), (608.0, 95.0), (608.0, 404.0), (120.0, 404.0)];
const TURNED: [Point; 4] = [(208.0, 48.0), (632.0, 200.0), (520.0, 480.0), (96.0, 328.0)];
const PERSPECTIVE: [Point; 4] = [(200.0, 120.0), (512.0, 104.0), (656.0, 448.0), (72.0, 472.0)];

/// Three pixels of the search, less than a hundredth of the photograph: what a corner may be off.
const NEAR: f32 = 6.0;

#[test]
fn the_corners_are_found_straight_turned_and_in_perspective_on_any_table() {
    for (name, corners) in
        [("straight", STRAIGHT), ("turned", TURNED), ("perspective", PERSPECTIVE)]
    {
        for table in TABLES {
            let found = find(&photograph(&[(Paper::Card, corners)], table, 12))
                .unwrap_or_else(|| panic!("{name} on {table:?}: nothing"));
            let off = off(&found, &corners);
            assert!(off < NEAR, "{name} on {table:?}: {off} pixels off, {found:?}");
        }
    }
}

/// A paper somewhere, turned up to 35 degrees, its corners moved up to a twelfth of its width.
fn somewhere(rng: &mut ChaCha8Rng) -> [Point; 4] {
    let mut part =
        |from: f32, to: f32| from + (to - from) * (rng.next_u32() % 10_000) as f32 / 10_000.0;
    loop {
        let (width, shape) = (part(370.0, 600.0), part(1.3, 1.6));
        let (sin, cos) = part(-35.0, 35.0).to_radians().sin_cos();
        let middle = (part(320.0, 400.0), part(240.0, 300.0));
        let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)].map(|(x, y)| {
            let x = width * (x / 2.0 + part(-1.0, 1.0) / 12.0);
            let y = width * (y / 2.0 / shape + part(-1.0, 1.0) / 12.0);
            (middle.0 + x * cos - y * sin, middle.1 + x * sin + y * cos)
        });
        let is_within = |(x, y): &Point| {
            (12.0..WIDTH as f32 - 12.0).contains(x) && (12.0..HEIGHT as f32 - 12.0).contains(y)
        };
        if corners.iter().all(is_within) {
            return corners;
        }
    }
}

#[test]
fn no_corner_is_ever_wrong_and_nearly_every_paper_is_found() {
    let rng = &mut ChaCha8Rng::from_seed([31; 32]);
    let mut missed = Vec::new();
    for place in 0..40 {
        let (corners, table) = (somewhere(rng), TABLES[place % TABLES.len()]);
        let paper = if place % 2 == 0 { Paper::Card } else { Paper::Certificate };
        match find(&photograph(&[(paper, corners)], table, 10)) {
            None => missed.push((place, table)),
            // Turned to 45 degrees, another corner may be called the first.
            Some(found) => {
                let off = (0..4)
                    .map(|turn| {
                        let mut found = found;
                        found.rotate_left(turn);
                        off(&found, &corners)
                    })
                    .fold(f32::MAX, f32::min);
                assert!(off < NEAR, "{place}, {paper:?} on {table:?}: {off} pixels off");
            }
        }
    }
    assert!(missed.len() <= 1, "{missed:?}");
}

#[test]
fn a_dark_document_is_found_on_a_light_table() {
    let mut picture = photograph(&[(Paper::Card, TURNED)], Table::Plain(20), 6);
    picture.invert();
    assert!(off(&find(&picture).unwrap(), &TURNED) < NEAR);
}

#[test]
fn a_thumb_on_one_side_and_a_light_table_hide_no_document() {
    let picture = photograph(&[(Paper::Card, TURNED)], Table::Plain(90), 8);
    let found = find(&covered(picture, (420.0, 125.0), 50.0)).unwrap();
    assert!(off(&found, &TURNED) < NEAR, "{found:?}");
    let found = find(&photograph(&[(Paper::Card, TURNED)], Table::Plain(195), 4)).unwrap();
    assert!(off(&found, &TURNED) < NEAR, "{found:?}");
}

#[test]
fn what_is_flattened_reads_like_the_card() {
    let photograph = photograph(&[(Paper::Card, PERSPECTIVE)], Table::Squares(38), 8);
    let flat = flattened(&photograph).unwrap();
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
    let tables = [Table::Plain(140), Table::Squares(90), Table::Squares(150), Table::Squares(300)];
    for table in TABLES.into_iter().chain(tables) {
        assert!(flattened(&photograph(&[], table, 20)).is_none(), "{table:?}");
    }
    // One light square of the cloth, whole and large enough: but its sides go on beyond its corners.
    let mut squares = photograph(&[], Table::Squares(268), 4);
    squares.invert();
    assert!(flattened(&squares).is_none());
    for (width, height) in [(1, 1), (3, 900), (900, 2)] {
        assert!(flattened(&DynamicImage::new_rgb8(width, height)).is_none());
    }
}

#[test]
fn a_document_that_fills_the_photograph_or_leaves_it_is_not_cut() {
    let around = |by: f32| {
        let (right, lower) = (WIDTH as f32 + by, HEIGHT as f32 + by);
        [(-by, -by), (right, -by), (right, lower), (-by, lower)]
    };
    for paper in [Paper::Card, Paper::Certificate] {
        for by in [1.0, 32.0] {
            let photograph = photograph(&[(paper, around(by))], Table::Plain(90), 8);
            assert!(flattened(&photograph).is_none(), "{paper:?} {by}");
        }
        // One side, or one corner, lies outside.
        for (x, y) in [(150.0, 0.0), (0.0, 200.0), (60.0, 90.0)] {
            let moved = TURNED.map(|corner| (corner.0 + x, corner.1 + y));
            for table in TABLES {
                let found = find(&photograph(&[(paper, moved)], table, 8));
                assert!(found.is_none(), "{paper:?} moved by {x} {y} on {table:?}: {found:?}");
            }
        }
    }
}

#[test]
fn a_document_too_small_to_be_read_or_one_of_two_is_not_taken() {
    let small = [(320.0, 240.0), (420.0, 240.0), (420.0, 310.0), (320.0, 310.0)];
    assert!(flattened(&photograph(&[(Paper::Card, small)], Table::Plain(90), 8)).is_none());
    let left = [(20.0, 60.0), (340.0, 30.0), (350.0, 260.0), (30.0, 280.0)];
    let right = [(375.0, 270.0), (690.0, 240.0), (700.0, 490.0), (370.0, 500.0)];
    let photograph = |papers: &[_]| photograph(papers, Table::Plain(90), 8);
    let (left, right) = ((Paper::Card, left), (Paper::Card, right));
    assert!(find(&photograph(&[left])).is_some() && find(&photograph(&[right])).is_some());
    assert!(find(&photograph(&[left, right])).is_none());
}

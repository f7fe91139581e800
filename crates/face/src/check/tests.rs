//! Drawn photos, each with one fault.

use super::*;

/// How a photo is drawn.
#[derive(Clone)]
struct Drawing {
    size: (u32, u32),
    wall: fn(f64, f64) -> [f64; 3],
    skin: [f64; 3],
    /// Middle of the heads, and half their width, shares of the photo's width.
    heads: Vec<(f64, f64)>,
    /// Light: factor, added, and what the head loses from left to right.
    light: (f64, f64, f64),
    blur: usize,
}

fn plain(_: f64, y: f64) -> [f64; 3] {
    [224.0 - 20.0 * y, 228.0 - 20.0 * y, 232.0 - 20.0 * y]
}

fn shelves(x: f64, y: f64) -> [f64; 3] {
    let book = ((x * 23.0) as u32).wrapping_mul(2_654_435_761) >> 24;
    if (y * 6.0).fract() < 0.1 {
        [90.0, 60.0, 30.0]
    } else {
        [f64::from(book), 120.0, 255.0 - f64::from(book)]
    }
}

impl Default for Drawing {
    fn default() -> Self {
        Self {
            size: (480, 640),
            wall: plain,
            skin: [92.0, 58.0, 42.0],
            heads: vec![(0.5, 0.23)],
            light: (1.0, 0.0, 0.0),
            blur: 0,
        }
    }
}

impl Drawing {
    fn draw(&self) -> Photo {
        let (width, height) = (f64::from(self.size.0), f64::from(self.size.1));
        let mut photo = Photo::from_fn(self.size.0, self.size.1, |px, py| {
            let (x, y) = (f64::from(px) / width, f64::from(py) / width);
            let colour = self.colour(x, y, f64::from(py) / height);
            // A little noise, as every sensor has.
            let noise = f64::from((px * 7_919 + py * 104_729) % 7) - 3.0;
            let (factor, added, _) = self.light;
            colour.map(|c| (c * factor + added + noise).clamp(0.0, 255.0) as u8)
        });
        for _ in 0..self.blur {
            photo = boxed(&photo);
        }
        photo
    }

    fn colour(&self, x: f64, y: f64, down: f64) -> [f64; 3] {
        for (centre, half) in &self.heads {
            let (dx, dy) = ((x - centre) / half, (y - 0.55) / (half * 1.3));
            let eye = |side: f64| {
                let (ex, ey) = ((dx - side * 0.4) / 0.16, (dy + 0.1) / 0.08);
                ex * ex + ey * ey < 1.0
            };
            let mouth = (dx / 0.35).powi(2) + ((dy - 0.5) / 0.06).powi(2) < 1.0;
            if dx * dx + dy * dy < 1.0 {
                return match () {
                    () if eye(1.0) || eye(-1.0) => [230.0, 230.0, 225.0],
                    () if mouth => [60.0, 20.0, 25.0],
                    () if dy < -0.55 => [28.0, 24.0, 24.0],
                    () => self.skin.map(|c| c * (1.0 - self.light.2 * dx)),
                };
            }
            let (sx, sy) = ((x - centre) / (half * 2.0), (y - 1.35) / 0.5);
            if sx * sx + sy * sy < 1.0 {
                return [40.0, 90.0, 140.0];
            }
        }
        (self.wall)(x, down)
    }
}

/// A blur of three by three pixels.
fn boxed(photo: &Photo) -> Photo {
    Photo::from_fn(photo.width(), photo.height(), |x, y| {
        let mut sums = [0u32; 3];
        for (dx, dy) in (0..9).map(|n| (n % 3, n / 3)) {
            let at = ((x + dx).saturating_sub(1), (y + dy).saturating_sub(1));
            let pixel = photo.pixel(at.0.min(photo.width() - 1), at.1.min(photo.height() - 1));
            sums.iter_mut().zip(pixel).for_each(|(sum, level)| *sum += u32::from(level));
        }
        sums.map(|sum| (sum / 9) as u8)
    })
}

#[test]
fn each_fault_is_found_and_a_good_photo_has_none() {
    use Finding as F;
    let good = Drawing::default;
    for (name, drawing, want) in [
        ("good", good(), vec![]),
        ("dark skin", Drawing { skin: [44.0, 28.0, 22.0], ..good() }, vec![]),
        ("light skin", Drawing { skin: [226.0, 190.0, 170.0], ..good() }, vec![]),
        ("large picture", Drawing { size: (1_200, 1_600), ..good() }, vec![]),
        ("few pixels", Drawing { size: (180, 240), ..good() }, vec![F::TooFewPixels]),
        ("shelves behind", Drawing { wall: shelves, ..good() }, vec![F::BackgroundUneven]),
        ("nobody", Drawing { heads: vec![], ..good() }, vec![F::NoHead]),
        (
            "two people",
            Drawing { heads: vec![(0.25, 0.15), (0.75, 0.15)], ..good() },
            vec![F::SeveralHeads],
        ),
        ("far away", Drawing { heads: vec![(0.5, 0.12)], ..good() }, vec![F::HeadTooSmall]),
        ("too near", Drawing { heads: vec![(0.5, 0.45)], ..good() }, vec![F::HeadTooLarge]),
        ("to one side", Drawing { heads: vec![(0.32, 0.2)], ..good() }, vec![F::HeadOffCentre]),
        ("under-exposed", Drawing { light: (0.5, -40.0, 0.0), ..good() }, vec![F::TooDark]),
        ("over-exposed", Drawing { light: (1.0, 170.0, 0.0), ..good() }, vec![F::TooBright]),
        (
            "foggy",
            Drawing { light: (0.13, 120.0, 0.0), skin: [60.0, 50.0, 40.0], ..good() },
            vec![F::Flat],
        ),
        (
            "lit from one side",
            Drawing { light: (1.0, 0.0, 0.8), skin: [150.0, 110.0, 90.0], ..good() },
            vec![F::LitFromOneSide],
        ),
        ("blurred", Drawing { blur: 24, ..good() }, vec![F::Blurred]),
    ] {
        let report = check(&drawing.draw());
        // Other findings may follow from a fault; the fault itself must be among them.
        let found = &report.findings;
        assert!(want.iter().all(|f| found.contains(f)), "{name}: {found:?}");
        assert_eq!(want.is_empty(), found.is_empty(), "{name}: {found:?}");
        assert_eq!(found.is_empty(), report.quality() == 100, "{name}");
    }
}

#[test]
fn the_head_is_where_it_was_drawn() {
    let head = check(&Drawing::default().draw()).head.unwrap();
    let (centre, crown) = (head.left + head.width / 2, head.top);
    assert!(centre.abs_diff(240) < 12, "{head:?}");
    assert!(head.width.abs_diff(221) < 16, "{head:?}");
    assert!(crown.abs_diff(120) < 12, "{head:?}");
}

#[test]
fn blur_grows_with_blurring() {
    let mut before = 0;
    for blur in [0, 2, 6, 16] {
        let photo = Drawing { blur, size: (240, 320), ..Drawing::default() }.draw();
        let now = sharpness::blur(&photo, &Head::middle(&photo));
        assert!(now > before, "{blur}: {now} after {before}");
        before = now;
    }
}

#[test]
fn codes_are_distinct_and_words_say_what_to_do() {
    use Finding as F;
    let all = [
        F::TooFewPixels,
        F::BackgroundUneven,
        F::NoHead,
        F::SeveralHeads,
        F::HeadTooSmall,
        F::HeadTooLarge,
        F::HeadOffCentre,
        F::TooDark,
        F::TooBright,
        F::Flat,
        F::LitFromOneSide,
        F::Blurred,
    ];
    let codes: std::collections::BTreeSet<_> = all.iter().map(|finding| finding.code()).collect();
    assert_eq!(codes.len(), all.len());
    assert!(all.iter().all(|finding| finding.words().matches('.').count() == 2));
}

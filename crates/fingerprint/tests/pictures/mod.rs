//! Pictures that are no print of one finger: two synthetic fingers in one picture, and drawings.

#![allow(dead_code, reason = "each test program uses its own part")]

use std::f32::consts::{PI, TAU};

use niims_fingerprint::synthetic::{ImpressionConditions, MasterFinger, PersonTraits};
use niims_fingerprint::{FingerPosition, GrayImage};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// Darker than this, of 255, is taken for ridge when the border of a print is sought.
const INK: u8 = 170;

/// A picture of what `grey` gives for each place.
pub fn picture(width: u32, height: u32, mut grey: impl FnMut(f32, f32) -> f32) -> GrayImage {
    let pixels = (0..width * height)
        .map(|i| grey((i % width) as f32, (i / width) as f32).clamp(0.0, 255.0) as u8)
        .collect();
    GrayImage::new(width, height, pixels).unwrap()
}

/// A generator of its own for each number.
pub fn generator(number: u16) -> ChaCha8Rng {
    let mut seed = [7; 32];
    seed[..2].copy_from_slice(&number.to_le_bytes());
    ChaCha8Rng::from_seed(seed)
}

/// Numbers from 0 to 1.
pub fn uniform(number: u16) -> impl FnMut() -> f32 {
    let mut rng = generator(number);
    move || (rng.next_u32() >> 8) as f32 / (1 << 24) as f32
}

/// A print of one of ten fingers of a grown person, cut to what is inked.
pub fn finger(number: u16, conditions: &ImpressionConditions) -> GrayImage {
    let position = FingerPosition::all()[usize::from(number) % 10];
    let traits = PersonTraits::adult(&mut generator(1000 + number / 10));
    let mut seed = [9; 32];
    seed[..2].copy_from_slice(&number.to_le_bytes());
    let master = MasterFinger::grow(seed, position, &traits);
    let upright = ImpressionConditions { rotation_sd: 3.0, ..*conditions };
    cut(&master.impression(&mut generator(number), &upright))
}

/// The part of a picture between the outermost rows and columns with a fiftieth of ink.
fn cut(print: &GrayImage) -> GrayImage {
    let (width, height) = (print.width() as usize, print.height() as usize);
    let inked = |i: usize| usize::from(print.pixels()[i] < INK);
    let column = |x: usize| (0..height).map(|y| inked(y * width + x)).sum::<usize>() * 50 > height;
    let row = |y: usize| (0..width).map(|x| inked(y * width + x)).sum::<usize>() * 50 > width;
    let (left, right) = ((0..width).find(|x| column(*x)), (0..width).rev().find(|x| column(*x)));
    let (top, bottom) = ((0..height).find(|y| row(*y)), (0..height).rev().find(|y| row(*y)));
    let (left, right) = (left.unwrap(), right.unwrap());
    let (top, bottom) = (top.unwrap(), bottom.unwrap());
    let rows =
        (top..=bottom).flat_map(|y| print.pixels()[y * width + left..=y * width + right].to_vec());
    GrayImage::new((right - left + 1) as u32, (bottom - top + 1) as u32, rows.collect()).unwrap()
}

/// Two prints in one picture, the second's upper left at (x, y) from the first's, the darker grey
/// where both lie.
pub fn together(first: &GrayImage, second: &GrayImage, x: i32, y: i32) -> GrayImage {
    const MARGIN: i32 = 24;
    let side = |print: &GrayImage| (print.width() as i32, print.height() as i32);
    let ((w1, h1), (w2, h2)) = (side(first), side(second));
    let (left, top) = (x.min(0), y.min(0));
    let (width, height) = (w1.max(x + w2) - left, h1.max(y + h2) - top);
    let grey = |print: &GrayImage, x: i32, y: i32| {
        let (w, h) = side(print);
        let inside = (0..w).contains(&x) && (0..h).contains(&y);
        if inside { f32::from(print.pixels()[(y * w + x) as usize]) } else { 238.0 }
    };
    picture((width + 2 * MARGIN) as u32, (height + 2 * MARGIN) as u32, |u, v| {
        let (u, v) = (u as i32 - MARGIN + left, v as i32 - MARGIN + top);
        grey(first, u, v).min(grey(second, u - x, v - y))
    })
}

/// Stripes of a period in pixels, turned by an angle, as of a shirt or a fence.
pub fn stripes(period: f32, angle: f32) -> GrayImage {
    picture(360, 400, |x, y| {
        128.0 + 90.0 * (TAU * (x * angle.cos() + y * angle.sin()) / period).sin()
    })
}

/// Circles around the middle.
pub fn circles(period: f32) -> GrayImage {
    picture(360, 400, |x, y| 128.0 + 90.0 * (TAU * (x - 180.0).hypot(y - 200.0) / period).sin())
}

/// Noise that only holds waves of about a period, in all directions.
pub fn ridge_noise(number: u16, period: f32) -> GrayImage {
    let mut draw = uniform(number);
    let waves: Vec<[f32; 3]> = (0..160)
        .map(|_| {
            let (angle, phase) = (TAU * draw(), TAU * draw());
            let k = TAU / (period * (0.8 + 0.4 * draw()));
            [k * angle.cos(), k * angle.sin(), phase]
        })
        .collect();
    picture(360, 400, |x, y| {
        let sum: f32 = waves.iter().map(|[u, v, phase]| (u * x + v * y + phase).sin()).sum();
        128.0 + 9.0 * sum
    })
}

/// White noise smoothed by a Gaussian, brought back to full contrast.
pub fn blurred_noise(number: u16, sigma: f32) -> GrayImage {
    let mut draw = uniform(number);
    let (width, height) = (360usize, 400usize);
    let mut values: Vec<f32> = (0..width * height).map(|_| draw() - 0.5).collect();
    let reach = (3.0 * sigma).ceil() as isize;
    let taps: Vec<f32> =
        (-reach..=reach).map(|k| (-0.5 * (k as f32 / sigma).powi(2)).exp()).collect();
    for step in [1, width] {
        let before = values.clone();
        for (i, value) in values.iter_mut().enumerate() {
            let (at, end) = if step == 1 { (i % width, width) } else { (i / width, height) };
            *value = taps
                .iter()
                .enumerate()
                .map(|(k, tap)| {
                    let place = (at as isize + k as isize - reach).clamp(0, end as isize - 1);
                    tap * before[(i as isize + (place - at as isize) * step as isize) as usize]
                })
                .sum();
        }
    }
    let deviation = (values.iter().map(|v| v * v).sum::<f32>() / values.len() as f32).sqrt();
    let mut values = values.into_iter();
    picture(360, 400, |_, _| 128.0 + 60.0 * values.next().unwrap() / deviation)
}

/// Letters of a height in pixels: strokes of bars, bowls and diagonals, set in lines.
pub fn text(number: u16, height: f32) -> GrayImage {
    let mut draw = uniform(number);
    let (wide, line, stroke) = (height * 0.75, height * 1.4, height * 0.15);
    let letters: Vec<u32> = (0..4000).map(|_| (draw() * 8.0) as u32).collect();
    picture(400, 400, |x, y| {
        let (column, row) = ((x / wide) as usize, (y / line) as usize);
        let (u, v) = (x % wide - 0.08 * height, y % line - 0.2 * height);
        let (w, h) = (0.55 * height, height);
        if !(0.0..w).contains(&u) || !(0.0..h).contains(&v) {
            return 245.0;
        }
        let bar = |at: f32| (u - at).abs() < stroke / 2.0;
        let beam = |at: f32| (v - at).abs() < stroke / 2.0;
        let ring = |cy: f32, r: f32| (((u - w / 2.0).hypot(v - cy)) - r).abs() < stroke / 2.0;
        let (left, right) = (bar(stroke / 2.0), bar(w - stroke / 2.0));
        let slope = (u - v * w / h).abs() < stroke * 0.6;
        let inked = match letters[(row * 97 + column) % letters.len()] {
            0 => left || right || beam(h / 2.0),
            1 => ring(h / 2.0, w / 2.0 - stroke / 2.0),
            2 => left || beam(stroke / 2.0) || beam(h / 2.0) || beam(h - stroke / 2.0),
            3 => left || right || slope,
            4 => bar(w / 2.0) || beam(stroke / 2.0),
            5 => ring(h * 0.27, w / 2.0 - stroke) || ring(h * 0.73, w / 2.0 - stroke),
            6 => left || beam(h - stroke / 2.0),
            _ => slope || right,
        };
        if inked { 20.0 } else { 245.0 }
    })
}

/// A cat before a wall: fur of short hairs along the body, eyes, ears, whiskers, out of focus.
pub fn cat(number: u16) -> GrayImage {
    let mut draw = uniform(number);
    let (cx, cy) = (180.0 + 30.0 * (draw() - 0.5), 210.0 + 30.0 * (draw() - 0.5));
    let stripe = 32.0 + 20.0 * draw();
    let hairs: Vec<f32> = (0..4096).map(|_| draw()).collect();
    let soft = |d: f32| 1.0 / (1.0 + (d / 2.5).exp());
    picture(400, 420, |x, y| {
        let (dx, dy) = (x - cx, y - cy);
        let head = soft(dx.hypot(dy * 1.1) - 110.0);
        let ear =
            |side: f32| soft((dx - side * 70.0).abs() * 1.6 + (dy + 110.0).abs() * 0.9 - 45.0);
        let eye = |side: f32| soft((dx - side * 42.0).hypot((dy + 20.0) * 1.4) - 16.0);
        let nose = soft(dx.abs() + (dy - 30.0).abs() - 12.0);
        // Hairs point away from the nose, some two pixels wide; tabby stripes cross the head.
        let (turn, length) = (dy.atan2(dx) / PI + 1.0, dx.hypot(dy) / 9.0);
        let hair = hairs[((turn * 200.0) as usize * 7 + length as usize * 613) % 4096] - 0.5;
        let tabby = (TAU * (dy + 0.3 * dx.abs()) / stripe).sin();
        let whisker = soft(((dy - 36.0 - 0.15 * dx.abs()) % 12.0).abs() * 2.0 - 1.0)
            * soft((dx.abs() - 90.0).abs() - 50.0);
        let wall = 120.0 + 0.15 * y + 6.0 * ((x / 60.0).floor() % 2.0);
        let fur = 150.0 + 22.0 * tabby * soft(dy + 20.0) + 30.0 * hair;
        wall + (fur - wall) * head.max(ear(-1.0)).max(ear(1.0))
            - 110.0 * (eye(-1.0) + eye(1.0))
            - 60.0 * nose
            + 50.0 * whisker
    })
}

//! A small colour picture on which shapes are drawn with soft edges.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

/// Red, green and blue, 0 to 255.
pub type Colour = [u8; 3];

/// A picture being drawn.
pub struct Canvas(RgbImage);

impl Canvas {
    /// A picture that fades from one colour at the top to another at the bottom.
    pub fn new(width: u32, height: u32, top: Colour, bottom: Colour) -> Self {
        Self(RgbImage::from_fn(width, height, |_, y| {
            Rgb(mix(top, bottom, y as f32 / height.max(2) as f32))
        }))
    }

    /// Fills what lies inside a shape, given as the distance in pixels by which a point lies
    /// inside it (negative outside); edges fade over one pixel. `strength` is from 0 to 1.
    pub fn fill(&mut self, colour: Colour, strength: f32, inside: impl Fn(f32, f32) -> f32) {
        for (x, y, pixel) in self.0.enumerate_pixels_mut() {
            let cover = (inside(x as f32 + 0.5, y as f32 + 0.5) + 0.5).clamp(0.0, 1.0);
            if cover > 0.0 {
                pixel.0 = mix(pixel.0, colour, cover * strength);
            }
        }
    }

    /// Fills an ellipse.
    pub fn ellipse(&mut self, centre: (f32, f32), radii: (f32, f32), colour: Colour) {
        self.fill(colour, 1.0, ellipse(centre, radii));
    }

    /// Fills an upright rectangle from one corner to the opposite one.
    pub fn rectangle(&mut self, from: (f32, f32), to: (f32, f32), colour: Colour) {
        self.fill(colour, 1.0, rectangle(from, to));
    }

    /// The picture as PNG.
    pub fn into_png(self) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        // Writing to memory fails only for want of it; then there are no bytes to give.
        match self.0.write_to(&mut bytes, ImageFormat::Png) {
            Ok(()) => bytes.into_inner(),
            Err(_) => Vec::new(),
        }
    }
}

/// How far inside an ellipse a point lies, to first order.
pub fn ellipse(centre: (f32, f32), radii: (f32, f32)) -> impl Fn(f32, f32) -> f32 {
    move |x, y| {
        let (dx, dy) = ((x - centre.0) / radii.0, (y - centre.1) / radii.1);
        (1.0 - (dx * dx + dy * dy).sqrt()) * radii.0.min(radii.1)
    }
}

/// How far inside an upright rectangle a point lies.
pub fn rectangle(from: (f32, f32), to: (f32, f32)) -> impl Fn(f32, f32) -> f32 {
    move |x, y| (x - from.0).min(to.0 - x).min(y - from.1).min(to.1 - y)
}

/// A colour between two.
pub fn mix(one: Colour, other: Colour, share: f32) -> Colour {
    let between = |at: usize| {
        let (one, other) = (f32::from(one[at]), f32::from(other[at]));
        (one + (other - one) * share.clamp(0.0, 1.0)).round() as u8
    };
    [between(0), between(1), between(2)]
}

//! Drawing in millimetres on a PDF page.

use pdf_writer::{Content, Name, Str};

use niims_paper::{Face, width};

/// Points per millimetre.
pub(super) const POINTS: f32 = 72.0 / 25.4;

/// Names of the resources that every page has; see `pdf.rs`.
pub(super) const REGULAR: Name<'static> = Name(b"F1");
pub(super) const BOLD: Name<'static> = Name(b"F2");
pub(super) const PORTRAIT: Name<'static> = Name(b"Im1");
pub(super) const GROUND: Name<'static> = Name(b"Sh1");
/// Opacities by name, in per cent.
pub(super) const FAINT: (Name<'static>, f32) = (Name(b"A22"), 0.22);
pub(super) const LIGHT: (Name<'static>, f32) = (Name(b"A45"), 0.45);

/// A colour in RGB, each 0 to 1.
#[derive(Clone, Copy)]
pub(super) struct Rgb(pub f32, pub f32, pub f32);

/// The colours of the card: the green of highland tea, the red of its soils, the
/// sand of its north, and ink.
pub(super) const GREEN: Rgb = Rgb(0.02, 0.30, 0.21);
pub(super) const LEAF: Rgb = Rgb(0.25, 0.55, 0.42);
pub(super) const EARTH: Rgb = Rgb(0.72, 0.20, 0.14);
pub(super) const OCHRE: Rgb = Rgb(0.80, 0.60, 0.25);
pub(super) const SAND: Rgb = Rgb(0.992, 0.976, 0.937);
pub(super) const MIST: Rgb = Rgb(0.878, 0.933, 0.898);
pub(super) const INK: Rgb = Rgb(0.07, 0.08, 0.08);
pub(super) const LABEL: Rgb = Rgb(0.24, 0.34, 0.30);
pub(super) const WHITE: Rgb = Rgb(1.0, 1.0, 1.0);

/// Where a text stands in relation to its point.
#[derive(Clone, Copy)]
pub(super) enum Align {
    Left,
    Right,
}

/// How a text looks: size in points.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub face: Face,
    pub size: f32,
    pub colour: Rgb,
}

impl Style {
    pub const fn new(face: Face, size: f32, colour: Rgb) -> Self {
        Self { face, size, colour }
    }
}

/// One page under the pen.
pub(super) struct Canvas(Content);

impl Canvas {
    pub fn new() -> Self {
        Self(Content::new())
    }

    pub fn finish(self) -> Vec<u8> {
        self.0.finish().into_vec()
    }

    /// Draws something under its own state.
    pub fn aside(&mut self, draw: impl FnOnce(&mut Self)) {
        self.0.save_state();
        draw(self);
        self.0.restore_state();
    }

    pub fn opacity(&mut self, opacity: (Name<'static>, f32)) {
        self.0.set_parameters(opacity.0);
    }

    pub fn ground(&mut self) {
        self.0.shading(GROUND);
    }

    pub fn fill(&mut self, colour: Rgb) {
        self.0.set_fill_rgb(colour.0, colour.1, colour.2);
    }

    pub fn rectangle(&mut self, x: f32, y: f32, w: f32, h: f32, colour: Rgb) {
        self.fill(colour);
        self.0.rect(x * POINTS, y * POINTS, w * POINTS, h * POINTS).fill_nonzero();
    }

    /// A frame of a line width in millimetres.
    pub fn frame(&mut self, [x, y, w, h]: [f32; 4], line: f32, colour: Rgb) {
        self.0.set_stroke_rgb(colour.0, colour.1, colour.2).set_line_width(line * POINTS);
        self.0.rect(x * POINTS, y * POINTS, w * POINTS, h * POINTS).stroke();
    }

    /// Keeps what follows inside a rectangle, until the state is restored.
    pub fn clip(&mut self, x: f32, y: f32, w: f32, h: f32) {
        self.0.rect(x * POINTS, y * POINTS, w * POINTS, h * POINTS).clip_nonzero().end_path();
    }

    /// A line through points, of a width in millimetres.
    pub fn line(&mut self, points: impl IntoIterator<Item = (f32, f32)>, line: f32, colour: Rgb) {
        self.0.set_stroke_rgb(colour.0, colour.1, colour.2).set_line_width(line * POINTS);
        for (at, (x, y)) in points.into_iter().enumerate() {
            // A twentieth of a point is finer than most presses, and keeps the file small.
            let (x, y) = (round(x * POINTS), round(y * POINTS));
            if at == 0 {
                self.0.move_to(x, y);
            } else {
                self.0.line_to(x, y);
            }
        }
        self.0.stroke();
    }

    /// An area bounded by points.
    pub fn area(&mut self, points: impl IntoIterator<Item = (f32, f32)>, colour: Rgb) {
        self.fill(colour);
        for (at, (x, y)) in points.into_iter().enumerate() {
            let (x, y) = (round(x * POINTS), round(y * POINTS));
            if at == 0 {
                self.0.move_to(x, y);
            } else {
                self.0.line_to(x, y);
            }
        }
        self.0.close_path().fill_nonzero();
    }

    /// Many small rectangles of one colour as one area, so that no printer leaves
    /// gaps between them: (x, y, w, h).
    pub fn blocks(&mut self, blocks: impl IntoIterator<Item = [f32; 4]>, colour: Rgb) {
        self.fill(colour);
        for [x, y, w, h] in blocks {
            self.0.rect(x * POINTS, y * POINTS, w * POINTS, h * POINTS);
        }
        self.0.fill_nonzero();
    }

    pub fn portrait(&mut self, [x, y, w, h]: [f32; 4]) {
        self.aside(|page| {
            page.0.transform([w * POINTS, 0.0, 0.0, h * POINTS, x * POINTS, y * POINTS]);
            page.0.x_object(PORTRAIT);
        });
    }

    /// Encoded text with its baseline at a point.
    pub fn text(&mut self, x: f32, y: f32, encoded: &[u8], style: Style, align: Align) {
        let start = match align {
            Align::Left => x * POINTS,
            Align::Right => x * POINTS - width(encoded, style.face) * style.size,
        };
        self.show([1.0, 0.0, 0.0, 1.0, start, y * POINTS], encoded, style);
    }

    /// Encoded text centred on a point and turned by an angle in radians.
    pub fn turned_text(&mut self, x: f32, y: f32, angle: f32, encoded: &[u8], style: Style) {
        let (sin, cos) = angle.sin_cos();
        let half = width(encoded, style.face) * style.size / 2.0;
        let drop = style.size * 0.36;
        let start_x = x * POINTS - half * cos + drop * sin;
        let start_y = y * POINTS - half * sin - drop * cos;
        self.show([cos, sin, -sin, cos, start_x, start_y], encoded, style);
    }

    fn show(&mut self, matrix: [f32; 6], encoded: &[u8], style: Style) {
        self.fill(style.colour);
        let font = match style.face {
            Face::Regular => REGULAR,
            Face::Bold => BOLD,
        };
        self.0
            .begin_text()
            .set_font(font, style.size)
            .set_text_matrix(matrix)
            .show(Str(encoded))
            .end_text();
    }
}

fn round(points: f32) -> f32 {
    (points * 20.0).round() / 20.0
}

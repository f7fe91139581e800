//! Writing SVG: numbers short, texts escaped, one title and description.

use core::fmt::Write as _;

/// An SVG under way.
pub(super) struct Svg {
    text: String,
}

impl Svg {
    /// Begins a picture; `title` and `description` are what a screen reader says.
    pub(super) fn new(id: &str, width: f64, height: f64, title: &str, description: &str) -> Self {
        let mut text = String::with_capacity(4096);
        let (title, description) = (escape(title), escape(description));
        let _ = write!(
            text,
            "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\
             <title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{description}</desc>"
        );
        Self { text }
    }

    pub(super) fn raw(&mut self, markup: &str) {
        self.text.push_str(markup);
    }

    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let (x1, y1) = from;
        let (x2, y2) = to;
        let _ =
            write!(self.text, "<path class=\"{class}\" d=\"M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}\"/>");
    }

    pub(super) fn path(&mut self, class: &str, d: &str) {
        let _ = write!(self.text, "<path class=\"{class}\" d=\"{d}\"/>");
    }

    pub(super) fn rect(&mut self, class: &str, corner: (f64, f64), size: (f64, f64)) {
        let ((x, y), (width, height)) = (corner, size);
        let _ = write!(
            self.text,
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
        );
    }

    /// A rectangle filled with a pattern of [`patterns`].
    pub(super) fn hatched(&mut self, pattern: &str, corner: (f64, f64), size: (f64, f64)) {
        let ((x, y), (width, height)) = (corner, size);
        let _ = write!(
            self.text,
            "<rect fill=\"url(#{pattern})\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
        );
    }

    /// A text; `anchor` is `start`, `middle` or `end`.
    pub(super) fn words(&mut self, class: &str, at: (f64, f64), anchor: &str, words: &str) {
        let ((x, y), words) = (at, escape(words));
        let _ = write!(
            self.text,
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{words}</text>"
        );
    }

    pub(super) fn end(mut self) -> String {
        self.text.push_str("</svg>");
        self.text
    }
}

/// The patterns of the series: plain, and four that differ in print as well.
pub(super) fn patterns(id: &str) -> String {
    let shapes = [
        "<path d=\"M-2 8 8-2M2 12 12 2\"/>",
        "<circle cx=\"3\" cy=\"3\" r=\"1.6\"/><circle cx=\"8\" cy=\"8\" r=\"1.6\"/>",
        "<path d=\"M0 5h10\"/>",
        "<path d=\"M0 5h10M5 0v10\"/>",
    ];
    let mut all = String::from("<defs>");
    for (index, shape) in shapes.iter().enumerate() {
        let _ = write!(
            all,
            "<pattern id=\"{id}-p{}\" width=\"10\" height=\"10\" patternUnits=\"userSpaceOnUse\">\
             <g class=\"chart-hatch\">{shape}</g></pattern>",
            index + 1
        );
    }
    all + "</defs>"
}

/// The mark of a series at a point: a circle, a square, a triangle, a diamond, a cross.
pub(super) fn mark(series: usize, x: f64, y: f64) -> String {
    match series {
        0 => format!("M{:.1} {y:.1}a4 4 0 1 0 8 0a4 4 0 1 0-8 0", x - 4.0),
        1 => format!("M{:.1} {:.1}h8v8h-8z", x - 4.0, y - 4.0),
        2 => format!("M{x:.1} {:.1}l5 9h-10z", y - 5.0),
        3 => format!("M{x:.1} {:.1}l5 5-5 5-5-5z", y - 5.0),
        _ => format!("M{:.1} {:.1}h3v-3h2v3h3v2h-3v3h-2v-3h-3z", x - 4.0, y - 1.0),
    }
}

pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

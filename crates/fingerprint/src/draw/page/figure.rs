//! The drawings of a page. Each layer is stored once and used by every figure.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::PrintSide;
use crate::compare::{Comparison, Transform};
use crate::draw::ridges::{direction_path, skeleton_path};
use crate::draw::singular::put_point;
use crate::draw::{LINE, escape, place, put_minutia, size};
use crate::image::encode_png;

/// Space between the two prints, pixels at 500 dpi.
const GAP: f32 = 28.0;
/// Where a number stands beside its minutia, pixels.
const BESIDE: f32 = 7.0;

/// Names of the two sides in the page's ids.
const SIDES: [char; 2] = ['a', 'b'];

/// All layers of both prints, drawn by nobody but those that use them.
pub(super) fn store(
    first: &PrintSide<'_>,
    second: &PrintSide<'_>,
    comparison: &Comparison,
) -> String {
    let matched = [
        comparison.paired.iter().map(|pair| pair.0).collect::<Vec<_>>(),
        comparison.paired.iter().map(|pair| pair.1).collect(),
    ];
    let mut out =
        String::from("<svg class=\"store\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>");
    for ((name, side), matched) in SIDES.into_iter().zip([first, second]).zip(&matched) {
        put_layers(&mut out, name, side, matched);
    }
    out.push_str("</defs></svg>");
    out
}

fn put_layers(out: &mut String, name: char, side: &PrintSide<'_>, matched: &[u16]) {
    let template = &side.extraction.template;
    let (width, height) = size(template);
    let png = STANDARD.encode(encode_png(side.picture));
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "<image id=\"{name}-image\" width=\"{width}\" height=\"{height}\" \
         preserveAspectRatio=\"none\" href=\"data:image/png;base64,{png}\"/>\
         <path id=\"{name}-ridges\" d=\"{}\"/><path id=\"{name}-direction\" d=\"{}\"/>\
         <g id=\"{name}-singular\">",
        skeleton_path(&side.trace.ridges),
        direction_path(side.trace),
    );
    for point in &side.extraction.singular {
        put_point(out, *point);
    }
    let _ = write!(out, "</g><g id=\"{name}-minutiae\"><g transform=\"translate(0 -{LINE})\">");
    for (index, minutia) in template.minutiae().iter().enumerate() {
        put_minutia(out, *minutia, 0.0, matched.contains(&(index as u16)));
    }
    out.push_str("</g></g>");
}

/// Both prints beside each other, and again one above the other for narrow screens.
pub(super) fn side_by_side(
    first: &PrintSide<'_>,
    second: &PrintSide<'_>,
    comparison: &Comparison,
) -> String {
    let (a, b) = (size(&first.extraction.template), size(&second.extraction.template));
    let wide =
        Layout { class: "wide", size: (a.0 + GAP + b.0, a.1.max(b.1)), offset: (a.0 + GAP, 0.0) };
    let tall =
        Layout { class: "tall", size: (a.0.max(b.0), a.1 + GAP + b.1), offset: (0.0, a.1 + GAP) };
    let titles = format!(
        "<p class=\"titles\"><span>{}</span><span>{}</span></p>",
        escape(first.title),
        escape(second.title)
    );
    let figure = |layout: Layout| layout.draw(first, second, comparison);
    format!("<div class=\"figures\">{titles}{}{}</div>", figure(wide), figure(tall))
}

/// Where the two prints stand in a figure.
struct Layout {
    class: &'static str,
    size: (f32, f32),
    /// Of the second print.
    offset: (f32, f32),
}

impl Layout {
    fn draw(
        &self,
        first: &PrintSide<'_>,
        second: &PrintSide<'_>,
        comparison: &Comparison,
    ) -> String {
        let ((width, height), (dx, dy)) = (self.size, self.offset);
        let mut svg = format!(
            "<svg class=\"{}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{} and {}, \
             {} matched pairs of minutiae joined by numbered lines\">",
            self.class,
            escape(first.title),
            escape(second.title),
            comparison.paired.len()
        );
        for (name, x, y) in [('a', 0.0, 0.0), ('b', dx, dy)] {
            let _ = write!(svg, "<g transform=\"translate({x} {y})\">");
            for layer in ["image", "ridges", "direction", "singular", "minutiae"] {
                let _ = write!(svg, "<use class=\"{layer}\" href=\"#{name}-{layer}\"/>");
            }
            svg.push_str("</g>");
        }
        svg.push_str("<g class=\"pairs\">");
        self.put_pairs(&mut svg, first, second, comparison);
        svg.push_str("</g></svg>");
        svg
    }

    /// Lines first, then numbers, so that no line runs through a number.
    fn put_pairs(
        &self,
        svg: &mut String,
        first: &PrintSide<'_>,
        second: &PrintSide<'_>,
        comparison: &Comparison,
    ) {
        let of = |side: &PrintSide<'_>, index: u16| {
            let minutia = side.extraction.template.minutiae().get(usize::from(index)).copied();
            minutia.map(place).map(|(x, y)| (x, y - LINE))
        };
        let mut numbers = String::new();
        for (number, (i, j)) in comparison.paired.iter().enumerate() {
            let (Some(a), Some(b)) = (of(first, *i), of(second, *j)) else { continue };
            let b = (b.0 + self.offset.0, b.1 + self.offset.1);
            let _ = write!(svg, "<path d=\"M{:.0} {:.0}L{:.0} {:.0}\"/>", a.0, a.1, b.0, b.1);
            for (x, y) in [a, b] {
                let _ = write!(
                    numbers,
                    "<text x=\"{:.0}\" y=\"{:.0}\">{}</text>",
                    x + BESIDE,
                    y - BESIDE,
                    number + 1
                );
            }
        }
        svg.push_str(&numbers);
    }
}

/// The ridges of both prints laid upon each other, where there is something to lay.
pub(super) fn laid_upon(
    first: &PrintSide<'_>,
    second: &PrintSide<'_>,
    comparison: &Comparison,
) -> String {
    if comparison.paired.is_empty() {
        return String::new();
    }
    let (width, height) = size(&second.extraction.template);
    format!(
        "<section class=\"overlay\" aria-labelledby=\"overlay\"><h2 id=\"overlay\">Laid upon each other \
         <span class=\"sw\" lang=\"sw\">Zikiwekwa pamoja</span></h2>\
         <p>The ridges of <span class=\"first\">{}</span>, turned and moved so that the matched \
         minutiae meet, over those of <span class=\"second\">{}</span>. Where one finger made both, they \
         run together over wide areas; skin stretches, so they may part towards the border.</p>\
         <svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"ridges of both prints laid upon \
         each other\"><use class=\"second\" href=\"#b-ridges\"/>\
         <g transform=\"{}\"><use class=\"first\" href=\"#a-ridges\"/></g></svg></section>",
        escape(first.title),
        escape(second.title),
        matrix(&comparison.transform),
    )
}

/// The rotation and translation, told from where it takes three places.
fn matrix(transform: &Transform) -> String {
    let (x, y) = transform.apply(0.0, 0.0);
    let (right, down) = (transform.apply(100.0, 0.0), transform.apply(0.0, 100.0));
    let part = |value: f32, origin: f32| (value - origin) / 100.0;
    format!(
        "matrix({:.4} {:.4} {:.4} {:.4} {x:.1} {y:.1})",
        part(right.0, x),
        part(right.1, y),
        part(down.0, x),
        part(down.1, y),
    )
}

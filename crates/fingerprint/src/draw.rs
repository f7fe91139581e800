//! Prints as pictures for people: minutiae marked, matched pairs joined.
//!
//! The SVG stands alone: the print is embedded as PNG, all other text is escaped, nothing is
//! fetched and no script is used.

mod page;

mod ridges;

mod singular;

mod words;

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::compare::Comparison;
use crate::image::{GrayImage, encode_png};
use crate::template::{Minutia, MinutiaKind, SUBPIXEL, Template};

pub use page::{PrintSide, pair_page};

/// Radius of a minutia's ring, pixels at 500 dpi.
const RING: f32 = 4.0;
/// Length of its direction tail, pixels at 500 dpi.
const TAIL: f32 = 12.0;
/// Space between two prints, pixels.
const GAP: f32 = 24.0;
/// Height of the line of text above and below, pixels.
const LINE: f32 = 24.0;
/// Dark orange for endings, blue for bifurcations: told apart by all forms of colour vision.
const ENDING_COLOUR: &str = "#c84b00";
const BIFURCATION_COLOUR: &str = "#0058b0";
/// Green for what was matched.
const MATCHED_COLOUR: &str = "#007a33";

/// One print with its minutiae and a title.
pub fn print_svg(picture: &GrayImage, template: &Template, title: &str) -> String {
    let (width, height) = size(template);
    let mut svg = open(width, height + 2.0 * LINE, title);
    put_print(&mut svg, picture, template, 0.0, &[]);
    put_text(&mut svg, 0.0, 17.0, title);
    let count = template.minutiae().len();
    put_legend(
        &mut svg,
        height + LINE,
        &format!("{count} minutiae, quality {}", template.quality()),
    );
    svg.push_str("</svg>");
    svg
}

/// Two prints side by side with their minutiae, matched pairs joined by lines.
///
/// `titles` stand above the prints. The comparison must be of the two templates in this order;
/// pairs that point outside them are left out.
pub fn pair_svg(
    first: (&GrayImage, &Template),
    second: (&GrayImage, &Template),
    comparison: &Comparison,
    titles: (&str, &str),
) -> String {
    let ((left, height_a), (right, height_b)) = (size(first.1), size(second.1));
    let height = height_a.max(height_b);
    let offset = left + GAP;
    let mut svg =
        open(offset + right, height + 2.0 * LINE, &format!("{} / {}", titles.0, titles.1));
    let matched =
        |side: fn(&(u16, u16)) -> u16| comparison.paired.iter().map(side).collect::<Vec<_>>();
    put_print(&mut svg, first.0, first.1, 0.0, &matched(|pair| pair.0));
    put_print(&mut svg, second.0, second.1, offset, &matched(|pair| pair.1));
    for (i, j) in &comparison.paired {
        let a = first.1.minutiae().get(usize::from(*i));
        let b = second.1.minutiae().get(usize::from(*j));
        if let (Some(a), Some(b)) = (a.copied().map(place), b.copied().map(place)) {
            put_line(&mut svg, a, (b.0 + offset, b.1));
        }
    }
    put_text(&mut svg, 0.0, 17.0, titles.0);
    put_text(&mut svg, offset, 17.0, titles.1);
    let note = format!(
        "{} matched pairs, evidence {:.1} nats, rotation {:.0}\u{b0}",
        comparison.paired.len(),
        f64::from(comparison.score) / 1000.0,
        comparison.transform.rotation_degrees(),
    );
    put_legend(&mut svg, height + LINE, &note);
    svg.push_str("</svg>");
    svg
}

fn size(template: &Template) -> (f32, f32) {
    (template.width().into(), template.height().into())
}

/// Where a minutia is drawn, below the title line.
fn place(minutia: Minutia) -> (f32, f32) {
    let pixels = |value: u16| f32::from(value) / f32::from(SUBPIXEL);
    (pixels(minutia.x), pixels(minutia.y) + LINE)
}

fn open(width: f32, height: f32, title: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" font-family=\"sans-serif\" font-size=\"13\">\
         <title>{}</title><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
        escape(title)
    )
}

fn put_print(svg: &mut String, picture: &GrayImage, template: &Template, x: f32, matched: &[u16]) {
    let (width, height) = size(template);
    let png = STANDARD.encode(encode_png(picture));
    // Writing to a String cannot fail.
    let _ = write!(
        svg,
        "<image x=\"{x}\" y=\"{LINE}\" width=\"{width}\" height=\"{height}\" \
         preserveAspectRatio=\"none\" href=\"data:image/png;base64,{png}\"/>"
    );
    for (index, minutia) in template.minutiae().iter().enumerate() {
        put_minutia(svg, *minutia, x, matched.contains(&(index as u16)));
    }
}

/// A ring and a tail; matched ones are heavier.
fn put_minutia(svg: &mut String, minutia: Minutia, offset: f32, matched: bool) {
    let (x, y) = place(minutia);
    let x = x + offset;
    let angle = f32::from(minutia.direction) / 256.0 * std::f32::consts::TAU;
    let (near, far) =
        ((angle.cos() * RING, angle.sin() * RING), (angle.cos() * TAIL, angle.sin() * TAIL));
    let colour =
        if minutia.kind == MinutiaKind::Ending { ENDING_COLOUR } else { BIFURCATION_COLOUR };
    let weight = if matched { "2.2" } else { "1" };
    let _ = write!(
        svg,
        "<g fill=\"none\" stroke=\"{colour}\" stroke-width=\"{weight}\">\
         <circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{RING}\"/>\
         <path d=\"M{:.1} {:.1}L{:.1} {:.1}\"/></g>",
        x + near.0,
        y - near.1,
        x + far.0,
        y - far.1,
    );
}

fn put_line(svg: &mut String, a: (f32, f32), b: (f32, f32)) {
    let _ = write!(
        svg,
        "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"{MATCHED_COLOUR}\" stroke-width=\"1\" \
         stroke-opacity=\"0.55\"/>",
        a.0, a.1, b.0, b.1
    );
}

fn put_legend(svg: &mut String, y: f32, note: &str) {
    let y = y + 17.0;
    let _ = write!(
        svg,
        "<text x=\"0\" y=\"{y}\"><tspan fill=\"{ENDING_COLOUR}\">\u{25cb} ending</tspan> \
         <tspan fill=\"{BIFURCATION_COLOUR}\">\u{25cb} bifurcation</tspan> \
         <tspan fill=\"{MATCHED_COLOUR}\">{}</tspan></text>",
        escape(note)
    );
}

fn put_text(svg: &mut String, x: f32, y: f32, text: &str) {
    let _ = write!(svg, "<text x=\"{x}\" y=\"{y}\">{}</text>", escape(text));
}

/// Text that cannot become markup; control characters, which XML forbids, become spaces.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print() -> (GrayImage, Template) {
        let minutia = |x, y, kind| Minutia { x, y, direction: 64, kind, quality: 80 };
        let minutiae = vec![
            minutia(200, 300, MinutiaKind::Ending),
            minutia(240, 360, MinutiaKind::Bifurcation),
        ];
        let picture = GrayImage::new(100, 120, vec![200; 100 * 120]).unwrap();
        (picture, Template::new(100, 120, 77, minutiae).unwrap())
    }

    #[test]
    fn a_pair_shows_both_prints_all_minutiae_and_each_match() {
        let (picture, template) = print();
        let comparison = Comparison {
            score: 5400,
            paired: vec![(0, 1), (9, 9)],
            transform: crate::compare::Transform::default(),
            parts: crate::compare::Parts::default(),
            evidence: crate::compare::Evidence::default(),
        };
        let svg = pair_svg((&picture, &template), (&picture, &template), &comparison, ("A", "B"));
        assert_eq!(svg.matches("<image").count(), 2);
        assert_eq!(svg.matches("<circle").count(), 4);
        assert_eq!(svg.matches(MATCHED_COLOUR).count(), 2, "one line and the legend");
        assert!(svg.contains("evidence 5.4 nats"));
        assert!(svg.contains("M50.0 99.0L184.0 114.0"), "the line joins the pair");
    }

    #[test]
    fn a_tail_points_up_for_a_quarter_turn() {
        let (picture, template) = print();
        assert!(print_svg(&picture, &template, "t").contains("M50.0 95.0L50.0 87.0"));
    }

    #[test]
    fn titles_cannot_become_markup() {
        let (picture, template) = print();
        let svg = print_svg(&picture, &template, "<script>\"&'\u{1}");
        assert!(!svg.contains("<script"));
        assert!(svg.contains("&lt;script&gt;&quot;&amp;&#39; "));
    }
}

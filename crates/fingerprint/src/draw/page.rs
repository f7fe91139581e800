//! A page that explains one comparison: it stands alone, fetches nothing and needs no script.

#![allow(
    clippy::format_collect,
    reason = "a page is built once for each look at a pair; plain templates read better than an \
              allocation saved"
)]

mod figure;

mod report;

use super::{escape, words};
use crate::compare::Comparison;
use crate::extract::{Extraction, Trace};
use crate::image::GrayImage;

const STYLE: &str = include_str!("page/style.css");

/// One of the two prints of a page.
#[derive(Clone, Copy)]
pub struct PrintSide<'a> {
    /// What stands above it.
    pub title: &'a str,
    /// The picture as it was captured.
    pub picture: &'a GrayImage,
    /// What was found in it.
    pub extraction: &'a Extraction,
    /// The stages in between; see [`crate::extract_traced`].
    pub trace: &'a Trace,
}

/// The layers that a reader can show and hide: name, English, Swahili, shown at first.
const LAYERS: [(&str, &str, &str, bool); 6] = [
    ("image", "Picture", "Picha", true),
    ("ridges", "Ridge lines", "Mistari", false),
    ("direction", "Direction", "Mwelekeo", false),
    ("singular", "Cores and deltas", "Viini na delta", true),
    ("minutiae", "Minutiae", "Vipengele", true),
    ("pairs", "Matched pairs", "Jozi", true),
];

/// A page of HTML with both prints side by side (one above the other on a phone), their layers,
/// matched pairs joined and numbered, both laid upon each other, the evidence and the qualities.
///
/// The comparison must be of the two templates in this order; pairs that point outside them are
/// left out. The page holds both prints in full: it is biometric data.
pub fn pair_page(first: &PrintSide<'_>, second: &PrintSide<'_>, comparison: &Comparison) -> String {
    let (english, swahili) = words::verdict(comparison.score);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\
         <title>{a} and {b}</title><style>{STYLE}</style></head><body><main>\
         <h1>{a} <span class=\"and\">and</span> {b}</h1>\
         <div class=\"verdict {tone}\"><p class=\"says\">{english}</p>\
         <p class=\"sw\" lang=\"sw\">{swahili}</p>\
         <p>{ratio} <strong class=\"score\">{score:+.1} nats</strong></p></div>\
         {store}<section class=\"prints\" aria-labelledby=\"prints\"><h2 id=\"prints\">The prints \
         <span class=\"sw\" lang=\"sw\">Alama za vidole</span></h2>{layers}{figures}{legend}</section>\
         {overlay}{evidence}{qualities}\
         <footer>This page holds fingerprints: keep it as personal data is kept, and delete it when \
         it is no longer needed. <span lang=\"sw\">Ukurasa huu una alama za vidole: ni data ya \
         kibinafsi.</span></footer></main></body></html>\n",
        a = escape(first.title),
        b = escape(second.title),
        tone = tone(comparison.score),
        ratio = words::ratio(comparison.score),
        score = f64::from(comparison.score) / 1000.0,
        store = figure::store(first, second, comparison),
        layers = layers(),
        figures = figure::side_by_side(first, second, comparison),
        legend = report::legend(),
        overlay = figure::laid_upon(first, second, comparison),
        evidence = report::evidence(comparison),
        qualities = report::qualities(first, second),
    )
}

fn tone(score: i32) -> &'static str {
    match score {
        693.. => "for",
        ..=-693 => "against",
        _ => "neither",
    }
}

/// Switches that work by style alone; they must stand before the figures, beside them.
fn layers() -> String {
    let switch = |(name, english, swahili, shown): &(&str, &str, &str, bool)| {
        let checked = if *shown { " checked" } else { "" };
        format!(
            "<input type=\"checkbox\" id=\"show-{name}\"{checked}><label for=\"show-{name}\">\
             {english} <span class=\"sw\" lang=\"sw\">{swahili}</span></label>"
        )
    };
    LAYERS.iter().map(switch).collect()
}

#[cfg(test)]
mod tests;

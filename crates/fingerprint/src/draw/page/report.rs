//! Evidence and qualities of a page, in words and bars.

use super::PrintSide;
use crate::compare::Comparison;
use crate::draw::{escape, words};

/// What the signs on the prints mean.
pub(super) fn legend() -> String {
    "<ul class=\"legend\"><li class=\"ending\">ridge ending</li>\
     <li class=\"bifurcation\">bifurcation, where a ridge forks</li>\
     <li class=\"core\">core, about which ridges turn; its tail points into the loop</li>\
     <li class=\"delta\">delta, from which ridges part in three directions</li>\
     <li class=\"matched\">the same number marks the same place on both prints</li></ul>"
        .to_owned()
}

/// What speaks for one finger and what against.
pub(super) fn evidence(comparison: &Comparison) -> String {
    let rows: String = words::measures(comparison)
        .iter()
        .map(|measure| {
            format!("<tr><th scope=\"row\">{}</th><td>{}</td></tr>", measure.name, measure.seen)
        })
        .collect();
    format!(
        "<section aria-labelledby=\"evidence\"><h2 id=\"evidence\">What speaks for one finger, and what \
         against <span class=\"sw\" lang=\"sw\">Kinachounga mkono na kinachopinga</span></h2>{}\
         <table class=\"measures\"><tbody>{rows}</tbody></table></section>",
        bars(&words::reasons(comparison), comparison.score)
    )
}

/// The parts of the score as bars from a line in the middle: for to the right, against to the left.
fn bars(reasons: &[words::Reason], score: i32) -> String {
    let Some(widest) = reasons.iter().map(|r| r.millinats.unsigned_abs()).max() else {
        return String::new();
    };
    let row = |reason: &words::Reason| {
        let width = 50.0 * f64::from(reason.millinats) / f64::from(widest.max(1));
        let (side, from) = if width < 0.0 { ("against", 50.0 + width) } else { ("for", 50.0) };
        format!(
            "<tr><th scope=\"row\">{}<small>{}</small></th><td class=\"bar\"><div>\
             <span class=\"{side}\" style=\"left:{from:.1}%;width:{:.1}%\"></span></div></td>\
             <td class=\"number\">{}</td></tr>",
            reason.name,
            reason.why,
            width.abs(),
            nats(reason.millinats)
        )
    };
    let rows: String = reasons.iter().map(row).collect();
    format!(
        "<table class=\"bars\"><thead><tr><th scope=\"col\">Part</th>\
         <th scope=\"col\" class=\"sides\"><span>against</span><span>for</span></th>\
         <th scope=\"col\" class=\"number\">nats</th></tr></thead><tbody>{rows}</tbody><tfoot><tr>\
         <th scope=\"row\" colspan=\"2\">Together</th><td class=\"number\">{}</td></tr></tfoot></table>",
        nats(score)
    )
}

/// With its sign, a real minus, and one decimal.
fn nats(millinats: i32) -> String {
    let number = f64::from(millinats.unsigned_abs()) / 1000.0;
    let sign = if millinats < 0 { "\u{2212}" } else { "+" };
    format!("{sign}{number:.1}")
}

/// How good each print is, and why.
pub(super) fn qualities(first: &PrintSide<'_>, second: &PrintSide<'_>) -> String {
    format!(
        "<section aria-labelledby=\"qualities\"><h2 id=\"qualities\">How good the prints are \
         <span class=\"sw\" lang=\"sw\">Ubora wa alama</span></h2><div class=\"qualities\">{}{}</div>\
         </section>",
        quality(first),
        quality(second)
    )
}

fn quality(side: &PrintSide<'_>) -> String {
    let quality = &side.extraction.quality;
    let reasons: String =
        quality.reasons.iter().map(|reason| format!("<li>{}</li>", reason.words())).collect();
    let reasons = if reasons.is_empty() {
        "<p>Nothing holds it down.</p>".to_owned()
    } else {
        format!("<ul>{reasons}</ul>")
    };
    format!(
        "<div class=\"quality\"><h3>{}</h3><p><strong>{}</strong> of 100 · {} minutiae</p>\
         <div class=\"meter\" aria-hidden=\"true\"><span style=\"width:{}%\"></span></div>{reasons}</div>",
        escape(side.title),
        quality.score,
        side.extraction.template.minutiae().len(),
        quality.score.min(100),
    )
}

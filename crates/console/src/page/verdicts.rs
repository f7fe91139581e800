//! The verdicts that an officer can give, with the codes of the reasons for each.

use niims_country::CountryPack;
use niims_record::adjudication::Verdict;
use niims_wire::desk::Evidence;

use super::html::escape;
use crate::words;

/// What each verdict means.
const VERDICTS: [(&str, &str); 4] = [
    ("same_person", "The applicant is the person behind that other application."),
    (Verdict::DifferentPeople.name(), "The applicant is none of the candidates."),
    (Verdict::AskRecapture.name(), "You cannot tell; better prints are needed."),
    (Verdict::SuspectFraud.name(), "Someone tries to deceive."),
];

/// The verdicts of this case.
pub(super) fn section(evidence: &Evidence, pack: &CountryPack) -> String {
    let mut rows = String::new();
    for (name, meaning) in VERDICTS {
        if name == "same_person" && evidence.candidates.is_empty() {
            continue;
        }
        let reasons: String = pack
            .reasons()
            .filter(|reason| reason.verdicts.iter().any(|verdict| verdict == name))
            .map(|reason| {
                let text = reason.texts.get("en").map_or("", String::as_str);
                format!("<li><code>{}</code> {}</li>", escape(&reason.code), escape(text))
            })
            .collect();
        rows += &format!(
            "<tr><th scope=\"row\"><code>{}</code></th><td>{meaning}</td>\
             <td><ul class=\"reasons\">{reasons}</ul></td></tr>\n",
            words::verdict(name)
        );
    }
    format!(
        "<section id=\"verdict\">\n<h2>Your verdict</h2>\n<p>Give one of these verdicts with at \
         least one reason. The applicant reads the reasons and can appeal.</p>\n<table>\n\
         <thead><tr><th scope=\"col\">Verdict</th><th scope=\"col\">Meaning</th>\
         <th scope=\"col\">Reasons</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n\
         </section>\n"
    )
}

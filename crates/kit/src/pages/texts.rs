//! The texts of the kit's pages, compiled in.

use niims_web::Texts;

/// The texts in every language.
#[expect(clippy::expect_used, reason = "compiled in, and read by the tests of this crate")]
pub(super) fn texts() -> Texts {
    Texts::read(include_str!("../../texts/en.toml"), include_str!("../../texts/sw.toml"))
        .expect("texts that were tested")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use niims_country::{ApprovalCause, FormKind};
    use niims_record::desk::{CaptureFault, CaptureRemedy};
    use niims_web::used_keys_in;

    use super::texts;
    use crate::cards::CardRefused;
    use crate::interview::{GuardianKnown, Stage};
    use crate::pages::refusals::{CODES, PROBLEMS};
    use crate::pages::scan_view::PHOTO;
    use crate::pages::set_up::REFUSED;
    use crate::pages::trouble::TROUBLES;

    fn wanted() -> BTreeSet<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut wanted = used_keys_in(root, &["src/pages", "templates"]);
        wanted.retain(|key| !key.starts_with("shell."));
        let mut family = |stem: &str, names: &[&str]| {
            wanted.extend(names.iter().map(|name| format!("{stem}.{name}")));
        };
        family("refused", CODES);
        family("set_up.refused", REFUSED);
        family("stage", &Stage::ALL.map(Stage::as_str));
        family("form", &FormKind::ALL.map(FormKind::as_str));
        family("form_hint", &FormKind::ALL.map(FormKind::as_str));
        family("guardian.known", &GuardianKnown::ALL.map(GuardianKnown::as_str));
        family("device", TROUBLES);
        family("approve", &ApprovalCause::ALL.map(ApprovalCause::as_str));
        family("photo", PHOTO);
        family("capture_fault", &CaptureFault::ALL.iter().map(|f| f.name()).collect::<Vec<_>>());
        family("capture_remedy", &CaptureRemedy::ALL.iter().map(|r| r.name()).collect::<Vec<_>>());
        family("cards.refused", &CardRefused::ALL.map(CardRefused::as_str));
        family("cards.advice", &CardRefused::ALL.map(CardRefused::as_str));
        family("prefill", &["file", "or_file"]);
        family("picture", &["keeps_flattened", "keeps_original"]);
        family("picture", &["use_flattened", "use_original"]);
        family("scan", &["right", "left", "thumbs"]);
        family("scan", &["part_right", "part_left", "part_thumbs"]);
        for code in PROBLEMS {
            family("problem", &[&format!("{code}.title"), &format!("{code}.advice")]);
        }
        wanted
    }

    #[test]
    fn every_text_is_used_and_every_use_has_its_text() {
        let known: BTreeSet<String> = texts().keys().map(str::to_owned).collect();
        let wanted = wanted();
        let missing: Vec<_> = wanted.difference(&known).collect();
        let unused: Vec<_> = known.difference(&wanted).collect();
        assert!(missing.is_empty() && unused.is_empty(), "missing {missing:?}\nunused {unused:?}");
    }
}

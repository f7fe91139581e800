//! The portal's texts, compiled in.

use niims_web::Texts;

/// The texts of the portal in every language.
#[expect(clippy::expect_used, reason = "compiled in, and read by the tests of this crate")]
pub(crate) fn texts() -> Texts {
    Texts::read(include_str!("../texts/en.toml"), include_str!("../texts/sw.toml"))
        .expect("texts that were tested")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use niims_web::used_keys_in;

    use super::texts;

    /// Keys that are put together from a stem and a name that comes from elsewhere.
    const FAMILIES: [(&str, &[&str]); 9] = [
        ("state", crate::progress::STATES),
        ("waits", crate::progress::WAITS),
        ("card", crate::progress::CARDS),
        ("attribute", crate::disclosures::ATTRIBUTES),
        ("role", crate::disclosures::ROLES),
        ("refusal", crate::disclosures::REFUSALS),
        ("modality", crate::collected::MODALITIES),
        ("problem", crate::problems::CODES),
        ("form_kind", &["adult", "minor", "foreigner", "refugee"]),
    ];

    /// Parts of the members of a family that has several texts for each.
    const PARTS: [(&str, &[&str]); 2] =
        [("state", &["title", "what"]), ("problem", &["title", "advice"])];

    fn wanted() -> BTreeSet<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut wanted = used_keys_in(root, &["src", "templates"]);
        // Keys of the shell are its own affair.
        wanted.retain(|key| !key.starts_with("shell.") && key.contains('.'));
        for (stem, names) in FAMILIES {
            let parts = PARTS.iter().find(|(of, _)| *of == stem).map_or(&[""][..], |(_, p)| p);
            for name in names {
                for part in parts {
                    let key = format!("{stem}.{name}.{part}");
                    wanted.insert(key.trim_end_matches('.').to_owned());
                }
            }
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

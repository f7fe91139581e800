//! The texts of the staff pages, compiled in.

use niims_web::Texts;

/// The texts in every language.
#[expect(clippy::expect_used, reason = "compiled in, and read by the tests of this crate")]
pub(crate) fn texts() -> Texts {
    Texts::read(include_str!("../../texts/en.toml"), include_str!("../../texts/sw.toml"))
        .expect("texts that were tested")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use niims_record::staff::giving::ChangeRefused;
    use niims_record::staff::password::PasswordRefused;
    use niims_record::staff::{Action, Refused, Role};
    use niims_store::staff::sessions::Means;
    use niims_web::used_keys;

    use super::texts;
    use crate::http::declared;
    use crate::staff::{PasskeyRefused, StaffError};

    /// Keys that sources and templates ask for literally.
    fn literal() -> BTreeSet<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut keys = BTreeSet::new();
        let mut waiting = vec![root.join("src/http"), root.join("templates")];
        while let Some(folder) = waiting.pop() {
            for file in std::fs::read_dir(folder).unwrap() {
                let path = file.unwrap().path();
                if path.is_dir() {
                    waiting.push(path);
                } else if !path.ends_with("texts.rs") {
                    let source = std::fs::read_to_string(path).unwrap();
                    keys.extend(used_keys(&source));
                    // What was done is handed on as a key.
                    let quoted = source.split('"').filter(|text| text.contains(".done."));
                    keys.extend(quoted.map(str::to_owned));
                }
            }
        }
        keys.retain(|key| !key.starts_with("shell.") && key.contains('.') && !key.contains('{'));
        keys
    }

    /// Keys that are put together from a stem and the name of a closed list.
    fn built() -> BTreeSet<String> {
        let own = Action::OwnAccount;
        let actions = Action::ALL.iter().filter(|action| **action != own);
        let codes = StaffError::CODES
            .into_iter()
            .chain(Refused::ALL.map(Refused::code))
            .chain(ChangeRefused::ALL.map(ChangeRefused::code))
            .chain(PasswordRefused::ALL.map(PasswordRefused::code))
            .chain(PasskeyRefused::ALL.map(PasskeyRefused::code))
            .chain(crate::http::desk::CODES)
            .chain(crate::http::fleet::CODES);
        let problems =
            codes.flat_map(|code| ["title", "advice"].map(|part| format!("problem.{code}.{part}")));
        Role::ALL
            .iter()
            .map(|role| format!("role.{}", role.name()))
            .chain(actions.map(|action| format!("action.{}", action.name())))
            .chain(declared().listed_pages().iter().map(|page| format!("home.link.{}", page.text)))
            .chain([Means::Passkey, Means::Password].map(|m| format!("means.{}", m.name())))
            .chain(problems)
            .chain(crate::http::desk::built_keys())
            .chain(crate::http::fleet::built_keys())
            .collect()
    }

    #[test]
    fn every_text_is_used_and_every_use_has_its_text() {
        let known: BTreeSet<String> = texts().keys().map(str::to_owned).collect();
        let wanted: BTreeSet<String> = literal().into_iter().chain(built()).collect();
        let missing: Vec<_> = wanted.difference(&known).collect();
        let unused: Vec<_> = known.difference(&wanted).collect();
        assert!(missing.is_empty() && unused.is_empty(), "missing {missing:?}\nunused {unused:?}");
    }
}

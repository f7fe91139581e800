//! A crate's texts in the language of one visitor.

use crate::language::Language;
use crate::texts::Texts;

/// The texts in one language, as templates ask for them.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    texts: &'a Texts,
    /// The language.
    pub language: Language,
}

impl<'a> Words<'a> {
    /// These texts in this language.
    pub const fn new(texts: &'a Texts, language: Language) -> Self {
        Self { texts, language }
    }

    /// The text under this key, or the key itself.
    pub fn t<'k>(&self, key: &'k str) -> &'k str
    where
        'a: 'k,
    {
        self.texts.get(self.language, key)
    }

    /// The text under this key, if there is one.
    pub fn find(&self, key: &str) -> Option<&'a str> {
        self.texts.find(self.language, key)
    }

    /// The text under this key with its one `{blank}` filled, as templates ask for it.
    pub fn fill_one(&self, key: &str, blank: &str, value: impl core::fmt::Display) -> String {
        self.fill(key, &[(blank, &value.to_string())])
    }

    /// The text under this key with its `{blanks}` filled.
    pub fn fill(&self, key: &str, blanks: &[(&str, &str)]) -> String {
        let mut rest = self.t(key);
        let mut filled = String::with_capacity(rest.len() + 32);
        // Blanks are filled in one pass, so that a value that holds `{…}` stays as it is.
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let Some((name, behind)) = after.split_once('}') else {
                filled.push('{');
                rest = after;
                continue;
            };
            match blanks.iter().find(|(blank, _)| *blank == name) {
                Some((_, value)) => filled.push_str(value),
                None => filled.extend(["{", name, "}"]),
            }
            rest = behind;
        }
        filled.push_str(rest);
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_filled_once() {
        let texts = Texts::read("k = 'a {x} b {y} { c'", "k = '{y} {x} {'").unwrap();
        let words = Words::new(&texts, Language::English);
        assert_eq!(words.fill("k", &[("x", "{y}"), ("y", "2")]), "a {y} b 2 { c");
        assert_eq!(words.t("no.such"), "no.such");
        assert_eq!(Words::new(&texts, Language::Swahili).fill("k", &[("x", "1")]), "{y} 1 {");
    }
}

//! Texts of pages: one TOML file per language, flattened to dotted keys.
//!
//! Reading refuses two languages that do not say the same things: a key in one
//! file only, or a `{blank}` in one text only. A test of each crate refuses keys
//! that no page uses.

use std::collections::{BTreeMap, BTreeSet};

use crate::language::Language;

/// The texts of a crate's pages in every language, under dotted keys.
#[derive(Debug, Clone)]
pub struct Texts {
    english: BTreeMap<String, String>,
    swahili: BTreeMap<String, String>,
}

/// Why two files are no texts. Holds keys and places only, no personal data.
#[derive(Debug, thiserror::Error)]
pub enum TextsError {
    /// A file is not TOML.
    #[error("the texts in {language:?} are not TOML")]
    Syntax {
        /// Which file.
        language: Language,
        /// What the reader of TOML says.
        source: toml::de::Error,
    },
    /// A value is no text or is empty.
    #[error("the text {key:?} in {language:?} is empty or no text; write one")]
    NoText {
        /// Which file.
        language: Language,
        /// The dotted key.
        key: String,
    },
    /// A key is missing in one language.
    #[error("the text {key:?} is missing in {language:?}; translate it")]
    Missing {
        /// Where it is missing.
        language: Language,
        /// The dotted key.
        key: String,
    },
    /// The blanks differ between the languages.
    #[error("the text {key:?} has other {{blanks}} in Swahili than in English; make them alike")]
    Blanks {
        /// The dotted key.
        key: String,
    },
}

impl TextsError {
    /// The stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "texts.syntax",
            Self::NoText { .. } => "texts.no_text",
            Self::Missing { .. } => "texts.missing",
            Self::Blanks { .. } => "texts.blanks",
        }
    }
}

impl Texts {
    /// Reads the two files and checks them against each other.
    pub fn read(english: &str, swahili: &str) -> Result<Self, TextsError> {
        let texts = Self {
            english: read_one(Language::English, english)?,
            swahili: read_one(Language::Swahili, swahili)?,
        };
        for (from, to) in
            [(Language::English, Language::Swahili), (Language::Swahili, Language::English)]
        {
            if let Some(key) =
                texts.of(from).keys().find(|key| !texts.of(to).contains_key(key.as_str()))
            {
                return Err(TextsError::Missing { language: to, key: key.clone() });
            }
        }
        let differs = texts.english.iter().find(|(key, text)| {
            texts.swahili.get(key.as_str()).is_some_and(|other| blanks(text) != blanks(other))
        });
        match differs {
            Some((key, _)) => Err(TextsError::Blanks { key: key.clone() }),
            None => Ok(texts),
        }
    }

    /// The text under this key, or the key itself where there is none, so that a
    /// page never breaks over a word.
    pub fn get<'a>(&'a self, language: Language, key: &'a str) -> &'a str {
        self.find(language, key).unwrap_or(key)
    }

    /// The text under this key, if there is one.
    pub fn find(&self, language: Language, key: &str) -> Option<&str> {
        self.of(language).get(key).map(String::as_str)
    }

    /// Every key, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.english.keys().map(String::as_str)
    }

    const fn of(&self, language: Language) -> &BTreeMap<String, String> {
        match language {
            Language::English => &self.english,
            Language::Swahili => &self.swahili,
        }
    }
}

/// The keys that a source or template file asks for literally, as in `t("key")`,
/// `fill("key", …)` or `find("key")`. For the tests of crates that have texts.
pub fn used_keys(source: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for call in [".t(", ".fill(", ".fill_one(", ".find("] {
        for after in source.split(call).skip(1) {
            if let Some(literal) = after.trim_start().strip_prefix('"')
                && let Some((key, _)) = literal.split_once('"')
            {
                keys.insert(key.to_owned());
            }
        }
    }
    keys
}

/// The keys that the files of these folders ask for literally, folders inside them
/// included. `root` is that of the crate. For tests: a folder that cannot be read gives
/// no keys, and so the test fails.
pub fn used_keys_in(root: &std::path::Path, folders: &[&str]) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut waiting: Vec<_> = folders.iter().map(|folder| root.join(folder)).collect();
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                waiting.push(path);
            } else if let Ok(source) = std::fs::read_to_string(&path) {
                keys.extend(used_keys(&source));
            }
        }
    }
    keys
}

fn read_one(language: Language, file: &str) -> Result<BTreeMap<String, String>, TextsError> {
    let table: toml::Table =
        file.parse().map_err(|source| TextsError::Syntax { language, source })?;
    let mut texts = BTreeMap::new();
    flatten(language, "", &table, &mut texts)?;
    Ok(texts)
}

fn flatten(
    language: Language,
    prefix: &str,
    table: &toml::Table,
    texts: &mut BTreeMap<String, String>,
) -> Result<(), TextsError> {
    for (name, value) in table {
        let key = format!("{prefix}{name}");
        match value {
            toml::Value::Table(inner) => flatten(language, &format!("{key}."), inner, texts)?,
            toml::Value::String(text) if !text.trim().is_empty() => {
                texts.insert(key, text.clone());
            }
            _ => return Err(TextsError::NoText { language, key }),
        }
    }
    Ok(())
}

fn blanks(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|after| after.split_once('}').map(|(name, _)| name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(english: &str, swahili: &str, expected: &str) {
        let code = Texts::read(english, swahili).map_or_else(|error| error.code(), |_| "fine");
        assert_eq!(code, expected, "{english} | {swahili}");
    }

    #[test]
    fn languages_that_differ_are_refused() {
        check("a.b = 'x {n}'", "a.b = 'y {n}'", "fine");
        check("a.b = 'x'\na.c = 'z'", "a.b = 'y'", "texts.missing");
        check("a.b = 'x'", "a.b = 'y'\na.c = 'z'", "texts.missing");
        check("a.b = 'x {n}'", "a.b = 'y {m}'", "texts.blanks");
        check("a.b = ' '", "a.b = 'y'", "texts.no_text");
        check("a.b = 1", "a.b = 'y'", "texts.no_text");
        check("a.b =", "a.b = 'y'", "texts.syntax");
    }

    /// The shell's own problems; their keys are put together from the code.
    const PROBLEMS: [&str; 6] = [
        "web.not_found",
        "web.method",
        "web.form_forged",
        "web.form_unreadable",
        "web.too_large",
        "web.internal",
    ];

    #[test]
    fn every_text_of_the_shell_is_used_and_every_use_has_its_text() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut wanted: BTreeSet<String> = PROBLEMS
            .iter()
            .flat_map(|code| ["title", "advice"].map(|part| format!("problem.{code}.{part}")))
            .chain((1..=12).map(|month| format!("month.{month}")))
            .chain(crate::ViewerLayer::ALL.map(|layer| format!("shell.prints.{}", layer.as_str())))
            .collect();
        // Pages of other crates extend this crate's layout and may go back.
        wanted.insert("shell.back".to_owned());
        wanted.extend(used_keys_in(root, &["templates", "src/forms"]));
        // Put together by the caller: both answers to a question of yes or no.
        wanted.extend(
            ["shell.yes", "shell.no", "shell.place.village", "shell.place.house"]
                .map(str::to_owned),
        );
        let known: BTreeSet<String> = crate::shell::texts().keys().map(str::to_owned).collect();
        assert_eq!(known, wanted);
    }

    #[test]
    fn literal_keys_are_found() {
        let found = used_keys(r#"{{ w.t("a.b") }} w.fill("c", &[]) w.t(key) texts.find( "d")"#);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["a.b", "c", "d"]);
    }
}

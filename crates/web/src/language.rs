//! The languages that pages speak.

/// A language of the pages: both official languages of the Constitution, art. 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    English,
    /// Swahili.
    Swahili,
}

impl Language {
    /// Every language, in the order of the switch.
    pub const ALL: [Self; 2] = [Self::English, Self::Swahili];

    /// The BCP 47 code, as in `lang="…"` and in the country pack.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Swahili => "sw",
        }
    }

    /// Its name in itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Swahili => "Kiswahili",
        }
    }

    /// The language with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The first language of an `Accept-Language` header that pages speak. Weights
    /// are not read: browsers list languages best first.
    pub fn accepted(header: &str) -> Option<Self> {
        header.split(',').take(10).find_map(|part| {
            let tag = part.split(';').next().unwrap_or_default().trim();
            Self::from_code(tag.split('-').next().unwrap_or_default())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_known_is_taken() {
        for (header, expected) in [
            ("sw-KE,sw;q=0.9,en;q=0.8", Some(Language::Swahili)),
            ("fr, en-GB;q=0.7, sw;q=0.3", Some(Language::English)),
            ("so", None),
            ("", None),
        ] {
            assert_eq!(Language::accepted(header), expected, "{header}");
        }
    }
}

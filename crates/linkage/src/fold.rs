//! A name as written → plain lower-case tokens that can be compared.

/// Most tokens of one name that are compared; the record allows twelve parts,
/// and hyphens may split some of them.
pub(crate) const MOST_TOKENS: usize = 16;

/// Splits a text at spaces and hyphens and folds every piece: lower case, no
/// accents, no apostrophes or full stops. Empty pieces vanish.
pub(crate) fn tokens(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| c.is_whitespace() || matches!(c, '-' | '‐' | '‑'))
        .map(fold)
        .filter(|token| !token.is_empty())
}

/// Folds one token: letters only, lower case, without marks.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ŋ' => folded.push_str("ng"),
            c if c.is_alphabetic() => folded.push(without_mark(c)),
            _ => {}
        }
    }
    folded
}

/// The apostrophes that documents use for one another.
pub(crate) const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`')
}

/// The letter under an accent, for the accented Latin letters that stand in
/// documents of the region and its neighbours; Kikuyu writes ĩ and ũ.
const fn without_mark(c: char) -> char {
    match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' => 'a',
        'ç' | 'č' | 'ć' => 'c',
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ě' | 'ę' => 'e',
        'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ı' => 'i',
        'ñ' | 'ń' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' => 'o',
        'š' | 'ś' | 'ş' => 's',
        'ù' | 'ú' | 'û' | 'ü' | 'ũ' | 'ū' => 'u',
        'ý' | 'ÿ' => 'y',
        'ž' | 'ź' | 'ż' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_becomes_plain_tokens() {
        let check = |text: &str, want: &[&str]| {
            assert_eq!(tokens(text).collect::<Vec<_>>(), want, "{text}");
        };
        check("Ng'ang'a", &["nganga"]);
        check("NDUNG’U", &["ndungu"]);
        check("Mũthoni wa  Kĩmani", &["muthoni", "wa", "kimani"]);
        check("Mu\u{303}thoni", &["muthoni"]);
        check("Ole-Test", &["ole", "test"]);
        check("J. - .", &["j"]);
        check("", &[]);
    }
}

//! Text in WinAnsi, the encoding of the fonts that every PDF reader has.

use crate::metrics::{Face, width};

/// Encodes a text. Letters that the fonts lack become their base letters, marks
/// on their own vanish, and anything else becomes a question mark: a reader sees
/// that something is missing. The QR code carries the name in full.
pub fn encode(text: &str) -> Vec<u8> {
    text.chars().filter_map(code_of).collect()
}

fn code_of(c: char) -> Option<u8> {
    let code = match c {
        ' '..='~' => c as u8,
        '\u{a0}'..='ÿ' => c as u32 as u8,
        '€' => 0x80,
        '…' => 0x85,
        'Š' => 0x8a,
        'Œ' => 0x8c,
        'Ž' => 0x8e,
        '‘' => 0x91,
        '’' | 'ʼ' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' | '‐' | '‑' => 0x96,
        '—' => 0x97,
        'š' => 0x9a,
        'œ' => 0x9c,
        'ž' => 0x9e,
        'Ÿ' => 0x9f,
        '\u{300}'..='\u{36f}' => return None,
        other => base_letter(other).unwrap_or('?') as u8,
    };
    Some(code)
}

/// Base letters of the accented Latin letters outside WinAnsi; Kikuyu and Kamba
/// write ĩ and ũ, and ŋ stands in some older documents for ng'.
const BASE_LETTERS: [(&str, char); 26] = [
    ("ĀĂĄ", 'A'),
    ("āăą", 'a'),
    ("ĆĈĊČ", 'C'),
    ("ćĉċč", 'c'),
    ("ĎĐ", 'D'),
    ("ďđ", 'd'),
    ("ĒĔĖĘĚ", 'E'),
    ("ēĕėęě", 'e'),
    ("ĜĞĠĢ", 'G'),
    ("ĝğġģ", 'g'),
    ("ĨĪĬĮİ", 'I'),
    ("ĩīĭįı", 'i'),
    ("ĹĻĽŁ", 'L'),
    ("ĺļľł", 'l'),
    ("ŃŅŇŊ", 'N'),
    ("ńņňŋ", 'n'),
    ("ŌŎŐ", 'O'),
    ("ōŏő", 'o'),
    ("ŔŖŘ", 'R'),
    ("ŕŗř", 'r'),
    ("ŚŜŞȘ", 'S'),
    ("śŝşș", 's'),
    ("ŢŤŦȚ", 'T'),
    ("ţťŧț", 't'),
    ("ŨŪŬŮŰŲ", 'U'),
    ("ũūŭůűų", 'u'),
];

fn base_letter(c: char) -> Option<char> {
    BASE_LETTERS.iter().find(|(letters, _)| letters.contains(c)).map(|(_, base)| *base)
}

/// Lines of at most `most` in number and `room` points in width, at the largest
/// size from `largest` down to `smallest` at which the text fits. If it fits at
/// none, the last line ends in an ellipsis.
pub fn fit(
    text: &str,
    face: Face,
    room: f32,
    most: usize,
    largest: f32,
    smallest: f32,
) -> (f32, Vec<Vec<u8>>) {
    let mut size = largest;
    loop {
        let lines = wrap(text, face, room / size);
        if lines.len() <= most && lines.iter().all(|line| width(line, face) * size <= room) {
            return (size, lines);
        }
        if size <= smallest {
            return (size, cut(lines, face, room / size, most));
        }
        size = (size - 0.5).max(smallest);
    }
}

/// Breaks a text at spaces into lines of `room` in units of the font size.
pub fn wrap(text: &str, face: Face, room: f32) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for word in text.split_whitespace().map(encode).filter(|word| !word.is_empty()) {
        if let Some(line) = lines.last_mut() {
            let longer = [line.as_slice(), b" ", &word].concat();
            if width(&longer, face) <= room {
                *line = longer;
                continue;
            }
        }
        lines.push(word);
    }
    lines
}

fn cut(mut lines: Vec<Vec<u8>>, face: Face, room: f32, most: usize) -> Vec<Vec<u8>> {
    const ELLIPSIS: u8 = 0x85;
    let shortened = lines.len() > most;
    lines.truncate(most);
    let last = lines.len().saturating_sub(1);
    for (at, line) in lines.iter_mut().enumerate() {
        if width(line, face) <= room && !(shortened && at == last) {
            continue;
        }
        while !line.is_empty() && width(line, face) + width(&[ELLIPSIS], face) > room {
            line.pop();
        }
        line.push(ELLIPSIS);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_the_fonts_lack_become_their_base_letters() {
        let check = |text: &str, want: &[u8]| assert_eq!(encode(text), want, "{text}");
        check("Mũthoni Kĩmani", b"Muthoni Kimani");
        check("Mu\u{303}thoni", b"Muthoni");
        check("Ng’ang'a", b"Ng\x92ang'a");
        check("José Æsop", b"Jos\xe9 \xc6sop");
        check("名", b"?");
    }

    #[test]
    fn a_long_name_is_made_smaller_then_broken_then_cut() {
        let (size, lines) = fit("Ann Bell", Face::Bold, 120.0, 2, 9.0, 6.0);
        assert_eq!((size, lines.len()), (9.0, 1));
        let (_, lines) = fit(&"Annabella ".repeat(5), Face::Bold, 120.0, 2, 9.0, 6.0);
        assert_eq!(lines.len(), 2);
        let (size, lines) = fit(&"Annabella ".repeat(40), Face::Bold, 120.0, 2, 9.0, 6.0);
        assert_eq!((size, lines.len()), (6.0, 2));
        assert_eq!(lines[1].last(), Some(&0x85));
        let (size, lines) = fit(&"A".repeat(60), Face::Bold, 60.0, 2, 9.0, 6.0);
        assert!(lines.iter().all(|line| width(line, Face::Bold) * size <= 60.0));
    }
}

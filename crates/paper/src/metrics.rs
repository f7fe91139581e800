//! Widths of the letters of Helvetica and Helvetica-Bold, in thousandths of the
//! font size, from Adobe's font metrics (Core 14 AFM). Needed to fit and centre.

/// The two faces used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// Helvetica.
    Regular,
    /// Helvetica-Bold.
    Bold,
}

/// Codes 32 to 126.
const REGULAR: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// Codes 32 to 126.
const BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667,
    611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556,
    278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
];

/// Width of encoded text, in units of the font size.
pub fn width(encoded: &[u8], face: Face) -> f32 {
    encoded.iter().map(|&code| f32::from(code_width(code, face))).sum::<f32>() / 1000.0
}

fn code_width(code: u8, face: Face) -> u16 {
    let table = match face {
        Face::Regular => &REGULAR,
        Face::Bold => &BOLD,
    };
    let plain = match code {
        32..=126 => code,
        // Accented letters are as wide as their base letters.
        0xc0..=0xc5 => b'A',
        0xc7 => b'C',
        0xc8..=0xcb => b'E',
        0xcc..=0xcf => b'I',
        0xd1 => b'N',
        0xd2..=0xd6 | 0xd8 => b'O',
        0xd9..=0xdc => b'U',
        0xdd | 0x9f => b'Y',
        0xe0..=0xe5 => b'a',
        0xe7 => b'c',
        0xe8..=0xeb => b'e',
        0xf2..=0xf6 | 0xf8 => b'o',
        0xf9..=0xfc => b'u',
        0xfd | 0xff => b'y',
        0x8a => b'S',
        0x9a => b's',
        0x8e => b'Z',
        0x9e => b'z',
        0x91 | 0x92 => return if face == Face::Bold { 278 } else { 222 },
        0xb7 | 0xec..=0xef => return 278,
        0x95 => return 350,
        0x85 | 0x97 | 0x8c | 0xc6 => return 1000,
        _ => b'n',
    };
    table[usize::from(plain - 32)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_widths() {
        let check = |text: &[u8], face, want: f32| {
            assert!((width(text, face) - want).abs() < 1e-4, "{text:?}");
        };
        check(b"Hello", Face::Regular, 2.278);
        check(b"Hello", Face::Bold, 2.445);
        check(b"", Face::Bold, 0.0);
        check(&[0xe9], Face::Regular, 0.556);
    }

    #[test]
    fn every_code_has_a_width() {
        assert!((0..=u8::MAX).all(|code| code_width(code, Face::Bold) > 0));
    }
}

//! A slip: lines of text and one QR code below each other, on a page of office paper or on the
//! strip of a thermal printer, which is as long as the slip.

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use crate::metrics::{Face, width};
use crate::qr::{QUIET_ZONE, QrMatrix, TooLarge};
use crate::text::wrap;

/// Points in a millimetre.
const POINTS: f32 = 72.0 / 25.4;

/// The paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlipSize {
    /// A quarter of an office page: A6, 105 × 148 mm.
    A6,
    /// A thermal strip of 80 mm, printed 72 mm wide.
    Strip80,
    /// A thermal strip of 58 mm, printed 48 mm wide.
    Strip58,
}

impl SlipSize {
    /// Every paper, with the word for it in addresses.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::A6, "a6"), (Self::Strip80, "80"), (Self::Strip58, "58")];

    /// Width of the paper, of the margin at each side, and the height where it is fixed, mm.
    const fn measures(self) -> (f32, f32, Option<f32>) {
        match self {
            Self::A6 => (105.0, 8.0, Some(148.0)),
            Self::Strip80 => (80.0, 4.0, None),
            Self::Strip58 => (58.0, 5.0, None),
        }
    }

    /// Size of plain letters, points.
    const fn letters(self) -> f32 {
        match self {
            Self::A6 => 9.0,
            Self::Strip80 => 8.5,
            Self::Strip58 => 7.5,
        }
    }
}

/// One part of a slip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A heading, bold and larger.
    Heading(String),
    /// What is read out at the counter: bold, much larger, centred.
    Number(String),
    /// A paragraph.
    Text(String),
    /// A QR code of this text, centred.
    Code(String),
}

/// What is drawn, from the top, in points.
enum Drawn {
    Text { words: Vec<u8>, face: Face, size: f32, is_centred: bool },
    Code(QrMatrix),
    Gap(f32),
}

/// The PDF of a slip, one page. The title says what it is and of nobody whose.
///
/// # Errors
/// [`TooLarge`] for a QR text that no code holds.
pub fn slip_pdf(
    size: SlipSize,
    title: &str,
    language: &str,
    lines: &[Line],
) -> Result<Vec<u8>, TooLarge> {
    let (paper, margin, fixed) = size.measures();
    let room = (paper - 2.0 * margin) * POINTS;
    let drawn = lay_out(size, room, lines)?;
    let code_side = (room * 0.6).min(32.0 * POINTS);
    let content_height: f32 = drawn.iter().map(|one| height(one, code_side)).sum();
    let margins = 2.0 * margin * POINTS;
    let page_height = fixed.map_or(content_height + margins, |fixed| fixed * POINTS);
    let page_width = paper * POINTS;
    let content = draw(&drawn, [page_width, page_height, margin * POINTS, code_side]);
    Ok(write(title, language, page_width, page_height, &content))
}

fn lay_out(size: SlipSize, room: f32, lines: &[Line]) -> Result<Vec<Drawn>, TooLarge> {
    let letters = size.letters();
    let mut drawn = Vec::new();
    let mut paragraph = |text: &str, face: Face, size: f32, is_centred: bool, gap: f32| {
        let words = wrap(text, face, room / size);
        let mut parts: Vec<Drawn> =
            words.into_iter().map(|words| Drawn::Text { words, face, size, is_centred }).collect();
        parts.push(Drawn::Gap(gap));
        drawn.append(&mut parts);
    };
    let mut codes = Vec::new();
    for line in lines {
        match line {
            Line::Heading(text) => paragraph(text, Face::Bold, letters * 1.2, false, letters * 0.4),
            Line::Number(text) => {
                // The whole number on one line, as large as fits.
                let fits = room / width(&crate::text::encode(text), Face::Bold).max(1.0);
                paragraph(text, Face::Bold, fits.min(letters * 2.2), true, letters * 0.6);
            }
            Line::Text(text) => paragraph(text, Face::Regular, letters, false, letters * 0.5),
            Line::Code(text) => {
                codes.push(QrMatrix::of(text)?);
                paragraph("", Face::Regular, letters, false, letters * 0.3);
            }
        }
    }
    // Codes stand at the end: a torn strip loses them last of what is read by eye.
    drawn.extend(codes.into_iter().map(Drawn::Code));
    Ok(drawn)
}

fn height(drawn: &Drawn, code_side: f32) -> f32 {
    match drawn {
        Drawn::Text { size, .. } => size * 1.25,
        Drawn::Code(_) => code_side,
        Drawn::Gap(gap) => *gap,
    }
}

fn draw(drawn: &[Drawn], [page_width, page_height, margin, code_side]: [f32; 4]) -> Vec<u8> {
    let mut page = Content::new();
    let mut y = page_height - margin;
    for one in drawn {
        y -= height(one, code_side);
        match one {
            Drawn::Text { words, face, size, is_centred } => {
                let length = width(words, *face) * size;
                let x = if *is_centred { (page_width - length) / 2.0 } else { margin };
                let font = match face {
                    Face::Regular => Name(b"F1"),
                    Face::Bold => Name(b"F2"),
                };
                page.begin_text()
                    .set_font(font, *size)
                    .set_text_matrix([1.0, 0.0, 0.0, 1.0, x, y + size * 0.25])
                    .show(Str(words))
                    .end_text();
            }
            Drawn::Code(code) => {
                let module = code_side / (code.size() + 2 * QUIET_ZONE) as f32;
                let left = (page_width - code_side) / 2.0;
                for (column, row, length) in code.runs() {
                    let x = left + (column + QUIET_ZONE) as f32 * module;
                    let top = y + code_side - (row + QUIET_ZONE) as f32 * module;
                    page.rect(x, top - module, length as f32 * module, module);
                }
                page.fill_nonzero();
            }
            Drawn::Gap(_) => {}
        }
    }
    page.finish().into_vec()
}

fn write(title: &str, language: &str, width: f32, height: f32, content: &[u8]) -> Vec<u8> {
    let [catalog, pages, info, regular, bold, page, stream] = [1, 2, 3, 4, 5, 6, 7].map(Ref::new);
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(pages).lang(TextStr(language));
    pdf.pages(pages).kids([page]).count(1);
    pdf.document_info(info).title(TextStr(title));
    for (id, name) in [(regular, b"Helvetica".as_slice()), (bold, b"Helvetica-Bold".as_slice())] {
        pdf.type1_font(id).base_font(Name(name)).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    let mut leaf = pdf.page(page);
    leaf.parent(pages).media_box(Rect::new(0.0, 0.0, width, height)).contents(stream);
    leaf.resources().fonts().pair(Name(b"F1"), regular).pair(Name(b"F2"), bold);
    leaf.finish();
    pdf.stream(stream, content);
    pdf.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slip(size: SlipSize) -> Vec<u8> {
        let lines = [
            Line::Heading("Registration slip".to_owned()),
            Line::Number("2345-6789-ABCD".to_owned()),
            Line::Text("It costs nothing. ".repeat(12)),
            Line::Code("2345-6789-ABCD".to_owned()),
        ];
        slip_pdf(size, "Slip", "en", &lines).unwrap()
    }

    /// The numbers of the media box.
    fn page(pdf: &[u8]) -> Vec<f32> {
        let text = String::from_utf8_lossy(pdf);
        let (_, after) = text.split_once("/MediaBox [").unwrap();
        let (inside, _) = after.split_once(']').unwrap();
        inside.split_whitespace().map(|number| number.parse().unwrap()).collect()
    }

    #[test]
    fn each_paper_has_its_width_and_a_strip_the_length_of_its_text() {
        for (size, millimetres) in
            [(SlipSize::A6, 105.0), (SlipSize::Strip80, 80.0), (SlipSize::Strip58, 58.0)]
        {
            let pdf = slip(size);
            assert_eq!(pdf, slip(size), "same words, same bytes");
            let box_ = page(&pdf);
            assert!((box_[2] / POINTS - millimetres).abs() < 0.1, "{box_:?}");
            assert!(box_[3] / POINTS > 60.0 && box_[3] / POINTS < 220.0, "{box_:?}");
        }
    }

    #[test]
    fn a_text_that_no_code_holds_is_refused() {
        let lines = [Line::Code("x".repeat(5000))];
        assert_eq!(slip_pdf(SlipSize::A6, "Slip", "en", &lines), Err(TooLarge));
    }
}

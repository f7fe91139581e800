//! The back: how the card is checked, what it costs, where to complain.

use super::canvas::{Align, Canvas, EARTH, GREEN, INK, LABEL, LIGHT, MIST, POINTS, Style, WHITE};
use super::front::specimen;
use super::ornament::{Band, Phases, rosette, waves};
use super::words::{self, Both};
use super::{HEIGHT, WIDTH};
use crate::face::{CardFace, CardProfile};
use niims_paper::Face;
use niims_paper::{QUIET_ZONE, QrMatrix};
use niims_paper::{encode, fit};

/// The white square that holds the code with its quiet zone: x, y and side in
/// millimetres. A code of 65 modules is then 36 mm wide, half a millimetre each,
/// which the cheapest telephone camera reads at a hand's breadth.
const CODE: (f32, f32, f32) = (3.6, 3.6, 41.0);
/// Left edge and width of the column of notes, in millimetres.
const NOTES: (f32, f32) = (47.6, WIDTH - 4.0 - 47.6);

pub(super) fn draw(face: &CardFace, profile: &CardProfile, code: &QrMatrix) -> Vec<u8> {
    let mut page = Canvas::new();
    ground(&mut page, &face.card_serial);
    heading(&mut page);
    draw_code(&mut page, code);
    notes(&mut page, profile);
    if profile.specimen {
        // Beside the code, which must stay readable.
        specimen(&mut page, (NOTES.0 + NOTES.1 / 2.0, 24.0), 22.0);
    }
    page.finish()
}

fn ground(page: &mut Canvas, serial: &str) {
    let mut phases = Phases::of(serial);
    page.ground();
    page.aside(|page| {
        page.opacity(LIGHT);
        page.clip(0.0, 0.0, WIDTH, HEIGHT);
        rosette(page, (66.0, 23.0), 22.0, 26, &mut phases);
        waves(page, &Band { x: 0.0, width: WIDTH, y: 44.0, swing: 5.0, lines: 12 }, &mut phases);
    });
}

fn heading(page: &mut Canvas) {
    page.rectangle(0.0, 48.4, WIDTH, HEIGHT - 48.4, GREEN);
    for (y, height, colour) in
        [(48.1, 0.3, WHITE), (47.5, 0.6, EARTH), (47.3, 0.2, WHITE), (46.95, 0.35, INK)]
    {
        page.rectangle(0.0, y, WIDTH, height, colour);
    }
    let style = Style::new(Face::Bold, 5.8, WHITE);
    page.text(
        4.0,
        50.2,
        &encode(&format!("{} · {}", words::CARD.en, words::CARD.sw)),
        style,
        Align::Left,
    );
    let small = Style::new(Face::Regular, 5.0, MIST);
    let state = format!("{} · {}", words::STATE.en, words::STATE.sw);
    page.text(WIDTH - 4.0, 50.2, &encode(&state), small, Align::Right);
}

fn draw_code(page: &mut Canvas, code: &QrMatrix) {
    let (x, y, side) = CODE;
    page.rectangle(x, y, side, side, WHITE);
    let module = side / (code.size() + 2 * QUIET_ZONE) as f32;
    let left = x + QUIET_ZONE as f32 * module;
    let top = y + side - QUIET_ZONE as f32 * module;
    let blocks = code.runs().map(|(column, row, length)| {
        let (column, row, length) = (column as f32, row as f32, length as f32);
        [left + column * module, top - (row + 1.0) * module, length * module, module]
    });
    page.blocks(blocks, INK);
}

fn notes(page: &mut Canvas, profile: &CardProfile) {
    let mut y = 43.4;
    for (note, bold) in [
        (&words::PROVES_NOTHING, true),
        (&words::HOW_TO_CHECK, false),
        (&words::FREE, true),
        (&words::OTHERS_STAY, false),
    ] {
        y = both(page, note, bold, y);
    }
    let (x, width) = NOTES;
    page.line([(x, y + 1.2), (x + width, y + 1.2)], 0.15, GREEN);
    let label = Style::new(Face::Regular, 4.5, LABEL);
    page.text(x, y - 1.2, &encode(&words::COMPLAINTS.line()), label, Align::Left);
    paragraph(page, &profile.complaints, Style::new(Face::Bold, 5.6, INK), 3, y - 3.8);
}

/// A note in English and, below, in Swahili; returns the next free baseline.
fn both(page: &mut Canvas, note: &Both, bold: bool, y: f32) -> f32 {
    let face = if bold { Face::Bold } else { Face::Regular };
    let y = paragraph(page, note.en, Style::new(face, 5.8, INK), 3, y);
    let y = paragraph(page, note.sw, Style::new(face, 5.8, GREEN), 3, y);
    if bold { y - 0.2 } else { y - 1.1 }
}

fn paragraph(page: &mut Canvas, text: &str, style: Style, most: usize, mut y: f32) -> f32 {
    let (x, width) = NOTES;
    let (size, lines) = fit(text, style.face, width * POINTS, most, style.size, 4.0);
    for line in &lines {
        page.text(x, y, line, Style { size, ..style }, Align::Left);
        y -= size / POINTS * 1.14;
    }
    y
}

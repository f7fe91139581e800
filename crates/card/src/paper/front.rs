//! The front: who the bearer is.

use niims_record::person::Sex;

use super::canvas::{
    Align, Canvas, EARTH, FAINT, GREEN, INK, LABEL, LIGHT, MIST, OCHRE, POINTS, Style, WHITE,
};
use super::ornament::{Band, Phases, device, rosette, waves};
use super::words::{self, Both};
use super::{HEIGHT, WIDTH};
use crate::face::{CardFace, CardProfile};
use niims_paper::Face;
use niims_paper::{encode, fit};

/// Frames as x, y, width, height in millimetres.
const PORTRAIT: [f32; 4] = [4.0, 8.6, 24.0, 30.0];
const GHOST: [f32; 4] = [72.6, 3.4, 9.0, 11.25];
/// Left edge of the fields and right edge of everything.
const FIELDS: f32 = 31.6;
const RIGHT: f32 = WIDTH - 4.0;

const LABEL_STYLE: Style = Style::new(Face::Regular, 4.5, LABEL);
const VALUE_STYLE: Style = Style::new(Face::Bold, 7.5, INK);

pub(super) fn draw(face: &CardFace, profile: &CardProfile, has_portrait: bool) -> Vec<u8> {
    let mut page = Canvas::new();
    ground(&mut page, &face.card_serial);
    heading(&mut page);
    portrait(&mut page, has_portrait);
    number_and_name(&mut page, face);
    fields(&mut page, face);
    serial(&mut page, face);
    if profile.specimen {
        specimen(&mut page, (WIDTH / 2.0, HEIGHT / 2.0 - 2.0), 40.0);
    }
    page.finish()
}

fn ground(page: &mut Canvas, serial: &str) {
    let mut phases = Phases::of(serial);
    page.ground();
    page.aside(|page| {
        page.opacity(LIGHT);
        page.clip(0.0, 0.0, WIDTH, HEIGHT);
        let band = |y, swing, lines| Band { x: 0.0, width: WIDTH, y, swing, lines };
        waves(page, &band(30.0, 11.0, 20), &mut phases);
        waves(page, &band(6.0, 6.0, 14), &mut phases);
        rosette(page, (68.5, 24.0), 19.0, 24, &mut phases);
    });
}

pub(super) fn heading(page: &mut Canvas) {
    page.rectangle(0.0, 44.0, WIDTH, HEIGHT - 44.0, GREEN);
    for (y, height, colour) in
        [(43.55, 0.45, WHITE), (42.75, 0.8, EARTH), (42.45, 0.3, WHITE), (41.95, 0.5, INK)]
    {
        page.rectangle(0.0, y, WIDTH, height, colour);
    }
    device(page, (7.6, 49.0), 3.7, OCHRE, GREEN);
    let large = Style::new(Face::Bold, 8.6, WHITE);
    let small = Style::new(Face::Regular, 5.8, MIST);
    for (x, text, align) in
        [(13.2, &words::STATE, Align::Left), (RIGHT, &words::CARD, Align::Right)]
    {
        page.text(x, 49.2, &encode(text.en), large, align);
        page.text(x, 46.2, &encode(text.sw), small, align);
    }
}

fn portrait(page: &mut Canvas, has_portrait: bool) {
    let [x, y, w, h] = PORTRAIT;
    page.rectangle(x - 0.5, y - 0.5, w + 1.0, h + 1.0, WHITE);
    if has_portrait {
        page.portrait(PORTRAIT);
        page.aside(|page| {
            page.opacity(LIGHT);
            page.portrait(GHOST);
        });
    } else {
        silhouette(page);
    }
    page.frame([x - 0.5, y - 0.5, w + 1.0, h + 1.0], 0.2, GREEN);
}

/// Head and shoulders, for those who have an exemption from the portrait.
fn silhouette(page: &mut Canvas) {
    let [x, y, w, h] = PORTRAIT;
    page.rectangle(x, y, w, h, MIST);
    let round = |cx: f32, cy: f32, rx: f32, ry: f32| {
        (0..120).map(move |step| {
            let angle = core::f32::consts::TAU * step as f32 / 120.0;
            (cx + rx * angle.cos(), cy + ry * angle.sin())
        })
    };
    page.aside(|page| {
        page.clip(x, y, w, h);
        page.opacity(LIGHT);
        page.area(round(x + w / 2.0, y + h * 0.62, w * 0.22, h * 0.22), LABEL);
        page.area(round(x + w / 2.0, y - h * 0.02, w * 0.42, h * 0.36), LABEL);
    });
}

fn number_and_name(page: &mut Canvas, face: &CardFace) {
    page.text(FIELDS, 38.0, &encode(words::NUMBER), LABEL_STYLE, Align::Left);
    let number = encode(&face.number.to_string());
    page.text(FIELDS, 32.6, &number, Style::new(Face::Bold, 15.0, GREEN), Align::Left);
    page.text(FIELDS, 29.4, &encode(&words::NAME.line()), LABEL_STYLE, Align::Left);
    let room = (RIGHT - FIELDS) * POINTS;
    let (size, lines) = fit(&face.name, Face::Bold, room, 2, 9.5, 5.5);
    let mut y = 29.4 - 0.9 - size / POINTS * 0.74;
    for line in &lines {
        page.text(FIELDS, y, line, Style::new(Face::Bold, size, INK), Align::Left);
        y -= size / POINTS * 1.08;
    }
}

fn fields(page: &mut Canvas, face: &CardFace) {
    let sex = match face.sex {
        Sex::Female => "F",
        Sex::Male => "M",
        Sex::Intersex => "X",
    };
    let issued = face.issued_on.to_string();
    let until = face.valid_until.to_string();
    field(page, (FIELDS, 19.6), 10.0, &words::SEX, sex);
    field(page, (44.0, 19.6), RIGHT - 44.0, &words::BORN, &face.date_of_birth);
    field(page, (FIELDS, 13.0), 38.0, &words::RESIDENCE, &face.residence_class);
    field(page, (FIELDS, 6.4), 16.0, &words::ISSUED, &issued);
    field(page, (49.0, 6.4), 18.0, &words::UNTIL, &until);
}

/// A label with its value below: the point is the label's baseline.
fn field(page: &mut Canvas, (x, y): (f32, f32), room: f32, label: &Both, value: &str) {
    page.text(x, y, &encode(&label.line()), LABEL_STYLE, Align::Left);
    let (size, lines) = fit(value, VALUE_STYLE.face, room * POINTS, 1, VALUE_STYLE.size, 4.5);
    if let Some(line) = lines.first() {
        page.text(x, y - 2.9, line, Style { size, ..VALUE_STYLE }, Align::Left);
    }
}

fn serial(page: &mut Canvas, face: &CardFace) {
    let style = Style::new(Face::Regular, 4.2, LABEL);
    let text = format!("{} {}", words::SERIAL.en, face.card_serial);
    let (size, lines) = fit(&text, style.face, 24.5 * POINTS, 1, style.size, 3.0);
    if let Some(line) = lines.first() {
        page.text(3.6, 5.4, line, Style { size, ..style }, Align::Left);
    }
}

/// SPECIMEN around a point, at a size in points.
pub(super) fn specimen(page: &mut Canvas, centre: (f32, f32), size: f32) {
    page.aside(|page| {
        page.opacity(FAINT);
        let style = Style::new(Face::Bold, size, EARTH);
        page.turned_text(centre.0, centre.1, 0.42, &encode(words::SPECIMEN), style);
    });
}

//! The file is a whole PDF of two pages, the same every time, for any text.

use std::io::{Cursor, Read};

use flate2::read::ZlibDecoder;
use jiff::civil::date;
use niims_record::number::HudumaNamba;
use niims_record::person::Sex;
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::card_pdf;
use crate::error::CardError;
use crate::face::{CardFace, CardProfile};

fn face() -> CardFace {
    let mut portrait = Cursor::new(Vec::new());
    image::RgbImage::from_pixel(60, 80, image::Rgb([120, 90, 70]))
        .write_to(&mut portrait, image::ImageFormat::Png)
        .unwrap();
    CardFace {
        number: HudumaNamba::draw(&mut ChaCha20Rng::from_seed([2; 32])),
        name: "Synthetic Test Person".to_owned(),
        sex: Sex::Male,
        date_of_birth: "1990 (1 January by convention)".to_owned(),
        day_of_birth: None,
        residence_class: "Foreign resident".to_owned(),
        portrait: Some(portrait.into_inner()),
        issued_on: date(2026, 11, 22),
        valid_until: date(2036, 11, 22),
        card_serial: "TEST-0001".to_owned(),
    }
}

fn profile(specimen: bool) -> CardProfile {
    CardProfile::kenya("https://issuer.example", "Any Huduma Centre", specimen)
}

fn pdf(face: &CardFace, specimen: bool) -> Vec<u8> {
    card_pdf(face, &profile(specimen), "HC1 TEXT OF THE CODE").unwrap()
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// What both pages draw, inflated.
fn drawings(pdf: &[u8]) -> Vec<String> {
    let mut drawings = Vec::new();
    let mut rest = pdf;
    while let Some(at) = find(rest, b"stream\n") {
        rest = &rest[at + 7..];
        let mut drawing = Vec::new();
        if ZlibDecoder::new(rest).read_to_end(&mut drawing).is_ok() {
            drawings.push(String::from_utf8_lossy(&drawing).into_owned());
        }
    }
    drawings
}

/// Follows the file as a reader does: from the end to the table of objects, and
/// from each entry to the object that it promises.
fn check_structure(pdf: &[u8]) {
    assert!(pdf.starts_with(b"%PDF-1.7\n"));
    let tail = String::from_utf8_lossy(&pdf[pdf.len() - 64..]).into_owned();
    assert!(tail.trim_end().ends_with("%%EOF"), "{tail}");
    let start = tail.split("startxref").nth(1).unwrap().split_whitespace().next().unwrap();
    let start: usize = start.parse().unwrap();
    let table = String::from_utf8_lossy(&pdf[start..]).into_owned();
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("xref"));
    let mut head = lines.next().unwrap().split(' ').map(|n| n.parse::<usize>().unwrap());
    assert_eq!(head.next(), Some(0));
    let count = head.next().unwrap();
    for number in 0..count {
        let entry = lines.next().unwrap();
        if entry.contains('n') {
            let offset: usize = entry[..10].parse().unwrap();
            assert!(pdf[offset..].starts_with(format!("{number} 0 obj").as_bytes()), "{number}");
        }
    }
    assert!(find(pdf, b"/Count 2").is_some());
    assert!(find(pdf, b"/MediaBox [0 0 242.64").is_some());
}

#[test]
fn two_whole_pages() {
    let whole = pdf(&face(), true);
    check_structure(&whole);
    assert_eq!(drawings(&whole).len(), 2);
    assert!(find(&whole, b"CreationDate").is_none() && find(&whole, b"Producer").is_none());
    assert!(whole.len() < 200_000, "{}", whole.len());
    check_structure(&pdf(&CardFace { portrait: None, ..face() }, false));
}

#[test]
fn the_same_card_gives_the_same_file_and_another_serial_another_ground() {
    assert!(pdf(&face(), true) == pdf(&face(), true));
    let other = pdf(&CardFace { card_serial: "TEST-0002".to_owned(), ..face() }, true);
    let lines = |pdf: &[u8]| drawings(pdf)[0].lines().take(200).collect::<String>();
    assert_ne!(lines(&other), lines(&pdf(&face(), true)));
}

#[test]
fn what_must_stand_on_the_card() {
    let pages = drawings(&pdf(&face(), true));
    let number = face().number.to_string();
    for (page, text) in [
        (0, "REPUBLIC OF KENYA"),
        (0, "JAMHURI YA KENYA"),
        (0, "HUDUMA CARD"),
        (0, "Synthetic Test Person"),
        (0, number.as_str()),
        (0, "2036-11-22"),
        (0, "SPECIMEN"),
        (1, "SPECIMEN"),
        (1, "The number alone proves nothing."),
        (1, "Kadi hii hutolewa bila malipo."),
        (1, "Any Huduma Centre"),
    ] {
        assert!(pages[page].contains(&format!("({text}) Tj")), "{text}");
    }
    let real = drawings(&pdf(&face(), false));
    assert!(!real[0].contains("SPECIMEN") && !real[1].contains("SPECIMEN"));
}

#[test]
fn bad_portraits_and_texts_get_their_codes() {
    let check = |face: CardFace, want: CardError| {
        assert_eq!(card_pdf(&face, &profile(true), "A").err(), Some(want));
    };
    check(CardFace { portrait: Some(b"GIF89a".to_vec()), ..face() }, CardError::Portrait);
    check(CardFace { name: " ".to_owned(), ..face() }, CardError::Text);
    let huge = "A".repeat(5_000);
    assert_eq!(card_pdf(&face(), &profile(true), &huge).err(), Some(CardError::TooLarge));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn any_name_and_code_is_laid_out_or_refused(name in "\\PC{0,740}", code in "\\PC{0,80}") {
        let face = CardFace { name, portrait: None, ..face() };
        if let Ok(pdf) = card_pdf(&face, &profile(true), &code) {
            check_structure(&pdf);
        }
    }
}

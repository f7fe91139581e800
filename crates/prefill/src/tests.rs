//! Codes on forms: made, read back, and refused.

use std::sync::LazyLock;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use niims_country::{Answers, CountryPack, FormKind};
use niims_paper::QrMatrix;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::io::Write as _;

use super::*;

static PACK: LazyLock<CountryPack> = LazyLock::new(|| CountryPack::embedded().unwrap());

fn answers(value: Value) -> Answers {
    serde_json::from_value(value).unwrap()
}

fn adult() -> Answers {
    answers(json!({
        "surname": "Sample", "first_name": "Test", "sex": "FEMALE",
        "date_of_birth": "1987-04-23", "date_of_birth_precision": "DAY",
        "residency_category": "CITIZEN", "citizenship_mode": "BIRTH", "birth_country": "KE",
        "identifiers": [{"kind": "NATIONAL-ID", "number": "00000001"}],
        "current_residence": {"area": "0001", "village": "Mtaa"},
        "preferred_language": "sw", "father": {"surname": "Sample", "status": "DECEASED"},
    }))
}

fn filled(answers: Answers) -> Prefill {
    Prefill { kind: FormKind::Adult, filled: Filled::Answers(answers) }
}

fn gather(texts: &[String]) -> Result<Option<Content>, PrefillProblem> {
    let mut gathered = Gathered::default();
    for text in texts {
        gathered.add(Part::read(text)?)?;
    }
    gathered.content(&PACK)
}

fn texts(prefill: &Prefill) -> Vec<String> {
    prefill.parts(&PACK).unwrap().iter().map(Part::text).collect()
}

/// A code around any bytes, with its checksums right.
fn around(content: &[u8]) -> Vec<String> {
    Part::cut(content).unwrap().iter().map(Part::text).collect()
}

/// The head of answers to the adult form, as the format lays it down.
fn head() -> Vec<u8> {
    [&b"\x01\x01KE"[..], &PACK.version().as_bytes()[..8]].concat()
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn answers_come_back_from_codes_in_any_order_and_twice() {
    let made = texts(&filled(adult()));
    assert!(made.len() > 1 && made.len() < 4, "{}", made.len());
    for text in &made {
        assert!(text.len() <= LONGEST_TEXT, "{}", text.len());
        assert!(QrMatrix::of(text).unwrap().size() <= 69);
    }
    let mixed: Vec<String> = made.iter().rev().chain(&made).cloned().collect();
    let content = gather(&mixed).unwrap().unwrap();
    assert_eq!(content.prefill, filled(adult()));
    assert!(content.same_pack);
    assert_eq!(gather(&made[1..]), Ok(None), "one is missing");
}

#[test]
fn a_paper_form_hands_over_its_number() {
    let number = FormNumber::of_random(&[0, 31, 32, 255, 4, 5, 6, 7, 8, 9, 10, 11]);
    assert_eq!(number.shown(), "0Z0Z-4567-89AB");
    let prefill = Prefill { kind: FormKind::Refugee, filled: Filled::Paper(number) };
    let made = texts(&prefill);
    assert_eq!(made.len(), 1);
    assert_eq!(gather(&made).unwrap().unwrap().prefill, prefill);
}

#[test]
fn nothing_but_answers_goes_in_or_comes_out() {
    let mut given = adult();
    let consent = json!({"given": true, "mode": "SIGNATURE"});
    for (id, value) in [
        ("consent", consent.clone()),
        ("guardian_consent", consent),
        ("child_assent", json!(true)),
        ("biometric_exceptions", json!([{"finger": "RIGHT_THUMB", "reason": "WORN"}])),
        ("date_of_birth_evidence", json!("BIRTH_CERTIFICATE")),
        ("introducers", json!([{"name": "Sample Elder"}])),
        ("portrait", json!("x")),
        ("exception", json!({"approved_by": "x"})),
        ("identifiers.original_sighted", json!(true)),
    ] {
        given.set(id, value);
    }
    given.set(
        "identifiers",
        json!([{"kind": "PASSPORT", "number": "A0000001", "original_sighted": true}]),
    );
    let kept = admitted(&PACK, FormKind::Adult, &given);
    assert_eq!(kept.left_out, 10);
    let mut expected = adult();
    expected.set("identifiers", json!([{"kind": "PASSPORT", "number": "A0000001"}]));
    assert_eq!(kept.answers, expected);
    // The maker leaves it out as well.
    let content = gather(&texts(&filled(given))).unwrap().unwrap();
    assert_eq!(content.prefill, filled(expected));
}

#[test]
fn each_bad_code_has_its_answer() {
    let good = texts(&filled(adult()));
    let check = |texts: &[String], expected: PrefillProblem| {
        assert_eq!(gather(texts).map(|_| ()), Err(expected));
    };
    let one = |text: &str| [text.to_owned()];
    check(&one(""), PrefillProblem::Foreign);
    check(&one("https://example.org/"), PrefillProblem::Foreign);
    check(&one("NIIMSX:AB"), PrefillProblem::Foreign);
    check(&one(&good[0].replacen("NIIMS1", "NIIMS2", 1)), PrefillProblem::OtherVersion);
    check(&one(&format!("NIIMS1:{}", "A".repeat(4000))), PrefillProblem::TooLong);
    check(&one("NIIMS1:abc"), PrefillProblem::Damaged);
    check(&one("NIIMS1:"), PrefillProblem::Damaged);
    check(&one(&good[0][..good[0].len() - 3]), PrefillProblem::Damaged);
    let other = texts(&filled(answers(json!({"surname": "Other"}))));
    check(&[good[0].clone(), other[0].clone()], PrefillProblem::OtherSet);
    let zeros = [head(), deflated(&vec![b' '; 400_000])].concat();
    check(&around(&zeros), PrefillProblem::Bomb);
    check(&around(&[head(), b"plain".to_vec()].concat()), PrefillProblem::Damaged);
    check(&around(&[head(), deflated(b"[1, 2]")].concat()), PrefillProblem::NotAnswers);
    let mut strange = [head(), deflated(b"{}")].concat();
    strange[2] = b'U';
    check(&around(&strange), PrefillProblem::OtherCountry);
    strange[1] = 9;
    check(&around(&strange), PrefillProblem::NotAnswers);
    check(&around(b"short"), PrefillProblem::Damaged);
    let mut other_pack = [head(), deflated(b"{}")].concat();
    other_pack[4] ^= 1;
    assert!(!gather(&around(&other_pack)).unwrap().unwrap().same_pack);
}

#[test]
fn answers_that_do_not_fit_are_refused_by_the_maker() {
    let noise: String =
        (0_u32..9_000).map(|at| char::from(b'a' + (at * at / 7 % 26) as u8)).collect();
    let long = filled(answers(json!({"occupation": noise.repeat(4)})));
    assert_eq!(long.parts(&PACK).map(|_| ()), Err(PrefillProblem::DoesNotFit));
}

proptest! {
    #[test]
    fn any_text_ends_in_an_answer(text in ".{0,500}", bytes in prop::collection::vec(any::<u8>(), 1..500)) {
        let _ = gather(core::slice::from_ref(&text));
        let _ = gather(&[format!("NIIMS1:{text}")]);
        let _ = gather(&around(&bytes));
        let _ = gather(&around(&[head(), bytes].concat()));
    }

    #[test]
    fn a_changed_letter_is_seen(at in 7_usize..300) {
        let mut made = texts(&filled(adult()));
        let mut letters = made[0].clone().into_bytes();
        letters[at] = if letters[at] == b'A' { b'B' } else { b'A' };
        made[0] = String::from_utf8(letters).unwrap();
        prop_assert_eq!(gather(&made).map(|_| ()), Err(PrefillProblem::Damaged));
    }
}

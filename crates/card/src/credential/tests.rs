//! What verifies and what does not, as data: forged messages and their codes.

use ciborium::Value;
use jiff::civil::date;
use jiff::{Timestamp, ToSpan};
use niims_record::number::HudumaNamba;
use niims_record::person::Sex;
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::claims::{cwt, map};
use super::verify::{read_claims, read_message};
use super::{Gender, LONGEST_TEXT, MOST_INFLATED, VerifiedCard, envelope, sign, verify};
use crate::error::CardError;
use crate::face::{CardFace, CardProfile};
use crate::keys::IssuerKey;
use niims_paper::QrMatrix;

fn key() -> IssuerKey {
    IssuerKey::from_bytes(&[5; 32])
}

fn profile() -> CardProfile {
    CardProfile::kenya("https://issuer.example", "Any Huduma Centre", true)
}

fn face() -> CardFace {
    CardFace {
        number: HudumaNamba::draw(&mut ChaCha20Rng::from_seed([2; 32])),
        name: "Synthetic Mũthoni Ng’ang'a".to_owned(),
        sex: Sex::Female,
        date_of_birth: "1990-04-17".to_owned(),
        day_of_birth: Some(date(1990, 4, 17)),
        residence_class: "Citizen".to_owned(),
        portrait: None,
        issued_on: date(2026, 11, 22),
        valid_until: date(2036, 11, 22),
        card_serial: "TEST-0001".to_owned(),
    }
}

fn noon() -> Timestamp {
    "2027-01-01T12:00:00Z".parse().unwrap()
}

fn signed() -> String {
    sign(&face(), &profile(), &key()).unwrap()
}

#[test]
fn a_signed_card_says_what_stands_on_it() {
    let card = verify(&signed(), &key().public(), noon()).unwrap();
    assert_eq!(card.number, face().number.digits());
    assert_eq!(card.name, face().name);
    assert_eq!(card.day_of_birth, face().day_of_birth);
    assert_eq!(card.gender, Some(Gender::Female));
    assert_eq!(card.residence_class.as_deref(), Some("Citizen"));
    assert_eq!(card.country.as_deref(), Some("KE"));
    assert_eq!(card.card_serial.as_deref(), Some("TEST-0001"));
    assert_eq!(card.issuer.as_deref(), Some("https://issuer.example"));
    assert_eq!(signed(), signed(), "the same card gives the same text");
    let shown = format!("{:?}{:?}", face(), card);
    assert!(!shown.contains("thoni") && !shown.contains(&card.number), "{shown}");
}

#[test]
fn the_longest_name_that_the_record_can_hold_has_a_card() {
    let part = "Mũthoniwangarĩ".chars().cycle().take(60).collect::<String>();
    let name = vec![part; 12].join(" ");
    let text = sign(&CardFace { name: name.clone(), ..face() }, &profile(), &key()).unwrap();
    assert_eq!(verify(&text, &key().public(), noon()).unwrap().name, name);
    assert!(QrMatrix::of(&text).is_ok());
}

#[test]
fn validity_begins_and_ends_with_the_issuers_day() {
    let check = |now: &str, want: Option<CardError>| {
        let got = verify(&signed(), &key().public(), now.parse().unwrap());
        assert_eq!(got.err(), want, "{now}");
    };
    check("2026-11-21T20:59:59Z", Some(CardError::NotYetValid));
    check("2026-11-21T21:00:00Z", None);
    check("2036-11-22T20:59:59Z", None);
    check("2036-11-22T21:00:00Z", Some(CardError::Expired));
}

#[test]
fn what_cannot_stand_on_a_card_is_not_signed() {
    let check = |change: fn(&mut CardFace), want: CardError| {
        let mut face = face();
        change(&mut face);
        assert_eq!(sign(&face, &profile(), &key()), Err(want));
    };
    check(|f| f.valid_until = date(2026, 11, 21), CardError::Validity);
    check(|f| f.valid_until = jiff::civil::Date::MAX, CardError::Validity);
    check(|f| f.name.clear(), CardError::Text);
    check(|f| f.name = "a\nb".to_owned(), CardError::Text);
    check(|f| f.name = "x".repeat(733), CardError::Text);
    check(|f| f.residence_class = "x".repeat(201), CardError::Text);
}

/// The claims of a lawful card, to be spoiled.
fn lawful_claims() -> Vec<(i64, Value)> {
    let identity = map(vec![(1, "123".into()), (4, "Test".into())]);
    vec![
        (cwt::ISSUER, "test".into()),
        (cwt::EXPIRES, 2_000_000_000.into()),
        (cwt::ISSUED_AT, 1_700_000_000.into()),
        (cwt::IDENTITY, identity),
    ]
}

fn bytes_of(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

/// A COSE_Sign1 without tag, built here by RFC 9052 §4.4 and not by the library.
fn message(protected: &Value, payload: &[u8]) -> Value {
    let protected = bytes_of(protected);
    let structure = Value::Array(vec![
        "Signature1".into(),
        Value::Bytes(protected.clone()),
        Value::Bytes(vec![]),
        Value::Bytes(payload.to_vec()),
    ]);
    let signature = key().sign(&bytes_of(&structure));
    Value::Array(vec![
        Value::Bytes(protected),
        Value::Map(vec![]),
        Value::Bytes(payload.to_vec()),
        Value::Bytes(signature),
    ])
}

fn eddsa() -> Value {
    map(vec![(1, (-8).into())])
}

fn tagged(inner: Value) -> Value {
    Value::Tag(18, Box::new(inner))
}

#[track_caller]
fn check(value: &Value, want: Option<CardError>) {
    check_text(&envelope::wrap(&bytes_of(value)).unwrap(), want);
}

#[track_caller]
fn check_text(text: &str, want: Option<CardError>) {
    assert_eq!(verify(text, &key().public(), noon()).err(), want);
}

#[track_caller]
fn check_claims(claims: Vec<(i64, Value)>, want: Option<CardError>) {
    check(&tagged(message(&eddsa(), &bytes_of(&map(claims)))), want);
}

#[test]
fn wrappings_and_methods() {
    let lawful = message(&eddsa(), &bytes_of(&map(lawful_claims())));
    check(&tagged(lawful.clone()), None);
    check(&Value::Tag(61, Box::new(tagged(lawful.clone()))), None);
    check(&lawful, Some(CardError::NotCose));
    check(&Value::Tag(61, Box::new(lawful.clone())), Some(CardError::NotCose));
    check(&Value::Tag(98, Box::new(lawful)), Some(CardError::NotCose));
    check(&"text".into(), Some(CardError::NotCose));
    let payload = bytes_of(&map(lawful_claims()));
    check(&tagged(message(&map(vec![(1, (-7).into())]), &payload)), Some(CardError::Algorithm));
    check(&tagged(message(&map(vec![]), &payload)), Some(CardError::Algorithm));
    // A critical header parameter, known (4, the key's id) or unknown.
    let critical = |label: i64| {
        let list = Value::Array(vec![label.into()]);
        map(vec![(1, (-8).into()), (2, list), (label, Value::Bytes(vec![1]))])
    };
    check(&tagged(message(&critical(4), &payload)), Some(CardError::Algorithm));
    check(&tagged(message(&critical(99), &payload)), Some(CardError::NotCose));
    let other = IssuerKey::from_bytes(&[6; 32]).public();
    assert_eq!(verify(&signed(), &other, noon()).err(), Some(CardError::Signature));
}

#[test]
fn claims_that_are_no_claims() {
    let spoil = |key: i64, value: Option<Value>| {
        let mut claims = lawful_claims();
        claims.retain(|(known, _)| *known != key);
        claims.extend(value.map(|value| (key, value)));
        claims
    };
    let malformed = Some(CardError::MalformedClaims);
    check_claims(spoil(cwt::EXPIRES, None), malformed);
    check_claims(spoil(cwt::EXPIRES, Some("tomorrow".into())), malformed);
    check_claims(spoil(cwt::EXPIRES, Some(Value::Integer(u64::MAX.into()))), malformed);
    check_claims(spoil(cwt::IDENTITY, None), malformed);
    check_claims(spoil(cwt::IDENTITY, Some(map(vec![(1, "123".into())]))), malformed);
    check_claims(spoil(cwt::ISSUER, Some(1.into())), malformed);
    check_claims(spoil(cwt::TOKEN_ID, Some(Value::Bytes(vec![0xff]))), malformed);
    let identity = |more: Vec<(i64, Value)>| {
        let base = vec![(1, "123".into()), (4, "Test".into())];
        spoil(cwt::IDENTITY, Some(map(base.into_iter().chain(more).collect())))
    };
    check_claims(identity(vec![(4, "Another".into())]), malformed);
    check_claims(identity(vec![(8, "19901340".into())]), malformed);
    check_claims(identity(vec![(9, 4.into())]), malformed);
    check_claims(identity(vec![(8, "1990-04-17".into()), (9, 3.into())]), None);
    check_claims(identity(vec![(99, "unknown fields are passed over".into())]), None);
    check_claims(spoil(cwt::NOT_BEFORE, Some(1_999_999_999.into())), Some(CardError::NotYetValid));
    check_claims(spoil(cwt::EXPIRES, Some(1_700_000_001.into())), Some(CardError::Expired));
    check(&tagged(message(&eddsa(), b"\xff")), malformed);
}

#[test]
fn hostile_sizes_are_refused_before_they_cost_anything() {
    check_text(&"A".repeat(LONGEST_TEXT + 1), Some(CardError::TooLarge));
    let bomb = vec![0_u8; 2_000_000];
    let text = envelope::wrap(&bomb).unwrap();
    assert!(text.len() <= LONGEST_TEXT);
    check_text(&text, Some(CardError::TooLarge));
    assert!(envelope::wrap(&vec![0; MOST_INFLATED]).is_ok());
    let mut deep = Value::Null;
    for _ in 0..200 {
        deep = Value::Array(vec![deep]);
    }
    check(&tagged(deep), Some(CardError::NotCose));
    // An array that declares four billion items and holds none.
    let text = envelope::wrap(b"\xd2\x9a\xff\xff\xff\xff").unwrap();
    check_text(&text, Some(CardError::NotCose));
}

#[test]
fn texts_that_are_no_cards() {
    let not_base45 = Some(CardError::NotBase45);
    check_text("", not_base45);
    check_text("THIS IS#NOT", not_base45);
    check_text(&signed().to_lowercase(), not_base45);
    check_text("::::", not_base45);
    check_text(&base45::encode("plain"), Some(CardError::NotZlib));
    let folded = base45::decode(signed()).unwrap();
    check_text(&base45::encode(&folded[..folded.len() - 5]), Some(CardError::NotZlib));
    check_text(&base45::encode([&folded[..], b"more"].concat()), Some(CardError::NotZlib));
}

/// Every message with one bit flipped.
fn flips() -> impl Iterator<Item = Vec<u8>> {
    let bytes = envelope::unwrap(&signed()).unwrap();
    (0..bytes.len() * 8).map(move |bit| {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

#[test]
fn no_flipped_bit_is_believed() {
    let whole = verify(&signed(), &key().public(), noon()).unwrap();
    for flipped in flips() {
        let text = envelope::wrap(&flipped).unwrap();
        // One bit of the unsigned wrapping may spell the same message otherwise;
        // then the card must still say the same.
        if let Ok(card) = verify(&text, &key().public(), noon()) {
            assert!(card == whole);
        }
    }
}

#[test]
fn the_flips_catch_a_verifier_that_forgets_the_signature() {
    let whole = verify(&signed(), &key().public(), noon()).unwrap();
    let forgetful =
        |bytes: &[u8]| -> Result<VerifiedCard, CardError> { read_claims(&read_message(bytes)?) };
    assert!(flips().any(|flipped| forgetful(&flipped).is_ok_and(|card| card != whole)));
}

#[test]
fn the_code_on_the_card_reads_back() {
    let text = signed();
    let code = QrMatrix::of(&text).unwrap();
    // Four pixels to a module, with the quiet zone.
    let side = (code.size() + 8) * 4;
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
        let module = |at: usize| (at / 4).checked_sub(4).unwrap_or(usize::MAX);
        if code.is_dark(module(x), module(y)) { 0 } else { 255 }
    });
    let found = picture.detect_grids();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].decode().unwrap().1, text);
    assert!(code.size() <= 73, "a card's code stays coarse enough to scan: {}", code.size());
    assert!(code.svg().starts_with("<svg ") && code.svg().ends_with("</svg>"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_gets_an_answer(text in "\\PC{0,300}") {
        prop_assert!(verify(&text, &key().public(), noon()).is_err());
    }

    #[test]
    fn any_base45_gets_an_answer(text in "[0-9A-Z $%*+./:-]{0,300}") {
        prop_assert!(verify(&text, &key().public(), noon()).is_err());
    }

    #[test]
    fn any_bytes_in_the_envelope_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let text = envelope::wrap(&bytes).unwrap();
        prop_assert!(verify(&text, &key().public(), noon()).is_err());
    }

    #[test]
    fn any_payload_signed_by_us_gets_an_answer(payload in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = envelope::wrap(&bytes_of(&tagged(message(&eddsa(), &payload)))).unwrap();
        let _ = verify(&text, &key().public(), noon());
    }

    #[test]
    fn any_name_comes_back(name in "[\\PC&&[^\\p{C}]]{1,100}", days in 0_i32..3_000) {
        let mut face = face();
        face.name = name.clone();
        face.valid_until = face.issued_on.checked_add(days.days()).unwrap();
        let text = sign(&face, &profile(), &key());
        prop_assume!(text != Err(CardError::Text));
        let from = profile().start_of(face.issued_on).unwrap();
        let card = verify(&text.unwrap(), &key().public(), from).unwrap();
        prop_assert_eq!(card.name, name);
    }
}

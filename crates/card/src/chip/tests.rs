//! Chips: made, read, and refused in every way.

use jiff::Timestamp;
use jiff::civil::date;
use niims_record::person::Sex;
use niims_wire::card::{CardDoubt, CardReader, ChipFinger, PresentedCard};
use proptest::prelude::*;

use super::*;
use crate::credential::sign;
use crate::error::CardError;
use crate::face::{CardFace, CardProfile};
use crate::keys::IssuerKey;
use crate::reader::Reader;

fn key() -> IssuerKey {
    IssuerKey::from_bytes(&[3; 32])
}

fn credential(serial: &str, key: &IssuerKey) -> String {
    let face = CardFace {
        number: "572439086111".parse().unwrap(),
        name: "Synthetic Test Person".to_owned(),
        sex: Sex::Female,
        date_of_birth: "1990".to_owned(),
        day_of_birth: Some(date(1990, 1, 2)),
        residence_class: "Citizen".to_owned(),
        portrait: None,
        issued_on: date(2026, 11, 22),
        valid_until: date(2036, 11, 22),
        card_serial: serial.to_owned(),
    };
    sign(&face, &CardProfile::kenya("https://issuer.example", "Any centre", true), key).unwrap()
}

fn finger(position: u8, minutiae: usize) -> ChipFinger {
    ChipFinger { position, quality: 70, minutiae: (0..3 * minutiae).map(|b| b as u8).collect() }
}

fn noon() -> Timestamp {
    "2030-01-01T09:00:00Z".parse().unwrap()
}

fn read_as(text: &str, chip: Option<&[u8]>, at: Timestamp) -> Result<usize, CardDoubt> {
    let card = PresentedCard { text, chip };
    Reader.read(&card, &[key().public().to_bytes()], at).map(|card| card.fingers.len())
}

#[test]
fn a_chip_comes_back_and_fits_its_card_alone() {
    let (text, other) = (credential("A-1", &key()), credential("B-2", &key()));
    let fingers = [finger(2, 60), finger(7, 40)];
    let bytes = write(&text, &fingers, &key()).unwrap();
    assert!(bytes.len() < 1024, "{}", bytes.len());
    assert_eq!(write(&text, &fingers, &key()).unwrap(), bytes, "one card, one chip");
    let chip = read(&bytes, &[key().public()]).unwrap();
    assert_eq!((chip.credential.as_str(), chip.fingers.as_slice()), (text.as_str(), &fingers[..]));
    assert_eq!(read_as(&text, Some(&bytes), noon()), Ok(2));
    assert_eq!(read_as(&format!(" {text}\n"), Some(&bytes), noon()), Ok(2));
    assert_eq!(read_as("", Some(&bytes), noon()), Ok(2), "the chip carries the credential");
    assert_eq!(read_as(&text, None, noon()), Ok(0));
    assert_eq!(read_as(&other, Some(&bytes), noon()), Err(CardDoubt::OtherChip));
}

#[test]
fn each_way_to_be_no_card_has_its_answer() {
    let text = credential("A-1", &key());
    let stranger = IssuerKey::from_bytes(&[9; 32]);
    let check = |text: &str, at, want| assert_eq!(read_as(text, None, at), Err(want));
    check(&credential("A-1", &stranger), noon(), CardDoubt::Foreign);
    let serial = Some("A-1".to_owned());
    let late = "2036-11-22T21:00:00Z".parse().unwrap();
    check(&text, late, CardDoubt::Expired { serial: serial.clone() });
    let early = "2026-11-21T20:59:59Z".parse().unwrap();
    check(&text, early, CardDoubt::NotYetValid { serial });
    check("", noon(), CardDoubt::Damaged { code: "card.not_base45" });
    check("https://example.org/pay-here", noon(), CardDoubt::Damaged { code: "card.not_base45" });
    check(&text[..text.len() - 3], noon(), CardDoubt::Damaged { code: "card.not_zlib" });
}

#[test]
fn a_chip_is_bound_to_its_issuer_and_its_purpose() {
    let text = credential("A-1", &key());
    let bytes = write(&text, &[finger(2, 30)], &key()).unwrap();
    let stranger = IssuerKey::from_bytes(&[9; 32]);
    assert_eq!(read(&bytes, &[stranger.public()]), Err(CardError::OtherIssuer));
    // Nobody gets another issuer's credential signed as a chip.
    assert_eq!(
        write(&credential("A-1", &stranger), &[finger(2, 30)], &key()),
        Err(CardError::OtherIssuer)
    );
    let mut altered = bytes.clone();
    let place = altered.len() - 80;
    altered[place] ^= 1;
    let refused = read(&altered, &[key().public()]).unwrap_err();
    assert!(matches!(refused, CardError::Signature | CardError::Chip), "{refused:?}");
    assert_eq!(read(&vec![0xd2; MOST_BYTES + 1], &[key().public()]), Err(CardError::TooLarge));
}

#[test]
fn fingers_out_of_bounds_are_not_signed() {
    let text = credential("A-1", &key());
    let half = ChipFinger { minutiae: vec![1, 2, 3, 4], ..finger(2, 1) };
    for fingers in [
        vec![],
        vec![finger(0, 10)],
        vec![finger(11, 10)],
        vec![finger(2, 0)],
        vec![finger(2, MOST_MINUTIAE + 1)],
        vec![half],
        vec![ChipFinger { quality: 101, ..finger(2, 10) }],
        vec![finger(1, 1), finger(2, 1), finger(3, 1)],
    ] {
        assert_eq!(write(&text, &fingers, &key()), Err(CardError::Chip));
    }
}

proptest! {
    /// No byte of a chip can be another one.
    #[test]
    fn any_change_is_seen(place in 0usize..900, bit in 0u8..8) {
        let text = credential("A-1", &key());
        let mut bytes = write(&text, &[finger(2, 60)], &key()).unwrap();
        let place = place % bytes.len();
        bytes[place] ^= 1 << bit;
        prop_assert!(read(&bytes, &[key().public()]).is_err());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes, &[key().public()]);
    }
}

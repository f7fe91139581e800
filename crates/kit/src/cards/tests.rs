//! Cards at a kit: taken, refused, compared.

use std::collections::BTreeSet;

use jiff::Timestamp;
use niims_audit::LogSigningKey;
use niims_wire::card::{CardDoubt, ReadCard};

use super::trust::{CardTrust, CardTrustError};
use super::verdict::{CardRefused, CardVerdict, judge};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn list() -> CardTrust {
    CardTrust {
        version: 3,
        issued: at("2026-11-01T00:00:00Z"),
        expires: at("2027-02-01T00:00:00Z"),
        issuers: vec![[7; 32], [8; 32]],
        revoked: BTreeSet::from(["AAAA-0000-0000-0001".to_owned()]),
    }
}

fn centre() -> LogSigningKey {
    LogSigningKey::from_bytes("log.invalid", &[4; 32]).unwrap()
}

#[test]
fn a_list_counts_from_its_centre_in_its_time_and_never_goes_back() {
    let note = centre().sign(&list().text()).unwrap();
    let key = centre().public_key();
    let open = |note: &str, had, now: &str| CardTrust::open(note, &key, had, at(now));
    assert_eq!(open(&note, 3, "2026-12-01T00:00:00Z"), Ok(list()));
    assert_eq!(open(&note, 4, "2026-12-01T00:00:00Z"), Err(CardTrustError::Older));
    assert_eq!(open(&note, 0, "2027-02-01T00:00:00Z"), Err(CardTrustError::Expired));
    assert_eq!(open(&note, 0, "2026-10-30T23:59:59Z"), Err(CardTrustError::Future));
    let other = LogSigningKey::from_bytes("log.invalid", &[5; 32]).unwrap();
    let forged = other.sign(&list().text()).unwrap();
    assert_eq!(open(&forged, 0, "2026-12-01T00:00:00Z"), Err(CardTrustError::Signature));
    let altered = note.replace("revoked AAAA", "revoked BBBB");
    assert_eq!(open(&altered, 0, "2026-12-01T00:00:00Z"), Err(CardTrustError::Signature));
    let long = "x".repeat(128 * 1024 + 1);
    assert_eq!(open(&long, 0, "2026-12-01T00:00:00Z"), Err(CardTrustError::TooLarge));
}

#[test]
fn a_line_that_does_not_read_is_named() {
    let check = |change: &dyn Fn(String) -> String, want: CardTrustError| {
        let note = centre().sign(&change(list().text())).unwrap();
        assert_eq!(CardTrust::signed(&note, &centre().public_key()), Err(want));
    };
    check(&|text| text.replace("niims-card-trust/1", "niims-card-trust/2"), line(1));
    check(&|text| text.replace("version 3", "version three"), line(2));
    check(&|text| text.replace("version 3", "version 3\nversion 4"), line(3));
    check(&|text| text + "trusts everybody\n", line(8));
    check(&|text| text + "revoked \n", line(8));
    let nobody = |text: String| {
        text.lines()
            .filter(|line| !line.starts_with("issuer"))
            .fold(String::new(), |all, line| all + line + "\n")
    };
    check(&nobody, CardTrustError::Missing("issuer"));
    let timeless = |text: String| text.replace("expires 2027-02-01T00:00:00Z\n", "");
    check(&timeless, CardTrustError::Missing("expires"));
}

const fn line(line: usize) -> CardTrustError {
    CardTrustError::Line { line }
}

fn card(serial: Option<&str>) -> ReadCard {
    ReadCard {
        serial: serial.map(str::to_owned),
        number: "572439086111".to_owned(),
        name: "Synthetic Test Person".to_owned(),
        day_of_birth: None,
        residence_class: None,
        expires: at("2036-11-22T21:00:00Z"),
        fingers: Vec::new(),
    }
}

#[test]
fn every_card_gets_its_verdict() {
    let check = |read, want: CardRefused, serial: Option<&str>| {
        let (verdict, known) = judge(read, &list());
        assert_eq!(verdict, CardVerdict::Refused(want));
        assert_eq!(known.as_deref(), serial, "only a card whose signature held is named");
    };
    let (revoked, other) = ("AAAA-0000-0000-0001", "AAAA-0000-0000-0002");
    let named = |serial: &str| Some(serial.to_owned());
    check(Ok(card(Some(revoked))), CardRefused::Revoked, Some(revoked));
    check(Err(CardDoubt::Damaged { code: "card.not_zlib" }), CardRefused::Damaged, None);
    check(Err(CardDoubt::Foreign), CardRefused::Foreign, None);
    check(Err(CardDoubt::Forged), CardRefused::Forged, None);
    check(Err(CardDoubt::OtherChip), CardRefused::OtherChip, None);
    let early = CardDoubt::NotYetValid { serial: named(other) };
    check(Err(early), CardRefused::NotYetValid, Some(other));
    check(Err(CardDoubt::Expired { serial: named(other) }), CardRefused::Expired, Some(other));
    let lost = CardDoubt::Expired { serial: named(revoked) };
    check(Err(lost), CardRefused::Revoked, Some(revoked));
    let good = card(Some(other));
    let (verdict, serial) = judge(Ok(good.clone()), &list());
    assert_eq!(verdict, CardVerdict::Genuine(Box::new(good)));
    assert_eq!(serial.as_deref(), Some(other));
}

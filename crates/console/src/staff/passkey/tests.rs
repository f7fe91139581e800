//! Passkeys that are right, and every way to be wrong.

use niims_record::OfficerId;

use super::authenticator_data::{PRESENT, VERIFIED};
use super::software::SoftwarePasskey;
use super::*;

const CHALLENGE: [u8; CHALLENGE_BYTES] = [7; CHALLENGE_BYTES];

fn officer() -> OfficerId {
    OfficerId::from_bytes([9; 16])
}

/// Makes a passkey; gives what is kept of it.
fn made(passkey: &mut SoftwarePasskey) -> Result<NewPasskey, PasskeyRefused> {
    let answer = passkey.create(&CHALLENGE, officer().as_bytes());
    verify_registration(&Site::loopback(), &CHALLENGE, &answer)
}

fn judge(kept: &NewPasskey, answer: &Assertion) -> Result<u32, PasskeyRefused> {
    let known =
        Known { officer: officer(), public_key: &kept.public_key, sign_count: kept.sign_count };
    verify_assertion(&Site::loopback(), &CHALLENGE, answer, &known)
}

#[test]
fn both_kinds_of_keys_sign_in() {
    for mut passkey in [SoftwarePasskey::new(3), SoftwarePasskey::ed25519(3)] {
        let kept = made(&mut passkey).unwrap();
        assert_eq!(kept.credential_id, passkey.credential_id);
        assert_eq!(judge(&kept, &passkey.answer(&CHALLENGE)), Ok(2));
    }
}

#[test]
fn whatever_is_wrong_with_an_answer_is_refused() {
    let check = |change: &dyn Fn(&mut SoftwarePasskey), want: PasskeyRefused| {
        let mut passkey = SoftwarePasskey::new(3);
        let kept = made(&mut passkey).unwrap();
        change(&mut passkey);
        assert_eq!(judge(&kept, &passkey.answer(&CHALLENGE)), Err(want));
    };
    check(&|p| p.origin = "http://localhost.evil:8080".into(), PasskeyRefused::OtherSite);
    check(&|p| p.origin = "https://localhost".into(), PasskeyRefused::OtherSite);
    check(&|p| p.domain = "evil".into(), PasskeyRefused::OtherSite);
    check(&|p| p.cross_origin = true, PasskeyRefused::OtherSite);
    check(&|p| p.flags = PRESENT, PasskeyRefused::NotVerified);
    check(&|p| p.flags = VERIFIED, PasskeyRefused::NotVerified);
    check(&|p| p.user_handle = vec![1; 16], PasskeyRefused::Unknown);
    check(&|p| p.user_handle.clear(), PasskeyRefused::Unknown);
    check(&|p| p.key = SoftwarePasskey::new(4).key, PasskeyRefused::Signature);
    check(&|p| p.key = SoftwarePasskey::ed25519(4).key, PasskeyRefused::Signature);
    check(&|p| (p.counts, p.sign_count) = (false, 0), PasskeyRefused::CounterWentBack);
}

#[test]
fn another_challenge_or_another_kind_of_answer_is_refused() {
    let mut passkey = SoftwarePasskey::new(3);
    let kept = made(&mut passkey).unwrap();
    let other = passkey.answer(&[8; CHALLENGE_BYTES]);
    assert_eq!(judge(&kept, &other), Err(PasskeyRefused::OtherQuestion));
    let mut crossed = passkey.answer(&CHALLENGE);
    crossed.client_data = passkey.create(&CHALLENGE, officer().as_bytes()).client_data;
    assert_eq!(judge(&kept, &crossed), Err(PasskeyRefused::OtherQuestion));
}

#[test]
fn an_authenticator_without_a_counter_is_taken() {
    let mut passkey = SoftwarePasskey::new(3);
    (passkey.counts, passkey.sign_count) = (false, 0);
    let kept = made(&mut passkey).unwrap();
    assert_eq!(judge(&kept, &passkey.answer(&CHALLENGE)), Ok(0));
    assert_eq!(judge(&kept, &passkey.answer(&CHALLENGE)), Ok(0));
}

#[test]
fn a_counter_that_stands_still_is_refused() {
    let mut passkey = SoftwarePasskey::new(3);
    let kept = made(&mut passkey).unwrap();
    passkey.counts = false;
    let refused = Err(PasskeyRefused::CounterWentBack);
    assert_eq!(judge(&kept, &passkey.answer(&CHALLENGE)), refused);
}

#[test]
fn no_bent_byte_is_taken() {
    let mut passkey = SoftwarePasskey::new(3);
    let kept = made(&mut passkey).unwrap();
    let mut answer = passkey.answer(&CHALLENGE);
    for place in 0..answer.authenticator_data.len() {
        answer.authenticator_data[place] ^= 1;
        assert!(judge(&kept, &answer).is_err(), "authenticator data, byte {place}");
        answer.authenticator_data[place] ^= 1;
    }
    for place in 0..answer.signature.len() {
        answer.signature[place] ^= 1;
        assert!(judge(&kept, &answer).is_err(), "signature, byte {place}");
        answer.signature[place] ^= 1;
    }
    assert!(judge(&kept, &answer).is_ok());
}

#[test]
fn what_cannot_be_read_is_refused_and_never_breaks() {
    let mut passkey = SoftwarePasskey::new(3);
    let site = Site::loopback();
    let whole = passkey.create(&CHALLENGE, officer().as_bytes());
    for length in 0..whole.attestation_object.len() {
        let cut = Attestation {
            client_data: whole.client_data.clone(),
            attestation_object: whole.attestation_object[..length].to_vec(),
        };
        let found = verify_registration(&site, &CHALLENGE, &cut);
        assert_eq!(found, Err(PasskeyRefused::Unreadable), "{length} bytes");
    }
    let deep = Attestation {
        client_data: whole.client_data.clone(),
        attestation_object: vec![0x81; LONGEST_PART],
    };
    assert_eq!(verify_registration(&site, &CHALLENGE, &deep), Err(PasskeyRefused::Unreadable));
    let large = Attestation {
        client_data: whole.client_data.clone(),
        attestation_object: vec![0; 1 << 20],
    };
    assert_eq!(verify_registration(&site, &CHALLENGE, &large), Err(PasskeyRefused::Unreadable));
    let kept = made(&mut passkey).unwrap();
    let mut answer = passkey.answer(&CHALLENGE);
    answer.client_data = b"{".to_vec();
    assert_eq!(judge(&kept, &answer), Err(PasskeyRefused::Unreadable));
}

#[test]
fn other_kinds_of_keys_are_refused() {
    // An RSA key, as some authenticators offer it.
    let rsa = Value::Map(vec![
        (Value::from(1), Value::from(3)),
        (Value::from(3), Value::from(-257)),
        (Value::from(-1), Value::Bytes(vec![1; 256])),
        (Value::from(-2), Value::Bytes(vec![1, 0, 1])),
    ]);
    let mut cose = Vec::new();
    ciborium::into_writer(&rsa, &mut cose).unwrap();
    assert_eq!(key::PublicKey::read(&cose).err(), Some(PasskeyRefused::KeyKind));
    // A point that is not on the curve.
    let mut bent = SoftwarePasskey::new(3).cose();
    let last = bent.len() - 1;
    bent[last] ^= 1;
    assert_eq!(key::PublicKey::read(&bent).err(), Some(PasskeyRefused::Unreadable));
}

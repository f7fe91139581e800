//! The trust list, signed and bent; certificates out of their time.

use jiff::{SignedDuration, Timestamp};
use niims_audit::LogSigningKey;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::*;
use crate::maker::{Identity, KeyKind, Validity, Workshop};
use crate::vocabulary::{Certification, DeviceKind, Environment};

fn now() -> Timestamp {
    "2026-11-29T09:00:00Z".parse().unwrap()
}

fn list() -> TrustList {
    let rng = &mut ChaCha8Rng::from_seed([1; 32]);
    let validity =
        Validity { from: jiff::civil::date(2026, 1, 1), to: jiff::civil::date(2027, 1, 1) };
    let workshop = Workshop::new(KeyKind::Ed25519, validity, rng).unwrap();
    let day = SignedDuration::from_hours(24);
    let mut list = workshop.trust_list(Environment::Production, now() - day, now() + day);
    list.version = 7;
    list.revoked.insert([9; 32]);
    list
}

fn centre() -> LogSigningKey {
    LogSigningKey::from_bytes("centre.example/devices", &[5; 32]).unwrap()
}

fn opened(text: &str, had: u64, at: Timestamp) -> Result<TrustList, &'static str> {
    let note = centre().sign(text).unwrap();
    TrustList::open(&note, &centre().public_key(), had, at).map_err(|error| error.code())
}

#[test]
fn a_signed_list_is_opened_as_it_was() {
    assert_eq!(opened(&list().text(), 7, now()), Ok(list()));
}

#[test]
fn every_bent_list_has_its_code() {
    let text = list().text();
    let bent = |from: &str, to: &str| opened(&text.replace(from, to), 0, now()).err();
    assert_eq!(opened(&text, 8, now()).err(), Some("device.trust.older"));
    let (day, week) = (SignedDuration::from_hours(24), SignedDuration::from_hours(168));
    assert_eq!(opened(&text, 0, now() + day).err(), Some("device.trust.expired"));
    assert_eq!(opened(&text, 0, now() - week).err(), Some("device.trust.future"));
    assert_eq!(bent("niims-device-trust/1", "niims-device-trust/2"), Some("device.trust.line"));
    assert_eq!(bent("version 7", "version seven"), Some("device.trust.line"));
    assert_eq!(bent("version 7", "version 7\nversion 8"), Some("device.trust.line"));
    assert_eq!(bent("version 7\n", ""), Some("device.trust.missing"));
    assert_eq!(bent("chip-root", "chip-branch"), Some("device.trust.line"));
    assert_eq!(bent("revoked 09", "revoked 9"), Some("device.trust.line"));
    let note = centre().sign(&text).unwrap();
    let strange = LogSigningKey::from_bytes("centre.example/devices", &[6; 32]).unwrap();
    let open = |note: &str| {
        TrustList::open(note, &strange.public_key(), 0, now()).map_err(|error| error.code())
    };
    assert_eq!(open(&note).err(), Some("device.trust.signature"));
    assert_eq!(open(&"x".repeat(200_000)).err(), Some("device.trust.too_large"));
}

#[test]
fn certificates_count_only_in_their_time_and_for_their_use() {
    let rng = &mut ChaCha8Rng::from_seed([2; 32]);
    let years = |from: i16, to: i16| Validity {
        from: jiff::civil::date(from, 1, 1),
        to: jiff::civil::date(to, 1, 1),
    };
    let workshop = Workshop::new(KeyKind::Ed25519, years(2020, 2040), rng).unwrap();
    let day = SignedDuration::from_hours(24);
    let list = workshop.trust_list(Environment::Production, now() - day, now() + day);
    let identity = Identity {
        serial: "1".to_owned(),
        make: String::new(),
        model: String::new(),
        kind: DeviceKind::Face,
        sub_kind: "Full face".to_owned(),
    };
    let mut code = |validity| {
        let device = workshop.device(identity.clone(), Certification::L1, validity, rng).unwrap();
        let signed = device.sign(b"{}").unwrap();
        let chip = device.signed_digital_id(now()).unwrap();
        let code = |text: &str, chain| {
            verify(text, chain, &list, now()).map_or_else(|refusal| refusal.code(), |_| "verified")
        };
        // A device's key is no chip's key, and the other way round.
        assert_ne!(code(&signed, Chain::Chip), "verified");
        assert_ne!(code(&chip, Chain::Device), "verified");
        [code(&signed, Chain::Device), code(&chip, Chain::Chip)]
    };
    assert_eq!(code(years(2026, 2027)), ["verified"; 2]);
    assert_eq!(code(years(2025, 2026)), ["device.certificate.expired"; 2]);
    assert_eq!(code(years(2027, 2028)), ["device.certificate.not_yet_valid"; 2]);
    // A root that signs for itself as if it were a device.
    let root = &list.device_roots[0];
    let text = crate::jws::to_sign(crate::jws::Algorithm::EdDsa, root, b"{}") + ".AAAA";
    let refusal = verify(&text, Chain::Device, &list, now()).unwrap_err();
    assert_eq!(refusal.code(), "device.certificate.use");
}

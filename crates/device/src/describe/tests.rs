//! Descriptions of devices, whole and bent.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

use super::*;
use crate::maker::{Device, Identity, KeyKind, Validity, Workshop};
use crate::trust::TrustList;
use crate::vocabulary::{Certification, DeviceKind, DeviceStatus, Environment, SubDevice};

fn now() -> Timestamp {
    "2026-11-29T09:00:00Z".parse().unwrap()
}

fn bench(certification: Certification) -> (Device, TrustList) {
    let rng = &mut ChaCha8Rng::from_seed([3; 32]);
    let validity =
        Validity { from: jiff::civil::date(2026, 1, 1), to: jiff::civil::date(2027, 1, 1) };
    let workshop = Workshop::new(KeyKind::Ed25519, validity, rng).unwrap();
    let identity = Identity {
        serial: "100000000001".to_owned(),
        make: "Synthetic".to_owned(),
        model: "Slap 1".to_owned(),
        kind: DeviceKind::Finger,
        sub_kind: "Slap".to_owned(),
    };
    let device = workshop.device(identity, certification, validity, rng).unwrap();
    let day = SignedDuration::from_hours(24);
    (device, workshop.trust_list(Environment::Staging, now() - day, now() + day))
}

fn set<'a>(field: &'a str, value: impl Into<Value> + Clone + 'a) -> impl Fn(&mut Value) + 'a {
    move |object| object[field] = value.clone().into()
}

fn discovered(bend: impl Fn(&mut Value)) -> Result<Found, &'static str> {
    let (device, _) = bench(Certification::L0);
    let mut element = device.discovery(DeviceStatus::Ready, 4502, now());
    bend(&mut element);
    let answer = json!([element]).to_string();
    let mut list = read_discovery(answer.as_bytes(), 4502).map_err(|refusal| refusal.code())?;
    list.remove(0).map_err(|refusal| refusal.code())
}

#[test]
fn a_device_is_discovered() {
    let found = discovered(|_| {}).unwrap();
    assert_eq!(found.parts, [SubDevice::LeftSlap, SubDevice::RightSlap, SubDevice::Thumbs]);
    assert_eq!((found.port, found.status), (4502, DeviceStatus::Ready));
    assert_eq!(found.digital_id.kind, DeviceKind::Finger);
    // Numbers in place of strings, and one in place of a list.
    assert_eq!(discovered(set("deviceSubId", 0)).unwrap().parts, [SubDevice::Whole]);
    assert_eq!(discovered(set("callbackId", "")).unwrap().port, 4502);
    assert_eq!(discovered(set("callbackId", "http://127.0.0.1:4555/info")).unwrap().port, 4555);
    let busy = discovered(set("error", json!({"errorCode": "111"}))).unwrap();
    assert_eq!(busy.fault.map(|fault| fault.code()), Some("device.said.busy"));
}

#[test]
fn a_bent_announcement_has_its_code() {
    let code = |bend: &dyn Fn(&mut Value)| discovered(bend).err().unwrap_or("found");
    for elsewhere in [
        "http://example.org:4501/",
        "https://127.0.0.1:4501/",
        "http://127.0.0.1:80/",
        "http://127.0.0.1:4501@example.org/",
        "http://localhost:4501/",
    ] {
        assert_eq!(code(&set("callbackId", elsewhere)), "device.answer.field", "{elsewhere}");
    }
    assert_eq!(code(&set("deviceCode", "other")), "device.identity.code");
    assert_eq!(code(&set("digitalId", "!")), "device.answer.field");
    assert_eq!(code(&set("digitalId", "e30")), "device.answer.field");
    assert_eq!(code(&set("deviceStatus", "Asleep")), "device.answer.field");
    assert_eq!(code(&set("deviceSubId", json!(["9"]))), "device.answer.field");
    assert_eq!(code(&set("deviceId", "x".repeat(400))), "device.answer.field");
    assert_eq!(code(&set("specVersion", json!(["1.0.0"]))), "device.answer.spec_version");
    assert_eq!(code(&set("specVersion", json!({}))), "device.answer.not_json");
}

#[test]
fn answers_out_of_bounds_are_refused_before_they_are_read() {
    let code = |bytes: &[u8]| read_discovery(bytes, 4501).err().map(|refusal| refusal.code());
    assert_eq!(code(b"  "), Some("device.answer.nothing"));
    assert_eq!(code(b"<html>"), Some("device.answer.not_json"));
    assert_eq!(code(&vec![b' '; 300_000]), Some("device.answer.too_large"));
    let many = format!("[{}]", vec!["{}"; 17].join(","));
    assert_eq!(code(many.as_bytes()), Some("device.answer.too_many"));
    let alone = br#"{"error":{"errorCode":"106","errorInfo":"no device"}}"#;
    let refusal = read_discovery(alone, 4501).unwrap().remove(0).unwrap_err();
    assert_eq!(refusal.code(), "device.said.not_found");
}

fn described(
    certification: Certification,
    status: DeviceStatus,
    bend: impl Fn(&mut Value),
    element: impl Fn(&mut Value),
) -> Result<DeviceInfo, &'static str> {
    let (device, trust) = bench(certification);
    let mut info = device.info(status, Environment::Staging, 4502, now()).unwrap();
    bend(&mut info);
    let mut one = device.info_element(status, &info).unwrap();
    element(&mut one);
    let answer = json!([one]).to_string();
    let mut list =
        read_info(answer.as_bytes(), 4502, &trust, now()).map_err(|refusal| refusal.code())?;
    list.remove(0).map_err(|refusal| refusal.code())
}

#[test]
fn a_description_is_verified() {
    for level in [Certification::L0, Certification::L1] {
        let info = described(level, DeviceStatus::Ready, |_| {}, |_| {}).unwrap();
        assert_eq!((info.certification, info.status), (level, DeviceStatus::Ready));
        assert_eq!(info.digital_id.serial, "100000000001");
        let busy = described(level, DeviceStatus::Busy, |_| {}, |_| {}).unwrap();
        assert_eq!(busy.fault.map(|fault| fault.code()), Some("device.said.busy"));
    }
}

#[test]
fn a_bent_description_has_its_code() {
    let ready = DeviceStatus::Ready;
    let code = |bend: &dyn Fn(&mut Value)| {
        described(Certification::L0, ready, bend, |_| {}).err().unwrap_or("verified")
    };
    assert_eq!(code(&set("env", "Production")), "device.answer.environment");
    assert_eq!(code(&set("env", "None")), "device.answer.environment");
    assert_eq!(code(&set("purpose", "Auth")), "device.answer.purpose");
    assert_eq!(code(&set("specVersion", json!(["1.0.0"]))), "device.answer.spec_version");
    assert_eq!(code(&set("deviceCode", "other")), "device.identity.code");
    assert_eq!(code(&set("certification", "L2")), "device.answer.field");
    // The key of the device where that of the chip is asked for.
    assert_eq!(code(&set("certification", "L1")), "device.certificate.unknown_issuer");
    assert_eq!(code(&set("digitalId", "e30")), "device.jws.unsigned");
    assert_eq!(code(&set("callbackId", "http://10.0.0.1:4501/")), "device.answer.field");
    let unregistered = described(Certification::L0, DeviceStatus::NotRegistered, |_| {}, |_| {});
    assert_eq!(unregistered.err(), Some("device.said.not_registered"));
    // Stripped of its signature, by somebody between.
    let stripped = described(Certification::L0, ready, |_| {}, set("deviceInfo", "e30"));
    assert_eq!(stripped.err(), Some("device.jws.unsigned"));
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let (_, trust) = bench(Certification::L0);
        let _ = read_discovery(&bytes, 4501);
        for one in read_info(&bytes, 4501, &trust, now()).unwrap_or_default() {
            prop_assert!(one.is_err());
        }
    }

    #[test]
    fn times_that_are_read_are_times(text in "[0-9TZ:+. -]{0,30}") {
        if let Some(time) = read_time(&text) {
            prop_assert_eq!(read_time(&time.to_string()), Some(time));
        }
    }
}

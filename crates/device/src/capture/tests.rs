//! Answers of a device, whole and bent in one place each.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use niims_fingerprint::image::finger_record::{
    FingerPicture, PictureCoding, RecordEdition, write_pictures,
};
use niims_fingerprint::{FingerPosition, GrayImage};
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

use super::*;
use crate::describe::{DeviceInfo, read_info};
use crate::maker::{self, Capture, Device, Identity, KeyKind, Validity, Workshop};
use crate::trust::TrustList;
use crate::vocabulary::{Certification, DeviceKind, DeviceStatus, Environment, SubDevice};

use FingerPosition as P;

const RIGHT: SubDevice = SubDevice::RightSlap;

fn now() -> Timestamp {
    "2026-11-29T09:00:00Z".parse().unwrap()
}

struct Bench {
    trust: TrustList,
    device: Device,
    info: DeviceInfo,
}

fn identity(serial: &str) -> Identity {
    Identity {
        serial: serial.to_owned(),
        make: "Synthetic".to_owned(),
        model: "Slap 1".to_owned(),
        kind: DeviceKind::Finger,
        sub_kind: "Slap".to_owned(),
    }
}

fn validity() -> Validity {
    Validity { from: jiff::civil::date(2026, 1, 1), to: jiff::civil::date(2027, 1, 1) }
}

fn described(device: &Device, trust: &TrustList) -> DeviceInfo {
    let info = device.info(DeviceStatus::Ready, trust.environment, 4501, now()).unwrap();
    let element = device.info_element(DeviceStatus::Ready, &info).unwrap();
    let answer = json!([element]).to_string();
    read_info(answer.as_bytes(), 4501, trust, now()).unwrap().remove(0).unwrap()
}

impl Bench {
    fn new(kind: KeyKind, certification: Certification) -> Self {
        let rng = &mut ChaCha8Rng::from_seed([7; 32]);
        let workshop = Workshop::new(kind, validity(), rng).unwrap();
        let day = SignedDuration::from_hours(24);
        let trust = workshop.trust_list(Environment::Developer, now() - day, now() + day);
        let identity = identity("100000000001");
        let device = workshop.device(identity, certification, validity(), rng).unwrap();
        let info = described(&device, &trust);
        Self { trust, device, info }
    }

    fn request(&self, wanted: Wanted, chain: &CaptureChain) -> CaptureRequest {
        CaptureRequest {
            environment: Environment::Developer,
            wanted,
            timeout: Duration::from_secs(10),
            time: now(),
            transaction: "capture-1".to_owned(),
            requested_score: 60,
            device_id: self.info.device_id.clone(),
            previous_hash: chain.previous_hash(),
        }
    }

    fn verify(
        &self,
        bytes: &[u8],
        request: &CaptureRequest,
        chain: &CaptureChain,
    ) -> Result<CaptureAnswer, &'static str> {
        let answered = now() + SignedDuration::from_secs(4);
        let asked = Asked { request, device: &self.info, answered };
        verify_capture(bytes, &asked, &self.trust, chain).map_err(|refusal| refusal.code())
    }

    /// The codes for an answer of one finger whose signed data, and then whose element, are bent.
    fn bent(&self, data: impl Fn(&mut Value), element: impl Fn(&mut Value)) -> &'static str {
        let chain = CaptureChain::new();
        let request = self.request(Wanted::one(FingerPosition::RightIndex), &chain);
        let mut signed = self.data("Right IndexFinger", block(FingerPosition::RightIndex, 1));
        data(&mut signed);
        let block = signed["bioValue"].as_str().and_then(crate::jws::decode_url);
        let (mut one, _) =
            maker::biometric(&self.device, &signed, &block.unwrap_or_default(), first_hash())
                .unwrap();
        element(&mut one);
        let answer = maker::answer(&[one]);
        self.verify(answer.as_bytes(), &request, &chain).err().unwrap_or("verified")
    }

    fn data(&self, sub_type: &str, block: Vec<u8>) -> Value {
        let capture = Capture {
            sub_type: sub_type.to_owned(),
            block,
            quality: 70,
            transaction: "capture-1".to_owned(),
            time: now() + SignedDuration::from_secs(2),
            environment: Environment::Developer,
            requested: 60,
        };
        self.device.data(&capture).unwrap()
    }

    fn slap(&self, fingers: &[FingerPosition], chain: [u8; 32]) -> Vec<Value> {
        let mut previous = chain;
        let one = |finger: &FingerPosition| {
            let block = block(*finger, finger.code());
            let data = self.data(crate::vocabulary::finger_name(*finger), block.clone());
            let (element, hash) = maker::biometric(&self.device, &data, &block, previous).unwrap();
            previous = hash;
            element
        };
        fingers.iter().map(one).collect()
    }
}

fn picture(grey: u8) -> GrayImage {
    GrayImage::new(100, 120, vec![grey; 12_000]).unwrap()
}

fn record(finger: FingerPosition, grey: u8, dpi: u16, coding: PictureCoding) -> Vec<u8> {
    let picture = FingerPicture::encode(finger, dpi, &picture(grey), coding).unwrap();
    write_pictures(&[picture], RecordEdition::Iso2011).unwrap()
}

fn block(finger: FingerPosition, grey: u8) -> Vec<u8> {
    record(finger, grey, 500, PictureCoding::Png)
}

fn set<'a>(field: &'a str, value: impl Into<Value> + Clone + 'a) -> impl Fn(&mut Value) + 'a {
    move |object| object[field] = value.clone().into()
}

fn value(block: Vec<u8>) -> impl Fn(&mut Value) {
    move |object| object["bioValue"] = crate::jws::encode_url(&block).into()
}

#[test]
fn a_slap_is_verified_finger_by_finger_and_the_chain_goes_on() {
    for (kind, certification) in [
        (KeyKind::Ed25519, Certification::L0),
        (KeyKind::Ed25519, Certification::L1),
        (KeyKind::Rsa, Certification::L1),
    ] {
        let bench = Bench::new(kind, certification);
        let start = CaptureChain::new();
        let request = bench.request(Wanted::part(RIGHT, &[]), &start);
        let answer = maker::answer(&bench.slap(RIGHT.fingers(), first_hash()));
        let answer = bench.verify(answer.as_bytes(), &request, &start).unwrap();
        let fingers: Vec<_> = answer.biometrics.iter().filter_map(|one| one.finger).collect();
        assert_eq!(fingers, RIGHT.fingers());
        assert_eq!((answer.absent, answer.chain.length()), (vec![], 4));
        assert_eq!(answer.biometrics[0].stated_quality, 70);
    }
}

#[test]
fn fingers_that_did_not_come_are_named() {
    let bench = Bench::new(KeyKind::Ed25519, Certification::L0);
    let chain = CaptureChain::new();
    let request = bench.request(Wanted::part(RIGHT, &[FingerPosition::RightRing]), &chain);
    let mut elements = bench.slap(&RIGHT.fingers()[..1], first_hash());
    elements.push(maker::error_element(101, "nothing there"));
    let answer = bench.verify(maker::answer(&elements).as_bytes(), &request, &chain).unwrap();
    assert_eq!(answer.absent, [FingerPosition::RightMiddle, FingerPosition::RightLittle]);
    assert_eq!(answer.faults.len(), 1);
}

#[test]
fn every_bent_field_has_its_code() {
    let bench = Bench::new(KeyKind::Ed25519, Certification::L0);
    let same = |_: &mut Value| {};
    let data = |bend: &dyn Fn(&mut Value)| bench.bent(bend, same);
    assert_eq!(bench.bent(same, same), "verified");
    assert_eq!(data(&set("transactionId", "capture-0")), "device.answer.transaction");
    assert_eq!(data(&set("env", "Production")), "device.answer.environment");
    assert_eq!(data(&set("purpose", "Auth")), "device.answer.purpose");
    assert_eq!(data(&set("bioType", "Face")), "device.answer.bio_type");
    assert_eq!(data(&set("bioSubType", "Left Thumb")), "device.record.finger");
    assert_eq!(data(&set("bioSubType", "Left Toe")), "device.answer.field");
    assert_eq!(data(&set("deviceCode", "100000000002")), "device.identity.code");
    assert_eq!(data(&set("timestamp", "2026-11-29T08:57:59Z")), "device.answer.timestamp_past");
    assert_eq!(data(&set("timestamp", "2026-11-29T09:02:05Z")), "device.answer.timestamp_future");
    assert_eq!(data(&set("timestamp", "2026-11-29T12:00:02+03:00")), "verified");
    assert_eq!(data(&set("timestamp", "2026-11-29T09:00:02")), "verified");
    assert_eq!(data(&set("timestamp", "today")), "device.answer.field");
    assert_eq!(data(&set("qualityScore", "101")), "device.answer.score");
    assert_eq!(data(&set("qualityScore", "NaN")), "device.answer.score");
    assert_eq!(data(&set("qualityScore", 61.7)), "verified");
    assert_eq!(data(&set("bioValue", "====")), "device.record.form");
    assert_eq!(data(&value(b"no record".to_vec())), "device.record.form");
    let index = FingerPosition::RightIndex;
    assert_eq!(data(&value(record(index, 1, 250, PictureCoding::Raw))), "device.record.resolution");
    assert_eq!(data(&value(record(index, 1, 500, PictureCoding::Wsq))), "device.record.lossy");
    let two = [1, 2]
        .map(|grey| FingerPicture::encode(index, 500, &picture(grey), PictureCoding::Raw).unwrap());
    let two = write_pictures(&two, RecordEdition::Iso2005).unwrap();
    assert_eq!(data(&value(two)), "device.record.pictures");
    assert_eq!(data(&set("digitalId", "e30")), "device.jws.unsigned");
}

#[test]
fn every_bent_envelope_has_its_code() {
    let bench = Bench::new(KeyKind::Ed25519, Certification::L0);
    let element = |bend: &dyn Fn(&mut Value)| bench.bent(|_| {}, bend);
    assert_eq!(element(&set("specVersion", "1.0.0")), "device.answer.spec_version");
    assert_eq!(element(&set("hash", "00".repeat(32))), "device.chain.hash");
    assert_eq!(element(&set("hash", "")), "device.chain.hash");
    assert_eq!(element(&|one| lower(&mut one["hash"])), "verified");
    assert_eq!(element(&set("data", "")), "device.jws.unsigned");
    assert_eq!(element(&set("data", Value::Null)), "device.jws.unsigned");
    assert_eq!(element(&|one| flip(&mut one["data"])), "device.jws.signature");
    assert_eq!(element(&set("error", json!({"errorCode": 111}))), "device.said.busy");
    assert_eq!(element(&set("error", json!({"errorCode": "103"}))), "device.said.tampered");
}

fn lower(value: &mut Value) {
    *value = value.as_str().unwrap().to_ascii_lowercase().into();
}

/// Changes a bit in the last whole byte of the signature.
fn flip(value: &mut Value) {
    let mut text = value.as_str().unwrap().to_owned();
    let at = text.len() - 4;
    let other = if &text[at..=at] == "A" { "B" } else { "A" };
    text.replace_range(at..=at, other);
    *value = text.into();
}

#[test]
fn an_answer_of_another_device_is_refused() {
    let rng = &mut ChaCha8Rng::from_seed([8; 32]);
    let mut bench = Bench::new(KeyKind::Ed25519, Certification::L0);
    let strange = Workshop::new(KeyKind::Ed25519, validity(), rng).unwrap();
    let make = |workshop: &Workshop, serial: &str, rng: &mut ChaCha8Rng| {
        workshop.device(identity(serial), Certification::L0, validity(), rng).unwrap()
    };
    bench.device = make(&strange, "100000000001", rng);
    assert_eq!(bench.bent(|_| {}, |_| {}), "device.certificate.unknown_issuer");
    // A trusted device that answers for another, even under its serial number.
    let day = SignedDuration::from_hours(24);
    bench.trust = strange.trust_list(Environment::Developer, now() - day, now() + day);
    bench.info = described(&bench.device, &bench.trust);
    assert_eq!(bench.bent(|_| {}, |_| {}), "verified");
    bench.device = make(&strange, "100000000001", rng);
    assert_eq!(bench.bent(|_| {}, |_| {}), "device.identity.other");
}

#[test]
fn an_l0_device_signs_its_id_by_its_own_key() {
    let rng = &mut ChaCha8Rng::from_seed([9; 32]);
    let workshop = Workshop::new(KeyKind::Ed25519, validity(), rng).unwrap();
    let day = SignedDuration::from_hours(24);
    let trust = workshop.trust_list(Environment::Developer, now() - day, now() + day);
    let mut make =
        || workshop.device(identity("1234"), Certification::L0, validity(), rng).unwrap();
    let (device, other) = (make(), make());
    let mut bench = Bench { info: described(&device, &trust), device, trust };
    let lent = other.signed_digital_id(now()).unwrap();
    assert_eq!(bench.bent(set("digitalId", lent), |_| {}), "device.identity.key");
    bench.info.certification = Certification::L1;
    assert_eq!(bench.bent(|_| {}, |_| {}), "device.certificate.unknown_issuer");
}

#[test]
fn replays_and_foreign_chains_are_refused() {
    let bench = Bench::new(KeyKind::Ed25519, Certification::L0);
    let start = CaptureChain::new();
    let request = bench.request(Wanted::one(FingerPosition::RightIndex), &start);
    let elements = bench.slap(&[FingerPosition::RightIndex], first_hash());
    let bytes = maker::answer(&elements);
    let chain = bench.verify(bytes.as_bytes(), &request, &start).unwrap().chain;
    // The whole answer again, under the transaction that it was signed for.
    let again = bench.request(Wanted::one(FingerPosition::RightIndex), &chain);
    assert_eq!(bench.verify(bytes.as_bytes(), &again, &chain), Err("device.chain.replayed"));
    // The same picture signed anew and chained well.
    let next: [u8; 32] = hex::decode(chain.previous_hash()).unwrap().try_into().unwrap();
    let anew = maker::answer(&bench.slap(&[FingerPosition::RightIndex], next));
    assert_eq!(bench.verify(anew.as_bytes(), &again, &chain), Err("device.chain.replayed"));
    // Another transaction.
    let other = CaptureRequest { transaction: "capture-2".to_owned(), ..again };
    assert_eq!(bench.verify(bytes.as_bytes(), &other, &chain), Err("device.answer.transaction"));
}

#[test]
fn more_or_other_fingers_than_asked_are_refused() {
    let bench = Bench::new(KeyKind::Ed25519, Certification::L0);
    let chain = CaptureChain::new();
    let code = |wanted: Wanted, fingers: &[FingerPosition]| {
        let answer = maker::answer(&bench.slap(fingers, first_hash()));
        let request = bench.request(wanted, &chain);
        bench.verify(answer.as_bytes(), &request, &chain).map_or_else(|code| code, |_| "verified")
    };
    let slap = || Wanted::part(RIGHT, &[P::RightRing]);
    assert_eq!(code(slap(), &[P::LeftIndex]), "device.answer.finger_not_asked");
    assert_eq!(code(slap(), &[P::RightRing]), "device.answer.finger_excepted");
    assert_eq!(code(slap(), RIGHT.fingers()), "device.answer.too_many");
    assert_eq!(code(Wanted::one(P::RightIndex), &[P::LeftIndex]), "device.answer.finger_not_asked");
    let twice = [P::RightIndex, P::RightIndex];
    // The same block twice is a replay; another block of the same finger is the same finger twice.
    assert_eq!(code(slap(), &twice), "device.chain.replayed");
    let (first, hash) = {
        let block = block(P::RightIndex, 1);
        let data = bench.data("Right IndexFinger", block.clone());
        maker::biometric(&bench.device, &data, &block, first_hash()).unwrap()
    };
    let other = block(P::RightIndex, 9);
    let data = bench.data("Right IndexFinger", other.clone());
    let (second, _) = maker::biometric(&bench.device, &data, &other, hash).unwrap();
    let answer = maker::answer(&[first, second]);
    let request = bench.request(slap(), &chain);
    let twice = bench.verify(answer.as_bytes(), &request, &chain);
    assert_eq!(twice.err(), Some("device.answer.finger_twice"));
}

#[test]
fn a_revoked_or_expired_device_is_refused() {
    use sha2::Digest;
    let hash = |der: &[u8]| -> [u8; 32] { sha2::Sha256::digest(der).into() };
    let mut bench = Bench::new(KeyKind::Ed25519, Certification::L0);
    bench.trust.revoked.insert(hash(bench.device.certificate()));
    assert_eq!(bench.bent(|_| {}, |_| {}), "device.certificate.revoked");
    bench.trust.revoked = [hash(&bench.trust.device_makers[0])].into();
    assert_eq!(bench.bent(|_| {}, |_| {}), "device.certificate.revoked");
    bench.trust.revoked.clear();
    bench.trust.device_makers.clear();
    assert_eq!(bench.bent(|_| {}, |_| {}), "device.certificate.unknown_issuer");
}

#[test]
fn requests_outside_the_interfaces_rules_are_not_sent() {
    let bench = Bench::new(KeyKind::Ed25519, Certification::L0);
    let chain = CaptureChain::new();
    let good = bench.request(Wanted::part(RIGHT, &[]), &chain);
    let sent: Value = serde_json::from_str(&good.to_json().unwrap()).unwrap();
    assert_eq!(sent["bio"][0]["count"], "4");
    assert_eq!(sent["bio"][0]["deviceSubId"], "2");
    assert_eq!(sent["timeout"], "10000");
    assert_eq!(
        sent["bio"][0]["previousHash"],
        "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"
    );
    let code = |request: CaptureRequest| request.to_json().err().map(RequestProblem::code);
    let transaction = |text: &str| CaptureRequest { transaction: text.to_owned(), ..good.clone() };
    assert_eq!(code(transaction("abc")), Some("device.request.transaction"));
    assert_eq!(code(transaction("a b c")), Some("device.request.transaction"));
    let wanted = Wanted::part(RIGHT, RIGHT.fingers());
    let none = CaptureRequest { wanted, ..good.clone() };
    assert_eq!(code(none), Some("device.request.nothing_wanted"));
    let timeout = Duration::from_millis(10);
    assert_eq!(code(CaptureRequest { timeout, ..good.clone() }), Some("device.request.timeout"));
    assert_eq!(code(CaptureRequest { requested_score: 0, ..good }), Some("device.request.score"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_panic_and_none_are_believed(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let bench = Bench::new(KeyKind::Ed25519, Certification::L0);
        let chain = CaptureChain::new();
        let request = bench.request(Wanted::one(FingerPosition::RightIndex), &chain);
        prop_assert!(bench.verify(&bytes, &request, &chain).is_err());
        let wrapped = json!({ "biometrics": [{
            "specVersion": "0.9.5", "data": String::from_utf8_lossy(&bytes), "hash": "",
        }]});
        prop_assert!(bench.verify(wrapped.to_string().as_bytes(), &request, &chain).is_err());
    }

    /// Whichever byte of a good answer changes, it is refused, or reads as before.
    #[test]
    fn no_changed_byte_is_believed(place in 0.0_f64..1.0, bit in 0_u8..8) {
        let bench = Bench::new(KeyKind::Ed25519, Certification::L0);
        let chain = CaptureChain::new();
        let request = bench.request(Wanted::one(FingerPosition::RightIndex), &chain);
        let answer = maker::answer(&bench.slap(&[FingerPosition::RightIndex], first_hash()));
        let whole = bench.verify(answer.as_bytes(), &request, &chain).unwrap();
        let mut bytes = answer.into_bytes();
        let at = (place * bytes.len() as f64) as usize;
        bytes[at] ^= 1 << bit;
        if let Ok(read) = bench.verify(&bytes, &request, &chain) {
            prop_assert_eq!(read, whole);
        }
    }
}

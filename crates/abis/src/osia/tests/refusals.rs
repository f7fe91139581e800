//! What is refused, with which code, and without effect.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use niims_fingerprint::TemplateFormat;
use serde_json::{Value, json};

use super::{Edge, code, copy, encounter, items, record};

/// A change to a sound encounter, and the code that it brings.
fn wrong_encounters() -> Vec<(&'static str, Value, &'static str)> {
    let copies: Value = (1..=10).map(|code| copy(1, 2, code)).collect();
    let long = "x".repeat(129);
    vec![
        ("/unknown", json!(1), "osia.body"),
        ("/status", json!("DEAD"), "osia.body"),
        ("/status", Value::Null, "osia.body"),
        ("/encounterId", json!("another"), "osia.member"),
        ("/encounterType", json!(long), "osia.member"),
        ("/createdDate", json!("yesterday"), "osia.member"),
        ("/clientData", json!("not base64!"), "osia.member"),
        ("/galleries", json!([]), "osia.member"),
        ("/galleries", json!(["A", "A"]), "osia.member"),
        ("/galleries", json!(["ALL"]), "osia.member"),
        ("/galleries", json!([""]), "osia.name"),
        ("/galleries", (0..65).map(|n| json!(n.to_string())).collect(), "osia.body"),
        ("/biometricData", json!([]), "osia.nothing_to_enrol"),
        (
            "/biometricData",
            json!([{"biometricType": "FACE", "image": ""}]),
            "abis.face_model_missing",
        ),
        (
            "/biometricData",
            (0..65).map(|_| json!({"biometricType": "FACE"})).collect(),
            "osia.body",
        ),
        ("/biometricData", copies, "abis.finger_repeated"),
        ("/encryption", json!({"type": "JWE", "scope": "$"}), "osia.encrypted"),
        (
            "/integrity",
            json!([{"scope": "$.status", "alg": "SHA256", "hash": "00"}]),
            "osia.integrity_broken",
        ),
    ]
}

/// A change to its first item, and the code that it brings.
fn wrong_items() -> Vec<(&'static str, Value, &'static str)> {
    let iso = record(1, 2, 0, TemplateFormat::Iso2005);
    let cut = STANDARD.encode(&iso[..iso.len() - 1]);
    let mine = STANDARD.encode(&iso);
    vec![
        ("/biometricData/0", json!({"biometricType": "FINGER"}), "osia.member"),
        ("/biometricData/0/biometricType", json!("TOE"), "osia.body"),
        ("/biometricData/0/biometricSubType", json!("EYE_LEFT"), "osia.member"),
        ("/biometricData/0/biometricSubType", json!("LEFT_THUMB"), "abis.finger_mislabelled"),
        ("/biometricData/0/template", json!("not base64!"), "osia.member"),
        ("/biometricData/0/template", json!(""), "abis.biometrics_empty"),
        ("/biometricData/0/template", json!("AQID"), "abis.biometrics_format"),
        ("/biometricData/0/template", json!(cut), "abis.biometrics_damaged"),
        ("/biometricData/0/templateFormat", json!("ANSI_378"), "abis.format_mislabelled"),
        ("/biometricData/0/templateFormat", json!("VENDOR"), "osia.biometrics"),
        ("/biometricData/0/image", json!("AQID"), "abis.biometrics_format"),
        ("/biometricData/0/image", json!(mine), "abis.biometrics_format"),
        ("/biometricData/0/captureDate", json!("2024-01-01"), "osia.member"),
        ("/biometricData/0/imageRef", json!("no address"), "osia.member"),
        (
            "/biometricData/0/encryption",
            json!({"type": "PKCS7", "scope": "$.image"}),
            "osia.encrypted",
        ),
        (
            "/biometricData/0/integrity",
            json!([{"scope": "$.template", "alg": "SHA256", "hash": "00", "type": "JWS", "signature": "x"}]),
            "osia.integrity_unverifiable",
        ),
        (
            "/biometricData/0",
            json!({"biometricType": "FINGER", "imageRef": "http://images.example/1"}),
            "osia.not_fetched",
        ),
        ("/biometricData/0", json!(["FINGER"]), "osia.body"),
    ]
}

fn changed(whole: &Value, pointer: &str, value: Value) -> Value {
    let mut changed = whole.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match changed.pointer_mut(parent).unwrap() {
        Value::Array(list) => list[name.parse::<usize>().unwrap()] = value,
        object => object[name] = value,
    }
    changed
}

#[tokio::test]
async fn wrong_encounters_have_their_code_and_no_effect() {
    let edge = Edge::new().await;
    let whole = encounter(1, 0, &["A"]);
    for (pointer, value, want) in wrong_encounters().into_iter().chain(wrong_items()) {
        let body = changed(&whole, pointer, value);
        let (status, answer) = edge.send("POST persons/p/encounters/e", Some(body)).await;
        assert_eq!((status, code(&answer)), (400, want), "{pointer}: {answer}");
    }
    assert_eq!(edge.service.count().await.unwrap().encounters, 0);
    assert_eq!(edge.service.galleries().await.unwrap().len(), 0);
    // Without the change it is taken.
    assert_eq!(edge.send("POST persons/p/encounters/e", Some(whole)).await.0, 200);
}

#[tokio::test]
async fn wrong_questions_have_their_code() {
    let edge = Edge::new().await;
    edge.enrol(1, &["A"]).await;
    let search = json!({"filter": {}, "biometricData": items(1, 1)});
    let of = |pointer: &str, value: Value| Some(changed(&search, pointer, value));
    let sound = || Some(search.clone());
    let face = json!([{"biometricType": "FACE", "image": "AQID"}]);
    let by = |kind: &str| json!({ "biometricType": [kind] });
    for (call, body, status, want) in [
        ("POST identify/A?maxNbCand=1000000", sound(), 400, "osia.parameter"),
        ("POST identify/A?maxNbCand=0", sound(), 400, "osia.parameter"),
        ("POST identify/A?threshold=low", sound(), 400, "osia.parameter"),
        ("POST identify/A?accuracyLevel=best", sound(), 400, "osia.parameter"),
        ("POST identify/A?serviceLevel=10", sound(), 400, "osia.parameter"),
        ("POST identify/A?priority=10", sound(), 400, "osia.parameter"),
        ("POST identify/A?treshold=1", sound(), 400, "osia.parameter_unknown"),
        ("POST identify/A?priority=1&priority=2", sound(), 400, "osia.parameter_repeated"),
        ("POST identify/A?callback=x", sound(), 400, "osia.member"),
        ("POST identify/A?callback=http://127.0.0.1/", sound(), 400, "abis.callback_refused"),
        ("POST identify/C", sound(), 404, "abis.gallery_unknown"),
        ("POST identify/A/p-9", None, 404, "abis.not_found"),
        ("POST identify/A/p-1/encounters/e-9", None, 404, "abis.not_found"),
        ("POST identify/A", None, 400, "osia.not_json"),
        (
            "POST identify/A",
            of("/filter", json!({"dateOfBirthMin": "1980-01-01"})),
            400,
            "osia.filter",
        ),
        ("POST identify/A", of("/filter", by("FACE")), 400, "abis.face_model_missing"),
        ("POST identify/A", of("/filter", by("IRIS")), 400, "osia.nothing_to_compare"),
        ("POST identify/A", of("/filter", json!([])), 400, "osia.body"),
        ("POST identify/A", of("/biometricData", json!([])), 400, "osia.nothing_to_compare"),
        ("POST identify/A", of("/biometricData", face), 400, "abis.face_model_missing"),
        ("POST identify/A", of("/other", json!(1)), 400, "osia.body"),
        ("POST identify/A/p-1", Some(json!({"x": 1})), 400, "osia.filter"),
        ("POST identify/A/p-1", Some(json!(null)), 400, "osia.body"),
        ("POST verify", sound(), 400, "osia.body"),
        ("PUT persons/p-1/encounters/e-1/status", None, 400, "osia.parameter_missing"),
        ("PUT persons/p-1/encounters/e-1/status?status=DEAD", None, 400, "osia.parameter"),
        ("PUT persons/p-1/encounters/e-1/galleries", Some(json!([])), 400, "osia.member"),
        ("PUT persons/p-1/encounters/e-1/galleries", Some(json!({})), 400, "osia.body"),
        ("GET galleries/A?limit=10001", None, 400, "osia.parameter"),
        ("GET galleries/A?offset=-1", None, 400, "osia.parameter"),
        ("GET tasks/none/status", None, 404, "abis.not_found"),
        ("GET tasks/00000000-0000-4000-8000-000000000000/status", None, 404, "abis.not_found"),
        ("POST tasks/none/redeliver", None, 404, "abis.not_found"),
    ] {
        let (found, answer) = edge.send(call, body).await;
        assert_eq!((found, code(&answer)), (status, want), "{call}: {answer}");
    }
    let name = "x".repeat(129);
    let (status, answer) = edge.send(&format!("GET persons/{name}/encounters"), None).await;
    assert_eq!((status, code(&answer)), (400, "osia.name"));
}

#[tokio::test]
async fn bodies_are_bounded_and_not_repeated() {
    let edge = Edge::new().await;
    let send = async |kind: &str, body: Vec<u8>| {
        let request = axum::http::Request::post("/v1/persons?transactionId=t")
            .header("authorization", format!("Bearer {}", edge.token))
            .header("content-type", kind)
            .body(axum::body::Body::from(body))
            .unwrap();
        let (status, _, body) = edge.raw(request).await;
        let text = String::from_utf8(body).unwrap();
        assert!(!text.contains("secret"), "{text}");
        (status, code(&serde_json::from_str(&text).unwrap()).to_owned())
    };
    let deep = [vec![b'['; 1 << 20], vec![b']'; 1 << 20]].concat();
    let json = "application/json";
    for (kind, body, want) in [
        (json, vec![b' '; (16 << 20) + 1], "osia.body_too_large"),
        (json, deep, "osia.body"),
        (json, br#"{"status":"secret"}"#.to_vec(), "osia.body"),
        (json, br#"{"secret":"ACTIVE"}"#.to_vec(), "osia.body"),
        (json, b"secret".to_vec(), "osia.body"),
        (json, b"\xff".to_vec(), "osia.body"),
        (json, vec![], "osia.body"),
        ("text/plain", b"{}".to_vec(), "osia.not_json"),
    ] {
        assert_eq!(send(kind, body).await, (400, want.to_owned()));
    }
}

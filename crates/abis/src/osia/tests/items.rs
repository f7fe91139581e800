//! Items of biometrics: what is compared, what is kept, what is given as templates.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use niims_fingerprint::synthetic::{ImpressionConditions, MasterFinger, PersonTraits};
use niims_fingerprint::{FingerPosition, TemplateFormat, encode_png, read_any};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use serde_json::{Value, json};

use super::{Edge, encounter, item, record};

#[tokio::test]
async fn templates_are_written_in_each_form() {
    let edge = Edge::new().await;
    edge.enrol(1, &["A"]).await;
    let path = "GET persons/p-1/encounters/e-1/templates";
    for (query, format) in [
        ("", TemplateFormat::Iso2005),
        ("?templateFormat=ISO_19794_2&qualityFormat=ISO_19794", TemplateFormat::Iso2005),
        ("?templateFormat=ISO_19794_2_2011", TemplateFormat::Iso2011),
        ("?templateFormat=ANSI_378&biometricType=FINGER", TemplateFormat::Ansi378),
    ] {
        let (status, answer) = edge.send(&format!("{path}{query}"), None).await;
        assert_eq!((status, answer.as_array().map(Vec::len)), (200, Some(2)), "{answer}");
        let bytes = STANDARD.decode(answer[0]["template"].as_str().unwrap()).unwrap();
        let file = read_any(&bytes).unwrap();
        assert_eq!((file.format, file.fingers[0].0), (format, FingerPosition::RightIndex));
        let enrolled = read_any(&record(1, 2, 0, TemplateFormat::Iso2005)).unwrap();
        assert_eq!(file.fingers[0].1.minutiae().len(), enrolled.fingers[0].1.minutiae().len());
    }
    for (query, count) in [
        ("?biometricSubType=LEFT_INDEX", 1),
        ("?biometricSubType=LEFT_THUMB", 0),
        ("?biometricType=FACE", 0),
        ("?instance=1", 0),
    ] {
        let (status, answer) = edge.send(&format!("{path}{query}"), None).await;
        assert_eq!((status, answer.as_array().map(Vec::len)), (200, Some(count)), "{query}");
    }
    for query in ["?templateFormat=ISO_19794_2_CS", "?qualityFormat=NFIQ2", "?biometricType=TOE"] {
        assert_eq!(edge.send(&format!("{path}{query}"), None).await.0, 400, "{query}");
    }
}

#[tokio::test]
async fn items_that_are_not_compared_are_kept_and_named() {
    let edge = Edge::new().await;
    let mut body = encounter(1, 0, &["A"]);
    let items = body["biometricData"].as_array_mut().unwrap();
    let mut worse = item(1, 2, 1, TemplateFormat::Iso2005);
    worse["instance"] = json!("second");
    items.push(worse);
    items.push(json!({"biometricType": "FACE", "biometricSubType": "PORTRAIT", "image": "AQID"}));
    items.push(
        json!({"biometricType": "FINGER", "biometricSubType": "PLAIN_THUMBS", "image": "AQID"}),
    );
    items.push(json!({
        "biometricType": "FINGER",
        "biometricSubType": "LEFT_THUMB",
        "missing": [{"biometricSubType": "LEFT_THUMB", "presence": "AMPUTATED"}],
    }));
    let (status, answer) = edge.send("POST persons/p/encounters/e", Some(body.clone())).await;
    assert_eq!(status, 200, "{answer}");
    let uses: Vec<&str> = answer["others"]["biometricData"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["comparison"].as_str().unwrap())
        .collect();
    assert_eq!(uses[1..2], ["COMPARED"]);
    assert_eq!(uses[3..], ["KEPT_ONLY", "KEPT_ONLY", "MISSING"]);
    let mut same_finger = [uses[0], uses[2]];
    same_finger.sort_unstable();
    assert_eq!(same_finger, ["BETTER_ONE_COMPARED", "COMPARED"]);
    let (_, read) = edge.send("GET persons/p/encounters/e", None).await;
    assert_eq!(read["biometricData"], body["biometricData"]);
    let (_, templates) = edge.send("GET persons/p/encounters/e/templates", None).await;
    assert_eq!(templates.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn pictures_become_templates_and_find_their_person() {
    let edge = Edge::new().await;
    let mut rng = ChaCha20Rng::from_seed([3; 32]);
    let traits = PersonTraits::adult(&mut rng);
    let finger = MasterFinger::grow([3; 32], FingerPosition::RightIndex, &traits);
    let mut print = || finger.impression(&mut rng, &ImpressionConditions::operational());
    let (first, second) = (print(), print());
    let whole = json!({
        "biometricType": "FINGER", "biometricSubType": "RIGHT_INDEX", "compression": "PNG",
        "resolution": 500, "image": STANDARD.encode(encode_png(&first)),
    });
    let grey = json!({
        "biometricType": "FINGER", "biometricSubType": "RIGHT_INDEX", "compression": "NONE",
        "width": second.width(), "height": second.height(), "bitdepth": 8,
        "image": STANDARD.encode(second.pixels()),
    });
    let body = json!({
        "status": "ACTIVE", "encounterType": "x", "galleries": ["A"], "biometricData": [whole],
    });
    let (status, answer) = edge.send("POST persons/p/encounters/e", Some(body)).await;
    assert_eq!(status, 200, "{answer}");
    let search = json!({"filter": {}, "biometricData": [grey]});
    let (status, answer) = edge.send("POST identify/A", Some(search.clone())).await;
    assert_eq!((status, &answer[0]["personId"]), (200, &json!("p")), "{answer}");

    for (member, value) in [
        ("compression", json!("WSQ")),
        ("compression", json!("PNG")),
        ("width", json!(second.width() + 1)),
        ("height", Value::Null),
        ("bitdepth", json!(16)),
        ("resolution", json!(100)),
    ] {
        let mut wrong = search.clone();
        wrong["biometricData"][0][member] = value;
        let (status, answer) = edge.send("POST identify/A", Some(wrong)).await;
        assert_eq!(status, 400, "{member}: {answer}");
    }
}

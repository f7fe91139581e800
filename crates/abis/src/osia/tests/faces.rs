//! Faces over the interface: compared where there is a model, refused where one stands alone without.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use niims_face::testing;
use serde_json::{Value, json};

use super::{Edge, code, items};
use crate::faces::FaceMatching;

async fn edge() -> Edge {
    let matching = FaceMatching::new(testing::tiny(), 900, 1 << 20);
    Edge::made(&[], |service| service.comparing_faces(matching)).await
}

fn portrait(kind: u32, shift: u32) -> Value {
    let photo = testing::png(&testing::face(kind, shift));
    json!({
        "biometricType": "FACE", "biometricSubType": "PORTRAIT", "compression": "PNG",
        "image": STANDARD.encode(photo),
    })
}

fn encounter(items: &Value) -> Value {
    json!({
        "status": "ACTIVE", "encounterType": "x", "galleries": ["A"], "biometricData": items,
    })
}

fn with(mut items: Value, more: Value) -> Value {
    items.as_array_mut().unwrap().push(more);
    items
}

#[tokio::test]
async fn a_portrait_is_enrolled_found_and_compared() {
    let edge = edge().await;
    let only = encounter(&json!([portrait(1, 0), portrait(1, 0)]));
    let (status, answer) = edge.send("POST persons/p-1/encounters/e", Some(only.clone())).await;
    assert_eq!(status, 200, "{answer}");
    let reports = &answer["others"]["biometricData"];
    assert_eq!(reports[0]["comparison"], "COMPARED");
    assert_eq!(reports[1]["comparison"], "BETTER_ONE_COMPARED");
    assert!(reports[0]["quality"].is_u64());
    let (_, read) = edge.send("GET persons/p-1/encounters/e", None).await;
    assert_eq!(read["biometricData"], only["biometricData"]);
    let fingers = encounter(&with(items(2, 0), portrait(8, 0)));
    assert_eq!(edge.send("POST persons/p-2/encounters/e", Some(fingers)).await.0, 200);

    let ask = |filter: Value, items: Value| Some(json!({"filter": filter, "biometricData": items}));
    for (filter, probe, want) in [
        (json!({}), json!([portrait(1, 3)]), vec!["p-1"]),
        (json!({}), json!([portrait(8, 3)]), vec!["p-2"]),
        (json!({}), with(items(2, 1), portrait(1, 3)), vec!["p-2"]),
        (json!({"biometricType": ["FACE"]}), with(items(2, 1), portrait(1, 3)), vec!["p-1"]),
        (json!({"biometricType": ["FINGER"]}), with(items(2, 1), portrait(1, 3)), vec!["p-2"]),
    ] {
        let (status, answer) = edge.send("POST identify/A", ask(filter.clone(), probe)).await;
        assert_eq!(status, 200, "{filter}: {answer}");
        let found: Vec<&str> = answer
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["personId"].as_str().unwrap())
            .collect();
        assert_eq!(found, want, "{filter}");
        let parts = answer[0]["scores"].as_array().unwrap();
        let has_face = parts.iter().any(|part| part["biometricType"] == "FACE");
        assert_eq!(has_face, filter["biometricType"] != json!(["FINGER"]), "{answer}");
    }
    let filter = json!({"biometricType": ["FINGER"]});
    let (_, refused) = edge.send("POST identify/A", ask(filter, json!([portrait(1, 3)]))).await;
    assert_eq!(code(&refused), "abis.biometrics_empty");
    for (person, want) in [("p-1", true), ("p-2", false)] {
        let body = Some(json!({"biometricData": [portrait(1, 3)]}));
        let (_, answer) = edge.send(&format!("POST verify/A/{person}"), body).await;
        assert_eq!(answer["decision"], want, "{answer}");
    }
}

#[tokio::test]
async fn portraits_that_show_no_face_or_are_mislabelled() {
    let edge = edge().await;
    let wall = testing::png(&niims_face::Photo::from_fn(240, 320, |_, _| [225; 3]));
    let wall = json!({"biometricType": "FACE", "image": STANDARD.encode(wall)});
    let mut mislabelled = portrait(1, 0);
    mislabelled["compression"] = json!("JPEG");
    let damaged = json!({"biometricType": "FACE", "image": "AQID"});
    for (items, want) in [
        (json!([wall]), "abis.not_one_face"),
        (json!([mislabelled]), "osia.biometrics"),
        (json!([damaged]), "abis.biometrics_format"),
        (with(items(1, 0), damaged), "abis.biometrics_format"),
        (
            json!([{"biometricType": "FACE", "biometricSubType": "LEFT_PROFILE", "image": "AQID"}]),
            "osia.nothing_to_enrol",
        ),
    ] {
        let (status, answer) =
            edge.send("POST persons/p/encounters/e", Some(encounter(&items))).await;
        assert_eq!((status, code(&answer)), (400, want));
    }
    // Beside fingers a portrait without a face is only kept.
    let body = encounter(&with(items(1, 0), wall));
    let (status, answer) = edge.send("POST persons/p/encounters/e", Some(body)).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["others"]["biometricData"][2]["comparison"], "KEPT_ONLY");
}

#[tokio::test]
async fn without_a_model_a_face_alone_is_refused() {
    let edge = Edge::new().await;
    let body = encounter(&json!([portrait(1, 0)]));
    let (status, answer) = edge.send("POST persons/p/encounters/e", Some(body)).await;
    assert_eq!((status, code(&answer)), (400, "abis.face_model_missing"), "{answer}");
    assert_eq!(edge.send("GET persons/p/encounters", None).await.0, 404);
}

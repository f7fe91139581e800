//! Searches and comparisons of synthetic prints, and what their callers may see.

use niims_fingerprint::TemplateFormat;
use serde_json::{Value, json};

use super::{Edge, FINGERS, code, encounter, item, items, token};
use crate::access::Scope;

fn search(person: u64, impression: u32) -> Value {
    json!({"filter": {}, "biometricData": items(person, impression)})
}

fn persons(answer: &Value) -> Vec<&str> {
    let list = answer.as_array().unwrap_or_else(|| panic!("{answer}"));
    list.iter().map(|one| one["personId"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_later_impression_finds_its_person_and_nobody_else() {
    let edge = Edge::new().await;
    for person in 1..=5 {
        edge.enrol(person, &[if person == 3 { "WATCHED" } else { "RESIDENTS" }]).await;
    }
    for (call, body, want) in [
        ("POST identify/ALL", Some(search(3, 1)), vec!["p-3"]),
        ("POST identify/WATCHED", Some(search(3, 1)), vec!["p-3"]),
        ("POST identify/RESIDENTS", Some(search(3, 1)), vec![]),
        (
            "POST identify/ALL?accuracyLevel=EXHAUSTIVE&maxNbCand=1000&serviceLevel=9",
            Some(search(4, 1)),
            vec!["p-4"],
        ),
        ("POST identify/ALL", Some(search(9, 1)), vec![]),
        // An enrolled probe never finds itself.
        ("POST identify/ALL/p-3", None, vec![]),
        ("POST identify/ALL/p-3/encounters/e-1", None, vec![]),
    ] {
        let (status, answer) = edge.send(call, body).await;
        assert_eq!((status, persons(&answer)), (200, want), "{call}");
    }
    // The same person under another name is found from both sides.
    let twin = Some(encounter(3, 1, &["RESIDENTS"]));
    assert_eq!(edge.send("POST persons/twin/encounters/e-7", twin).await.0, 200);
    for call in ["POST identify/ALL/p-3", "POST identify/RESIDENTS/p-3/encounters/e-1"] {
        let (_, answer) = edge.send(call, Some(json!({"biometricType": ["FINGER"]}))).await;
        assert_eq!(persons(&answer), ["twin"], "{call}");
        assert_eq!(answer[0]["scores"][0]["encounterId"], "e-7");
    }
    // What is inactive is nobody's candidate.
    edge.send("PUT persons/twin/encounters/e-7/status?status=INACTIVE", None).await;
    assert_eq!(persons(&edge.send("POST identify/ALL/p-3", None).await.1), [""; 0]);
}

#[tokio::test]
async fn probes_of_every_form_are_read() {
    let edge = Edge::new().await;
    edge.enrol(1, &["A"]).await;
    for format in [TemplateFormat::Iso2005, TemplateFormat::Iso2011, TemplateFormat::Ansi378] {
        let probe: Value = FINGERS.iter().map(|code| item(1, *code, 1, format)).collect();
        let body = Some(json!({"filter": {}, "biometricData": probe}));
        let (status, answer) = edge.send("POST identify/A", body).await;
        assert_eq!((status, persons(&answer)), (200, vec!["p-1"]), "{format:?}");
    }
}

#[tokio::test]
async fn two_are_one_or_not() {
    let edge = Edge::new().await;
    edge.enrol(1, &["A"]).await;
    edge.enrol(2, &["B"]).await;
    let probe = |person| Some(json!({"biometricData": items(person, 1)}));
    let pair =
        |other| Some(json!({"biometricData1": items(1, 0), "biometricData2": items(other, 1)}));
    for (call, body, want) in [
        ("POST verify/A/p-1", probe(1), true),
        ("POST verify/ALL/p-1", probe(1), true),
        ("POST verify/ALL/p-1", probe(2), false),
        ("POST verify/ALL/p-1?threshold=2147483647", probe(1), false),
        ("POST verify", pair(1), true),
        ("POST verify", pair(2), false),
    ] {
        let (status, answer) = edge.send(call, body).await;
        assert_eq!((status, &answer["decision"]), (200, &json!(want)), "{call}");
        assert!(answer["scores"][0]["score"].is_number(), "{answer}");
    }
    for (call, want) in [
        ("POST verify/B/p-1", "abis.not_found"),
        ("POST verify/C/p-1", "abis.gallery_unknown"),
        ("POST verify/ALL/p-9", "abis.not_found"),
    ] {
        let (status, answer) = edge.send(call, probe(1)).await;
        assert_eq!((status, code(&answer)), (404, want), "{call}");
    }
}

#[tokio::test]
async fn who_may_not_see_scores_learns_the_rank_and_nothing_more() {
    let edge = Edge::new().await;
    edge.enrol(1, &["A"]).await;
    let blind = token(&edge.service, &[Scope::Identify, Scope::Verify]).await;
    let mut seen = Vec::new();
    for impression in 1..4 {
        let (status, _, body) =
            edge.send_as(&blind, "POST identify/A", Some(search(1, impression))).await;
        assert_eq!(status, 200);
        seen.push(String::from_utf8(body).unwrap());
    }
    let want =
        r#"[{"personId":"p-1","rank":1,"score":1.0,"scores":[{"score":1.0,"encounterId":"e-1"}]}]"#;
    assert_eq!(seen, [want; 3]);
    let probe = Some(json!({"biometricData": items(1, 1)}));
    let (_, _, body) = edge.send_as(&blind, "POST verify/A/p-1", probe.clone()).await;
    assert_eq!(body, br#"{"decision":true}"#);
    // A threshold that moves is a score by halving.
    for (call, body) in [
        ("POST identify/A?threshold=1", Some(search(1, 1))),
        ("POST verify/A/p-1?threshold=1", probe),
    ] {
        let (status, _, body) = edge.send_as(&blind, call, body).await;
        let answer: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((status, code(&answer)), (403, "abis.scope_missing"), "{call}");
    }
    // With the scope there is a score, and its parts.
    let (_, answer) = edge.send("POST identify/A", Some(search(1, 1))).await;
    assert!(answer[0]["score"].as_f64().unwrap() > 7_000.0, "{answer}");
    assert_eq!(answer[0]["scores"].as_array().unwrap().len(), 1 + FINGERS.len());
    assert_eq!(answer[0]["scores"][1]["biometricSubType"], "RIGHT_INDEX");
}

//! Encounters from their creation to their end.

use serde_json::{Value, json};

use super::{Edge, code, encounter, items};

#[tokio::test]
async fn an_encounter_is_given_back_as_it_came() {
    let edge = Edge::new().await;
    let mut sent = encounter(1, 0, &["B", "A"]);
    sent["clientData"] = json!("AQID");
    sent["biographicData"] = json!({"names": ["Ä", {"deep": null}], "number": 1.5});
    sent["contextualData"] = json!("anything");
    sent["biometricData"][0]["comment"] = json!("kept");
    let (status, answer) = edge.send("POST persons/p/encounters/e", Some(sent.clone())).await;
    assert_eq!(
        (status, &answer["personId"], &answer["encounterId"]),
        (200, &json!("p"), &json!("e"))
    );
    let uses = &answer["others"]["biometricData"];
    assert_eq!(uses[0]["comparison"], "COMPARED");
    assert!(uses[0]["quality"].is_u64(), "{answer}");

    let (status, mut read) = edge.send("GET persons/p/encounters/e", None).await;
    assert_eq!(status, 200);
    let server = ["encounterId", "createdDate", "updatedDate"];
    let taken = server.map(|name| read.as_object_mut().unwrap().remove(name).unwrap());
    assert_eq!(taken[0], "e");
    assert_eq!(taken[1], "2023-11-14T22:13:20Z");
    assert_eq!(read["galleries"], json!(["A", "B"]));
    read["galleries"] = json!(["B", "A"]);
    assert_eq!(read, sent);
}

#[tokio::test]
async fn numbers_of_biographic_data_are_not_rounded() {
    let edge = Edge::new().await;
    let text = r#"{"n":123456789012345678901234567890.10,"e":1E400}"#;
    let body = encounter(1, 0, &["A"]).to_string().replacen(
        '{',
        &format!("{{\"biographicData\":{text},"),
        1,
    );
    let request = axum::http::Request::post("/v1/persons/p/encounters/e?transactionId=t")
        .header("authorization", format!("Bearer {}", edge.token))
        .header("content-type", "application/json; charset=utf-8")
        .body(axum::body::Body::from(body))
        .unwrap();
    let (status, _, _) = edge.raw(request).await;
    assert_eq!(status, 200);
    let (_, _, read) = edge.send_as(&edge.token, "GET persons/p/encounters/e", None).await;
    assert!(String::from_utf8(read).unwrap().contains(text));
}

#[tokio::test]
async fn names_that_the_client_leaves_out_are_the_servers() {
    let edge = Edge::new().await;
    let (status, both) = edge.send("POST persons", Some(encounter(1, 0, &["A"]))).await;
    assert_eq!(status, 200);
    let person = both["personId"].as_str().unwrap();
    assert_eq!(person.len(), 36);
    assert_ne!(both["personId"], both["encounterId"]);
    let call = format!("POST persons/{person}/encounters");
    let (status, second) = edge.send(&call, Some(encounter(1, 1, &["A"]))).await;
    assert_eq!((status, &second["personId"]), (200, &both["personId"]));
    let (status, all) = edge.send(&format!("GET persons/{person}/encounters"), None).await;
    let ids: Vec<&Value> = all.as_array().unwrap().iter().map(|one| &one["encounterId"]).collect();
    assert_eq!((status, ids), (200, vec![&both["encounterId"], &second["encounterId"]]));
}

#[tokio::test]
async fn each_operation_says_what_is_not_there_or_there_already() {
    let edge = Edge::new().await;
    edge.enrol(1, &["A"]).await;
    edge.enrol(2, &["A"]).await;
    let whole = || Some(encounter(3, 0, &["A"]));
    for (call, body, status, want) in [
        ("POST persons/p-1/encounters/e-1", whole(), 409, "abis.already_exists"),
        ("GET persons/p-9/encounters", None, 404, "abis.not_found"),
        ("GET persons/p-1/encounters/e-9", None, 404, "abis.not_found"),
        ("GET persons/p-1/encounters/e-9/templates", None, 404, "abis.not_found"),
        ("PUT persons/p-1/encounters/e-9", whole(), 404, "abis.not_found"),
        ("DELETE persons/p-1/encounters/e-9", None, 404, "abis.not_found"),
        ("DELETE persons/p-9", None, 404, "abis.not_found"),
        ("POST persons/p-1/merge/p-9", None, 404, "abis.not_found"),
        ("POST persons/p-1/merge/p-2", None, 409, "abis.already_exists"),
        ("POST persons/p-1/merge/p-1", None, 400, "abis.same_person"),
        ("POST persons/p-1/move/p-2/encounters/e-1", None, 409, "abis.already_exists"),
        ("POST persons/p-1/move/p-2/encounters/e-9", None, 404, "abis.not_found"),
        // The standard has no 404 for these two.
        ("PUT persons/p-1/encounters/e-9/status?status=ACTIVE", None, 400, "abis.not_found"),
        ("PUT persons/p-1/encounters/e-9/galleries", Some(json!(["A"])), 400, "abis.not_found"),
    ] {
        let (found, answer) = edge.send(call, body).await;
        assert_eq!((found, code(&answer)), (status, want), "{call}");
    }
    assert_eq!(edge.service.count().await.unwrap().encounters, 2);
}

#[tokio::test]
async fn changes_change_what_is_given_back() {
    let edge = Edge::new().await;
    edge.enrol(1, &["A"]).await;
    let read = async || edge.send("GET persons/p-1/encounters/e-1", None).await.1;

    let mut other = encounter(2, 0, &["B"]);
    other["encounterId"] = json!("e-1");
    other["encounterType"] = json!("renewal");
    let (status, answer) = edge.send("PUT persons/p-1/encounters/e-1", Some(other)).await;
    assert_eq!((status, &answer["encounterId"]), (200, &json!("e-1")));
    let now = read().await;
    assert_eq!((&now["encounterType"], &now["galleries"]), (&json!("renewal"), &json!(["B"])));
    assert_eq!(now["biometricData"], items(2, 0));

    for (call, body) in [
        ("PUT persons/p-1/encounters/e-1/status?status=INACTIVE", None),
        ("PUT persons/p-1/encounters/e-1/galleries", Some(json!(["C", "A"]))),
    ] {
        assert_eq!(edge.send(call, body).await.0, 204, "{call}");
    }
    let now = read().await;
    assert_eq!((&now["status"], &now["galleries"]), (&json!("INACTIVE"), &json!(["A", "C"])));
}

#[tokio::test]
async fn persons_are_merged_moved_and_erased() {
    let edge = Edge::new().await;
    edge.enrol(1, &["A"]).await;
    let second = Some(encounter(1, 1, &["A"]));
    assert_eq!(edge.send("POST persons/p-2/encounters/e-2", second).await.0, 200);
    assert_eq!(edge.send("POST persons/p-1/merge/p-2", None).await.0, 204);
    assert_eq!(edge.send("GET persons/p-2/encounters", None).await.0, 404);
    let (_, all) = edge.send("GET persons/p-1/encounters", None).await;
    assert_eq!(all.as_array().unwrap().len(), 2);

    assert_eq!(edge.send("POST persons/p-3/move/p-1/encounters/e-2", None).await.0, 204);
    assert_eq!(edge.send("GET persons/p-3/encounters/e-2", None).await.0, 200);
    assert_eq!(edge.send("DELETE persons/p-3/encounters/e-2", None).await.0, 204);
    assert_eq!(edge.send("DELETE persons/p-1", None).await.0, 204);
    assert_eq!(edge.service.count().await.unwrap().encounters, 0);
}

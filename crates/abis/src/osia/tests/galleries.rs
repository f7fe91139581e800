//! Names of galleries, and who is in them.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::{Edge, code};

#[tokio::test]
async fn contents_come_page_by_page() {
    let edge = Edge::new().await;
    for person in 1..=5 {
        edge.enrol(person, if person < 3 { &["A", "B"] } else { &["B"] }).await;
    }
    assert_eq!(edge.send("GET galleries", None).await, (200, json!(["A", "B"])));
    let persons = async |call: &str| -> Vec<String> {
        let (status, answer) = edge.send(call, None).await;
        assert_eq!(status, 200, "{answer}");
        let mut found: Vec<String> =
            answer.as_array().unwrap().iter().map(Value::to_string).collect();
        found.sort();
        found
    };
    assert_eq!(persons("GET galleries/A").await.len(), 2);
    let all = persons("GET galleries/ALL").await;
    assert_eq!(all.len(), 5);
    assert_eq!(all[0], r#"{"encounterId":"e-1","personId":"p-1"}"#);
    for gallery in ["B", "ALL"] {
        let mut paged = Vec::new();
        for offset in [0, 2, 4, 6] {
            paged
                .extend(persons(&format!("GET galleries/{gallery}?offset={offset}&limit=2")).await);
        }
        paged.sort();
        assert_eq!(paged, all, "{gallery}");
    }
    let (status, answer) = edge.send("GET galleries/C", None).await;
    assert_eq!((status, code(&answer)), (404, "abis.gallery_unknown"));
    assert_eq!(persons("GET galleries/ALL?offset=9223372036854775807").await.len(), 0);
}

#[tokio::test]
async fn who_asks_for_comma_separated_values_gets_them() {
    let edge = Edge::new().await;
    edge.enrol(1, &["A"]).await;
    for (accept, kind, body) in [
        ("text/csv", "text/csv; charset=utf-8", "personId,encounterId\r\np-1,e-1\r\n"),
        ("application/json", "application/json", r#"[{"personId":"p-1","encounterId":"e-1"}]"#),
        ("*/*", "application/json", r#"[{"personId":"p-1","encounterId":"e-1"}]"#),
    ] {
        let request = Request::get("/v1/galleries/A?transactionId=t")
            .header("authorization", format!("Bearer {}", edge.token))
            .header("accept", accept)
            .body(Body::empty())
            .unwrap();
        let (status, found, answer) = edge.raw(request).await;
        assert_eq!((status, found.as_str()), (200, kind), "{accept}");
        assert_eq!(String::from_utf8(answer).unwrap(), body, "{accept}");
    }
}

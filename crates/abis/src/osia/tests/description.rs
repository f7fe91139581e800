//! The interface against the standard's own description.

use sha2::{Digest, Sha256};

use super::Edge;
use super::access::OPERATIONS;

const DESCRIPTION: &str = include_str!("../../../tests/osia/abis.yaml");

#[test]
fn the_description_is_unchanged() {
    let sources = include_str!("../../../tests/osia/SOURCES.md");
    let sum = hex::encode(Sha256::digest(DESCRIPTION));
    assert!(sources.contains(&sum), "its licence asks for the unmodified file: {sum}");
}

/// Each method of each path, and the operation's scope, line by line; callbacks stand deeper.
fn described() -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    let (mut path, mut method) = (String::new(), String::new());
    for line in DESCRIPTION.lines() {
        let depth = line.len() - line.trim_start().len();
        let text = line.trim().trim_end_matches(':');
        if depth == 2 && text.starts_with("/v1/") {
            text.clone_into(&mut path);
        } else if depth == 4 && ["get", "post", "put", "delete"].contains(&text) {
            method = text.to_uppercase();
        } else if let (8, Some(scope)) = (depth, text.strip_prefix("- BearerAuth: [")) {
            found.push((method.clone(), path.clone(), scope.trim_end_matches(']').to_owned()));
        }
    }
    found
}

#[tokio::test]
async fn every_operation_of_the_description_is_there_with_its_scope() {
    let described = described();
    assert_eq!(described.len(), 22);
    let edge = Edge::new().await;
    for (method, path, scope) in &described {
        let shape = path.trim_start_matches("/v1/");
        let same = |call: &str| {
            let (known, asked) = call.split_once(' ').unwrap();
            let segments = (asked.split('/'), shape.split('/'));
            known == method
                && segments.0.clone().count() == segments.1.clone().count()
                && segments
                    .0
                    .zip(segments.1)
                    .all(|(one, other)| one == other || other.starts_with('{'))
        };
        let matching: Vec<_> = OPERATIONS.iter().filter(|(call, _)| same(call)).collect();
        assert_eq!(matching.len(), 1, "{method} {path}");
        let (call, needed) = matching[0];
        assert_eq!(needed.word(), scope, "{method} {path}");
        // Without a query it is refused by the operation itself, not by the routes.
        let (method, path) = call.split_once(' ').unwrap();
        let request = axum::http::Request::builder()
            .method(method)
            .uri(format!("/v1/{path}"))
            .header("authorization", format!("Bearer {}", edge.token))
            .body(axum::body::Body::empty())
            .unwrap();
        let (status, _, body) = edge.raw(request).await;
        let body = String::from_utf8(body).unwrap();
        assert!(status == 400 && body.contains("osia.parameter_missing"), "{call}: {body}");
    }
}

#[tokio::test]
async fn other_paths_and_methods_are_refused_in_the_standards_form() {
    let edge = Edge::new().await;
    for (call, status, code) in [
        ("GET persons", 405, 40_500),
        ("PATCH persons/p/encounters/e", 405, 40_500),
        ("GET nothing", 404, 40_400),
        ("GET persons//encounters", 400, 40_007),
    ] {
        let (found, answer) = edge.send(call, None).await;
        assert_eq!((found, &answer["code"]), (status, &serde_json::json!(code)), "{call}");
    }
    assert_eq!(edge.send("GET persons/%ff/encounters", None).await.1["code"], 40_006);
}

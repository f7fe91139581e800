//! The same over HTTP: who may ask, what is shown to whom.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use niims_abis::access::Scope;
use niims_abis::mosip::http_router;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::bench::{Bench, candidates, failure, identify, insert, request};
use crate::document::person;

/// A token with these scopes.
async fn token(bench: &Bench, scopes: &[Scope]) -> String {
    let scopes: BTreeSet<Scope> = scopes.iter().copied().collect();
    let client = bench.service.add_client("platform", &scopes).await.unwrap();
    bench.service.issue_token(&client.id.to_string(), &client.secret, None).await.unwrap().text
}

async fn post(router: &Router, token: Option<&str>, body: String) -> (StatusCode, Value) {
    let mut request = Request::post("/abis/mosip/v1.1");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(Body::from(body)).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

#[tokio::test]
async fn tokens_decide_what_may_be_asked() {
    let bench = Bench::new().await;
    let router = http_router(bench.edge.clone());
    let writer = token(&bench, &[Scope::EncounterWrite]).await;
    let reader = token(&bench, &[Scope::Identify, Scope::TaskRead]).await;
    let enrol = insert("p-1", &bench.share.put("p-1", &person(1, 0))).to_string();
    let search = identify("p-1", &[]).to_string();
    for (what, token, body, status, code) in [
        ("no token", None, &enrol, 401, "abis.token_missing"),
        ("a made-up token", Some("made-up"), &enrol, 401, "abis.token_unknown"),
        ("a reader enrols", Some(reader.as_str()), &enrol, 403, "abis.scope_missing"),
        ("a writer searches", Some(writer.as_str()), &search, 403, "abis.scope_missing"),
        ("no token, no request", None, &"{".to_owned(), 401, "abis.token_missing"),
    ] {
        let (found, problem) = post(&router, token, body.clone()).await;
        assert_eq!(found.as_u16(), status, "{what}");
        assert!(problem["type"].as_str().unwrap().ends_with(code), "{what}: {problem}");
    }
    assert_eq!(bench.count().await, 0);
    let (status, reply) = post(&router, Some(&writer), enrol.clone()).await;
    assert_eq!((status, failure(&reply)), (StatusCode::OK, None));
    let (status, reply) = post(&router, Some(&reader), "{".to_owned()).await;
    assert_eq!((status, failure(&reply)), (StatusCode::OK, Some(4)));
    let (_, reply) = post(&router, Some(&reader), request("ping", "p").to_string()).await;
    assert_eq!(failure(&reply), None);

    bench.wait(3_600);
    let (status, problem) = post(&router, Some(&writer), enrol).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(problem["type"].as_str().unwrap().ends_with("abis.token_expired"), "{problem}");
    let (status, _) = post(&router, Some(&writer), " ".repeat(9 << 20)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn scores_are_for_those_with_the_right_to_them() {
    let bench = Bench::new().await;
    let router = http_router(bench.edge.clone());
    for number in [1, 2] {
        assert_eq!(bench.insert(&format!("p-{number}"), &person(1, number)).await, None);
    }
    let plain = token(&bench, &[Scope::Identify]).await;
    let trusted = token(&bench, &[Scope::Identify, Scope::Scores]).await;
    let search = identify("p-1", &[]).to_string();
    // The same request, first with the right: what is remembered of it must not leak.
    let (_, with) = post(&router, Some(&trusted), search.clone()).await;
    let (_, without) = post(&router, Some(&plain), search).await;
    assert_eq!(
        (candidates(&with), candidates(&without)),
        (vec!["p-2".to_owned()], vec!["p-2".to_owned()])
    );
    assert_eq!(without["analytics"], json!({"confidence": "99", "internalScore": "1"}));
    let score: i32 = with["analytics"]["internalScore"].as_str().unwrap().parse().unwrap();
    assert!(score >= niims_fingerprint::CANDIDATE_THRESHOLD, "{score}");
    // What the queue shows is what its operator chose: no scores.
    let queue = bench.ask(&identify("p-2", &[])).await;
    assert_eq!(queue["analytics"]["internalScore"], "1");
}

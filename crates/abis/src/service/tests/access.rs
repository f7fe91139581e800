//! Tokens that are good, and all the ways in which one is not.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use tower::ServiceExt;

use super::*;
use crate::access::Scope;
use crate::service::clients::token_router;

async fn code(bench: &Bench, token: Option<&str>, scope: Scope) -> String {
    bench
        .service
        .authorise(token, scope)
        .await
        .map_or_else(|error| error.code().to_owned(), |_| "good".to_owned())
}

#[tokio::test]
async fn each_bad_token_is_told_what_is_wrong() {
    for bench in Bench::each().await {
        let scopes = BTreeSet::from([Scope::Identify, Scope::Verify]);
        let client = bench.service.add_client("platform", &scopes).await.unwrap();
        let id = client.id.to_string();
        let token = bench.service.issue_token(&id, &client.secret, None).await.unwrap();
        let text = token.text.as_str();
        assert_eq!(token.scopes, scopes);
        assert_eq!(code(&bench, Some(text), Scope::Identify).await, "good");
        assert_eq!(code(&bench, Some(text), Scope::EncounterWrite).await, "abis.scope_missing");
        assert_eq!(code(&bench, None, Scope::Identify).await, "abis.token_missing");
        assert_eq!(code(&bench, Some(""), Scope::Identify).await, "abis.token_missing");
        assert_eq!(code(&bench, Some("x"), Scope::Identify).await, "abis.token_unknown");
        let long = "x".repeat(10_000);
        assert_eq!(code(&bench, Some(&long), Scope::Identify).await, "abis.token_unknown");

        let narrow =
            bench.service.issue_token(&id, &client.secret, Some("abis.verify")).await.unwrap();
        let narrow = Some(narrow.text.as_str());
        assert_eq!(code(&bench, narrow, Scope::Verify).await, "good");
        assert_eq!(code(&bench, narrow, Scope::Identify).await, "abis.scope_missing");

        for (secret, scope, want) in [
            ("wrong", None, "abis.client_unknown"),
            (client.secret.as_str(), Some("abis.scores"), "abis.scope_refused"),
            (client.secret.as_str(), Some("abis.everything"), "abis.scope_refused"),
            (client.secret.as_str(), Some(""), "abis.scope_refused"),
        ] {
            let refused = bench.service.issue_token(&id, secret, scope).await.unwrap_err();
            assert_eq!(refused.code(), want);
        }

        bench.wait(299);
        assert_eq!(code(&bench, Some(text), Scope::Identify).await, "good");
        bench.wait(1);
        assert_eq!(code(&bench, Some(text), Scope::Identify).await, "abis.token_expired");

        let fresh = bench.service.issue_token(&id, &client.secret, None).await.unwrap();
        assert!(bench.service.revoke_client(client.id).await.unwrap());
        assert!(!bench.service.revoke_client(client.id).await.unwrap());
        assert_eq!(code(&bench, Some(&fresh.text), Scope::Identify).await, "abis.client_revoked");
        let refused = bench.service.issue_token(&id, &client.secret, None).await.unwrap_err();
        assert_eq!(refused.code(), "abis.client_unknown");
    }
}

#[tokio::test]
async fn scores_are_shown_to_those_who_may_see_them() {
    for bench in Bench::each().await {
        bench.enrol(1).await;
        let question = crate::service::IdentifyQuestion::of(given(1));
        let found = bench.service.identify(question).await.unwrap();
        for (scopes, sees) in [
            (BTreeSet::from([Scope::Identify]), false),
            (BTreeSet::from([Scope::Identify, Scope::Scores]), true),
        ] {
            let client = bench.service.add_client("x", &scopes).await.unwrap();
            let id = client.id.to_string();
            let token = bench.service.issue_token(&id, &client.secret, None).await.unwrap();
            let caller = bench.service.authorise(Some(&token.text), Scope::Identify).await.unwrap();
            let shown: Vec<bool> = caller.candidates(&found).map(|(_, s)| s.is_some()).collect();
            assert_eq!(shown, [sees]);
            assert_eq!(caller.threshold(Some(9_000)).is_ok(), sees);
            assert_eq!(caller.threshold(None), Ok(None));
        }
    }
}

#[tokio::test]
async fn tokens_are_got_over_http() {
    let bench = Bench::on(TestDatabase::sqlite().await.unwrap(), &[]);
    let scopes = BTreeSet::from([Scope::Identify]);
    let client = bench.service.add_client("platform", &scopes).await.unwrap();
    let (id, secret) = (client.id.to_string(), client.secret);
    let check = async |basic: Option<(&str, &str)>, form: &str, want: StatusCode, word: &str| {
        use base64::Engine as _;
        let mut request = Request::post("/abis/token")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some((name, password)) = basic {
            let text =
                base64::engine::general_purpose::STANDARD.encode(format!("{name}:{password}"));
            request = request.header(header::AUTHORIZATION, format!("Basic {text}"));
        }
        let request = request.body(Body::from(form.to_owned())).unwrap();
        let answer = token_router(bench.service.clone()).oneshot(request).await.unwrap();
        assert_eq!(answer.status(), want, "{form}");
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
        let body = to_bytes(answer.into_body(), 10_000).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(text.contains(word), "{text}");
    };
    let good = "grant_type=client_credentials";
    let in_form = format!("{good}&client_id={id}&client_secret={secret}&scope=abis.identify");
    let bad = StatusCode::BAD_REQUEST;
    let no = StatusCode::UNAUTHORIZED;
    check(Some((&id, &secret)), good, StatusCode::OK, "\"access_token\":").await;
    check(None, &in_form, StatusCode::OK, "\"scope\":\"abis.identify\"").await;
    check(Some((&id, &secret)), &in_form, no, "invalid_client").await;
    check(Some((&id, "wrong")), good, no, "abis.client_unknown").await;
    check(None, good, no, "invalid_client").await;
    check(None, "grant_type=password", bad, "unsupported_grant_type").await;
    check(Some((&id, &secret)), &format!("{good}&scope=abis.scores"), bad, "invalid_scope").await;
    check(None, "scope=1", StatusCode::UNPROCESSABLE_ENTITY, "invalid_request").await;
    let long = format!("{good}&x={}", "y".repeat(5_000));
    check(None, &long, StatusCode::PAYLOAD_TOO_LARGE, "invalid_request").await;
}

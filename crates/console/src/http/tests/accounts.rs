//! The own account, and work that outlives its session.

use axum::http::StatusCode;
use niims_record::staff::Role;
use niims_record::staff::session::IDLE_LIMIT_S;

use super::browser::{Browser, Centre, PASSWORD, attribute};

const ROLES: [Role; 1] = [Role::Administrator];

#[tokio::test]
async fn what_was_posted_after_the_session_s_end_can_be_sent_again() {
    for centre in Centre::each().await {
        let worker = centre.worker("chief.one", &ROLES).await;
        let other = centre.worker("chief.two", &ROLES).await;
        let mut browser = centre.signed_in(&worker).await;
        browser.get("/staff/new-member").await;
        centre.pass(IDLE_LIMIT_S);
        let fields = [("name", "Made Up <b>Person"), ("user_name", "made.up")];
        let page = browser.post("/staff/new-member", &fields).await;
        assert_eq!(page.location.as_deref(), Some("/staff/sign-in"));
        let sign_in = browser.get("/staff/sign-in").await;
        assert!(sign_in.body.contains("What you sent is kept"), "{}", sign_in.body);
        if let Some(file) = centre.test.file() {
            let bytes = std::fs::read(file).unwrap();
            assert!(!bytes.windows(7).any(|window| window == b"made.up"), "kept in the clear");
        }
        // A colleague who signs in at this desk does not see it.
        let mut colleague = browser.clone();
        centre.pass(30);
        let page = colleague.sign_in(&other, PASSWORD, &centre.code(&other)).await;
        assert_eq!(page.location.as_deref(), Some("/staff/resume"));
        assert_eq!(colleague.get("/staff/resume").await.location.as_deref(), Some("/staff"));
        // Its owner does, and sends it again.
        let page = browser.sign_in(&worker, PASSWORD, &centre.code(&worker)).await;
        assert_eq!(page.location.as_deref(), Some("/staff/resume"));
        let resume = browser.get("/staff/resume").await;
        assert!(resume.body.contains("action=\"/staff/new-member\""));
        assert_eq!(
            attribute(&resume.body, "name=\"user_name\" value=\"").as_deref(),
            Some("made.up")
        );
        assert!(!resume.body.contains("<b>Person"));
        let page = browser.post("/staff/new-member", &fields).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("/staff/set-up/"), "{}", page.body);
    }
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    for centre in Centre::each().await {
        let worker = centre.worker("chief.one", &ROLES).await;
        let mut one = centre.signed_in(&worker).await;
        let mut two = centre.signed_in(&worker).await;
        let page = one.get("/staff/account").await;
        assert!(page.body.contains("This device"));
        let id = attribute(&page.body, "action=\"/staff/account/session\"").map(|_| {
            let (_, rest) = page.body.split_once("action=\"/staff/account/session\"").unwrap();
            attribute(rest, "name=\"id\" value=\"").unwrap()
        });
        let page = one.post("/staff/account/session", &[("id", &id.unwrap())]).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(two.get("/staff").await.location.is_some(), "the other device is signed out");
        let mut three = centre.signed_in(&worker).await;
        one.get("/staff/account").await;
        let page = one.post("/staff/account/everywhere", &[]).await;
        assert_eq!(page.location.as_deref(), Some("/staff/signed-out"));
        for browser in [&mut one, &mut three] {
            assert!(browser.get("/staff").await.location.is_some());
        }
        let unknown = centre.signed_in(&worker).await.clone();
        let mut unknown = unknown;
        unknown.get("/staff/account").await;
        for id in ["", "zz", "00000000000000000000000000000000"] {
            let page = unknown.post("/staff/account/session", &[("id", id)]).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{id}");
        }
    }
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it() {
    let centre = Centre::one().await;
    let worker = centre.worker("chief.one", &ROLES).await;
    let mut browser = centre.signed_in(&worker).await;
    let mut elsewhere = centre.signed_in(&worker).await;
    let new = "maize eats goats by day";
    centre.pass(30);
    browser.get("/staff/account").await;
    let code = centre.code(&worker);
    for (old, new, code, want) in [
        ("not the password at all", new, code.as_str(), "is wrong"),
        (PASSWORD, "password1234", code.as_str(), "easy to guess"),
        (PASSWORD, "chief.one is my name", code.as_str(), "holds your user name"),
        (PASSWORD, new, "000000", "is wrong"),
    ] {
        let fields = [("old", old), ("new", new), ("code", code)];
        let page = browser.post("/staff/account/password", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{want}");
        assert!(page.body.contains(want), "{want}: {}", page.body);
    }
    let fields = [("old", PASSWORD), ("new", new), ("code", code.as_str())];
    let page = browser.post("/staff/account/password", &fields).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(elsewhere.get("/staff").await.location.is_some());
    centre.pass(30);
    let mut fresh = Browser::new(&centre);
    let page = fresh.sign_in(&worker, PASSWORD, &centre.code(&worker)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = fresh.sign_in(&worker, new, &centre.code(&worker)).await;
    assert_eq!(page.location.as_deref(), Some("/staff"));
}

#[tokio::test]
async fn pages_speak_both_languages_and_stay_small() {
    let centre = Centre::one().await;
    let worker = centre.worker("chief.one", &ROLES).await;
    let mut browser = centre.signed_in(&worker).await;
    browser.get("/staff?lang=sw").await;
    for path in
        ["/staff", "/staff/account", "/staff/members", "/staff/new-member", "/staff/approvals"]
    {
        let page = browser.get(path).await;
        assert!(page.body.contains("lang=\"sw\""), "{path}");
        assert!(page.body.len() < 60_000, "{path}: {} bytes", page.body.len());
        let scripts = page.body.contains("<script");
        assert_eq!(page.policy.contains("script-src 'nonce-"), scripts, "{path}: {}", page.policy);
    }
}

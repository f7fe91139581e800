//! Signing in with a password and a code, and everything that can be wrong with it.

use axum::http::StatusCode;
use niims_record::staff::Role;
use niims_record::staff::session::{ABSOLUTE_LIMIT_S, IDLE_LIMIT_S};

use super::browser::{Browser, Centre, PASSWORD, Worker};

const ROLES: [Role; 1] = [Role::Adjudicator];

#[tokio::test]
async fn an_invitation_leads_to_an_account_once() {
    for centre in Centre::each().await {
        let (_, token) = centre.invited("desk.one", &ROLES).await;
        let mut browser = Browser::new(&centre);
        browser.set_up(&token).await;
        let home = browser.get("/staff").await;
        assert!(home.body.contains("See the evidence of a case"), "{}", home.body);
        let mut second = Browser::new(&centre);
        let page = second.open_invitation(&token).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(page.body.contains("staff.no_invitation"));
        let (_, late) = centre.invited("desk.two", &ROLES).await;
        centre.pass(5 * 86_400);
        let page = second.open_invitation(&late).await;
        assert!(page.body.contains("staff.no_invitation"));
    }
}

#[tokio::test]
async fn a_code_is_used_once() {
    for centre in Centre::each().await {
        let worker = centre.worker("desk.one", &ROLES).await;
        centre.pass(30);
        let code = centre.code(&worker);
        let mut one = Browser::new(&centre);
        let page = one.sign_in(&worker, PASSWORD, &code).await;
        assert_eq!(page.location.as_deref(), Some("/staff"));
        let mut two = Browser::new(&centre);
        let page = two.sign_in(&worker, PASSWORD, &code).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("is wrong"));
        assert!(two.get("/staff").await.location.is_some());
    }
}

#[tokio::test]
async fn what_is_wrong_is_not_told_apart() {
    let centre = Centre::one().await;
    let worker = centre.worker("desk.one", &ROLES).await;
    let stranger =
        Worker { id: worker.id, user_name: "nobody.here".into(), secret: worker.secret.clone() };
    let mut answers = Vec::new();
    for (who, password, right_code) in [
        (&worker, "goats eat maize at noon", true),
        (&worker, PASSWORD, false),
        (&stranger, PASSWORD, true),
    ] {
        centre.pass(30);
        let code = if right_code { centre.code(who) } else { "000000".into() };
        let mut browser = Browser::new(&centre);
        let page = browser.sign_in(who, password, &code).await;
        let body = page.body.split("<main").nth(1).unwrap().replace("name=\"csrf\"", "");
        let body: String =
            body.split("value=\"").map(|p| p.split_once('"').map_or(p, |(_, r)| r)).collect();
        answers.push((page.status, body));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[tokio::test]
async fn failures_lock_a_name_out_whether_known_or_not() {
    for centre in Centre::each().await {
        let worker = centre.worker("desk.one", &ROLES).await;
        let stranger =
            Worker { id: worker.id, user_name: "nobody.here".into(), secret: vec![0; 20] };
        for who in [&worker, &stranger] {
            for _ in 0..5 {
                let page = Browser::new(&centre).sign_in(who, PASSWORD, "000000").await;
                assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            }
            let page = Browser::new(&centre).sign_in(who, PASSWORD, "000000").await;
            assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "{}", who.user_name);
        }
        // Even what is right has to wait.
        let code = centre.code(&worker);
        let page = Browser::new(&centre).sign_in(&worker, PASSWORD, &code).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        centre.pass(31);
        let code = centre.code(&worker);
        let page = Browser::new(&centre).sign_in(&worker, PASSWORD, &code).await;
        assert_eq!(page.location.as_deref(), Some("/staff"));
        let trail = centre.trail().await;
        let failed = trail.iter().filter(|event| event.action == "staff.sign_in_failed").count();
        assert_eq!(failed, 10);
        for event in &trail {
            let text = format!("{event:?}");
            assert!(!text.contains("desk.one") && !text.contains("Synthetic"), "{text}");
        }
    }
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let centre = Centre::one().await;
    let worker = centre.worker("desk.one", &ROLES).await;
    let mut browser = centre.signed_in(&worker).await;
    centre.pass(IDLE_LIMIT_S - 1);
    assert_eq!(browser.get("/staff").await.status, StatusCode::OK);
    centre.pass(IDLE_LIMIT_S);
    assert_eq!(browser.get("/staff").await.location.as_deref(), Some("/staff/sign-in"));
    let mut busy = centre.signed_in(&worker).await;
    let mut left = ABSOLUTE_LIMIT_S;
    while left > 600 {
        centre.pass(600);
        left -= 600;
        assert_eq!(busy.get("/staff").await.status, StatusCode::OK, "{left} s before");
    }
    centre.pass(left);
    assert_eq!(busy.get("/staff").await.location.as_deref(), Some("/staff/sign-in"));
}

#[tokio::test]
async fn a_bent_session_cookie_is_nobody_s() {
    let centre = Centre::one().await;
    let worker = centre.worker("desk.one", &ROLES).await;
    let browser = centre.signed_in(&worker).await;
    let token = browser.cookies["niims-staff"].clone();
    let bent =
        format!("{}{}", &token[..token.len() - 1], if token.ends_with('A') { 'B' } else { 'A' });
    for value in [bent, String::new(), "x".repeat(4000), "' OR 1=1 --".into()] {
        let mut thief = browser.clone();
        thief.cookies.insert("niims-staff".into(), value);
        assert_eq!(thief.get("/staff").await.location.as_deref(), Some("/staff/sign-in"));
    }
    // Only a keyed hash of the token is stored.
    if let Some(file) = centre.test.file() {
        let bytes = std::fs::read(file).unwrap();
        assert!(!bytes.windows(token.len()).any(|window| window == token.as_bytes()));
    }
}

#[tokio::test]
async fn a_password_of_a_megabyte_is_refused_before_it_is_looked_at() {
    let centre = Centre::one().await;
    let worker = centre.worker("desk.one", &ROLES).await;
    let page = Browser::new(&centre).sign_in(&worker, &"a".repeat(1 << 20), "000000").await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(page.body.contains("web.too_large"));
    // What fits into a form but is no password is weighed like any wrong one.
    let page = Browser::new(&centre).sign_in(&worker, &"a".repeat(5_000), "000000").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_first_step_is_good_for_a_few_minutes_and_one_browser() {
    let centre = Centre::one().await;
    let worker = centre.worker("desk.one", &ROLES).await;
    let mut browser = Browser::new(&centre);
    browser.get("/staff/sign-in").await;
    let fields = [("user_name", "desk.one"), ("password", PASSWORD)];
    browser.post("/staff/sign-in", &fields).await;
    let mut other = Browser::new(&centre);
    other.get("/staff/sign-in").await;
    other.cookies.insert("niims-staff-first".into(), browser.cookies["niims-staff-first"].clone());
    assert_eq!(other.get("/staff/code").await.location.as_deref(), Some("/staff/sign-in"));
    browser.get("/staff/code").await;
    centre.pass(300);
    let page = browser.post("/staff/code", &[("code", &centre.code(&worker))]).await;
    assert!(page.body.contains("staff.stale"), "{}", page.body);
}

#[tokio::test]
async fn a_visitor_comes_back_to_the_page_that_was_wanted() {
    let centre = Centre::one().await;
    let worker = centre.worker("desk.one", &ROLES).await;
    let mut browser = Browser::new(&centre);
    assert_eq!(browser.get("/staff/account").await.location.as_deref(), Some("/staff/sign-in"));
    centre.pass(30);
    let page = browser.sign_in(&worker, PASSWORD, &centre.code(&worker)).await;
    assert_eq!(page.location.as_deref(), Some("/staff/account"));
    // A cookie that somebody planted leads nowhere else.
    for planted in ["//evil.example", "/staffx", "https://evil.example", "/staff/\\evil"] {
        let mut browser = Browser::new(&centre);
        browser.get("/staff/sign-in").await;
        browser.cookies.insert("niims-staff-next".into(), hex::encode(planted));
        centre.pass(30);
        let page = browser.sign_in(&worker, PASSWORD, &centre.code(&worker)).await;
        assert_eq!(page.location.as_deref(), Some("/staff"), "{planted}");
    }
}

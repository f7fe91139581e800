//! The pages from outside: what a browser sends, what it gets.

mod form;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use jiff::Timestamp;
use niims_country::CountryPack;
use niims_record::application::WaitsFor;
use niims_wire::disclosure::{DisclosureLine, DisclosureOutcome};
use niims_wire::problem::Problem;
use niims_wire::resident::{OwnRecord, ResidentDesk, ResidentHandle, SessionToken};
use tower::ServiceExt as _;

use crate::{PortalState, router};

/// Largest page in bytes: what a 2G line of 20 kB/s brings within five seconds.
const LARGEST_PAGE: usize = 100 * 1000;
const TOKEN: &str = "5e55105e55105e55105e55105e5510aa";
const CODE: &str = "314159";

/// A desk with one resident that answers by a plan.
#[derive(Default)]
struct Desk {
    /// The code of the problem with which the next call is refused.
    refusal: Mutex<Option<(u16, &'static str)>>,
    /// How many lines of "who looked" there are.
    lines: usize,
    ended: Mutex<bool>,
}

impl Desk {
    fn refuse(&self) -> Result<(), Problem> {
        match self.refusal.lock().unwrap().take() {
            Some((status, code)) => Err(Problem::new(status, code, "title")),
            None => Ok(()),
        }
    }
}

#[async_trait]
impl ResidentDesk for Desk {
    async fn send_code(&self, _: &ResidentHandle, _: Timestamp) -> Result<(), Problem> {
        self.refuse()
    }

    async fn sign_in(
        &self,
        _: &ResidentHandle,
        code: &str,
        _: Timestamp,
    ) -> Result<SessionToken, Problem> {
        self.refuse()?;
        if code == CODE {
            Ok(SessionToken(TOKEN.to_owned()))
        } else {
            Err(Problem::new(422, "portal.code_wrong", "wrong"))
        }
    }

    async fn own_record(&self, session: &SessionToken, _: Timestamp) -> Result<OwnRecord, Problem> {
        self.refuse()?;
        if session.0 != TOKEN || *self.ended.lock().unwrap() {
            return Err(Problem::new(401, "portal.signed_out", "signed out"));
        }
        let at = "2027-03-04T21:05:00Z".parse().unwrap();
        let line = |place: usize| DisclosureLine {
            at,
            by: "KRA".to_owned(),
            purpose: format!("kra.unknown_{place}"),
            attributes: vec!["name".to_owned(), "date_of_birth".to_owned()],
            outcome: if place.is_multiple_of(2) {
                DisclosureOutcome::Answered
            } else {
                DisclosureOutcome::Denied { code: "freeze.share".to_owned() }
            },
        };
        Ok(OwnRecord {
            application_number: "T1-000001".to_owned(),
            state: "in_adjudication".to_owned(),
            since: at,
            waits_for: WaitsFor::Adjudicators,
            number: None,
            card: Some("ordered".to_owned()),
            answers: vec![
                ("surname".to_owned(), "Mfano <b>".to_owned()),
                ("no_such_field".to_owned(), "kept".to_owned()),
            ],
            disclosures: (0..self.lines).map(line).collect(),
        })
    }

    async fn sign_out(&self, _: &SessionToken) -> Result<(), Problem> {
        *self.ended.lock().unwrap() = true;
        Ok(())
    }
}

/// A browser: keeps cookies, fills the token of the last form into the next.
struct Browser {
    app: Router,
    cookies: Vec<(String, String)>,
    token: String,
}

struct Page {
    status: StatusCode,
    to: Option<String>,
    body: String,
    headers: axum::http::HeaderMap,
}

impl Browser {
    fn new(desk: Arc<Desk>) -> Self {
        let app = router(PortalState {
            desk,
            pack: Arc::new(CountryPack::embedded().unwrap()),
            clock: Arc::new(|| "2027-03-05T06:00:00Z".parse().unwrap()),
            entropy: Arc::new(|| [7; 32]),
            key: [9; 32],
            secure_cookies: true,
            demonstration: false,
        });
        Self { app, cookies: Vec::new(), token: String::new() }
    }

    async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path), Body::empty()).await
    }

    async fn post(&mut self, path: &str, fields: &str) -> Page {
        let body = format!("csrf={}&{fields}", self.token);
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(body)).await
    }

    async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Page {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(header::COOKIE, cookies.join("; ")).body(body).unwrap();
        let response: Response<Body> = self.app.clone().oneshot(request).await.unwrap();
        for line in response.headers().get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            assert!(
                line.contains("HttpOnly; SameSite=Strict") && line.ends_with("Secure"),
                "{line}"
            );
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !line.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 10 << 20).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        assert!(body.len() < LARGEST_PAGE, "{} bytes", body.len());
        if let Some((_, after)) = body.split_once("name=\"csrf\" value=\"") {
            after.split('"').next().unwrap().clone_into(&mut self.token);
        }
        let to = parts.headers.get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
        Page { status: parts.status, to, body, headers: parts.headers }
    }

    async fn sign_in(&mut self) -> Page {
        self.get("/sign-in").await;
        assert_eq!(self.post("/sign-in", "handle=T1-000001").await.to.as_deref(), Some("/code"));
        self.get("/code").await;
        self.post("/code", &format!("code={CODE}")).await
    }
}

fn has(page: &Page, status: StatusCode, words: &[&str]) {
    assert_eq!(page.status, status, "{}", page.body);
    for word in words {
        assert!(page.body.contains(word), "{word} is not in\n{}", page.body);
    }
}

#[tokio::test]
async fn a_resident_signs_in_sees_their_record_and_signs_out() {
    let mut browser = Browser::new(Arc::new(Desk { lines: 3, ..Desk::default() }));
    has(&browser.get("/").await, StatusCode::OK, &["It is free", "It is voluntary"]);
    assert_eq!(browser.sign_in().await.to.as_deref(), Some("/me"));
    let me = browser.get("/me").await;
    has(
        &me,
        StatusCode::OK,
        &["With our staff", "two people look at it", "5 March 2027, 00:05", "kept", "Ordered"],
    );
    has(
        &me,
        StatusCode::OK,
        &["kra.unknown_0", "Answered", "Refused", "Sharing of data was stopped"],
    );
    has(&me, StatusCode::OK, &["Mfano &#60;b&#62;", "Date of birth"]);
    assert_eq!(me.headers[header::CACHE_CONTROL], "no-store");
    let csp = me.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(csp.starts_with("default-src 'none'") && !csp.contains("unsafe"));
    assert!(!me.body.contains("<script") && !me.body.contains("style="));

    assert_eq!(browser.post("/sign-out", "").await.to.as_deref(), Some("/signed-out"));
    has(&browser.get("/signed-out").await, StatusCode::OK, &["You are signed out"]);
    assert_eq!(browser.get("/me").await.to.as_deref(), Some("/sign-in"));
}

#[tokio::test]
async fn the_language_switch_keeps_the_page() {
    let mut browser = Browser::new(Arc::default());
    browser.sign_in().await;
    assert_eq!(browser.get("/me?lang=sw").await.to.as_deref(), Some("/me"));
    has(&browser.get("/me").await, StatusCode::OK, &["lang=\"sw\"", "Rekodi yako", "5 Machi 2027"]);
    assert_eq!(
        browser.get("/me/looked?page=2&lang=en").await.to.as_deref(),
        Some("/me/looked?page=2")
    );
    has(&browser.get("/me").await, StatusCode::OK, &["lang=\"en\"", "Your record"]);
    has(&browser.get("/?lang=fr").await, StatusCode::OK, &["lang=\"en\""]);
}

#[tokio::test]
async fn a_wrong_answer_comes_back_with_what_to_do() {
    let mut browser = Browser::new(Arc::default());
    browser.get("/sign-in").await;
    for (handle, words) in [
        ("", "Enter your Huduma Namba"),
        ("111122223333", "wrong or swapped"),
        ("%3Cscript%3E", "12 digits"),
    ] {
        let page = browser.post("/sign-in", &format!("handle={handle}")).await;
        has(&page, StatusCode::UNPROCESSABLE_ENTITY, &[words, "There is a problem", "Error:"]);
        assert!(!page.body.contains("<script"));
    }
    browser.post("/sign-in", "handle=T1-000001").await;
    let page = browser.post("/code", "code=abc").await;
    has(&page, StatusCode::UNPROCESSABLE_ENTITY, &["digits only"]);
    let page = browser.post("/code", "code=271828").await;
    has(&page, StatusCode::UNPROCESSABLE_ENTITY, &["This code is not right"]);
    assert!(!page.body.contains("271828"));
}

#[tokio::test]
async fn each_refusal_of_the_desk_has_plain_words() {
    let desk: Arc<Desk> = Arc::default();
    let mut browser = Browser::new(Arc::clone(&desk));
    let refuse = |status, code| *desk.refusal.lock().unwrap() = Some((status, code));
    browser.get("/sign-in").await;
    refuse(429, "portal.too_many_codes");
    let page = browser.post("/sign-in", "handle=T1-000001").await;
    has(&page, StatusCode::TOO_MANY_REQUESTS, &["Too many attempts", "Wait 15 minutes"]);
    refuse(503, "register.away");
    let page = browser.post("/sign-in", "handle=T1-000001").await;
    has(&page, StatusCode::SERVICE_UNAVAILABLE, &["on our side", "register.away"]);
    browser.post("/sign-in", "handle=T1-000001").await;
    for (status, code, words) in [
        (422, "portal.code_wrong", "This code is not right"),
        (422, "portal.code_expired", "This code is too old"),
        (429, "portal.too_many_codes", "Too many attempts"),
    ] {
        refuse(status, code);
        let page = browser.post("/code", &format!("code={CODE}")).await;
        has(&page, StatusCode::from_u16(status).unwrap(), &[words]);
    }
    browser.post("/code", &format!("code={CODE}")).await;
    refuse(401, "portal.signed_out");
    let page = browser.get("/me").await;
    has(&page, StatusCode::UNAUTHORIZED, &["Please sign in again", "/sign-in?lang=sw"]);
    // The cookie is gone as well.
    assert_eq!(browser.get("/me").await.to.as_deref(), Some("/sign-in"));
}

#[tokio::test]
async fn a_known_and_an_unknown_number_get_the_same_answer() {
    let mut answers = Vec::new();
    for handle in ["T1-000001", "T1-999999"] {
        let mut browser = Browser::new(Arc::default());
        browser.get("/sign-in").await;
        let sent = browser.post("/sign-in", &format!("handle={handle}")).await;
        let code = browser.get("/code").await;
        assert!(!code.body.contains(handle));
        answers.push((sent.status, sent.to, code.body));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn forged_and_oversized_forms_do_nothing() {
    let mut browser = Browser::new(Arc::default());
    // Before any page was fetched there is no visit that a form could belong to.
    let page = browser.post("/sign-in", "handle=T1-000001").await;
    has(&page, StatusCode::FORBIDDEN, &["web.form_forged"]);
    browser.get("/sign-in").await;
    let good = core::mem::replace(&mut browser.token, "0".repeat(64));
    let page = browser.post("/sign-in", "handle=T1-000001").await;
    has(&page, StatusCode::FORBIDDEN, &["web.form_forged"]);
    browser.token = good;
    let page = browser.post("/sign-in", &format!("handle={}", "1".repeat(5000))).await;
    has(&page, StatusCode::PAYLOAD_TOO_LARGE, &["web.too_large"]);
    let page = browser.send(Request::post("/sign-in"), Body::from("handle=1")).await;
    has(&page, StatusCode::BAD_REQUEST, &["web.form_unreadable"]);
    browser.sign_in().await;
    browser.get("/me").await;
    browser.token = "0".repeat(64);
    has(&browser.post("/sign-out", "").await, StatusCode::FORBIDDEN, &["web.form_forged"]);
    has(&browser.get("/me").await, StatusCode::OK, &["Your record"]);
}

#[tokio::test]
async fn pages_that_are_not_there_say_so() {
    let mut browser = Browser::new(Arc::default());
    has(&browser.get("/nowhere").await, StatusCode::NOT_FOUND, &["web.not_found"]);
    has(&browser.get("/sign-out").await, StatusCode::METHOD_NOT_ALLOWED, &["web.method"]);
    assert_eq!(browser.get("/assets/none.css").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/code").await.to.as_deref(), Some("/sign-in"));
    assert_eq!(browser.get("/me").await.to.as_deref(), Some("/sign-in"));
    let page = browser.get("//elsewhere.example/?lang=sw").await;
    assert_ne!(page.to.as_deref(), Some("//elsewhere.example/"));
}

#[tokio::test]
async fn a_stolen_or_bent_cookie_opens_nothing() {
    let mut browser = Browser::new(Arc::default());
    browser.get("/sign-in").await;
    browser.post("/sign-in", "handle=T1-000001").await;
    let (_, sealed) = browser.cookies.iter().find(|(name, _)| name.ends_with("handle")).unwrap();
    assert!(!sealed.contains("T1"));
    // In another visit the same cookie is worth nothing.
    for (name, value) in &mut browser.cookies {
        if name.ends_with("visit") {
            *value = "0".repeat(32);
        }
    }
    assert_eq!(browser.get("/code").await.to.as_deref(), Some("/sign-in"));
}

#[tokio::test]
async fn a_long_list_is_cut_into_pages() {
    let mut browser = Browser::new(Arc::new(Desk { lines: 120, ..Desk::default() }));
    browser.sign_in().await;
    let me = browser.get("/me").await;
    has(&me, StatusCode::OK, &["See all 120 entries", "kra.unknown_9<"]);
    assert!(!me.body.contains("kra.unknown_10<"));
    let last = browser.get("/me/looked?page=3").await;
    has(&last, StatusCode::OK, &["kra.unknown_119<", "aria-current=\"page\">3<"]);
    for odd in ["x", "-1", "0"] {
        let first = browser.get(&format!("/me/looked?page={odd}")).await;
        has(&first, StatusCode::OK, &["kra.unknown_0<", "aria-current=\"page\">1<"]);
    }
}

#[tokio::test]
async fn what_is_published_is_what_the_pack_asks() {
    let pack = CountryPack::embedded().unwrap();
    let mut browser = Browser::new(Arc::default());
    for (language, code) in [("en", "en"), ("sw", "sw")] {
        browser.get(&format!("/?lang={language}")).await;
        let page = browser.get("/what-we-collect").await;
        has(&page, StatusCode::OK, &["DNA", &format!("lang=\"{code}\"")]);
        let rows = page.body.matches("scope=\"row\"").count();
        assert_eq!(rows, pack.fields().len());
    }
    let json = browser.get("/what-we-collect.json").await;
    assert_eq!(json.body, pack.collected().to_string());
}

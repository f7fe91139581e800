//! The exchange as a client sees it: requests in, answers out, on a real store.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::civil::date;
use niims_country::CountryPack;
use niims_record::number::HudumaNamba;
use niims_store::clients;
use niims_store::testing::TestDatabase;
use niims_wire::agency::{AgencyQuestions, MatchAnswer, MatchQuestion};
use niims_wire::{Clock, Entropy, Problem};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{AddClientError, ExchangeState, NewClient, add_client, router};

/// A register of nobody: answers as it is told and keeps what it was asked.
struct Register {
    answer: Mutex<Result<MatchAnswer, Problem>>,
    asked: Mutex<Vec<MatchQuestion>>,
}

#[async_trait]
impl AgencyQuestions for Register {
    async fn ask(&self, question: MatchQuestion) -> Result<MatchAnswer, Problem> {
        self.asked.lock().unwrap().push(question);
        self.answer.lock().unwrap().clone()
    }
}

/// One exchange with one client, a clock that is set by hand, and its database.
struct Exchange {
    store: TestDatabase,
    register: Arc<Register>,
    seconds: Arc<AtomicI64>,
    client: NewClient,
    router: Router,
}

impl Exchange {
    async fn new() -> Self {
        let store = TestDatabase::sqlite().await.unwrap();
        let pack = Arc::new(CountryPack::embedded().unwrap());
        let answer = MatchAnswer { number: true, name: Some(false), date_of_birth: None };
        let register =
            Arc::new(Register { answer: Mutex::new(Ok(answer)), asked: Mutex::default() });
        let seconds = Arc::new(AtomicI64::new(1_700_000_000));
        let entropy = entropy();
        let client = add_client(&store.database, &pack, "NHIF", &mut entropy.rng()).await.unwrap();
        let reading = Arc::clone(&seconds);
        let state = ExchangeState {
            db: store.database.clone(),
            questions: register.clone(),
            pack,
            clock: Clock::new(move || {
                Timestamp::from_second(reading.load(Ordering::SeqCst)).unwrap()
            }),
            entropy,
        };
        Self { store, register, seconds, client, router: router(state) }
    }

    async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Sends and reads the answer as JSON; a problem must be what RFC 9457 says.
    async fn exchange(&self, request: Request<Body>) -> (u16, Value) {
        let response = self.send(request).await;
        let status = response.status().as_u16();
        let media_type = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
        let body: Value =
            serde_json::from_slice(&to_bytes(response.into_body(), 1 << 20).await.unwrap())
                .unwrap();
        if status >= 400 {
            assert_eq!(media_type, "application/problem+json");
            assert_eq!(body["status"], status);
            assert_eq!(
                body["type"],
                format!("urn:niims:problem:{}", body["code"].as_str().unwrap())
            );
        }
        (status, body)
    }

    async fn refused(&self, request: Request<Body>, status: u16, code: &str) {
        let (found, body) = self.exchange(request).await;
        assert_eq!((found, body["code"].as_str()), (status, Some(code)), "{body}");
    }

    async fn token(&self) -> String {
        let (status, body) = self.exchange(token_request(&self.honest_form())).await;
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().unwrap().to_owned()
    }

    fn honest_form(&self) -> String {
        let NewClient { client_id, secret } = &self.client;
        format!("grant_type=client_credentials&client_id={client_id}&client_secret={secret}")
    }

    fn clock_forward(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    fn register_answers(&self, answer: Result<MatchAnswer, Problem>) {
        *self.register.answer.lock().unwrap() = answer;
    }
}

/// Different bytes on every call; good for telling tokens apart, and for nothing else.
fn entropy() -> Entropy {
    let calls = AtomicU64::new(0);
    Entropy::new(move |bytes| {
        let call = calls.fetch_add(1, Ordering::SeqCst);
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = (call as u8).wrapping_mul(31).wrapping_add(index as u8);
        }
    })
}

/// A number that is made for this test.
fn number() -> HudumaNamba {
    (100_000_000_000_u64..).find_map(|digits| digits.to_string().parse().ok()).unwrap()
}

fn token_request(form: &str) -> Request<Body> {
    Request::post("/exchange/v1/token")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()))
        .unwrap()
}

fn basic_request(name: &str, password: &str, form: &str) -> Request<Body> {
    let credentials = STANDARD.encode(format!("{name}:{password}"));
    let mut request = token_request(form);
    let value = format!("Basic {credentials}").parse().unwrap();
    request.headers_mut().insert(header::AUTHORIZATION, value);
    request
}

fn match_request(token: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post("/exchange/v1/match")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(body.into())
        .unwrap()
}

fn question() -> Value {
    json!({
        "huduma_namba": number().to_string(),
        "purpose": "nhif.member_verification",
        "officer": "desk-7",
        "name": "Synthetic Test Person",
    })
}

/// The honest question with one member changed.
fn with(member: &str, value: Value) -> String {
    let mut body = question();
    body[member] = value;
    body.to_string()
}

#[tokio::test]
async fn a_token_opens_the_exchange_and_the_answer_holds_nothing_but_yes_or_no() {
    let exchange = Exchange::new().await;
    let response = exchange.send(token_request(&exchange.honest_form())).await;
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    assert_eq!(response.headers()[header::PRAGMA], "no-cache");

    let (status, token) = exchange.exchange(token_request(&exchange.honest_form())).await;
    assert_eq!((status, &token["token_type"]), (200, &json!("Bearer")));
    assert_eq!((&token["expires_in"], &token["scope"]), (&json!(300), &json!("match")));

    let token = token["access_token"].as_str().unwrap();
    let body = with("date_of_birth", json!("1990-04-17"));
    let (status, answer) = exchange.exchange(match_request(token, body)).await;
    assert_eq!(status, 200);
    let members: Vec<&String> = answer.as_object().unwrap().keys().collect();
    assert_eq!(members, ["assurance", "name", "number"]);
    assert_eq!((&answer["number"], &answer["name"]), (&json!(true), &json!(false)));

    let asked = exchange.register.asked.lock().unwrap();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].agency, "NHIF", "the agency comes from the token, not from the body");
    assert_eq!(asked[0].officer, "desk-7");
    assert_eq!(asked[0].number, number());
    assert_eq!(asked[0].date_of_birth, Some(date(1990, 4, 17)));
    assert_eq!(asked[0].at.as_second(), 1_700_000_000);
}

#[tokio::test]
async fn a_client_may_prove_itself_by_http_basic_instead() {
    let exchange = Exchange::new().await;
    let NewClient { client_id, secret } = exchange.client.clone();
    let id = client_id.to_string();
    let form = "grant_type=client_credentials&scope=match&unknown=ignored";
    assert_eq!(exchange.exchange(basic_request(&id, &secret, form)).await.0, 200);

    let twice = exchange.honest_form();
    let malformed = "exchange.token_request_malformed";
    exchange.refused(basic_request(&id, &secret, &twice), 400, malformed).await;
    exchange.refused(basic_request(&id, "wrong", form), 401, "exchange.client_unknown").await;
    let response = exchange.send(basic_request(&id, "wrong", form)).await;
    assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Basic realm=\"niims exchange\"");
}

#[tokio::test]
async fn token_requests_that_are_wrong() {
    let exchange = Exchange::new().await;
    let NewClient { client_id, secret } = exchange.client.clone();
    let grant = "grant_type=client_credentials";
    let check = async |form: &str, status, code| {
        exchange.refused(token_request(form), status, code).await;
    };
    let unknown = "exchange.client_unknown";
    check(&format!("{grant}&client_id={client_id}&client_secret=wrong"), 401, unknown).await;
    check(&format!("{grant}&client_id=nobody&client_secret={secret}"), 401, unknown).await;
    let other = niims_record::ClientId::from_bytes([9; 16]);
    check(&format!("{grant}&client_id={other}&client_secret={secret}"), 401, unknown).await;
    let long = "x".repeat(200);
    check(&format!("{grant}&client_id={client_id}&client_secret={long}"), 401, unknown).await;
    check(&format!("{grant}&client_id={client_id}"), 401, unknown).await;
    check(grant, 401, unknown).await;
    check("grant_type=password&username=a&password=b", 400, "exchange.grant_unsupported").await;
    check(&format!("{grant}&scope=everything"), 400, "exchange.scope_unknown").await;
    check("", 400, "exchange.token_request_malformed").await;
    check(&format!("{grant}&{grant}"), 400, "exchange.token_request_malformed").await;
    check(&"x".repeat(9000), 413, "exchange.body_too_large").await;
    let not_a_form = Request::post("/exchange/v1/token").body(Body::from(grant)).unwrap();
    exchange.refused(not_a_form, 415, "exchange.not_a_form").await;
}

#[tokio::test]
async fn no_question_without_a_living_token() {
    let exchange = Exchange::new().await;
    let refused = "exchange.not_signed_in";
    let ask = |token: &str| match_request(token, question().to_string());

    for token in ["", "wrong", &"x".repeat(500)] {
        exchange.refused(ask(token), 401, refused).await;
    }
    let mut bare = ask("x");
    bare.headers_mut().remove(header::AUTHORIZATION);
    let response = exchange.send(bare).await;
    assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");

    let expiring = exchange.token().await;
    exchange.clock_forward(299);
    assert_eq!(exchange.exchange(ask(&expiring)).await.0, 200);
    exchange.clock_forward(1);
    exchange.refused(ask(&expiring), 401, refused).await;

    let revoked = exchange.token().await;
    assert_eq!(exchange.exchange(ask(&revoked)).await.0, 200);
    let mut tx = exchange.store.database.write().await.unwrap();
    assert!(clients::revoke(&mut tx, exchange.client.client_id).await.unwrap());
    tx.commit().await.unwrap();
    exchange.refused(ask(&revoked), 401, refused).await;
    let again = token_request(&exchange.honest_form());
    exchange.refused(again, 401, "exchange.client_unknown").await;
    assert_eq!(exchange.register.asked.lock().unwrap().len(), 2, "refused questions go nowhere");
}

#[tokio::test]
async fn questions_that_are_wrong() {
    let exchange = Exchange::new().await;
    let token = exchange.token().await;
    let check = async |body: String, status, code| {
        exchange.refused(match_request(&token, body), status, code).await;
    };
    let not_a_question = "exchange.body_not_a_question";
    check(with("county", json!("01")), 422, not_a_question).await;
    check(with("huduma_namba", json!(17)), 422, not_a_question).await;
    check("[]".into(), 422, not_a_question).await;
    check("{\"huduma_namba\":".into(), 400, "exchange.body_malformed").await;
    check(String::new(), 400, "exchange.body_malformed").await;
    check(with("name", json!("x".repeat(9000))), 413, "exchange.body_too_large").await;

    check(with("huduma_namba", json!("12345")), 422, "number.length").await;
    check(with("huduma_namba", json!("012345678901")), 422, "number.leading_zero").await;
    let mut digits = number().to_string().into_bytes();
    let last = digits.len() - 1;
    digits[last] = b'0' + (digits[last] - b'0' + 1) % 10;
    let slip = String::from_utf8(digits).unwrap();
    check(with("huduma_namba", json!(slip)), 422, "number.check_digit").await;

    check(with("officer", json!(" ")), 422, "exchange.officer_missing").await;
    check(with("officer", json!("x".repeat(65))), 422, "exchange.officer_missing").await;
    check(with("name", json!("x".repeat(401))), 422, "exchange.name_too_long").await;
    for date in ["17.04.1990", "1990-02-30", "1990-4-17", "-009999-01-01", "1990-04-17T00:00"] {
        check(with("date_of_birth", json!(date)), 422, "exchange.date_malformed").await;
    }
    let text = Request::post("/exchange/v1/match")
        .header(header::CONTENT_TYPE, "text/plain")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::from(question().to_string()))
        .unwrap();
    exchange.refused(text, 415, "exchange.not_json").await;
    assert_eq!(exchange.register.asked.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn what_the_register_refuses_stays_refused() {
    let exchange = Exchange::new().await;
    let token = exchange.token().await;
    let check = async |status, code| {
        exchange.register_answers(Err(Problem::new(status, code, "Refused")));
        let request = match_request(&token, question().to_string());
        exchange.refused(request, status, code).await;
    };
    check(403, "exchange.purpose_unknown").await;
    check(423, "exchange.frozen").await;
    check(500, "register.failed").await;
}

#[tokio::test]
async fn paths_and_methods_that_are_not() {
    let exchange = Exchange::new().await;
    let get = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    exchange.refused(get("/exchange/v1/people"), 404, "exchange.no_such_operation").await;
    exchange.refused(get("/exchange/v1/match"), 405, "exchange.method_not_allowed").await;
    exchange.refused(get("/exchange/v1/token"), 405, "exchange.method_not_allowed").await;
}

#[tokio::test]
async fn the_purposes_and_the_contract_are_public() {
    let exchange = Exchange::new().await;
    let get = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    let (status, purposes) = exchange.exchange(get("/exchange/v1/purposes")).await;
    assert_eq!(status, 200);
    let purposes = purposes.as_array().unwrap();
    assert!(purposes.iter().any(|purpose| {
        purpose["code"] == "nhif.member_verification" && purpose["agency"] == "NHIF"
    }));
    let (status, contract) = exchange.exchange(get("/exchange/v1/openapi.json")).await;
    assert_eq!(status, 200);
    let paths: Vec<&String> = contract["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/exchange/v1/match", "/exchange/v1/purposes", "/exchange/v1/token"]);
}

#[tokio::test]
async fn a_client_belongs_to_an_agency_of_the_pack() {
    let store = TestDatabase::sqlite().await.unwrap();
    let pack = CountryPack::embedded().unwrap();
    let rng = &mut entropy().rng();
    let error = add_client(&store.database, &pack, "NOBODY", rng).await.unwrap_err();
    assert!(matches!(error, AddClientError::AgencyUnknown));
    assert_eq!(error.code(), "exchange.agency_unknown");
    let client = add_client(&store.database, &pack, "NHIF", rng).await.unwrap();
    assert_eq!(client.secret.len(), 43);
    assert!(!format!("{client:?}").contains(&client.secret));
}

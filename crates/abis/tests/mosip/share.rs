//! A data share: issues tokens, serves what was put into it, counts who fetched how often.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PrivateDecryptingKey,
};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use niims_wire::Clock;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::document::for_urls;

/// What the operator gives to the ABIS.
pub const CLIENT: &str = "mosip-abis-client";
pub const SECRET: &str = "a secret of the tests";
/// Life of a token, seconds.
const LIFE: i64 = 600;

/// Keys take a second to make, so there are two for all tests: the receiver's and a stranger's.
static KEYS: LazyLock<[PrivateDecryptingKey; 2]> =
    LazyLock::new(|| [(); 2].map(|()| PrivateDecryptingKey::generate(KeySize::Rsa2048).unwrap()));

/// The certificate that senders seal for.
pub const THUMBPRINT: [u8; 32] = [0x5a; 32];

/// The receiver's private key, PKCS#8.
pub fn private_key() -> Vec<u8> {
    AsDer::<Pkcs8V1Der<'_>>::as_der(&KEYS[0]).unwrap().as_ref().to_vec()
}

/// Seals a document for the receiver, or for a stranger under the receiver's name.
pub fn seal(document: &[u8], for_stranger: bool) -> Vec<u8> {
    let public =
        OaepPublicEncryptingKey::new(KEYS[usize::from(for_stranger)].public_key()).unwrap();
    let (key, additional) = ([3; 32], [4; 32]);
    let mut room = vec![0; public.ciphertext_size()];
    let wrapped = public.encrypt(&OAEP_SHA256_MGF1SHA256, &key, &mut room, None).unwrap();
    let mut sealed = document.to_vec();
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).unwrap())
        .seal_in_place_append_tag(
            Nonce::try_assume_unique_for_key(&additional[..12]).unwrap(),
            Aad::from(additional),
            &mut sealed,
        )
        .unwrap();
    let parts = [b"VER_R2", &THUMBPRINT[..], wrapped, b"#KEY_SPLITTER#", &additional, &sealed];
    for_urls(&parts.concat()).into_bytes()
}

/// A running data share.
#[derive(Clone)]
pub struct DataShare {
    pub origin: String,
    state: Arc<Mutex<Shares>>,
    clock: Clock,
}

#[derive(Default)]
struct Shares {
    bodies: HashMap<String, Vec<u8>>,
    tokens: Vec<String>,
    fetched: usize,
    refuses_tokens: bool,
}

impl DataShare {
    pub async fn start(clock: Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let share = Self { origin, state: Arc::default(), clock };
        let router = Router::new()
            .route("/v1/authmanager/authenticate/clientidsecretkey", post(issue))
            .route("/v1/datashare/get/{policy}/{subscriber}/{name}", get(fetch))
            .with_state(share.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        share
    }

    /// Where tokens are got.
    pub fn issuer(&self) -> String {
        format!("{}/v1/authmanager/authenticate/clientidsecretkey", self.origin)
    }

    /// The address of a share, whether or not there is one.
    pub fn address(&self, name: &str) -> String {
        format!("{}/v1/datashare/get/policy/abis/{name}", self.origin)
    }

    /// Shares a document, sealed; gives its address.
    pub fn put(&self, name: &str, document: &[u8]) -> String {
        self.put_raw(name, seal(document, false))
    }

    /// Shares a body as it is.
    pub fn put_raw(&self, name: &str, body: Vec<u8>) -> String {
        self.state().bodies.insert(name.to_owned(), body);
        self.address(name)
    }

    /// How many tokens were issued, and how many shares fetched.
    pub fn counts(&self) -> (usize, usize) {
        let state = self.state();
        (state.tokens.len(), state.fetched)
    }

    /// Forgets all tokens, as a restart of the issuer does.
    pub fn forget_tokens(&self) {
        for token in &mut self.state().tokens {
            token.push_str(" forgotten");
        }
    }

    /// Whether clients are turned away.
    pub fn refuse_tokens(&self, refuses: bool) {
        self.state().refuses_tokens = refuses;
    }

    fn state(&self) -> MutexGuard<'_, Shares> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_good(&self, token: &str) -> bool {
        let number = self.state().tokens.iter().position(|known| known == token);
        let end = token
            .split('.')
            .nth(1)
            .and_then(|claims| {
                let claims = base64::Engine::decode(
                    &base64::engine::general_purpose::URL_SAFE_NO_PAD,
                    claims,
                );
                serde_json::from_slice::<Value>(&claims.ok()?).ok()?["exp"].as_i64()
            })
            .unwrap_or(0);
        number.is_some() && self.clock.now().as_second() < end
    }
}

fn error(code: &str) -> Response {
    // Functional errors come with status 200.
    let errors = json!([{"errorCode": code, "message": "no"}]);
    Json(json!({"id": null, "response": null, "errors": errors})).into_response()
}

async fn issue(State(share): State<DataShare>, body: Bytes) -> Response {
    let request: Value = serde_json::from_slice(&body).unwrap();
    let request = &request["request"];
    let known = request["clientId"] == CLIENT
        && request["secretKey"] == SECRET
        && request["appId"] == "regproc";
    if !known || share.state().refuses_tokens {
        return error("KER-ATH-403");
    }
    let mut state = share.state();
    let exp = share.clock.now().as_second() + LIFE;
    let claims = json!({"exp": exp, "jti": state.tokens.len()}).to_string();
    let token = format!("{}.{}.signature", for_urls(b"{}"), for_urls(claims.as_bytes()));
    state.tokens.push(token.clone());
    let cookie = format!("Authorization={token}; Max-Age={LIFE}; Path=/; HttpOnly");
    let body = Json(json!({"response": {"status": "success"}, "errors": null}));
    ([(header::SET_COOKIE, cookie)], body).into_response()
}

async fn fetch(
    State(share): State<DataShare>,
    Path((_, _, name)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let cookie = headers.get(header::COOKIE).and_then(|cookie| cookie.to_str().ok());
    let token = cookie.and_then(|cookie| cookie.strip_prefix("Authorization="));
    if !token.is_some_and(|token| share.is_good(token)) {
        return if name.starts_with("quiet") {
            error("KER-ATH-401")
        } else {
            StatusCode::UNAUTHORIZED.into_response()
        };
    }
    match name.as_str() {
        "expired" => return error("DAT-SER-006"),
        "unknown" => return error("DAT-SER-003"),
        "moved" => {
            let elsewhere = [(header::LOCATION, "http://127.0.0.1:1/secret")];
            return (StatusCode::FOUND, elsewhere).into_response();
        }
        _ => {}
    }
    let mut state = share.state();
    match state.bodies.get(&name).cloned() {
        Some(body) => {
            state.fetched += 1;
            ([(header::CONTENT_TYPE, "application/octet-stream")], body).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

//! What the interface promises, asked over its routes as a client asks.

mod access;
mod description;
mod encounters;
mod faces;
mod galleries;
mod items;
mod refusals;
mod searches;
mod tasks;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use niims_fingerprint::synthetic::ImpressionConditions;
use niims_fingerprint::synthetic::sample::PersonSampler;
use niims_fingerprint::{FingerPosition, TemplateFormat};
use niims_store::testing::TestDatabase;
use niims_wire::{Clock, Entropy};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{OsiaState, router};
use crate::access::Scope;
use crate::service::tasks::CallbackHosts;
use crate::service::{MemorySearcher, Service, ServiceParts, StoredFeed};

/// Fingers of most captures here; ten take longer and show nothing more.
const FINGERS: [u8; 2] = [2, 7];

/// The interface on a fresh database, a clock that tests move, and a token with all scopes.
pub struct Edge {
    pub service: Service,
    pub seconds: Arc<AtomicI64>,
    pub token: String,
    router: Router,
    _db: TestDatabase,
}

impl Edge {
    pub async fn new() -> Self {
        Self::telling(&[]).await
    }

    /// One that may tell these hosts.
    pub async fn telling(hosts: &[&str]) -> Self {
        Self::made(hosts, |service| service).await
    }

    /// The same over a service that is finished here.
    pub async fn made(hosts: &[&str], finish: impl FnOnce(Service) -> Service) -> Self {
        let db = TestDatabase::sqlite().await.unwrap();
        let seconds = Arc::new(AtomicI64::new(0));
        let ticking = Arc::clone(&seconds);
        let rng = std::sync::Mutex::new(ChaCha20Rng::from_seed([6; 32]));
        let entropy = Entropy::new(move |bytes| rng.lock().unwrap().fill_bytes(bytes));
        let feed = Arc::new(StoredFeed::new(db.database.clone()));
        let service = Service::new(ServiceParts {
            db: db.database.clone(),
            searcher: Arc::new(MemorySearcher::new(feed)),
            clock: Clock::new(move || {
                Timestamp::from_second(1_700_000_000 + ticking.load(Ordering::Relaxed)).unwrap()
            }),
            entropy: entropy.clone(),
            callbacks: CallbackHosts::new(hosts.iter().copied()),
        });
        let service = finish(service);
        let router = router(OsiaState::new(service.clone(), entropy));
        let token = token(&service, &Scope::ALL).await;
        Self { service, seconds, token, router, _db: db }
    }

    /// Sends a request as the client of a token; a query without `transactionId` gets one.
    pub async fn send_as(
        &self,
        token: &str,
        call: &str,
        body: Option<Value>,
    ) -> (u16, String, Vec<u8>) {
        let (method, path) = call.split_once(' ').unwrap();
        let mut address = format!("/v1/{path}");
        if !address.contains("transactionId") {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str("transactionId=t");
        }
        let mut request = Request::builder().method(method).uri(address);
        if !token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.raw(request.body(body).unwrap()).await
    }

    /// Sends a request as it is.
    pub async fn raw(&self, request: Request<Body>) -> (u16, String, Vec<u8>) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let kind = response.headers().get(header::CONTENT_TYPE);
        let kind = kind.map(|kind| kind.to_str().unwrap().to_owned()).unwrap_or_default();
        let body = axum::body::to_bytes(response.into_body(), 1 << 24).await.unwrap();
        (status, kind, body.to_vec())
    }

    /// Sends a request with all scopes; gives status and body.
    pub async fn send(&self, call: &str, body: Option<Value>) -> (u16, Value) {
        let (status, _, body) = self.send_as(&self.token, call, body).await;
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    /// Enrols an impression of a synthetic person under `p-N`, `e-1`.
    pub async fn enrol(&self, person: u64, galleries: &[&str]) {
        let call = format!("POST persons/p-{person}/encounters/e-1");
        let (status, body) = self.send(&call, Some(encounter(person, 0, galleries))).await;
        assert_eq!(status, 200, "{body}");
    }
}

/// A token of a new client.
pub async fn token(service: &Service, scopes: &[Scope]) -> String {
    let scopes: BTreeSet<Scope> = scopes.iter().copied().collect();
    let client = service.add_client("test", &scopes).await.unwrap();
    service.issue_token(&client.id.to_string(), &client.secret, None).await.unwrap().text
}

/// An encounter of a synthetic person.
pub fn encounter(person: u64, impression: u32, galleries: &[&str]) -> Value {
    json!({
        "status": "ACTIVE",
        "encounterType": "enrolment",
        "galleries": galleries,
        "biometricData": items(person, impression),
    })
}

/// Its items: minutiae records of ISO/IEC 19794-2:2005.
pub fn items(person: u64, impression: u32) -> Value {
    FINGERS.iter().map(|code| item(person, *code, impression, TemplateFormat::Iso2005)).collect()
}

/// One finger of a synthetic person as a record.
pub fn item(person: u64, code: u8, impression: u32, format: TemplateFormat) -> Value {
    let word = match format {
        TemplateFormat::Iso2011 => "ISO_19794_2_2011",
        TemplateFormat::Ansi378 => "ANSI_378",
        _ => "ISO_19794_2",
    };
    let position = FingerPosition::from_code(code).unwrap();
    json!({
        "biometricType": "FINGER",
        "biometricSubType": position.name().to_uppercase(),
        "template": STANDARD.encode(record(person, code, impression, format)),
        "templateFormat": word,
    })
}

/// A finger under the name of another.
pub fn copy(person: u64, code: u8, named: u8) -> Value {
    let own = record(person, code, 0, TemplateFormat::Iso2005);
    let template = niims_fingerprint::read_any(&own).unwrap().fingers.remove(0).1;
    let position = FingerPosition::from_code(named).unwrap();
    let renamed = TemplateFormat::Iso2005.write(&[(position, &template)]).unwrap();
    let mut copy = item(person, named, 0, TemplateFormat::Iso2005);
    copy["template"] = json!(STANDARD.encode(renamed));
    copy
}

pub fn record(person: u64, code: u8, impression: u32, format: TemplateFormat) -> Vec<u8> {
    let position = FingerPosition::from_code(code).unwrap();
    let finger = PersonSampler::new(9, person).finger(position);
    let template = finger.impression(impression, &ImpressionConditions::operational());
    format.write(&[(position, &template)]).unwrap()
}

/// The dotted code of a refusal.
pub fn code(body: &Value) -> &str {
    assert!(body["code"].is_i64(), "{body}");
    body["message"].as_str().unwrap().split(':').next().unwrap()
}

//! An ABIS with its edge, a data share, and a clock that the test moves.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use niims_abis::access::Scope;
use niims_abis::faces::FaceMatching;
use niims_abis::mosip::share::{EnvelopeKey, EnvelopeKeys, Share, ShareParts, TokenSource};
use niims_abis::mosip::{Edge, EdgeParts};
use niims_abis::service::tasks::CallbackHosts;
use niims_abis::service::{MemorySearcher, Service, ServiceParts, StoredFeed};
use niims_store::abis::replies;
use niims_store::testing::TestDatabase;
use niims_wire::{Clock, Entropy};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::share::{CLIENT, DataShare, SECRET, THUMBPRINT, private_key};

/// Everything, until it is dropped.
pub struct Bench {
    pub edge: Edge,
    pub service: Service,
    pub share: DataShare,
    time: Arc<AtomicI64>,
    db: TestDatabase,
    scopes: BTreeSet<Scope>,
}

impl Bench {
    /// On SQLite, with the rights of a queue.
    pub async fn new() -> Self {
        Self::on(TestDatabase::sqlite().await.unwrap(), Edge::usual_scopes()).await
    }

    pub async fn on(db: TestDatabase, scopes: BTreeSet<Scope>) -> Self {
        let time = Arc::new(AtomicI64::new(1_767_600_000));
        let share = DataShare::start(clock(&time)).await;
        let (edge, service) = assemble(&db, &share, clock(&time), scopes.clone());
        Self { edge, service, share, time, db, scopes }
    }

    /// The same database after a restart: nothing in memory survives.
    pub fn restarted(self) -> Self {
        let (edge, service) =
            assemble(&self.db, &self.share, clock(&self.time), self.scopes.clone());
        Self { edge, service, ..self }
    }

    /// The same with a model for faces.
    pub fn comparing_faces(self, matching: FaceMatching) -> Self {
        let clock = clock(&self.time);
        let (_, service) = assemble(&self.db, &self.share, clock.clone(), self.scopes.clone());
        let service = service.comparing_faces(matching);
        let edge = edge(&service, &self.db, &self.share, clock, self.scopes.clone());
        Self { edge, service, ..self }
    }

    pub fn wait(&self, seconds: i64) {
        self.time.fetch_add(seconds, Ordering::SeqCst);
    }

    /// The reply to a request.
    pub async fn ask(&self, request: &Value) -> Value {
        let reply = self.edge.answer_bytes(request.to_string().as_bytes()).await;
        serde_json::from_str(&reply.to_json()).unwrap()
    }

    /// Inserts a document; the failure code, if any.
    pub async fn insert(&self, reference: &str, document: &[u8]) -> Option<u8> {
        let address = self.share.put(reference, document);
        self.insert_at(reference, &address).await
    }

    pub async fn insert_at(&self, reference: &str, address: &str) -> Option<u8> {
        failure(&self.ask(&insert(reference, address)).await)
    }

    pub async fn count(&self) -> u64 {
        self.service.count().await.unwrap().active
    }
}

fn clock(time: &Arc<AtomicI64>) -> Clock {
    let time = Arc::clone(time);
    Clock::new(move || Timestamp::from_second(time.load(Ordering::SeqCst)).unwrap())
}

fn assemble(
    db: &TestDatabase,
    share: &DataShare,
    clock: Clock,
    scopes: BTreeSet<Scope>,
) -> (Edge, Service) {
    let database = db.database.clone();
    let rng = Mutex::new(ChaCha20Rng::from_seed([7; 32]));
    let service = Service::new(ServiceParts {
        db: database.clone(),
        searcher: Arc::new(MemorySearcher::new(Arc::new(StoredFeed::new(database.clone())))),
        clock: clock.clone(),
        entropy: Entropy::new(move |bytes| rng.lock().unwrap().fill_bytes(bytes)),
        callbacks: CallbackHosts::default(),
    });
    let edge = edge(&service, db, share, clock, scopes);
    (edge, service)
}

fn edge(
    service: &Service,
    db: &TestDatabase,
    share: &DataShare,
    clock: Clock,
    scopes: BTreeSet<Scope>,
) -> Edge {
    let (service, db) = (service.clone(), db.database.clone());
    let key = EnvelopeKey::from_pkcs8(&private_key(), Some(THUMBPRINT)).unwrap();
    let fetcher = Share::new(ShareParts {
        allowed: vec![share.origin.parse().unwrap()],
        token: Some(TokenSource {
            address: share.issuer().parse().unwrap(),
            client_id: CLIENT.to_owned(),
            secret: SECRET.to_owned().into(),
            application: "regproc".to_owned(),
        }),
        keys: EnvelopeKeys(vec![key]),
        accepts_plain: false,
        authorities: None,
        clock: clock.clone(),
    })
    .unwrap();
    Edge::new(EdgeParts { service, db, share: fetcher, scopes, clock })
}

/// A request with the members that all have.
pub fn request(id: &str, request_id: &str) -> Value {
    json!({
        "id": format!("mosip.abis.{id}"),
        "version": "1.1",
        "requestId": request_id,
        "requesttime": "2026-01-05T08:00:00.000Z",
    })
}

pub fn insert(reference: &str, address: &str) -> Value {
    let mut request = request("insert", &format!("insert {reference}"));
    request["referenceId"] = json!(reference);
    request["referenceURL"] = json!(address);
    request
}

pub fn identify(reference: &str, gallery: &[&str]) -> Value {
    let mut request = request("identify", &format!("identify {reference}"));
    request["referenceId"] = json!(reference);
    request["referenceUrl"] = json!("");
    if !gallery.is_empty() {
        let ids: Vec<Value> = gallery.iter().map(|id| json!({"referenceId": id})).collect();
        request["gallery"] = json!({"referenceIds": ids});
    }
    request
}

pub fn delete(reference: &str) -> Value {
    let mut request = request("delete", &format!("delete {reference}"));
    request["referenceId"] = json!(reference);
    request
}

/// The failure code of a reply, whose form is checked on the way.
pub fn failure(reply: &Value) -> Option<u8> {
    for member in ["id", "requestId", "responsetime", "returnValue"] {
        assert!(reply[member].is_string(), "{member} in {reply}");
    }
    match reply["returnValue"].as_str() {
        Some("1") => None,
        Some("2") => {
            assert_eq!(reply.as_object().unwrap().len(), 5, "{reply}");
            Some(reply["failureReason"].as_str().unwrap().parse().unwrap())
        }
        other => panic!("{other:?}"),
    }
}

/// The references of a reply's candidates, found by fingers; their form is checked on the way.
pub fn candidates(reply: &Value) -> Vec<String> {
    candidates_by(reply, "FIR")
}

/// The same, found by this modality.
pub fn candidates_by(reply: &Value, by: &str) -> Vec<String> {
    assert_eq!(failure(reply), None, "{reply}");
    let list = &reply["candidateList"];
    let candidates = list["candidates"].as_array().unwrap();
    assert_eq!(list["count"], json!(candidates.len().to_string()));
    for candidate in candidates {
        let modality = &candidate["modalities"][0];
        assert_eq!(modality["biometricType"], by);
        for analytics in [&candidate["analytics"], &modality["analytics"], &reply["analytics"]] {
            assert!(analytics["confidence"].is_string() && analytics["internalScore"].is_string());
        }
    }
    candidates.iter().map(|one| one["referenceId"].as_str().unwrap().to_owned()).collect()
}

impl Bench {
    /// As if a crash had come before any reply was kept.
    pub async fn forget_replies(&self) {
        let mut tx = self.db.database.write().await.unwrap();
        replies::forget(&mut tx, Timestamp::MAX, usize::MAX >> 1).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// As if a crash had come just before, or just after, the effect of a request.
    pub async fn intend(&self, request: &Value) {
        let mark = Sha256::new()
            .chain_update(b"mosip request")
            .chain_update(request.to_string())
            .finalize();
        let key: [u8; 32] = Sha256::new().chain_update([0]).chain_update(mark).finalize().into();
        let mut tx = self.db.database.write().await.unwrap();
        replies::intend(&mut tx, &key, Timestamp::UNIX_EPOCH).await.unwrap();
        tx.commit().await.unwrap();
    }
}

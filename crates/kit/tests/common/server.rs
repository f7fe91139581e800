//! A centre over real TCP: the kit protocol of `niims_wire::kit`, with real receipts, and
//! faults to order.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use jiff::Timestamp;
use niims_audit::{DirectoryLog, Leaf, LeafKind, LogSigningKey};
use niims_packet::packet_hash;
use niims_wire::kit::{
    KIT_HEADER, KitStanding, PacketStanding, ReceiptMessage, SIGNATURE_HEADER,
    STANDING as STANDING_PATH, StandingMessage, Stopped, TIME_HEADER, receipt_event, signed_text,
};
use niims_wire::problem::Problem;

/// A fault that the server commits once, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Answers 503.
    Unavailable,
    /// Takes half of a chunk and breaks the connection off.
    HalfChunk,
    /// Forgets every upload.
    Forget,
    /// Refuses for good, with this status and code.
    Refuse(u16, &'static str),
}

#[derive(Default)]
pub struct Shared {
    /// Kit id → public key.
    pub kits: HashMap<String, [u8; 32]>,
    /// Those that were revoked, which the centre says under its key.
    pub revoked: HashMap<String, [u8; 32]>,
    /// The centre's time.
    pub now: Option<Timestamp>,
    /// Faults still to commit, on `POST` and on `PATCH`.
    pub on_create: VecDeque<Fault>,
    pub on_patch: VecDeque<Fault>,
    /// Upload id (the packet's) → declared hash, length, bytes so far.
    pub uploads: HashMap<String, (String, usize, Vec<u8>)>,
    /// Packets received, whole.
    pub packets: HashMap<String, Vec<u8>>,
    /// Packets whose receipt must be of another.
    pub swap_receipts: bool,
    /// Packets that are not receipted yet.
    pub hold_receipts: bool,
    /// Bytes taken by `PATCH` in all.
    pub bytes_taken: usize,
    /// Times that a request was refused for its clock.
    pub clock_refusals: usize,
}

pub struct Server {
    pub base_url: String,
    pub shared: Arc<Mutex<Shared>>,
    _runtime: tokio::runtime::Runtime,
    _log_folder: tempfile::TempDir,
}

type LeafAt = (u64, [u8; 32]);

#[derive(Clone)]
struct App {
    shared: Arc<Mutex<Shared>>,
    log: DirectoryLog,
    key: Arc<LogSigningKey>,
    /// Packet → index and salt of its leaf.
    leaves: Arc<Mutex<HashMap<String, LeafAt>>>,
}

impl Server {
    pub fn start(key: LogSigningKey) -> Self {
        let log_folder = tempfile::tempdir().unwrap();
        let shared = Arc::new(Mutex::new(Shared::default()));
        let app = App {
            shared: shared.clone(),
            log: DirectoryLog::new(log_folder.path()),
            key: Arc::new(key),
            leaves: Arc::default(),
        };
        let router = Router::new()
            .route("/kit/v1/uploads", post(create))
            .route("/kit/v1/uploads/{id}", patch(append).head(offset))
            .route("/kit/v1/packets/{id}/receipt", get(receipt))
            .route(STANDING_PATH, get(standing))
            .with_state(app);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(async { axum::serve(listener, router).await.unwrap() });
        Self { base_url, shared, _runtime: runtime, _log_folder: log_folder }
    }
}

fn problem(status: u16, code: &str) -> Response {
    let body = serde_json::to_string(&Problem::new(status, code, "refused")).unwrap();
    (
        StatusCode::from_u16(status).unwrap(),
        [("content-type", HeaderValue::from_static(Problem::MEDIA_TYPE))],
        body,
    )
        .into_response()
}

/// The gate of every request: signature by the kit's key, clock within tolerance.
fn signed(app: &App, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Response> {
    let text = |name: &str| headers.get(name).unwrap().to_str().unwrap().to_owned();
    let mut shared = app.shared.lock().unwrap();
    let kit = text(KIT_HEADER);
    let Some(key) = shared.kits.get(&kit) else { return Err(problem(403, "kit.revoked")) };
    let time = Timestamp::from_second(text(TIME_HEADER).parse().unwrap()).unwrap();
    let message = signed_text(kit.parse().unwrap(), method.as_str(), uri.path(), time);
    let signature = STANDARD.decode(text(SIGNATURE_HEADER)).unwrap();
    let verified = VerifyingKey::from_bytes(key)
        .unwrap()
        .verify_strict(message.as_bytes(), &Signature::from_slice(&signature).unwrap());
    if verified.is_err() {
        return Err(problem(401, "kit.not_signed_in"));
    }
    if let Some(now) = shared.now
        && (now.as_second() - time.as_second()).abs() > 900
    {
        shared.clock_refusals += 1;
        let mut refusal = problem(401, "kit.clock_off");
        refusal.headers_mut().insert(TIME_HEADER, now.as_second().into());
        return Err(refusal);
    }
    Ok(())
}

/// The centre's word, for a kit that it knows as revoked.
async fn standing(State(app): State<App>, headers: HeaderMap) -> Response {
    let kit = headers[KIT_HEADER].to_str().unwrap();
    let shared = app.shared.lock().unwrap();
    let Some(key) = shared.revoked.get(kit) else { return problem(404, "kit.works") };
    let said = KitStanding {
        version: 1,
        issued: Timestamp::UNIX_EPOCH,
        kit: kit.parse().unwrap(),
        key: hex::encode(key),
        stopped: Stopped::Revoked,
    };
    let standing = app.key.sign(&said.text()).unwrap();
    axum::Json(StandingMessage { standing }).into_response()
}

async fn create(
    State(app): State<App>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Response> {
    signed(&app, &method, &uri, &headers)?;
    let mut shared = app.shared.lock().unwrap();
    match shared.on_create.pop_front().unwrap_or(Fault::None) {
        Fault::Unavailable => return Err(problem(503, "centre.unavailable")),
        Fault::Refuse(status, code) => return Err(problem(status, code)),
        _ => {}
    }
    assert_eq!(headers["tus-resumable"], "1.0.0");
    let metadata: HashMap<String, String> = headers["upload-metadata"]
        .to_str()
        .unwrap()
        .split(',')
        .map(|pair| {
            let (key, value) = pair.trim().split_once(' ').unwrap();
            (key.to_owned(), String::from_utf8(STANDARD.decode(value).unwrap()).unwrap())
        })
        .collect();
    let (id, hash) = (metadata["packet"].clone(), metadata["sha256"].clone());
    if shared.packets.contains_key(&id) {
        let standing = PacketStanding {
            packet: id.parse().unwrap(),
            standing: "stored".to_owned(),
            code: None,
        };
        return Ok(axum::Json(standing).into_response());
    }
    let length = headers["upload-length"].to_str().unwrap().parse().unwrap();
    shared.uploads.insert(id.clone(), (hash, length, Vec::new()));
    // An absolute address of another host: a kit must follow the path and nothing else.
    let place = format!("http://elsewhere.invalid/kit/v1/uploads/{id}");
    Ok((StatusCode::CREATED, [("location", place)]).into_response())
}

async fn offset(
    State(app): State<App>,
    Path(id): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Response> {
    signed(&app, &method, &uri, &headers)?;
    let shared = app.shared.lock().unwrap();
    let (_, _, bytes) = shared.uploads.get(&id).ok_or_else(|| problem(404, "upload.unknown"))?;
    Ok([("upload-offset", bytes.len().to_string())].into_response())
}

async fn append(
    State(app): State<App>,
    Path(id): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    chunk: Bytes,
) -> Result<Response, Response> {
    signed(&app, &method, &uri, &headers)?;
    let mut shared = app.shared.lock().unwrap();
    let fault = shared.on_patch.pop_front().unwrap_or(Fault::None);
    let taken = match fault {
        Fault::Unavailable => return Err(problem(503, "centre.unavailable")),
        Fault::Refuse(status, code) => return Err(problem(status, code)),
        Fault::Forget => {
            shared.uploads.clear();
            return Err(problem(404, "upload.unknown"));
        }
        Fault::HalfChunk => chunk.len() / 2,
        Fault::None => chunk.len(),
    };
    let from: usize = headers["upload-offset"].to_str().unwrap().parse().unwrap();
    let (hash, length, bytes) =
        shared.uploads.get_mut(&id).ok_or_else(|| problem(404, "upload.unknown"))?;
    if from != bytes.len() {
        return Err(problem(409, "upload.offset"));
    }
    bytes.extend_from_slice(&chunk[..taken]);
    let (at, whole) = (bytes.len(), bytes.len() == *length);
    if whole {
        assert_eq!(hex::encode(packet_hash(bytes)), *hash);
    }
    shared.bytes_taken += taken;
    if whole {
        let (_, _, bytes) = shared.uploads.remove(&id).unwrap();
        shared.packets.insert(id, bytes);
    }
    if fault == Fault::HalfChunk {
        // The kit learns nothing of what was taken.
        return Err(problem(503, "centre.unavailable"));
    }
    Ok((StatusCode::NO_CONTENT, [("upload-offset", at.to_string())]).into_response())
}

async fn receipt(
    State(app): State<App>,
    Path(id): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Response> {
    signed(&app, &method, &uri, &headers)?;
    let shared = app.shared.lock().unwrap();
    if !shared.packets.contains_key(&id) {
        return Err(problem(404, "packet.unknown"));
    }
    if shared.hold_receipts {
        let standing = PacketStanding {
            packet: id.parse().unwrap(),
            standing: "quarantined".to_owned(),
            code: Some("packet.kit_signature".to_owned()),
        };
        return Ok((StatusCode::ACCEPTED, axum::Json(standing)).into_response());
    }
    let of = if shared.swap_receipts {
        shared.packets.keys().find(|other| **other != id).unwrap().clone()
    } else {
        id.clone()
    };
    let bytes = &shared.packets[&of];
    let event = receipt_event(of.parse().unwrap(), &packet_hash(bytes), bytes.len() as u64);
    let event = event.into_bytes();
    let mut leaves = app.leaves.lock().unwrap();
    let next = leaves.len() as u64;
    let (index, salt) = *leaves.entry(of).or_insert((next, [next as u8; 32]));
    let leaf = Leaf::committing(LeafKind::PacketReceived, &salt, &event);
    app.log.append(index, &[leaf], &app.key).unwrap();
    let receipt = app
        .log
        .receipt(index, LeafKind::PacketReceived, salt, event, &app.key.public_key())
        .unwrap();
    let message = ReceiptMessage { packet: id.parse().unwrap(), receipt: receipt.to_text() };
    Ok(axum::Json(message).into_response())
}

//! Resumable uploads: created, continued where they broke off, received when whole.
//!
//! An upload has the id of its packet, so that a kit that lost the answer to its
//! first request finds the same upload again.

mod stream;

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use axum::Json;
use axum::body::{Body, HttpBody};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use niims_packet::limits::MAX_PACKET_BYTES;
use niims_packet::packet_hash;
use niims_record::{KitId, PacketId, UploadId};
use niims_store::uploads::{self, Upload};
use niims_wire::Problem;
use niims_wire::kit::PacketStanding;

use super::{Refusal, sign_in, unavailable};
use crate::group::{Done, Whole, Work};
use crate::receive::{REFUSED, storage_problem};
use crate::{Blobs, Register};

const TUS_RESUMABLE: (HeaderName, HeaderValue) =
    (HeaderName::from_static("tus-resumable"), HeaderValue::from_static("1.0.0"));

/// `POST /kit/v1/uploads`.
pub(super) async fn create(
    State(register): State<Arc<Register>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let kit = sign_in::kit_of(&register, &method, uri.path(), &headers).await?;
    let wanted = read_creation(&headers)?;
    let now = register.clock.now();
    if register.enrolment_frozen(kit, now).await.map_err(|e| unavailable(&e))? {
        let problem = Problem::new(423, "freeze.enrol", "Enrolment is frozen by an order");
        return Err(problem.detail("Keep the packets; they can be sent when it is lifted.").into());
    }
    let known = register.packet_standing(wanted.packet, kit).await;
    // What is there already costs nothing, however many kits come.
    if let Some(standing) = known.map_err(|e| unavailable(&e))? {
        return already_there(&register, &wanted, kit, standing).await;
    }
    register.door.admit(kit, now)?;
    let upload = Upload {
        id: UploadId::from_bytes(*wanted.packet.as_bytes()),
        kit,
        declared_hash: wanted.hash,
        length: wanted.length,
        offset: 0,
        created_at: now,
    };
    begin(&register, &upload).await?;
    let place = format!("/kit/v1/uploads/{}", upload.id);
    let place = HeaderValue::from_str(&place).map_err(|_| malformed("packet"))?;
    let location = (axum::http::header::LOCATION, place);
    Ok((StatusCode::CREATED, [TUS_RESUMABLE, location]).into_response())
}

/// The same packet is there: nothing to upload. Other bytes under the same id are
/// not taken, and recorded as a tamper case.
async fn already_there(
    register: &Register,
    wanted: &Creation,
    kit: KitId,
    standing: PacketStanding,
) -> Result<Response, Refusal> {
    let mut tx = register.db.read().await.map_err(|e| unavailable(&e))?;
    let kept = niims_store::packets::get(&mut tx, wanted.packet).await;
    let kept = kept.map_err(|e| unavailable(&e))?;
    if kept.is_some_and(|packet| packet.hash == wanted.hash && packet.kit == kit) {
        return Ok((StatusCode::OK, [TUS_RESUMABLE], Json(standing)).into_response());
    }
    drop(tx);
    let at = register.clock.now();
    let noted = register.note_reused_id(wanted.packet, kit, wanted.hash, at).await;
    noted.map_err(|e| unavailable(&e))?;
    let problem = Problem::new(409, "packet.id_reused", "This id belongs to another packet");
    Err(problem.detail("Keep the packet and bring the kit to its supervisor.").into())
}

async fn begin(register: &Register, upload: &Upload) -> Result<(), Refusal> {
    let mut tx = register.db.read().await.map_err(|e| unavailable(&e))?;
    let known = uploads::get(&mut tx, upload.id).await.map_err(|e| unavailable(&e))?;
    drop(tx);
    let goes_on = known.as_ref().is_some_and(|known| {
        known.kit == upload.kit
            && known.declared_hash == upload.declared_hash
            && known.length == upload.length
    });
    if goes_on {
        return Ok(());
    }
    // An empty file before the row: an upload without a file would stand at 0 as well, but a
    // full disk is better told now.
    let writer = register.door.writer(upload.id);
    let _file = writer.file.lock().await;
    writer.take_over();
    if known.is_none_or(|known| known.kit == upload.kit) {
        std::fs::write(part_file(register, upload.id), []).map_err(|_| disk_full())?;
    }
    let done = register.write_together(Work::Begin(upload.clone())).await;
    match done.map_err(|e| unavailable(&e))? {
        Done::NotYours => {
            let problem = Problem::new(409, "upload.not_yours", "Another kit uploads this packet");
            Err(problem.into())
        }
        Done::Begun | Done::Filed(_) => Ok(()),
    }
}

/// `HEAD /kit/v1/uploads/{id}`.
pub(super) async fn offset(
    State(register): State<Arc<Register>>,
    Path(id): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let kit = sign_in::kit_of(&register, &method, uri.path(), &headers).await?;
    let upload = find(&register, &id, kit).await?;
    let length = (HeaderName::from_static("upload-length"), upload.length.into());
    Ok((StatusCode::OK, [TUS_RESUMABLE, offset_header(upload.offset), length]).into_response())
}

/// `PATCH /kit/v1/uploads/{id}`: appends what comes, as it comes; the last byte makes the packet.
/// What came before the line broke is kept.
pub(super) async fn append(
    State(register): State<Arc<Register>>,
    Path(id): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let kit = sign_in::kit_of(&register, &method, uri.path(), &headers).await?;
    let upload = find(&register, &id, kit).await?;
    let from = number(&headers, "upload-offset")?;
    if from != upload.offset {
        let problem = Problem::new(409, "upload.offset", "The upload stands elsewhere");
        let detail = format!("Continue at byte {}.", upload.offset);
        return Err(problem.detail(detail).at("upload-offset").into());
    }
    if upload.offset == upload.length {
        // Complete before this request, which has nothing to add.
        return Ok((StatusCode::NO_CONTENT, [TUS_RESUMABLE, offset_header(from)]).into_response());
    }
    let announced = body.size_hint().exact().unwrap_or(0);
    stream::may_come(&upload, announced)?;
    let place = register.door.stream()?;
    let to = stream::write(&register, &upload, body).await?;
    drop(place);
    if to == upload.length {
        finish(&register, &upload).await?;
    }
    Ok((StatusCode::NO_CONTENT, [TUS_RESUMABLE, offset_header(to)]).into_response())
}

/// Checks the whole packet against its declared hash and receives it. Bytes that
/// are not what was announced are dropped, so that the kit sends them again.
async fn finish(register: &Arc<Register>, upload: &Upload) -> Result<(), Refusal> {
    let _place = register.door.finish().await;
    let file = part_file(register, upload.id);
    let (blobs, part, declared) = (register.blobs.clone(), file.clone(), upload.declared_hash);
    // Reading, hashing and flushing stand in the way of nobody else.
    let stored = tokio::task::spawn_blocking(move || store(&blobs, &part, &declared)).await;
    let bytes = stored.map_err(|_| disk_full())?;
    let received = match bytes {
        Ok(bytes) => {
            let whole = Whole {
                packet: PacketId::from_bytes(*upload.id.as_bytes()),
                kit: upload.kit,
                hash: upload.declared_hash,
                bytes,
                at: register.clock.now(),
                upload: Some(upload.id),
            };
            register.take_in(whole).await.and_then(|standing| believed(&standing))
        }
        Err(problem) => Err(problem),
    };
    let problem = received.as_ref().err();
    if problem.is_some_and(|problem| problem.status == 460) {
        let mut tx = register.db.write().await.map_err(|e| unavailable(&e))?;
        uploads::remove(&mut tx, upload.id).await.map_err(|e| unavailable(&e))?;
        tx.commit().await.map_err(|e| unavailable(&e))?;
    }
    if problem.is_none_or(|problem| matches!(problem.status, 422 | 460)) {
        // A file that stays behind is harmless: its upload is gone.
        let _ = std::fs::remove_file(&file);
    }
    received.map_err(Refusal::from)
}

/// Reads what came, holds it against the declared hash, and makes it last.
fn store(blobs: &Blobs, part: &FilePath, declared: &[u8; 32]) -> Result<Vec<u8>, Problem> {
    let bytes = read_part(part).map_err(|_| storage_problem())?;
    if packet_hash(&bytes) != *declared {
        let problem = Problem::new(460, "upload.hash_mismatch", "The bytes changed on the way");
        return Err(problem.detail("Upload the packet again from its beginning."));
    }
    blobs.adopt(declared, part, &bytes).map_err(|error| {
        tracing::error!(%error, "a packet could not be stored");
        storage_problem()
    })?;
    Ok(bytes)
}

/// Bytes that their kit did not sign are told to whoever sent them: no receipt will
/// come for them.
fn believed(standing: &PacketStanding) -> Result<(), Problem> {
    match &standing.code {
        Some(code) if standing.standing == REFUSED => {
            let problem = Problem::new(422, code, "This is not a packet of this kit");
            Err(problem.detail("Keep the packet and bring the kit to its supervisor."))
        }
        _ => Ok(()),
    }
}

/// The bytes of an upload. A file that a crash took is an empty one: its hash will
/// not agree, and the kit begins again.
fn read_part(file: &FilePath) -> std::io::Result<Vec<u8>> {
    match std::fs::read(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read,
    }
}

/// The upload, and how much of it has come: what the file holds, flushed or not. Bytes that a
/// power cut at the centre takes are sent again; the hash of the whole decides.
async fn find(register: &Arc<Register>, id: &str, kit: KitId) -> Result<Upload, Refusal> {
    let unknown = || {
        let problem = Problem::new(404, "upload.unknown", "There is no such upload of this kit");
        Refusal::from(problem.detail("Begin the upload again."))
    };
    let id: UploadId = id.parse().map_err(|_| unknown())?;
    let mut tx = register.db.read().await.map_err(|e| unavailable(&e))?;
    let upload = uploads::get(&mut tx, id).await.map_err(|e| unavailable(&e))?;
    let mut upload = upload.filter(|upload| upload.kit == kit).ok_or_else(unknown)?;
    upload.offset = stream::stands_at(register, &upload).await;
    if upload.offset < upload.length {
        return Ok(upload);
    }
    // Every byte came, then the process died before the packet was received.
    drop(tx);
    finish(register, &upload).await?;
    Ok(upload)
}

/// What a creation asks for.
struct Creation {
    packet: PacketId,
    hash: [u8; 32],
    length: u64,
}

fn read_creation(headers: &HeaderMap) -> Result<Creation, Refusal> {
    let length = number(headers, "upload-length")?;
    if length == 0 || length > MAX_PACKET_BYTES as u64 {
        let problem = Problem::new(413, "packet.oversized", "A packet of this length is not taken");
        let detail = format!("A packet has 1 to {MAX_PACKET_BYTES} bytes.");
        return Err(problem.detail(detail).at("upload-length").into());
    }
    let metadata = headers
        .get("upload-metadata")
        .and_then(|value| value.to_str().ok())
        .filter(|text| text.len() <= 512)
        .ok_or_else(|| malformed("upload-metadata"))?;
    let entry = |key: &str| {
        let pairs = metadata.split(',').filter_map(|pair| pair.trim().split_once(' '));
        let value = pairs.filter(|(k, _)| *k == key).map(|(_, v)| v).next();
        value
            .and_then(|value| STANDARD.decode(value).ok())
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| malformed("upload-metadata"))
    };
    let packet = entry("packet")?.parse().map_err(|_| malformed("packet"))?;
    let mut hash = [0; 32];
    hex::decode_to_slice(entry("sha256")?, &mut hash).map_err(|_| malformed("sha256"))?;
    Ok(Creation { packet, hash, length })
}

fn number(headers: &HeaderMap, name: &'static str) -> Result<u64, Refusal> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.and_then(|text| text.parse().ok()).ok_or_else(|| malformed(name))
}

fn malformed(place: &str) -> Refusal {
    let problem = Problem::new(400, "upload.malformed", "A header of the upload is wrong");
    problem.detail("See the protocol tus 1.0.0 and the kit's own values.").at(place).into()
}

fn disk_full() -> Refusal {
    let problem = Problem::new(507, "receive.disk_full", "The centre cannot store the upload");
    problem.detail("Keep the packet and send it again later.").into()
}

fn part_file(register: &Register, id: UploadId) -> PathBuf {
    register.uploads.join(format!("{id}.part"))
}

fn offset_header(offset: u64) -> (HeaderName, HeaderValue) {
    (HeaderName::from_static("upload-offset"), offset.into())
}

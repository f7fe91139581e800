//! Uploads packets, resuming where the centre stands (tus 1.0.0, core and creation).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use niims_packet::packet_hash;
use niims_record::PacketId;
use niims_store::kit::{NewPacket, PacketRow, PacketState};
use niims_wire::kit::PacketStanding;

use crate::client::{Answer, Client, HttpError, Link, Request};
use crate::error::KitError;
use crate::held::Held;
use crate::kit::{Kit, run};
use crate::recover::{PACKET_DAMAGED, PACKET_MISSING};
use crate::standing::{heed_refusal, says_stopped};

/// Bytes of one `PATCH`: 256 KiB. What an interruption costs to send again; on a 2G link
/// half a minute.
pub const CHUNK_BYTES: usize = 256 * 1024;

/// How often one packet may start anew or fall back before the kit leaves it for this time.
const SETBACKS: u32 = 8;

/// Largest answer that is read, bytes: a standing in JSON.
const LARGEST_ANSWER: u64 = 16 * 1024;

/// Where the centre takes uploads.
const UPLOADS: &str = "/kit/v1/uploads";

/// What became of the packets in the outbox.
#[derive(Debug, Default)]
pub struct UploadReport {
    /// Packets that the centre has whole now.
    pub uploaded: Vec<PacketId>,
    /// Packets that stay in the outbox, and why.
    pub failed: Vec<(PacketId, UploadError)>,
}

/// Why a packet stays in the outbox.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UploadError {
    /// The line or the centre.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The file is gone or is not what was sealed: nothing false is sent.
    #[error("the packet's file is missing or damaged ({code}): keep the kit, and tell the centre")]
    File {
        /// [`PACKET_MISSING`] or [`PACKET_DAMAGED`].
        code: &'static str,
    },
    /// The upload fell back too often.
    #[error("the upload fell back {SETBACKS} times: it goes on next time")]
    TooManySetbacks,
}

impl UploadError {
    /// Stable dotted code.
    pub fn code(&self) -> &str {
        match self {
            Self::Http(error) => error.code(),
            Self::File { code } => code,
            Self::TooManySetbacks => "link.too_many_setbacks",
        }
    }
}

/// Where an upload stands.
enum Progress {
    /// The centre takes bytes from `offset` on at `path`.
    At { path: String, offset: u64 },
    /// The centre has the packet whole.
    Whole,
}

impl Kit {
    /// Uploads every sealed packet in the order of the chain, each from where the centre
    /// stands. Bytes that the centre acknowledged are not sent again.
    ///
    /// # Errors
    /// `kit.store_…`, `kit.disk_full`, `kit.file`. Faults of the line and of the centre are
    /// reported per packet in [`UploadReport`]; when the centre cannot be reached the rest
    /// waits.
    pub fn upload_pending(&mut self, link: &mut Link<'_>) -> Result<UploadReport, KitError> {
        upload_all(self, link)
    }

    fn note_whole(&mut self, packet: PacketId, now: Timestamp) -> Result<(), KitError> {
        Ok(run!(self, store => store.note_uploaded(packet, now))?)
    }

    fn note_offset(&mut self, packet: PacketId, path: &str, offset: u64) -> Result<(), KitError> {
        Ok(run!(self, store => store.note_upload(packet, Some(path), offset))?)
    }

    /// Remembers what a failure says; whether the other packets need not be tried now.
    fn note_failure(&mut self, packet: PacketId, error: &UploadError) -> Result<bool, KitError> {
        match error {
            UploadError::File { code } => {
                run!(self, store => store.note_fault(packet, Some(code)))?;
                Ok(false)
            }
            UploadError::TooManySetbacks => Ok(false),
            UploadError::Http(error) => {
                if let HttpError::Refused { problem } = error {
                    let code = Some(problem.code.as_str());
                    run!(self, store => store.note_standing(packet, "upload_refused", code))?;
                }
                // A frozen programme (423) takes no packet at all; each stays queued.
                Ok(says_stopped(error) || error.is_of_line() || error.status() == Some(423))
            }
        }
    }

    /// Remembers the time that the centre confirmed.
    pub(crate) fn note_centre_time(&mut self, time: Option<Timestamp>) -> Result<(), KitError> {
        if let Some(time) = time {
            run!(self, store => store.note_server_time(time))?;
        }
        Ok(())
    }
}

/// [`Kit::upload_pending`], with the kit held for short acts only.
pub(crate) fn upload_all(
    held: &mut impl Held,
    link: &mut Link<'_>,
) -> Result<UploadReport, KitError> {
    let (kit, key) = held.with(|kit| (kit.id(), kit.signing_key.clone()));
    let mut client = Client::new(link, kit, &key);
    let mut report = UploadReport::default();
    let sealed = held.with(|kit| {
        Ok::<_, KitError>(run!(kit, store => store.packets_in(PacketState::Sealed))?)
    })?;
    for row in sealed {
        let packet = row.sealed.packet;
        let Err(error) = upload_one(held, &row, &mut client)? else {
            report.uploaded.push(packet);
            continue;
        };
        let stop = held.with(|kit| kit.note_failure(packet, &error))?;
        if let UploadError::Http(error) = &error {
            heed_refusal(held, &mut client, error)?;
        }
        report.failed.push((packet, error));
        if stop {
            break;
        }
    }
    held.with(|kit| kit.note_centre_time(client.confirmed_time()))?;
    Ok(report)
}

fn upload_one(
    held: &mut impl Held,
    row: &PacketRow,
    client: &mut Client<'_, '_>,
) -> Result<Result<(), UploadError>, KitError> {
    let packet = row.sealed.packet;
    let bytes = match held.with(|kit| kit.outbox.read(packet))? {
        None => return Ok(Err(UploadError::File { code: PACKET_MISSING })),
        Some(bytes) if packet_hash(&bytes) != row.sealed.hash => {
            return Ok(Err(UploadError::File { code: PACKET_DAMAGED }));
        }
        Some(bytes) => bytes,
    };
    let mut path = row.upload_path.clone();
    for setback in 0..SETBACKS {
        if setback > 1 {
            client.pause(setback);
        }
        let progress = match begin(client, &row.sealed, path.take()) {
            Ok(progress) => progress,
            Err(error) => return Ok(Err(error.into())),
        };
        let (at, offset) = match progress {
            Progress::Whole => {
                held.with(|kit| kit.note_whole(packet, client.now()))?;
                return Ok(Ok(()));
            }
            Progress::At { path, offset } => (path, offset),
        };
        held.with(|kit| kit.note_offset(packet, &at, offset))?;
        match send_rest(held, client, &row.sealed, &bytes, (&at, offset))? {
            Ok(true) => {
                held.with(|kit| kit.note_whole(packet, client.now()))?;
                return Ok(Ok(()));
            }
            // The centre and the kit disagree about the offset, or the line broke: ask.
            Ok(false) => path = Some(at),
            Err(error) => return Ok(Err(error.into())),
        }
    }
    Ok(Err(UploadError::TooManySetbacks))
}

/// Sends chunk after chunk. `false` when the offset must be asked for again.
fn send_rest(
    held: &mut impl Held,
    client: &mut Client<'_, '_>,
    packet: &NewPacket,
    bytes: &[u8],
    (path, mut offset): (&str, u64),
) -> Result<Result<bool, HttpError>, KitError> {
    while offset < packet.length {
        let start = offset as usize;
        let end = bytes.len().min(start + CHUNK_BYTES);
        match patch(client, path, offset, &bytes[start..end]) {
            Ok(next) if next > offset && next <= packet.length => {
                offset = next;
                held.with(|kit| kit.note_offset(packet.packet, path, offset))?;
            }
            Ok(_) => return Ok(Err(HttpError::Protocol { what: "its upload offset" })),
            Err(error) if error.is_passing() || is_setback(&error) => return Ok(Ok(false)),
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(true))
}

/// Asks where a begun upload stands, or begins one.
fn begin(
    client: &mut Client<'_, '_>,
    packet: &NewPacket,
    path: Option<String>,
) -> Result<Progress, HttpError> {
    if let Some(path) = path {
        match head(client, &path) {
            Ok(offset) if offset <= packet.length => return Ok(progress(path, offset, packet)),
            Ok(_) => return Err(HttpError::Protocol { what: "its upload offset" }),
            // The centre forgot the upload: begin anew.
            Err(error) if matches!(error.status(), Some(404 | 410)) => {}
            Err(error) => return Err(error),
        }
    }
    create(client, packet)
}

fn progress(path: String, offset: u64, packet: &NewPacket) -> Progress {
    if offset == packet.length { Progress::Whole } else { Progress::At { path, offset } }
}

fn create(client: &mut Client<'_, '_>, packet: &NewPacket) -> Result<Progress, HttpError> {
    let metadata = format!(
        "packet {},sha256 {}",
        STANDARD.encode(packet.packet.to_string()),
        STANDARD.encode(hex::encode(packet.hash))
    );
    let answer = client.send(&Request {
        method: "POST",
        path: UPLOADS,
        headers: &[
            tus(),
            ("upload-length", packet.length.to_string()),
            ("upload-metadata", metadata),
        ],
        body: None,
        largest_answer: LARGEST_ANSWER,
    })?;
    if answer.status == 200 {
        // "Already there": the same packet, by its own word.
        let standing: PacketStanding = answer.json()?;
        return if standing.packet == packet.packet {
            Ok(Progress::Whole)
        } else {
            Err(HttpError::Protocol { what: "the packet that it names" })
        };
    }
    let path = location(&answer).ok_or(HttpError::Protocol { what: "its location header" })?;
    Ok(Progress::At { path, offset: 0 })
}

/// Asks for the offset.
fn head(client: &mut Client<'_, '_>, path: &str) -> Result<u64, HttpError> {
    let answer = client.send(&Request {
        method: "HEAD",
        path,
        headers: &[tus()],
        body: None,
        largest_answer: LARGEST_ANSWER,
    })?;
    offset(&answer)
}

/// Sends one chunk, once: after a fault the offset must be asked for first.
fn patch(client: &mut Client<'_, '_>, path: &str, at: u64, chunk: &[u8]) -> Result<u64, HttpError> {
    let answer = client.send_once(&Request {
        method: "PATCH",
        path,
        headers: &[
            tus(),
            ("content-type", "application/offset+octet-stream".to_owned()),
            ("upload-offset", at.to_string()),
        ],
        body: Some(chunk),
        largest_answer: LARGEST_ANSWER,
    })?;
    offset(&answer)
}

/// The protocol's version, in every request.
fn tus() -> (&'static str, String) {
    ("tus-resumable", "1.0.0".to_owned())
}

/// The offset that the centre acknowledges.
fn offset(answer: &Answer) -> Result<u64, HttpError> {
    answer
        .header("upload-offset")
        .and_then(|offset| offset.parse().ok())
        .ok_or(HttpError::Protocol { what: "its upload offset" })
}

/// Whether the centre has another offset (409), or forgot the upload (404, 410).
fn is_setback(error: &HttpError) -> bool {
    matches!(error.status(), Some(404 | 409 | 410))
}

/// The path of a new upload. Only a place below the centre's own uploads is followed, whatever
/// host the answer names: a kit sends packets nowhere else.
fn location(answer: &Answer) -> Option<String> {
    let location = answer.header("location")?;
    let start = location.find(UPLOADS)?;
    let path = &location[start..];
    let id = path.strip_prefix(UPLOADS)?.strip_prefix('/')?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    ((1..=64).contains(&id.len()) && id.bytes().all(plain)).then(|| path.to_owned())
}

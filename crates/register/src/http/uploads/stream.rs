//! Bytes of an upload on their way to its file.

use std::io::{Seek, SeekFrom, Write};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use http_body_util::BodyExt;
use niims_store::uploads::Upload;
use niims_wire::Problem;

use super::{disk_full, part_file};
use crate::Register;
use crate::http::{LARGEST_CHUNK, Refusal};

/// How long the next bytes of a chunk may take. Range 30 to 300 s: a link of 2G that changes cells
/// is silent for half a minute.
const SILENCE: Duration = Duration::from_mins(1);

/// Where the upload stands. Whoever wrote until now stops: the line of a kit that asks is new.
pub(super) async fn stands_at(register: &Register, upload: &Upload) -> u64 {
    let writer = register.door.writer(upload.id);
    let _file = writer.file.lock().await;
    writer.take_over();
    let length = std::fs::metadata(part_file(register, upload.id)).map_or(0, |file| file.len());
    length.min(upload.length)
}

/// Refuses a chunk that cannot be right by what it announces, before anything of it is read.
pub(super) fn may_come(upload: &Upload, announced: u64) -> Result<(), Refusal> {
    if announced > LARGEST_CHUNK as u64 {
        return Err(too_large());
    }
    if upload.offset + announced > upload.length { Err(too_long()) } else { Ok(()) }
}

/// Appends what comes; where the upload stands after it.
pub(super) async fn write(
    register: &Register,
    upload: &Upload,
    mut body: Body,
) -> Result<u64, Refusal> {
    let writer = register.door.writer(upload.id);
    let mine = writer.take_over();
    let path = part_file(register, upload.id);
    let mut options = std::fs::OpenOptions::new();
    let opened = options.create(true).truncate(false).write(true).open(path);
    let mut file = opened.map_err(|_| disk_full())?;
    let (from, mut at) = (upload.offset, upload.offset);
    while !body.is_end_stream() {
        let next = tokio::time::timeout(SILENCE, body.frame()).await;
        let Ok(Some(frame)) = next else { break };
        // What came before the line broke stays, and the kit goes on behind it.
        let Ok(frame) = frame.map_err(|_| ()) else { return Err(broken_off()) };
        let Ok(bytes) = frame.into_data() else { continue };
        let _file = writer.file.lock().await;
        if !writer.is_mine(mine) {
            return Err(broken_off());
        }
        let end = at + bytes.len() as u64;
        if end > upload.length || end - from > LARGEST_CHUNK as u64 {
            file.set_len(from).map_err(|_| disk_full())?;
            return Err(if end > upload.length { too_long() } else { too_large() });
        }
        file.seek(SeekFrom::Start(at)).map_err(|_| disk_full())?;
        file.write_all(&bytes).map_err(|_| disk_full())?;
        at = end;
    }
    if body.is_end_stream() || at == upload.length { Ok(at) } else { Err(broken_off()) }
}

fn too_long() -> Refusal {
    let problem = Problem::new(413, "upload.too_long", "More bytes than were announced");
    problem.detail("Begin the upload again with the right length.").into()
}

fn too_large() -> Refusal {
    let problem = Problem::new(413, "upload.chunk_too_large", "This chunk is too large");
    problem.detail("Send at most 8 MiB in one request.").into()
}

fn broken_off() -> Refusal {
    let problem = Problem::new(400, "upload.broken_off", "The chunk did not come whole");
    problem.detail("Ask for the offset and continue there.").into()
}

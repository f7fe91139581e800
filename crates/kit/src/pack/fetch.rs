//! Fetches the certified pack, piece by piece; what came stays over a broken line and a restart.

use std::path::Path;

use niims_wire::kit::{LARGEST_PACKED, PACK_LENGTH_HEADER, PACK_PIECE};

use super::file::{PackFile, Refused};
use crate::certificate::{PapersError, PapersFault};
use crate::client::{Client, HttpError, Request};

/// Fetches a version of the pack, unless it is here.
///
/// # Errors
/// `link.…` and refusals of the centre, `kit.pack_damaged`, `kit.pack_unusable`,
/// `kit.disk_full`, `kit.file`.
pub(crate) fn fetch(
    client: &mut Client<'_, '_>,
    kit: &Path,
    version: &str,
) -> Result<(), PapersError> {
    let file = PackFile::new(kit, version).ok_or(PapersFault::Certificate)?;
    // Looked into, for a file that the disk spoilt is fetched anew.
    if file.load().is_some() {
        return Ok(());
    }
    if file.is_bad() {
        return Err(PapersFault::PackUnusable.into());
    }
    loop {
        let have = file.length();
        let path = format!("/kit/v1/country-pack/{version}/{have}");
        let answer = client.send(&Request {
            method: "GET",
            path: &path,
            headers: &[],
            body: None,
            largest_answer: PACK_PIECE as u64,
        })?;
        let length: Option<u64> = answer.header(PACK_LENGTH_HEADER).and_then(|t| t.parse().ok());
        let length = length.filter(|length| *length <= LARGEST_PACKED);
        let length = length.ok_or(HttpError::Protocol { what: "the length of the pack" })?;
        let come = have + answer.bytes().len() as u64;
        if come > length || (come < length && answer.bytes().is_empty()) {
            file.begin_anew()?;
            return Err(HttpError::Protocol { what: "a piece of the pack" }.into());
        }
        file.append(answer.bytes())?;
        if come == length {
            break;
        }
    }
    match file.finish() {
        Ok(_) => Ok(()),
        Err(Refused::Fault(fault)) => Err(fault.into()),
        Err(Refused::Kit(error)) => Err(error.into()),
    }
}

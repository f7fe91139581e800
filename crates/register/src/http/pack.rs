//! The country pack, piece by piece, for kits that have another.

use std::io::Write as _;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use niims_wire::Problem;
use niims_wire::kit::{PACK_LENGTH_HEADER, PACK_PIECE};

use super::{Refusal, sign_in};
use crate::Register;

/// `GET /kit/v1/country-pack/{version}/{offset}`: the pack is public; it is told to kits alone so
/// that strangers cannot fill the line.
pub(super) async fn piece(
    State(register): State<Arc<Register>>,
    Path((version, offset)): Path<(String, usize)>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    sign_in::kit_of(&register, &method, uri.path(), &headers).await?;
    if version != register.pack.version() {
        return Err(no_such_pack());
    }
    let packing = Arc::clone(&register);
    let packed = tokio::task::spawn_blocking(move || packing.packed().len()).await;
    let whole = register.packed();
    if packed.is_err() || offset > whole.len() {
        return Err(no_such_pack());
    }
    let end = whole.len().min(offset + PACK_PIECE);
    let kind = (header::CONTENT_TYPE.as_str(), "application/octet-stream".to_owned());
    let length = (PACK_LENGTH_HEADER, whole.len().to_string());
    Ok(([kind, length], whole[offset..end].to_vec()).into_response())
}

impl Register {
    fn packed(&self) -> &[u8] {
        self.packed.get_or_init(|| {
            let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
            // Memory takes everything.
            let _ = packer.write_all(&self.pack.source().archive());
            packer.finish().unwrap_or_default()
        })
    }
}

fn no_such_pack() -> Refusal {
    let problem =
        Problem::new(404, "kit.no_such_pack", "The centre does not give this country pack");
    problem.detail("Report to the centre: its certificate names the one to fetch.").into()
}

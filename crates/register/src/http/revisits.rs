//! `POST /kit/v1/revisits/{hash}`: a kit asks whom it is to meet again.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, Uri};
use niims_packet::letter::MAX_LETTER_BYTES;
use niims_wire::Problem;
use niims_wire::revisit::{MOST_NOT_DONE, REVISITS_VERSION, RevisitsAsked, RevisitsGiven};
use sha2::{Digest, Sha256};

use super::{Refusal, sign_in, unavailable};
use crate::Register;

/// Longest message, bytes: every letter at its longest in Base64, with quotes.
const LONGEST: usize = MOST_NOT_DONE * (MAX_LETTER_BYTES * 4 / 3 + 8) + 256;

/// The hash of the body stands in the path, and with it under the kit's signature: nobody on the
/// line can put another key in the place of the kit's.
pub(super) async fn give(
    State(register): State<Arc<Register>>,
    Path(hash): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<RevisitsGiven>, Refusal> {
    let kit = sign_in::kit_of(&register, &method, uri.path(), &headers).await?;
    if body.len() > LONGEST || hash != hex::encode(Sha256::digest(&body)) {
        return Err(malformed());
    }
    let asked = serde_json::from_slice::<RevisitsAsked>(&body)
        .ok()
        .filter(|asked| asked.version == REVISITS_VERSION && asked.not_done.len() <= MOST_NOT_DONE)
        .ok_or_else(malformed)?;
    let given = register.give_revisits(kit, &asked, register.clock.now()).await;
    given.map_err(|error| unavailable(&error))?.map(Json).ok_or_else(malformed)
}

fn malformed() -> Refusal {
    let problem = Problem::new(422, "revisits.malformed", "This is no question about revisits");
    problem.detail("Use the software that belongs to this centre.").into()
}

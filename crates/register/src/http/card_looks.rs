//! `POST /kit/v1/card-looks`: looks at cards that a kit made without a network.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use niims_packet::letter::MAX_LETTER_BYTES;
use niims_wire::Problem;
use niims_wire::kit::{CardLooks, CardLooksKept, MOST_CARD_LOOKS};

use super::{Refusal, sign_in, unavailable};
use crate::Register;

/// Longest message, bytes: every letter at its longest in Base64, with quotes.
const LONGEST: usize = MOST_CARD_LOOKS * (MAX_LETTER_BYTES * 4 / 3 + 8) + 64;

/// Takes the looks; an answer names each that is kept, so that the kit can forget it.
pub(super) async fn take(
    State(register): State<Arc<Register>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<CardLooksKept>, Refusal> {
    let kit = sign_in::kit_of(&register, &method, uri.path(), &headers).await?;
    let message = (body.len() <= LONGEST)
        .then(|| serde_json::from_slice::<CardLooks>(&body).ok())
        .flatten()
        .filter(|message| message.letters.len() <= MOST_CARD_LOOKS)
        .ok_or_else(malformed)?;
    // What is no Base64 is no letter: it is counted among those that do not read.
    let letters =
        message.letters.iter().map(|letter| STANDARD.decode(letter).unwrap_or_default()).collect();
    register.keep_card_looks(kit, letters).await.map(Json).map_err(|error| unavailable(&error))
}

fn malformed() -> Refusal {
    let problem = Problem::new(422, "card_looks.malformed", "This is no message of looks at cards");
    problem.detail(format!("Send at most {MOST_CARD_LOOKS} letters in JSON.")).into()
}

//! The public purpose register: who may ask what, and on which legal basis
//! (requirement R113).

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::ExchangeState;

/// One purpose.
#[derive(Serialize, ToSchema)]
#[schema(as = Purpose)]
pub struct PurposeEntry {
    /// The code to send with a question.
    #[schema(example = "nhif.member_verification")]
    pub code: String,
    /// The agency that may use it.
    #[schema(example = "NHIF")]
    pub agency: String,
    /// The legal basis it rests on.
    pub basis: String,
    /// What may be asked: `number`, `name`, `date_of_birth`.
    pub attributes: Vec<String>,
}

/// Lists all purposes. Needs no sign-in.
#[utoipa::path(
    get,
    path = "/exchange/v1/purposes",
    tag = "purposes",
    responses((status = 200, description = "All purposes", body = Vec<PurposeEntry>))
)]
pub async fn list(State(state): State<ExchangeState>) -> Json<Vec<PurposeEntry>> {
    let entries = state.pack.purposes().map(|purpose| PurposeEntry {
        code: purpose.code.clone(),
        agency: purpose.agency.clone(),
        basis: purpose.basis.clone(),
        attributes: purpose.attributes.clone(),
    });
    Json(entries.collect())
}

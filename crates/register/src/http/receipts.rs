//! Receipts, and where a packet stands.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use niims_record::PacketId;
use niims_wire::Problem;
use niims_wire::kit::{PacketStanding, ReceiptMessage};

use super::{Refusal, sign_in, unavailable};
use crate::Register;
use crate::log::{LogError, ReceiptStanding};

/// `GET /kit/v1/packets/{id}`.
pub(super) async fn standing(
    State(register): State<Arc<Register>>,
    Path(id): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<PacketStanding>, Refusal> {
    let kit = sign_in::kit_of(&register, &method, uri.path(), &headers).await?;
    let id: PacketId = id.parse().map_err(|_| unknown())?;
    let found = register.packet_standing(id, kit).await.map_err(|e| unavailable(&e))?;
    found.map(Json).ok_or_else(unknown)
}

/// `GET /kit/v1/packets/{id}/receipt`: 200 with the receipt, 202 before it is ready.
pub(super) async fn receipt(
    State(register): State<Arc<Register>>,
    Path(id): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let kit = sign_in::kit_of(&register, &method, uri.path(), &headers).await?;
    let id: PacketId = id.parse().map_err(|_| unknown())?;
    let found = register.packet_standing(id, kit).await.map_err(|e| unavailable(&e))?;
    let standing = found.ok_or_else(unknown)?;
    match register.receipt(id).await {
        Ok(ReceiptStanding::Ready(receipt)) => {
            Ok(Json(ReceiptMessage { packet: id, receipt }).into_response())
        }
        Ok(ReceiptStanding::Pending) => Ok((StatusCode::ACCEPTED, Json(standing)).into_response()),
        Ok(ReceiptStanding::Unknown) => Err(unknown()),
        Err(LogError::Store(error)) => Err(unavailable(&error)),
        Err(error) => {
            tracing::error!(%error, "a receipt could not be made");
            let problem = Problem::new(503, "receipt.unavailable", "The receipt is not ready");
            Err(problem.detail("The packet is safe. Ask again in a minute.").into())
        }
    }
}

fn unknown() -> Refusal {
    let problem = Problem::new(404, "packet.unknown", "The centre has no such packet of this kit");
    problem.detail("Upload the packet; do not delete it.").into()
}

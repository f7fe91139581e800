//! `GET /v1/galleries`: names all galleries.

use axum::extract::State;
use axum::response::Response;

use super::super::call::Call;
use super::super::how::{COMMON, How};
use super::super::refusal::Refusal;
use super::super::state::OsiaState;
use super::super::telling::Telling;
use crate::access::Scope;
use crate::service::tasks::Operation;

/// `readGalleries`.
pub async fn read_galleries(
    State(osia): State<OsiaState>,
    call: Call,
) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::GalleryRead).await?;
    let how = How::read(&call.query(&COMMON)?)?;
    let operation = Operation::Galleries;
    osia.answer(&caller, how, operation, Telling::Galleries).await
}

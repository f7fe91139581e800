//! `GET /v1/galleries/{galleryId}`: who is in a gallery, page by page.

use axum::extract::State;
use axum::response::Response;

use super::super::call::Call;
use super::super::how::How;
use super::super::messages::limits::{MOST_ENTRIES, USUAL_ENTRIES};
use super::super::refusal::Refusal;
use super::super::state::OsiaState;
use super::super::telling::Telling;
use crate::access::Scope;
use crate::service::tasks::Operation;

/// `readGalleryContent`: of one gallery, or of everybody for `ALL`.
pub async fn read_gallery_content(
    State(osia): State<OsiaState>,
    call: Call,
) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::GalleryRead).await?;
    let query = call.query(&["transactionId", "callback", "priority", "offset", "limit"])?;
    let how = How::read(&query)?;
    let offset = query.integer("offset", 0..=i64::MAX, "a whole number, 0 or more")?;
    let limit = query.integer("limit", 1..=MOST_ENTRIES, "a whole number from 1 to 10000")?;
    let offset = offset.unwrap_or_default().unsigned_abs();
    let limit = usize::try_from(limit.unwrap_or(USUAL_ENTRIES)).unwrap_or(1);
    let operation = match call.gallery()? {
        Some(name) => Operation::GalleryContent { name, offset, limit },
        None => Operation::Everybody { offset, limit },
    };
    let csv = call.wants_csv() && how.callback.is_none();
    let telling = if csv { Telling::ContentAsCsv } else { Telling::Content };
    osia.answer(&caller, how, operation, telling).await
}

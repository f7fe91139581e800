//! Enrolment of kits, and what they tell of themselves.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, Method, Uri};
use axum::{Extension, Json};
use niims_record::fleet::Contact;
use niims_wire::Problem;
use niims_wire::kit::KitPapers;
use sha2::{Digest, Sha256};

use super::{Refusal, sign_in, unavailable};
use crate::Register;
use crate::fleet::EnrolError;

/// Largest request to enrol, bytes: fourteen keys in hexadecimal need one thousand.
const LARGEST_ENROLMENT: usize = 8 * 1024;
/// Largest report, bytes.
const LARGEST_CONTACT: usize = 4 * 1024;

/// `POST /kit/v1/enrolment`.
pub(super) async fn enrol(
    State(register): State<Arc<Register>>,
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    body: Bytes,
) -> Result<Json<KitPapers>, Refusal> {
    // Without an address, as in a test, all share one.
    let address = from.map(|Extension(ConnectInfo(address))| address.ip().to_string());
    let address = address.unwrap_or_default();
    let malformed = || {
        let problem = Problem::new(400, "kit.enrolment_malformed", "This is no enrolment");
        problem.detail("Use the software that belongs to this centre.")
    };
    if body.len() > LARGEST_ENROLMENT {
        return Err(malformed().into());
    }
    let request = serde_json::from_slice(&body).map_err(|_| malformed())?;
    match register.enrol_kit(&request, &address, register.clock.now()).await {
        Ok(papers) => Ok(Json(papers)),
        Err(EnrolError::Refused(problem)) => Err(problem.into()),
        Err(EnrolError::Failed(error)) => Err(unavailable(&error)),
    }
}

/// `POST /kit/v1/contact/{hash}`: the hash of the body stands in the path, and with it under
/// the kit's signature.
pub(super) async fn contact(
    State(register): State<Arc<Register>>,
    Path(hash): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<KitPapers>, Refusal> {
    let kit = sign_in::kit_of(&register, &method, uri.path(), &headers).await?;
    if body.len() > LARGEST_CONTACT || hash != hex::encode(Sha256::digest(&body)) {
        return Err(malformed("its hash").into());
    }
    let contact: Contact = serde_json::from_slice(&body).map_err(|_| malformed("its form"))?;
    if let Some(part) = contact.fault() {
        return Err(malformed(part).into());
    }
    let noted = register.note_contact(kit, &contact, register.clock.now()).await;
    noted.map_err(|error| unavailable(&error))?.map(Json).ok_or_else(|| malformed("the kit").into())
}

fn malformed(part: &str) -> Problem {
    Problem::new(400, "kit.contact_malformed", "This report cannot be read")
        .detail("Use the software that belongs to this centre.")
        .at(part)
}

//! Enrolment of kits, and what they tell of themselves.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, Method, Uri};
use axum::{Extension, Json};
use niims_record::fleet::DoorShut;
use niims_wire::Problem;
use niims_wire::fleet::MOST_OFFICERS;
use niims_wire::kit::{KitPapers, KitReport, StandingMessage, Stopped};
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
    let report: KitReport = serde_json::from_slice(&body).map_err(|_| malformed("its form"))?;
    if let Some(part) = report.contact.fault() {
        return Err(malformed(part).into());
    }
    if report.officer_keys.len() > MOST_OFFICERS {
        return Err(malformed("officer_keys").into());
    }
    let noted = register.note_contact(kit, &report, register.clock.now()).await;
    noted.map_err(|error| unavailable(&error))?.map(Json).ok_or_else(|| malformed("the kit").into())
}

/// `GET /kit/v1/standing`: why a kit is refused, signed, so that nobody on the line can say so in
/// the centre's place.
pub(super) async fn standing(
    State(register): State<Arc<Register>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<StandingMessage>, Refusal> {
    let (kit, door) = sign_in::kit_and_door(&register, &method, uri.path(), &headers).await?;
    let works = || Problem::new(404, "kit.works", "This kit was not stopped");
    let stopped = match door.ok_or_else(works)? {
        DoorShut::Suspended => Stopped::Suspended,
        DoorShut::Unknown | DoorShut::Revoked => Stopped::Revoked,
    };
    let said = register.say_stopped(kit, stopped, register.clock.now()).await;
    said.map_err(|error| unavailable(&error))?.map(Json).ok_or_else(|| works().into())
}

fn malformed(part: &str) -> Problem {
    Problem::new(400, "kit.contact_malformed", "This report cannot be read")
        .detail("Use the software that belongs to this centre.")
        .at(part)
}

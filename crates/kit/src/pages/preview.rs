//! `/interviews/{id}/preview/{part}`: the live picture of a device, as browsers show it without a
//! script. Frames pass through and are kept nowhere.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::channel::{Channel, Sender};
use niims_device::vocabulary::{DeviceKind, SubDevice};
use tokio::sync::watch::Receiver;

use super::guest::Or;
use super::interview::At;
use super::scan::{access, not_found, station};
use crate::devices::{DeviceProblem, DeviceTrouble, Preview};
use crate::interview::Stage;

/// Between two frames of the answer.
const BOUNDARY: &str = "niims-frame";

/// `GET …/preview/{part}`. Where there is nothing to show the picture's own text stands.
pub(super) async fn show(at: At) -> Or<Response> {
    let opened = at.open(Stage::Body).await?;
    let station = station(&at.officer)?;
    let interview = &opened.interview;
    let (part, kind) = match at.place.as_str() {
        "right" => (SubDevice::RightSlap, DeviceKind::Finger),
        "left" => (SubDevice::LeftSlap, DeviceKind::Finger),
        "thumbs" => (SubDevice::Thumbs, DeviceKind::Finger),
        "portrait" => (SubDevice::Whole, DeviceKind::Face),
        _ => return Err(not_found(&at.officer)),
    };
    if interview.body_opened_at.is_none() || interview.body.is_some() {
        return Err(not_found(&at.officer));
    }
    let preview = match access(&at.officer).await? {
        Ok(access) => station.preview(access, part, kind).await,
        Err(trouble) => Err(trouble),
    };
    Ok(match preview {
        Ok(preview) => streamed(preview, station.previews()),
        Err(trouble) => unavailable(&trouble),
    })
}

pub(super) fn unavailable(trouble: &DeviceTrouble) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", trouble.code())).into_response()
}

pub(super) fn streamed(preview: Preview, ended: Receiver<u64>) -> Response {
    let (sender, body) = Channel::<Bytes, DeviceProblem>::new(1);
    tokio::spawn(pass_on(preview, sender, ended));
    let mut response = Response::new(Body::new(body));
    let kind = HeaderValue::from_static("multipart/x-mixed-replace; boundary=niims-frame");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// Until the device ends, somebody else needs it, or the browser leaves the page: then the device is
/// let go at once.
async fn pass_on(
    mut preview: Preview,
    mut sender: Sender<Bytes, DeviceProblem>,
    mut ended: Receiver<u64>,
) {
    loop {
        let frame = tokio::select! {
            _ = ended.changed() => break,
            frame = preview.frame() => frame,
        };
        let Ok(Some(frame)) = frame else { break };
        let length = frame.len();
        let head =
            format!("--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {length}\r\n\r\n");
        let part = [head.as_bytes(), &frame, b"\r\n"].concat();
        if sender.send_data(Bytes::from(part)).await.is_err() {
            return;
        }
    }
    let _ = sender.send_data(Bytes::from(format!("--{BOUNDARY}--\r\n"))).await;
}

//! The network side: a port of the range, connections, and what goes wrong on them.

use std::convert::Infallible;
use std::io::Cursor;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::channel::{Channel, Sender};
use http_body_util::{BodyExt, Collected, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use niims_device::maker::{MakerError, Received, stream_error};
use niims_device::trust::TrustList;
use niims_device::vocabulary::{DeviceStatus, PORTS};
use niims_wire::{Clock, Entropy};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::answers;
use super::fault::Fault;
use super::state::{Setup, State};
use super::subject::Subject;
use super::view;

/// Delay of a slow device: longer than the kit waits for a description, shorter than for a capture.
const SLOWNESS: Duration = Duration::from_secs(6);
/// Five frames a second; the interface asks for three.
const BETWEEN_FRAMES: Duration = Duration::from_millis(200);

/// Why a device does not start.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// No port of the range is free, or not the one asked for.
    #[error("no port from 4501 to 4600 is free for the device, or not the one asked for")]
    Port,
    /// What is held up is no picture.
    #[error("what is held before the camera is no PNG or JPEG")]
    Picture,
    /// Keys could not be made.
    #[error("the keys of the device could not be made")]
    Keys(#[source] MakerError),
}

impl SimulatorError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Port => "simulator.port",
            Self::Picture => "simulator.picture",
            Self::Keys(_) => "simulator.keys",
        }
    }
}

/// A device that runs until it is dropped.
pub struct RunningDevice {
    state: Arc<State>,
    task: JoinHandle<()>,
}

impl RunningDevice {
    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.state.port
    }

    /// What a centre would sign to trust this device.
    pub fn trust(&self) -> TrustList {
        self.state.trust.clone()
    }

    /// Another fault from the next connection on.
    pub fn set_fault(&self, fault: Fault) {
        self.state.set_fault(fault);
    }

    /// The next person sits down.
    pub fn set_subject(&self, subject: Subject) {
        self.state.set_subject(subject);
    }

    /// Holds a picture, PNG or JPEG, before the camera: its preview shows it. `None` takes it away.
    ///
    /// # Errors
    /// [`SimulatorError::Picture`].
    pub fn hold_up(&self, picture: Option<&[u8]>) -> Result<(), SimulatorError> {
        let view = match picture {
            Some(bytes) => Some(view::seen(bytes).ok_or(SimulatorError::Picture)?),
            None => None,
        };
        self.state.set_view(view);
        Ok(())
    }
}

impl Drop for RunningDevice {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Starts a device on a port, or on the first that is free.
///
/// # Errors
/// [`SimulatorError`].
pub async fn start(
    setup: Setup,
    port: Option<u16>,
    clock: Clock,
    entropy: &Entropy,
) -> Result<RunningDevice, SimulatorError> {
    let listener = bind(port).await.ok_or(SimulatorError::Port)?;
    let port = listener.local_addr().map_err(|_| SimulatorError::Port)?.port();
    let state = State::new(setup, port, clock, entropy).map_err(SimulatorError::Keys)?;
    let state = Arc::new(state);
    let task = tokio::spawn(listen(listener, state.clone()));
    Ok(RunningDevice { state, task })
}

async fn bind(port: Option<u16>) -> Option<TcpListener> {
    let ports = port.map_or(PORTS, |port| port..=port);
    for port in ports.filter(|port| PORTS.contains(port)) {
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            return Some(listener);
        }
    }
    None
}

async fn listen(listener: TcpListener, state: Arc<State>) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        if state.fault() == Fault::HangsUp {
            drop(stream);
            continue;
        }
        connections.spawn(connection(stream, state.clone()));
    }
}

async fn connection(stream: TcpStream, state: Arc<State>) {
    let service = service_fn(move |request| {
        let state = state.clone();
        async move { Ok::<_, Infallible>(respond(request, state).await) }
    });
    // A caller who goes away is the caller's affair.
    let _ = http1::Builder::new()
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// What ends a body half-way.
#[derive(Debug, thiserror::Error)]
#[error("the device was cut off")]
struct CutOff;

type Body = Channel<Bytes, CutOff>;

async fn respond(request: Request<Incoming>, state: Arc<State>) -> Response<Body> {
    let method = request.method().as_str().to_owned();
    let path = request.uri().path().to_owned();
    let body = Limited::new(request.into_body(), 64 * 1024).collect().await;
    let body = body.map(Collected::to_bytes).unwrap_or_default();
    match state.fault() {
        Fault::Slow => tokio::time::sleep(SLOWNESS).await,
        Fault::Silent => std::future::pending().await,
        Fault::ServerError => return plain(StatusCode::INTERNAL_SERVER_ERROR, String::new()),
        Fault::Garbage => return plain(StatusCode::OK, "<html>not a device</html>".to_owned()),
        Fault::Endless => return endless(),
        _ => {}
    }
    let text = match (method.as_str(), path.as_str()) {
        ("MOSIPDISC", "/device") => answers::discovery(&state, &body),
        ("MOSIPDINFO", "/info") => answers::info(&state),
        ("RCAPTURE", "/capture") => capture(&state, &body).await,
        ("STREAM", "/stream") => return stream(state),
        _ => return plain(StatusCode::NOT_FOUND, String::new()),
    };
    if state.fault() == Fault::CutAnswer { cut(text) } else { plain(StatusCode::OK, text) }
}

async fn capture(state: &Arc<State>, body: &[u8]) -> String {
    use niims_device::maker::{answer, error_element};
    let Some(received) = Received::read(body) else {
        return answer(&[error_element(102, "The request does not read")]);
    };
    let Some(taken) = state.take() else {
        return answer(&[error_element(111, "Device is busy")]);
    };
    let takes = state.setup.takes.min(Duration::from_millis(received.timeout_ms));
    tokio::time::sleep(takes).await;
    let own = state.clone();
    let text = tokio::task::spawn_blocking(move || answers::capture(&own, &received)).await;
    drop(taken);
    text.unwrap_or_else(|_| answer(&[error_element(102, "The device broke down")]))
}

fn plain(status: StatusCode, text: String) -> Response<Body> {
    let length = text.len();
    let (mut sender, body) = Channel::new(1);
    tokio::spawn(async move {
        let _ = sender.send_data(Bytes::from(text)).await;
    });
    headed(status, "application/json", Some(length), body)
}

/// Half of the answer, and the end of the connection.
fn cut(text: String) -> Response<Body> {
    let length = text.len();
    let (mut sender, body) = Channel::new(1);
    tokio::spawn(async move {
        let _ = sender.send_data(Bytes::from(text).slice(..length / 2)).await;
        sender.abort(CutOff);
    });
    headed(StatusCode::OK, "application/json", Some(length), body)
}

/// White space without end.
fn endless() -> Response<Body> {
    let (mut sender, body) = Channel::new(1);
    tokio::spawn(async move {
        let spaces = Bytes::from(vec![b' '; 64 * 1024]);
        while sender.send_data(spaces.clone()).await.is_ok() {}
    });
    headed(StatusCode::OK, "application/json", None, body)
}

fn stream(state: Arc<State>) -> Response<Body> {
    let fault = match state.status() {
        DeviceStatus::Ready => None,
        DeviceStatus::Busy => Some((111, "Device is busy")),
        DeviceStatus::NotReady => Some((110, "Device is not ready")),
        DeviceStatus::NotRegistered => Some((100, "Device not registered")),
    };
    if let Some((code, words)) = fault {
        return plain(StatusCode::OK, stream_error(code, words));
    }
    let (sender, body) = Channel::new(1);
    tokio::spawn(frames(sender, state));
    let kind = "multipart/x-mixed-replace; boundary=--BoundaryString";
    headed(StatusCode::OK, kind, None, body)
}

/// Frames until the caller goes away.
async fn frames(mut sender: Sender<Bytes, CutOff>, state: Arc<State>) {
    for number in 0_u32.. {
        if number == 2 && state.fault() == Fault::PreviewStops {
            return std::future::pending().await;
        }
        let Some(picture) = state.view().or_else(|| frame(number)) else { return };
        let head = format!(
            "--BoundaryString\r\nContent-Type:image/jpeg\r\nContent-Length:{}\r\n\r\n",
            picture.len()
        );
        let part = [head.as_bytes(), &picture, b"\r\n\r\n"].concat();
        if sender.send_data(Bytes::from(part)).await.is_err() {
            return;
        }
        tokio::time::sleep(BETWEEN_FRAMES).await;
    }
}

/// A light that moves over the glass: the preview says that the device is awake. It holds no print.
fn frame(number: u32) -> Option<Vec<u8>> {
    let bright = number * 16 % 160;
    let picture = image::GrayImage::from_fn(160, 120, |x, _| {
        image::Luma([if x.abs_diff(bright) < 8 { 240 } else { 60 }])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg).ok()?;
    Some(bytes.into_inner())
}

fn headed(status: StatusCode, kind: &str, length: Option<usize>, body: Body) -> Response<Body> {
    let mut response = Response::builder()
        .status(status)
        .header("Cache-Control", "no-store")
        .header("Content-Type", kind);
    if let Some(length) = length {
        response = response.header("Content-Length", length);
    }
    response.body(body).unwrap_or_else(|_| Response::new(Channel::new(1).1))
}

//! One request to a device service: HTTP with methods of its own, on 127.0.0.1 and nowhere else.
//!
//! The connection is used once. Services answer `Connection: Closed`, which is no word of HTTP, and
//! some answer as HTTP/1.0; both are left to end with the connection.

use std::net::Ipv4Addr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};

use super::problem::DeviceProblem;

/// Who asks; devices show it in their logs.
const APPLICATION: &str = "niims-kit";
/// Most bytes of a head that are read.
const MOST_HEAD_BYTES: usize = 16 * 1024;

/// A request.
pub(super) struct Call<'a> {
    pub port: u16,
    pub method: &'a str,
    pub path: &'a str,
    pub body: String,
}

/// An answer whose body has not been read.
pub(super) struct Answer {
    response: Response<Incoming>,
    driver: JoinHandle<()>,
}

/// The connection ends with the answer.
impl Drop for Answer {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Call<'_> {
    /// Sends the request; the head of the answer must come before `until`.
    pub async fn send(self, connect: Duration, until: Instant) -> Result<Answer, DeviceProblem> {
        let address = (Ipv4Addr::LOCALHOST, self.port);
        let stream = timeout(connect, TcpStream::connect(address))
            .await
            .map_err(|_| DeviceProblem::Slow)?
            .map_err(|_| DeviceProblem::Unreachable)?;
        let exchange = async {
            let (mut sender, connection) = http1::Builder::new()
                .max_buf_size(MOST_HEAD_BYTES)
                .handshake(TokioIo::new(stream))
                .await
                .map_err(|error| problem(&error))?;
            let driver = tokio::spawn(async move {
                // What goes wrong here is told where the answer is read.
                let _ = connection.await;
            });
            let guard = AbortOnDrop(Some(driver));
            let response =
                sender.send_request(self.request()?).await.map_err(|error| problem(&error))?;
            Ok::<_, DeviceProblem>((response, guard))
        };
        let (response, mut guard) =
            timeout_at(until, exchange).await.map_err(|_| DeviceProblem::Slow)??;
        let driver = guard.0.take().ok_or(DeviceProblem::Protocol)?;
        Ok(Answer { response, driver })
    }

    fn request(self) -> Result<Request<Full<Bytes>>, DeviceProblem> {
        let method = Method::from_bytes(self.method.as_bytes());
        Request::builder()
            .method(method.map_err(|_| DeviceProblem::Protocol)?)
            .uri(self.path)
            .header("Host", format!("127.0.0.1:{}", self.port))
            .header("Ext", APPLICATION)
            .header("Content-Type", "application/json")
            .header("Connection", "close")
            .body(Full::new(Bytes::from(self.body)))
            .map_err(|_| DeviceProblem::Protocol)
    }
}

/// Ends the task of a connection that was given up half-way.
struct AbortOnDrop(Option<JoinHandle<()>>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(driver) = &self.0 {
            driver.abort();
        }
    }
}

impl Answer {
    /// Whether it is a success; redirects and refusals are not followed.
    pub fn is_ok(&self) -> bool {
        self.response.status() == StatusCode::OK
    }

    /// `Content-Type`, empty when there is none.
    pub fn content_type(&self) -> String {
        let header = self.response.headers().get("content-type");
        header.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    }

    /// The next bytes of the body; `None` at its end.
    pub async fn bytes(&mut self, until: Instant) -> Result<Option<Bytes>, DeviceProblem> {
        loop {
            let frame = timeout_at(until, self.response.body_mut().frame());
            match frame.await.map_err(|_| DeviceProblem::Slow)? {
                None => return Ok(None),
                Some(Err(error)) => return Err(problem(&error)),
                Some(Ok(frame)) => {
                    if let Ok(bytes) = frame.into_data() {
                        return Ok(Some(bytes));
                    }
                }
            }
        }
    }

    /// The whole body, bounded while it comes. One byte too many is enough to stop: what reads it
    /// names the bound.
    pub async fn whole(mut self, most: usize, until: Instant) -> Result<Vec<u8>, DeviceProblem> {
        let mut whole = Vec::new();
        while let Some(bytes) = self.bytes(until).await? {
            whole.extend_from_slice(&bytes[..bytes.len().min(most + 1 - whole.len())]);
            if whole.len() > most {
                break;
            }
        }
        Ok(whole)
    }
}

fn problem(error: &hyper::Error) -> DeviceProblem {
    if error.is_parse() || error.is_parse_too_large() {
        DeviceProblem::Protocol
    } else {
        DeviceProblem::Cut
    }
}

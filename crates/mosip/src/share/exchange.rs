//! One HTTP exchange: bounded in time and size, without redirects, proxies or cookies of its own.

use std::io::Read as _;
use std::time::Duration;

use serde_json::Value;
use ureq::http::{HeaderMap, Request, Response, Uri};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};
use zeroize::Zeroizing;

use super::ShareError;
use super::token::Token;

/// Longest answer in which an error is looked for, in bytes. Shares are longer, errors are not.
const LARGEST_ERROR: usize = 16 << 10;

#[derive(Clone)]
pub(super) struct Exchange(Agent);

/// What a share answers instead of biometrics, with status 200 as with any other.
enum Functional {
    Expired,
    TokenRefused,
    Other,
}

impl Exchange {
    pub(super) fn new(limit: Duration, authorities: Option<&[u8]>) -> Result<Self, ShareError> {
        let mut tls = TlsConfig::builder();
        if let Some(pem) = authorities {
            let certificates: Result<Vec<_>, _> = parse_pem(pem)
                .filter_map(|item| match item {
                    Ok(PemItem::Certificate(certificate)) => Some(Ok(certificate)),
                    Ok(_) => None,
                    Err(error) => Some(Err(error)),
                })
                .collect();
            let certificates = certificates.map_err(|_| ShareError::Authorities)?;
            if certificates.is_empty() {
                return Err(ShareError::Authorities);
            }
            tls = tls.root_certs(RootCerts::from(certificates));
        }
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            // A redirect would lead away from the allowed places.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_global(Some(limit))
            .timeout_connect(Some(Duration::from_secs(10)))
            .tls_config(tls.build())
            .build()
            .new_agent();
        Ok(Self(agent))
    }

    /// Fetches a body.
    pub(super) async fn get(
        &self,
        address: &Uri,
        token: Option<&Token>,
        limit: u64,
    ) -> Result<Vec<u8>, ShareError> {
        let mut request = Request::get(address).header("accept", "*/*");
        if let Some(token) = token {
            request = request.header("cookie", token.cookie().as_str());
        }
        let request = request.body(()).map_err(|_| ShareError::Address)?;
        let agent = self.0.clone();
        let (_, body) = blocking(move || read(agent.run(request), limit)).await?;
        match functional(&body) {
            None => Ok(body),
            Some(Functional::Expired) => Err(ShareError::Expired),
            Some(Functional::TokenRefused) => Err(ShareError::TokenRefused),
            Some(Functional::Other) => Err(ShareError::Functional),
        }
    }

    /// Sends a JSON text; the headers and the body of the answer.
    pub(super) async fn post(
        &self,
        address: &Uri,
        json: Zeroizing<String>,
    ) -> Result<(HeaderMap, Vec<u8>), ShareError> {
        let request = Request::post(address)
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .body(json.as_bytes().to_vec())
            .map_err(|_| ShareError::Address)?;
        let agent = self.0.clone();
        blocking(move || read(agent.run(request), LARGEST_ERROR as u64)).await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ShareError> + Send + 'static,
) -> Result<T, ShareError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ShareError::Unreachable)?
}

fn read(
    answer: Result<Response<Body>, ureq::Error>,
    limit: u64,
) -> Result<(HeaderMap, Vec<u8>), ShareError> {
    let answer = answer.map_err(|_| ShareError::Unreachable)?;
    match answer.status().as_u16() {
        200..=299 => {}
        300..=399 => return Err(ShareError::Redirect),
        401 | 403 => return Err(ShareError::TokenRefused),
        status => return Err(ShareError::Refused(status)),
    }
    let (parts, body) = answer.into_parts();
    let mut bytes = Vec::new();
    // One byte more than the limit tells a body at it from one beyond.
    body.into_reader()
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| ShareError::Unreachable)?;
    if bytes.len() as u64 > limit { Err(ShareError::TooLarge) } else { Ok((parts.headers, bytes)) }
}

/// The error that a body is, if it is one: a JSON object with errors.
fn functional(body: &[u8]) -> Option<Functional> {
    if body.len() > LARGEST_ERROR || body.trim_ascii_start().first() != Some(&b'{') {
        return None;
    }
    let answer = serde_json::from_slice::<Value>(body).ok();
    // Answers of the service have a member for errors; a document in JSON has one of these.
    let is_document = |answer: &Value| {
        answer.get("errors").is_none()
            && (answer.get("biometrics").is_some() || answer.get("identity").is_some())
    };
    if answer.as_ref().is_some_and(is_document) {
        return None;
    }
    let code = answer.and_then(|answer| {
        let error = answer.get("errors")?.get(0)?;
        Some(error.get("errorCode")?.as_str()?.trim().to_owned())
    });
    Some(match code.as_deref() {
        Some("DAT-SER-006") => Functional::Expired,
        Some(code) if code.starts_with("KER-ATH") => Functional::TokenRefused,
        _ => Functional::Other,
    })
}

//! Speaks to the centre: every request signed by the kit, every answer bounded.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use niims_packet::KitSigningKey;
use niims_record::KitId;
use niims_wire::kit::{KIT_HEADER, SIGNATURE_HEADER, TIME_HEADER, signed_text};
use niims_wire::problem::Problem;
use serde::de::DeserializeOwned;
use ureq::http::{self, HeaderMap};

/// Attempts of one request before the kit gives up for this time: 6. With the pauses below
/// that is about half a minute, longer than a mobile link needs to change cells.
const ATTEMPTS: u32 = 6;

/// Pause after the first failed attempt, milliseconds; each further pause is twice as long.
const FIRST_PAUSE_MS: u64 = 500;

/// Longest pause, milliseconds.
const LONGEST_PAUSE_MS: u64 = 15_000;

/// Longest wait that a kit accepts from the centre, seconds. More means that something is wrong.
const LONGEST_TOLD: u64 = 300;

/// How often a kit comes again when the centre says when: 40 times. At the end of a day that is
/// more than the hour in which a nation is taken in.
const TOLD_ATTEMPTS: u32 = 40;

/// How long one request may take as a whole, seconds: 256 KiB at 2 kB/s, the slowest link
/// that is still a link.
const REQUEST_SECONDS: u64 = 150;

/// Largest problem document that is read, bytes.
const LARGEST_PROBLEM: u64 = 16 * 1024;

/// The way to the centre.
pub struct Link<'a> {
    /// Scheme and authority, such as `https://centre.example`.
    pub base_url: String,
    /// The kit's clock.
    pub clock: &'a dyn Fn() -> Timestamp,
    /// How to wait between attempts.
    pub sleep: &'a mut dyn FnMut(Duration),
}

/// Why a request came to nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// No answer.
    #[error("the centre cannot be reached: the packets stay on the kit; try again later")]
    Unreachable(#[source] Box<ureq::Error>),
    /// Something between answered instead of the centre.
    #[error(
        "a page of this network answered instead of the centre: open a browser, agree or pay there, then send again"
    )]
    Portal,
    /// The centre refused.
    #[error("the centre refused: {problem}")]
    Refused {
        /// What the centre said.
        problem: Problem,
    },
    /// An answer that is not of the protocol.
    #[error("the centre's answer is not of the protocol: {what}")]
    Protocol {
        /// Which part is wrong.
        what: &'static str,
    },
}

impl HttpError {
    /// Stable dotted code: the centre's own, where it refused.
    pub fn code(&self) -> &str {
        match self {
            Self::Unreachable(_) => "link.unreachable",
            Self::Portal => "link.portal",
            Self::Refused { problem } => &problem.code,
            Self::Protocol { .. } => "link.protocol",
        }
    }

    /// Whether the same request may succeed a little later.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Refused { problem } => matches!(problem.status, 408 | 425 | 429 | 500..=599),
            // Somebody must act in a browser first.
            Self::Portal | Self::Protocol { .. } => false,
        }
    }

    /// Whether every other request would meet the same line now.
    pub(crate) fn is_of_line(&self) -> bool {
        self.is_passing() || self.is_portal()
    }

    /// Whether something between answered instead of the centre.
    pub(crate) const fn is_portal(&self) -> bool {
        matches!(self, Self::Portal)
    }

    /// Whether there was no answer at all.
    pub(crate) const fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }

    /// The HTTP status of a refusal.
    pub(crate) const fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { problem } => Some(problem.status),
            _ => None,
        }
    }
}

/// A successful answer.
pub(crate) struct Answer {
    pub status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, HttpError> {
        serde_json::from_slice(&self.body).map_err(|_| HttpError::Protocol { what: "its body" })
    }

    /// The body.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// One request but for the signature.
pub(crate) struct Request<'a> {
    pub method: &'static str,
    pub path: &'a str,
    pub headers: &'a [(&'a str, String)],
    pub body: Option<&'a [u8]>,
    /// Largest body of a successful answer that is read.
    pub largest_answer: u64,
}

/// Signs, sends, tries again.
pub(crate) struct Client<'c, 'a> {
    link: &'c mut Link<'a>,
    agent: ureq::Agent,
    kit: KitId,
    key: SigningKey,
    /// What to add to the kit's clock so that the centre accepts it.
    skew: SignedDuration,
    /// Time under which the centre last accepted a request.
    confirmed_time: Option<Timestamp>,
    /// Time that the centre told with its last refusal.
    told_time: Option<Timestamp>,
    /// When to come again, as the centre told with its last refusal.
    told_wait: Option<Duration>,
}

impl<'c, 'a> Client<'c, 'a> {
    pub fn new(link: &'c mut Link<'a>, kit: KitId, key: &KitSigningKey) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            // A redirect would carry the signed request elsewhere.
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(REQUEST_SECONDS)))
            .timeout_connect(Some(Duration::from_secs(20)))
            .build()
            .new_agent();
        Self {
            link,
            agent,
            kit,
            key: SigningKey::from_bytes(&key.to_bytes()),
            skew: SignedDuration::ZERO,
            confirmed_time: None,
            told_time: None,
            told_wait: None,
        }
    }

    /// The kit's clock.
    pub fn now(&self) -> Timestamp {
        (self.link.clock)()
    }

    /// The last time that the centre confirmed by accepting a request signed with it.
    pub const fn confirmed_time(&self) -> Option<Timestamp> {
        self.confirmed_time
    }

    /// Waits before the next attempt: as long as the centre asked for, or else longer each time.
    pub fn pause(&mut self, attempt: u32) {
        if let Some(told) = self.told_wait.take() {
            (self.link.sleep)(told + spread(self.kit, told));
            return;
        }
        let pause = FIRST_PAUSE_MS.saturating_mul(1 << attempt.min(16)).min(LONGEST_PAUSE_MS);
        (self.link.sleep)(Duration::from_millis(pause));
    }

    /// Sends a request, again while the fault may pass.
    pub fn send(&mut self, request: &Request<'_>) -> Result<Answer, HttpError> {
        let (mut attempt, mut told) = (0, 0);
        loop {
            match self.send_once(request) {
                // A full centre is no broken line: it says when to come, and keeps the place.
                Err(_) if self.told_wait.is_some() && told < TOLD_ATTEMPTS => {
                    told += 1;
                    self.pause(attempt);
                }
                Err(error) if error.is_passing() && attempt + 1 < ATTEMPTS => {
                    self.pause(attempt);
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    /// `GET` with attempts.
    pub fn get(&mut self, path: &str, largest_answer: u64) -> Result<Answer, HttpError> {
        self.send(&Request { method: "GET", path, headers: &[], body: None, largest_answer })
    }

    /// Sends a request once; once more with the centre's time when it refuses the kit's clock.
    pub fn send_once(&mut self, request: &Request<'_>) -> Result<Answer, HttpError> {
        match self.exchange(request) {
            Err(HttpError::Refused { problem }) if is_about_clock(&problem) => {
                let Some(told) = self.told_time else {
                    return Err(HttpError::Refused { problem });
                };
                self.skew = told.duration_since(self.now());
                self.exchange(request)
            }
            result => result,
        }
    }

    fn exchange(&mut self, request: &Request<'_>) -> Result<Answer, HttpError> {
        let unreachable = |error| HttpError::Unreachable(Box::new(error));
        let time = self.now().saturating_add(self.skew).unwrap_or_else(|_| self.now());
        let builder = self.signed(request, time);
        let sent = match request.body {
            Some(body) => builder.body(body).map(|request| self.agent.run(request)),
            None => builder.body(()).map(|request| self.agent.run(request)),
        };
        self.told_wait = None;
        let mut response = sent
            .map_err(|_| HttpError::Protocol { what: "an address that it gave" })?
            .map_err(unreachable)?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        if is_portal(status, &headers) {
            return Err(HttpError::Portal);
        }
        let success = (200..300).contains(&status);
        let limit = if success { request.largest_answer } else { LARGEST_PROBLEM };
        let body = response.body_mut().with_config().limit(limit).read_to_vec();
        if success {
            let body = body.map_err(unreachable)?;
            // The centre accepted this time, so it is right within its tolerance.
            self.confirmed_time = Some(time);
            return Ok(Answer { status, headers, body });
        }
        self.told_time = told_time(&headers);
        self.told_wait = told_wait(status, &headers);
        let problem = body.ok().and_then(|body| serde_json::from_slice::<Problem>(&body).ok());
        let mut problem =
            problem.unwrap_or_else(|| Problem::new(status, "link.refused", "the centre refused"));
        problem.status = status;
        Err(HttpError::Refused { problem })
    }

    fn signed(&self, request: &Request<'_>, time: Timestamp) -> http::request::Builder {
        let text = signed_text(self.kit, request.method, request.path, time);
        let signature = STANDARD.encode(self.key.sign(text.as_bytes()).to_bytes());
        let url = format!("{}{}", self.link.base_url.trim_end_matches('/'), request.path);
        let builder = http::Request::builder()
            .method(request.method)
            .uri(url)
            .header(KIT_HEADER, self.kit.to_string())
            .header(TIME_HEADER, time.as_second().to_string())
            .header(SIGNATURE_HEADER, signature);
        request.headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, value))
    }
}

/// Whether a captive portal answered: it leads elsewhere, says that it wants a log-in (511, RFC 6585
/// §6), or shows a page. The centre never does any of these to a kit.
fn is_portal(status: u16, headers: &HeaderMap) -> bool {
    let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_page = kind.trim_start().to_ascii_lowercase().starts_with("text/html");
    (300..400).contains(&status) || status == 511 || is_page
}

/// The centre's time: its own header in whole seconds, or else the date of the answer.
fn told_time(headers: &HeaderMap) -> Option<Timestamp> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let own = text(TIME_HEADER).and_then(|time| Timestamp::from_second(time.parse().ok()?).ok());
    own.or_else(|| rfc2822::DateTimeParser::new().parse_timestamp(text("date")?).ok())
}

/// When to come again (RFC 9110, 10.2.3), where a refusal that may pass says so in seconds.
fn told_wait(status: u16, headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers.get("retry-after")?.to_str().ok()?.trim().parse().ok()?;
    matches!(status, 429 | 503).then(|| Duration::from_secs(seconds.clamp(1, LONGEST_TOLD)))
}

/// Up to a tenth of a wait, and at most a second, by the kit: those who were sent away together
/// shall not come back together.
fn spread(kit: KitId, wait: Duration) -> Duration {
    let bytes = kit.as_bytes();
    let share = u32::from(bytes[15]) + 256 * u32::from(bytes[14]);
    (wait / 10).min(Duration::from_secs(1)) * share / 65_536
}

fn is_about_clock(problem: &Problem) -> bool {
    problem.code.contains("clock")
}

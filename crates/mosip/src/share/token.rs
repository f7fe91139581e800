//! Tokens: got with a client's secret, kept until shortly before they end, renewed once refused.

use jiff::{SignedDuration, Timestamp};
use niims_wire::Clock;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use ureq::http::header::SET_COOKIE;
use ureq::http::{HeaderMap, Uri};
use zeroize::Zeroizing;

use super::ShareError;
use super::exchange::Exchange;
use crate::cbeff::decode_base64;
use crate::write_time;

/// Seconds before its end at which a token counts as ended: longer than a slow exchange takes to
/// begin, and than clocks of one network differ.
const MARGIN_SECONDS: i64 = 30;

/// Life in seconds of a token that does not say when it ends. Shorter than any default of the
/// services that issue them.
const UNSTATED_LIFE_SECONDS: i64 = 300;

/// Longest token, in bytes; headers end there too.
const LONGEST_TOKEN: usize = 8_000;

/// The cookie that carries a token.
const COOKIE: &str = "Authorization";

/// Who issues tokens, and to whom.
pub struct TokenSource {
    /// Address that a client posts its secret to. It is the operator's own word, so it need not be
    /// at a place that shares may lie at.
    pub address: Uri,
    /// The client.
    pub client_id: String,
    /// Its secret.
    pub secret: Zeroizing<String>,
    /// The application under which the client is known, often `regproc` or `abis`.
    pub application: String,
}

/// A token.
#[derive(Clone)]
pub(super) struct Token {
    text: Zeroizing<String>,
    good_until: Timestamp,
}

impl Token {
    /// The cookie header that carries it.
    pub(super) fn cookie(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{COOKIE}={}", *self.text))
    }
}

/// The current token. The lock is held while one is fetched, so that a burst fetches one.
pub(super) struct TokenCache {
    source: TokenSource,
    clock: Clock,
    held: Mutex<Option<Token>>,
}

impl TokenCache {
    pub(super) fn new(source: TokenSource, clock: Clock) -> Self {
        Self { source, clock, held: Mutex::new(None) }
    }

    /// The token in use, or a new one when it has ended.
    pub(super) async fn current(&self, exchange: &Exchange) -> Result<Token, ShareError> {
        let mut held = self.held.lock().await;
        match &*held {
            Some(token) if self.clock.now() < token.good_until => Ok(token.clone()),
            _ => Ok(held.insert(self.issue(exchange).await?).clone()),
        }
    }

    /// A new token in place of a refused one, unless somebody else has renewed it already.
    pub(super) async fn renewed(
        &self,
        exchange: &Exchange,
        refused: &Token,
    ) -> Result<Token, ShareError> {
        let mut held = self.held.lock().await;
        match &*held {
            Some(token) if token.text != refused.text => Ok(token.clone()),
            _ => Ok(held.insert(self.issue(exchange).await?).clone()),
        }
    }

    async fn issue(&self, exchange: &Exchange) -> Result<Token, ShareError> {
        let now = self.clock.now();
        let source = &self.source;
        let request = json!({
            "id": "mosip.authentication.clientidsecretkey",
            "version": "1.0",
            "requesttime": write_time(now),
            "metadata": {},
            "request": {
                "appId": source.application,
                "clientId": source.client_id,
                "secretKey": *source.secret,
            },
        });
        let answer = exchange.post(&source.address, Zeroizing::new(request.to_string())).await;
        let (headers, _) = answer.map_err(|error| match error {
            ShareError::Unreachable | ShareError::Refused(500..=599) => ShareError::Unreachable,
            _ => ShareError::TokenDenied,
        })?;
        // A refusal comes with status 200 and without the cookie.
        let text = find_cookie(&headers).ok_or(ShareError::TokenDenied)?;
        Ok(Token { good_until: good_until(&text, now), text })
    }
}

fn find_cookie(headers: &HeaderMap) -> Option<Zeroizing<String>> {
    headers.get_all(SET_COOKIE).iter().find_map(|header| {
        let pair = header.to_str().ok()?.split(';').next()?;
        let (name, value) = pair.split_once('=')?;
        let value = value.trim();
        let usable = !value.is_empty()
            && value.len() <= LONGEST_TOKEN
            && value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
        (name.trim().eq_ignore_ascii_case(COOKIE) && usable)
            .then(|| Zeroizing::new(value.to_owned()))
    })
}

/// When a token ends, as it says itself. Its signature is for the share to check; a forged end
/// costs the issuer one request.
fn good_until(token: &str, now: Timestamp) -> Timestamp {
    let stated = || {
        let claims = decode_base64(token.split('.').nth(1)?.as_bytes())?;
        let claims: Value = serde_json::from_slice(&claims).ok()?;
        Timestamp::from_second(claims.get("exp")?.as_i64()?).ok()
    };
    let plus = |seconds| now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now);
    match stated() {
        Some(end) => end.checked_sub(SignedDuration::from_secs(MARGIN_SECONDS)).unwrap_or(end),
        None => plus(UNSTATED_LIFE_SECONDS),
    }
}

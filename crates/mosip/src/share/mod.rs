//! Data shares, and above all fetching biometrics from one: an address of an allowed place, a token that is kept
//! until it ends, and an envelope that only the holder of the private key opens.

mod error;

mod origin;

mod exchange;
mod token;

mod envelope;
mod seal;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use niims_wire::Clock;
use zeroize::Zeroizing;

pub use envelope::{EnvelopeKey, EnvelopeKeys};
pub use error::{EnvelopeError, ShareError};
pub use origin::{Origin, OriginError};
pub use seal::Recipient;
pub use token::TokenSource;

use exchange::Exchange;
use token::TokenCache;

/// Largest body of a share: a document of [`super::cbeff::LARGEST_DOCUMENT`] in base64, and its envelope.
const LARGEST_BODY: u64 = (super::cbeff::LARGEST_DOCUMENT as u64 / 3 + 1) * 4 + 4_096;

/// Time for one exchange, seconds. Range 5 to 120. A share of 8 MB over 10 Mbit/s takes 7.
const EXCHANGE_SECONDS: u64 = 60;

/// Pauses before the second and third attempt, milliseconds. They outlast a restart of a proxy, not
/// one of a data share; a longer fault is the caller's to see (code 7).
const PAUSES_MS: [u64; 2] = [250, 1_500];

/// Where biometrics may be fetched from, and with which secrets.
pub struct ShareParts {
    /// The places from which anything is fetched. An address elsewhere is refused before a name is
    /// looked up: a request is not a way to reach the operator's own network.
    pub allowed: Vec<Origin>,
    /// Where a token is got; `None` when the shares ask for none.
    pub token: Option<TokenSource>,
    /// Private keys under which envelopes are sealed; empty when shares are not encrypted.
    pub keys: EnvelopeKeys,
    /// Whether a share may come without an envelope. Keep it false where keys are in use.
    pub accepts_plain: bool,
    /// Certificates of a private authority, PEM, for `https` places; `None` for the public ones.
    pub authorities: Option<Vec<u8>>,
    /// Where the time comes from.
    pub clock: Clock,
}

/// Fetches biometrics.
#[derive(Clone)]
pub struct Share(Arc<Inner>);

struct Inner {
    allowed: Vec<Origin>,
    keys: EnvelopeKeys,
    accepts_plain: bool,
    tokens: Option<TokenCache>,
    exchange: Exchange,
}

impl Share {
    /// Ready to fetch; nothing is asked for yet.
    ///
    /// # Errors
    /// [`ShareError::Authorities`] when the certificates are not PEM.
    pub fn new(parts: ShareParts) -> Result<Self, ShareError> {
        let limit = Duration::from_secs(EXCHANGE_SECONDS);
        let exchange = Exchange::new(limit, parts.authorities.as_deref())?;
        Ok(Self(Arc::new(Inner {
            tokens: parts.token.map(|source| TokenCache::new(source, parts.clock)),
            allowed: parts.allowed,
            keys: parts.keys,
            accepts_plain: parts.accepts_plain,
            exchange,
        })))
    }

    /// The document behind an address, opened.
    ///
    /// # Errors
    /// [`ShareError`]; none repeats the address, which is itself a secret.
    pub async fn fetch(&self, address: &str) -> Result<Zeroizing<Vec<u8>>, ShareError> {
        let address = origin::check(address, &self.0.allowed)?;
        let mut pauses = PAUSES_MS.into_iter();
        loop {
            let result = self.fetch_once(&address).await;
            match (result, pauses.next()) {
                (Err(error), Some(pause)) if error.is_passing() => {
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                }
                (result, _) => return self.open(&result?),
            }
        }
    }

    /// Fetches the body; a token that is refused is renewed once.
    async fn fetch_once(&self, address: &ureq::http::Uri) -> Result<Vec<u8>, ShareError> {
        let exchange = &self.0.exchange;
        let Some(tokens) = &self.0.tokens else {
            return exchange.get(address, None, LARGEST_BODY).await;
        };
        let token = tokens.current(exchange).await?;
        match exchange.get(address, Some(&token), LARGEST_BODY).await {
            Err(ShareError::TokenRefused) => {
                let renewed = tokens.renewed(exchange, &token).await?;
                exchange.get(address, Some(&renewed), LARGEST_BODY).await
            }
            other => other,
        }
    }

    fn open(&self, body: &[u8]) -> Result<Zeroizing<Vec<u8>>, ShareError> {
        // A document is XML, or JSON that holds some; an envelope is base64, which is neither.
        let first = body.trim_ascii_start().first();
        let plain = first.is_none_or(|first| matches!(first, b'<' | b'{'));
        if !plain {
            return Ok(envelope::open(body, &self.0.keys)?);
        }
        if self.0.accepts_plain || body.trim_ascii().is_empty() {
            return Ok(Zeroizing::new(body.to_vec()));
        }
        Err(ShareError::Plain)
    }
}

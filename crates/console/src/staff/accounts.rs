//! What every operation on accounts is given.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use niims_country::CountryPack;
use niims_store::Database;
use niims_wire::{Clock, Entropy};
use rand_core::Rng;
use tokio::sync::Semaphore;

/// Where the pages are, as browsers see it. Passkeys are bound to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The host name, such as `staff.example.org`; passkeys know no addresses in digits.
    pub domain: String,
    /// Whether browsers come by HTTPS. False only on the loopback.
    pub secure: bool,
}

impl Site {
    /// This machine alone, by plain HTTP.
    pub fn loopback() -> Self {
        Self { domain: "localhost".to_owned(), secure: false }
    }

    /// Whether a browser that says it is at `origin` is here. Over plain HTTP any port
    /// will do: on the loopback they are all this machine.
    pub(crate) fn is_origin(&self, origin: &str) -> bool {
        if self.secure {
            return origin.strip_prefix("https://") == Some(self.domain.as_str());
        }
        let rest = origin.strip_prefix("http://").and_then(|o| o.strip_prefix(&self.domain));
        rest.is_some_and(|rest| {
            let port = rest.strip_prefix(':');
            rest.is_empty() || port.is_some_and(|p| p.parse::<u16>().is_ok())
        })
    }
}

/// The accounts of a deployment.
#[derive(Clone)]
pub(crate) struct Accounts {
    pub(crate) db: Database,
    pub(crate) pack: Arc<CountryPack>,
    pub(crate) clock: Clock,
    pub(crate) entropy: Entropy,
    pub(crate) site: Site,
    /// Passwords hashed at once: each takes a core and 19 MiB.
    pub(crate) hashing: Arc<Semaphore>,
}

/// Most passwords hashed at once.
pub(crate) const HASHED_AT_ONCE: usize = 2;

impl Accounts {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A fresh token of 256 bits, as text for a cookie or a link.
    pub(crate) fn token(&self) -> String {
        token(&self.entropy)
    }
}

/// A fresh token of 256 bits, as text for a cookie or a link.
pub(crate) fn token(entropy: &Entropy) -> String {
    let mut bytes = [0; 32];
    entropy.rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_ours_or_not() {
        let here = Site::loopback();
        let there = Site { domain: "staff.example.org".into(), secure: true };
        for (origin, ours) in [
            ("http://localhost", true),
            ("http://localhost:8080", true),
            ("http://localhost:8080x", false),
            ("http://localhost.example.org", false),
            ("https://localhost", false),
            ("http://127.0.0.1:8080", false),
        ] {
            assert_eq!(here.is_origin(origin), ours, "{origin}");
        }
        for (origin, ours) in [
            ("https://staff.example.org", true),
            ("https://staff.example.org:444", false),
            ("http://staff.example.org", false),
            ("https://evil.staff.example.org", false),
            ("https://staff.example.org.evil", false),
        ] {
            assert_eq!(there.is_origin(origin), ours, "{origin}");
        }
    }
}

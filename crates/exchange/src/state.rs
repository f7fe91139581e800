//! What the exchange works with, and the clients that may ask it.

use core::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use niims_country::CountryPack;
use niims_record::ClientId;
use niims_store::clients::{self, Client, ClientStatus};
use niims_store::{Database, StoreError};
use niims_wire::agency::AgencyQuestions;
use niims_wire::{Clock, Entropy};
use rand_core::{CryptoRng, Rng};

/// What the exchange works with. Cheap to clone.
#[derive(Clone)]
pub struct ExchangeState {
    /// Clients and their tokens.
    pub db: Database,
    /// The register as agencies reach it.
    pub questions: Arc<dyn AgencyQuestions>,
    /// Agencies and the register of purposes.
    pub pack: Arc<CountryPack>,
    /// The time.
    pub clock: Clock,
    /// The source of tokens.
    pub entropy: Entropy,
}

impl fmt::Debug for ExchangeState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExchangeState")
    }
}

/// A client with its secret, which is shown once and stored only as a hash.
#[derive(Clone, PartialEq, Eq)]
pub struct NewClient {
    /// The client, `client_id` of a token request.
    pub client_id: ClientId,
    /// The secret, `client_secret` of a token request: 43 characters of base64url.
    pub secret: String,
}

impl fmt::Debug for NewClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewClient({}, …)", self.client_id)
    }
}

/// Why no client was added.
#[derive(Debug, thiserror::Error)]
pub enum AddClientError {
    /// The pack has no such agency.
    #[error("the country pack has no agency with this code; its codes stand in agencies.csv")]
    AgencyUnknown,
    /// The database refused.
    #[error("the client could not be stored")]
    Store(#[from] StoreError),
}

impl AddClientError {
    /// The stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AgencyUnknown => "exchange.agency_unknown",
            Self::Store(error) => error.code(),
        }
    }
}

/// Adds a client of an agency of the pack.
pub async fn add_client(
    db: &Database,
    pack: &CountryPack,
    agency: &str,
    rng: &mut (impl CryptoRng + Send + ?Sized),
) -> Result<NewClient, AddClientError> {
    if pack.agency(agency).is_none() {
        return Err(AddClientError::AgencyUnknown);
    }
    let new = NewClient { client_id: ClientId::random(rng), secret: random_text(rng) };
    let client =
        Client { id: new.client_id, agency: agency.to_owned(), status: ClientStatus::Active };
    let mut tx = db.write().await?;
    clients::insert(&mut tx, &client, &new.secret).await?;
    tx.commit().await?;
    Ok(new)
}

/// 32 random bytes as base64url, for secrets and tokens: 256 bits, so that the
/// store may keep a plain hash of them (NIST SP 800-63B §3.1.2.2 asks for 112).
pub(crate) fn random_text(rng: &mut (impl Rng + ?Sized)) -> String {
    let mut bytes = [0_u8; 32];
    rng.fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

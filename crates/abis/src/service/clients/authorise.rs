//! Whether the bearer of a token may do something.

use std::collections::BTreeSet;

use niims_record::ClientId;
use niims_store::StoreError;
use niims_store::abis::clients;
use niims_store::clients::ClientStatus;

use super::{LONGEST_CREDENTIAL, of_words};
use crate::access::Scope;
use crate::service::{Identified, PersonCandidate, Service, Verified};

/// Why a caller is turned away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// Nothing was shown.
    #[error("no token came with the request; get one and send it as authorization: Bearer")]
    TokenMissing,
    /// It was never issued, or ended more than a day ago.
    #[error("this token is not known; get a new one")]
    TokenUnknown,
    /// It ended.
    #[error("this token has ended; get a new one")]
    TokenExpired,
    /// Its client may not ask any more.
    #[error("the client of this token is revoked")]
    ClientRevoked,
    /// It allows other things.
    #[error("the token does not allow this; the scope {} is needed", .0.word())]
    ScopeMissing(Scope),
    /// One answer for every way to be wrong, so that nobody learns which ids exist.
    #[error("client or secret is wrong, or the client is revoked")]
    ClientUnknown,
    /// Another way to prove oneself than this one.
    #[error("only the grant client_credentials is supported")]
    GrantUnsupported,
    /// A scope that there is not, or that the client may not be given.
    #[error("a scope is not known here, or this client may not be given it")]
    ScopeRefused,
    /// The database failed.
    #[error("the database failed")]
    Storage(#[source] StoreError),
}

impl AccessError {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TokenMissing => "abis.token_missing",
            Self::TokenUnknown => "abis.token_unknown",
            Self::TokenExpired => "abis.token_expired",
            Self::ClientRevoked => "abis.client_revoked",
            Self::ScopeMissing(_) => "abis.scope_missing",
            Self::ClientUnknown => "abis.client_unknown",
            Self::GrantUnsupported => "abis.grant_unsupported",
            Self::ScopeRefused => "abis.scope_refused",
            Self::Storage(_) => "abis.storage",
        }
    }

    /// The HTTP status that says so.
    pub fn status(&self) -> u16 {
        match self {
            Self::TokenMissing
            | Self::TokenUnknown
            | Self::TokenExpired
            | Self::ClientRevoked
            | Self::ClientUnknown => 401,
            Self::ScopeMissing(_) => 403,
            Self::GrantUnsupported | Self::ScopeRefused => 400,
            Self::Storage(_) => 500,
        }
    }
}

impl From<StoreError> for AccessError {
    fn from(error: StoreError) -> Self {
        Self::Storage(error)
    }
}

/// Who asks, and what they may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The client.
    pub client: ClientId,
    /// What the token allows.
    pub scopes: BTreeSet<Scope>,
}

impl Caller {
    /// The candidates of a search, each with its score where this caller may see it. Who sees
    /// scores can climb towards a print by changing one a little at a time.
    pub fn candidates<'a>(
        &self,
        found: &'a Identified,
    ) -> impl Iterator<Item = (&'a PersonCandidate, Option<i32>)> {
        let sees = self.sees_scores();
        found.candidates().iter().map(move |one| (one, sees.then_some(one.score)))
    }

    /// The score of a comparison, where this caller may see it.
    pub fn score(&self, verified: &Verified) -> Option<i32> {
        self.sees_scores().then_some(verified.score)
    }

    /// The threshold that this caller asked for. Who may not see scores may not choose one either:
    /// a few questions with different thresholds find out any score.
    ///
    /// # Errors
    /// [`AccessError::ScopeMissing`].
    pub fn threshold(&self, asked: Option<i32>) -> Result<Option<i32>, AccessError> {
        match asked {
            Some(_) if !self.sees_scores() => Err(AccessError::ScopeMissing(Scope::Scores)),
            asked => Ok(asked),
        }
    }

    /// Whether scores may be shown to this caller.
    pub fn sees_scores(&self) -> bool {
        self.scopes.contains(&Scope::Scores)
    }
}

impl Service {
    /// Who holds this token, if it is good and allows this.
    ///
    /// # Errors
    /// [`AccessError`], with a code for each way in which a token can be no good.
    pub async fn authorise(
        &self,
        token: Option<&str>,
        needed: Scope,
    ) -> Result<Caller, AccessError> {
        let token = token.filter(|token| !token.is_empty()).ok_or(AccessError::TokenMissing)?;
        if token.len() > LONGEST_CREDENTIAL {
            return Err(AccessError::TokenUnknown);
        }
        let mut tx = self.db().read().await?;
        let found = clients::find_token(&mut tx, token).await?.ok_or(AccessError::TokenUnknown)?;
        if found.status != ClientStatus::Active {
            return Err(AccessError::ClientRevoked);
        }
        if found.expires_at <= self.parts.clock.now() {
            return Err(AccessError::TokenExpired);
        }
        let scopes = of_words(&found.scopes).unwrap_or_default();
        if scopes.contains(&needed) {
            Ok(Caller { client: found.client, scopes })
        } else {
            Err(AccessError::ScopeMissing(needed))
        }
    }
}

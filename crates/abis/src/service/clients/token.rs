//! Issuing tokens.

use core::fmt;
use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use niims_store::abis::clients;

use super::{AccessError, LONGEST_CREDENTIAL, as_words, of_words, random_text};
use crate::access::Scope;
use crate::service::Service;

/// Life of a token in seconds. Range 60 to 3,600; RFC 6750 §5.3 asks for at most an hour. Shorter
/// costs one more request per period, longer lets a stolen token live.
pub(super) const TOKEN_LIFE_SECONDS: i64 = 300;

/// A token just issued. Its text is known here and nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// What to send.
    pub text: String,
    /// What it allows.
    pub scopes: BTreeSet<Scope>,
    /// How long it lasts, seconds.
    pub expires_in: i64,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({:?}, …)", self.scopes)
    }
}

impl Service {
    /// Issues a token for these scopes, words set apart by blanks, or for all that the client may be
    /// given.
    ///
    /// # Errors
    /// [`AccessError::ClientUnknown`], [`AccessError::ScopeRefused`].
    pub async fn issue_token(
        &self,
        client: &str,
        secret: &str,
        scope: Option<&str>,
    ) -> Result<Token, AccessError> {
        if secret.len() > LONGEST_CREDENTIAL || client.len() > LONGEST_CREDENTIAL {
            return Err(AccessError::ClientUnknown);
        }
        let id = client.parse().map_err(|_| AccessError::ClientUnknown)?;
        // Checked in a reading transaction, so that guesses never hold up the one writer. A client
        // revoked in between has a token that is dead from birth.
        let mut tx = self.db().read().await?;
        let client =
            clients::authenticate(&mut tx, id, secret).await?.ok_or(AccessError::ClientUnknown)?;
        drop(tx);
        let allowed = of_words(&client.scopes).unwrap_or_default();
        let scopes = match scope {
            Some(words) => of_words(words).ok_or(AccessError::ScopeRefused)?,
            None => allowed.clone(),
        };
        if scopes.is_empty() || !scopes.is_subset(&allowed) {
            return Err(AccessError::ScopeRefused);
        }
        let text = random_text(&self.parts.entropy);
        let life = SignedDuration::from_secs(TOKEN_LIFE_SECONDS);
        let expires_at = self.parts.clock.now().checked_add(life).unwrap_or(Timestamp::MAX);
        let mut tx = self.db().write().await?;
        clients::insert_token(&mut tx, &text, id, &as_words(&scopes), expires_at).await?;
        tx.commit().await?;
        Ok(Token { text, scopes, expires_in: TOKEN_LIFE_SECONDS })
    }
}

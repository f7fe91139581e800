//! Adding and revoking clients.

use core::fmt;
use std::collections::BTreeSet;

use niims_record::ClientId;
use niims_store::abis::clients::{self, AbisClient};
use niims_store::clients::ClientStatus;
use serde_json::json;

use super::{as_words, random_text};
use crate::access::Scope;
use crate::service::{Service, ServiceError};

/// A client just added. The secret is known here and nowhere else.
pub struct NewClient {
    /// Its id.
    pub id: ClientId,
    /// Its secret.
    pub secret: String,
}

impl fmt::Debug for NewClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewClient({}, …)", self.id)
    }
}

impl Service {
    /// Adds a client that may be given these scopes.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn add_client(
        &self,
        label: &str,
        scopes: &BTreeSet<Scope>,
    ) -> Result<NewClient, ServiceError> {
        let secret = random_text(&self.parts.entropy);
        let mut tx = self.db().write().await?;
        let client = AbisClient {
            id: ClientId::from_bytes(tx.keyring().random()),
            label: label.to_owned(),
            scopes: as_words(scopes),
            status: ClientStatus::Active,
        };
        clients::insert(&mut tx, &client, &secret, self.parts.clock.now()).await?;
        let details = json!({ "scopes": client.scopes });
        self.note(&mut tx, "abis.client_added", client.id.to_string(), details).await?;
        tx.commit().await?;
        Ok(NewClient { id: client.id, secret })
    }

    /// Revokes a client with all its tokens; `false` where it is unknown or revoked.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn revoke_client(&self, id: ClientId) -> Result<bool, ServiceError> {
        let mut tx = self.db().write().await?;
        let revoked = clients::revoke(&mut tx, id).await?;
        if revoked {
            self.note(&mut tx, "abis.client_revoked", id.to_string(), json!({})).await?;
        }
        tx.commit().await?;
        Ok(revoked)
    }
}

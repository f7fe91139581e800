//! What may come to the centre once, by whose packet came first with it.

use niims_record::ApplicationId;
use sqlx::query;

use crate::{StoreError, Tx};

/// What is seen once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Once {
    /// The biometric block of a capture that a device signed.
    Capture,
    /// A form that a resident brought, on paper or filled in at home.
    Form,
}

impl Once {
    const fn name(self) -> &'static str {
        match self {
            Self::Capture => "capture",
            Self::Form => "form",
        }
    }
}

/// Key of the tokens.
const INDEX: &str = "seen_once";

/// Notes that an application brought this, unless another did before; whose it is now.
pub async fn note(
    tx: &mut Tx,
    kind: Once,
    what: &[u8],
    application: ApplicationId,
) -> Result<ApplicationId, StoreError> {
    let token = tx.keyring.blind(INDEX, &[kind.name().as_bytes(), b":", what].concat()).to_vec();
    tx.execute(
        query(
            "INSERT INTO seen_once (kind, token, application) VALUES ($1, $2, $3) \
             ON CONFLICT (kind, token) DO NOTHING",
        )
        .bind(kind.name())
        .bind(token.clone())
        .bind(application.as_bytes().to_vec()),
    )
    .await?;
    Ok(by(tx, kind, what).await?.unwrap_or(application))
}

/// Whose packet came first with this.
pub async fn by(tx: &mut Tx, kind: Once, what: &[u8]) -> Result<Option<ApplicationId>, StoreError> {
    let token = tx.keyring.blind(INDEX, &[kind.name().as_bytes(), b":", what].concat()).to_vec();
    let found = tx
        .fetch_optional(
            query("SELECT application FROM seen_once WHERE kind = $1 AND token = $2")
                .bind(kind.name())
                .bind(token),
        )
        .await?;
    found.map(|row| row.id("application")).transpose()
}

/// Notes that an application came with the form of an earlier one.
pub async fn note_form_again(
    tx: &mut Tx,
    application: ApplicationId,
    earlier: ApplicationId,
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO form_again (application, earlier) VALUES ($1, $2) \
             ON CONFLICT (application) DO NOTHING",
        )
        .bind(application.as_bytes().to_vec())
        .bind(earlier.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// The earlier application with the same form on paper.
pub async fn form_again(
    tx: &mut Tx,
    application: ApplicationId,
) -> Result<Option<ApplicationId>, StoreError> {
    let found = tx
        .fetch_optional(
            query("SELECT earlier FROM form_again WHERE application = $1")
                .bind(application.as_bytes().to_vec()),
        )
        .await?;
    found.map(|row| row.id("earlier")).transpose()
}

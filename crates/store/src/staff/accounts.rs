//! How a member of staff signs in: user name, password, secret of the codes.

use core::fmt;

use jiff::Timestamp;
use niims_record::OfficerId;
use niims_record::staff::UserName;
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, query};
use zeroize::Zeroizing;

use super::{blind, cell};
use crate::row::{Row, json};
use crate::{Owner, StoreError, Tx};

const TABLE: &str = "staff_account";
const USER_NAME: &str = "staff.user_name";
const COLUMNS: &str = "officer, identity_sealed, password_hash, totp_sealed, secret_version, \
                       totp_step, created_at";

/// Who somebody is to colleagues. Personal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The user name.
    pub user_name: String,
    /// The name, as colleagues know it.
    pub name: String,
}

/// One account.
#[derive(Clone)]
pub struct Account {
    /// Whose.
    pub officer: OfficerId,
    /// User name and name.
    pub identity: Identity,
    /// Argon2id hash of the password in PHC form, if there is a password.
    pub password_hash: Option<String>,
    /// The secret of the codes, if there is one.
    pub totp_secret: Option<Zeroizing<Vec<u8>>>,
    /// The last time step whose code was used.
    pub totp_step: i64,
    /// Since when.
    pub created_at: Timestamp,
}

/// Adds an account without any way to sign in. [`StoreError::Duplicate`] where the
/// officer has one or the user name is taken.
pub async fn insert(
    tx: &mut Tx,
    officer: OfficerId,
    user_name: &UserName,
    name: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let identity = Identity { user_name: user_name.as_str().to_owned(), name: name.to_owned() };
    let place = cell(TABLE, "identity_sealed", officer.as_bytes(), 1);
    let sealed = tx.seal(Owner::Register, place, json(&identity)?.as_bytes()).await?;
    let token = blind(&tx.keyring, USER_NAME, user_name.as_str());
    tx.execute(
        query(
            "INSERT INTO staff_account (officer, user_name_token, identity_sealed, \
             secret_version, totp_step, created_at) VALUES ($1, $2, $3, 0, 0, $4)",
        )
        .bind(officer.as_bytes().to_vec())
        .bind(token.to_vec())
        .bind(sealed)
        .bind(at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// The account of this officer.
pub async fn get(tx: &mut Tx, officer: OfficerId) -> Result<Option<Account>, StoreError> {
    one(tx, "officer = $1", officer.as_bytes().to_vec()).await
}

/// The account with this user name.
pub async fn find(tx: &mut Tx, user_name: &UserName) -> Result<Option<Account>, StoreError> {
    let token = blind(&tx.keyring, USER_NAME, user_name.as_str());
    one(tx, "user_name_token = $1", token.to_vec()).await
}

/// Every account, oldest first.
pub async fn list(tx: &mut Tx) -> Result<Vec<Account>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM staff_account ORDER BY created_at, officer");
    let rows = tx.fetch_all(query(AssertSqlSafe(sql))).await?;
    let mut accounts = Vec::with_capacity(rows.len());
    for row in &rows {
        accounts.push(read(tx, row).await?);
    }
    Ok(accounts)
}

/// Sets the password's hash.
pub async fn set_password(tx: &mut Tx, officer: OfficerId, hash: &str) -> Result<(), StoreError> {
    tx.execute(
        query("UPDATE staff_account SET password_hash = $1 WHERE officer = $2")
            .bind(hash)
            .bind(officer.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// Sets the secret of the codes; codes of an older secret are dead.
pub async fn set_totp(tx: &mut Tx, officer: OfficerId, secret: &[u8]) -> Result<(), StoreError> {
    let found = tx
        .fetch_optional(
            query("SELECT secret_version FROM staff_account WHERE officer = $1")
                .bind(officer.as_bytes().to_vec()),
        )
        .await?
        .ok_or(StoreError::UnknownReference)?;
    let version = found.int("secret_version")? + 1;
    let place = cell(TABLE, "totp_sealed", officer.as_bytes(), version);
    let sealed = tx.seal(Owner::Register, place, secret).await?;
    tx.execute(
        query(
            "UPDATE staff_account SET totp_sealed = $1, secret_version = $2, totp_step = 0 \
             WHERE officer = $3",
        )
        .bind(sealed)
        .bind(version)
        .bind(officer.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// Uses up the code of a time step; `false` where it, or a later one, was used already.
/// Of two that come at once with the same code one gets `false`.
pub async fn spend_step(tx: &mut Tx, officer: OfficerId, step: i64) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query("UPDATE staff_account SET totp_step = $1 WHERE officer = $2 AND totp_step < $1")
                .bind(step)
                .bind(officer.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// Takes away password and secret: nobody signs in with them any more.
pub async fn forget_secrets(tx: &mut Tx, officer: OfficerId) -> Result<(), StoreError> {
    tx.execute(
        query(
            "UPDATE staff_account SET password_hash = NULL, totp_sealed = NULL WHERE officer = $1",
        )
        .bind(officer.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

async fn one(tx: &mut Tx, which: &str, value: Vec<u8>) -> Result<Option<Account>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM staff_account WHERE {which}");
    match tx.fetch_optional(query(AssertSqlSafe(sql)).bind(value)).await? {
        Some(row) => read(tx, &row).await.map(Some),
        None => Ok(None),
    }
}

async fn read(tx: &mut Tx, row: &Row) -> Result<Account, StoreError> {
    let officer: OfficerId = row.id("officer")?;
    let place = cell(TABLE, "identity_sealed", officer.as_bytes(), 1);
    let identity = tx.open(Owner::Register, place, &row.bytes("identity_sealed")?).await?;
    let identity = serde_json::from_slice(&identity)
        .map_err(|_| StoreError::MalformedRow { column: "identity_sealed" })?;
    let totp_secret = match row.opt_bytes("totp_sealed")? {
        Some(sealed) => {
            let version = row.int("secret_version")?;
            let place = cell(TABLE, "totp_sealed", officer.as_bytes(), version);
            Some(Zeroizing::new(tx.open(Owner::Register, place, &sealed).await?))
        }
        None => None,
    };
    Ok(Account {
        officer,
        identity,
        password_hash: row.opt_text("password_hash")?,
        totp_secret,
        totp_step: row.int("totp_step")?,
        created_at: row.time("created_at")?,
    })
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(…)")
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("officer", &self.officer).finish_non_exhaustive()
    }
}

//! Data keys: one per owner and class, wrapped by the root; destroying them
//! erases what they sealed.

use jiff::Timestamp;
use sqlx::query;
use zeroize::Zeroizing;

use crate::database::DataKey;
use crate::field::{Cell, open_field, seal_field};
use crate::{Owner, StoreError, Tx};

/// Destroys the data keys of an owner for ever: every class, also those that have
/// no key yet. What they sealed reads as [`StoreError::KeyDestroyed`] from the
/// commit on, on every server. Gives how many keys there were.
///
/// Copies of the wrapped keys last in backups and in the database's own log for as
/// long as those are kept, and open only under the root key: retention of backups
/// is part of an erasure.
pub async fn destroy_keys(tx: &mut Tx, owner: Owner, at: Timestamp) -> Result<u64, StoreError> {
    if owner == Owner::Register {
        return Err(StoreError::OutOfRange);
    }
    tx.data_keys.retain(|(of, _), _| *of != owner);
    let destroyed = tx
        .execute(
            query(
                "UPDATE data_key SET wrapped = NULL, destroyed_at = $1 \
                 WHERE owner = $2 AND owner_kind = $3 AND wrapped IS NOT NULL",
            )
            .bind(at.as_millisecond())
            .bind(owner.bytes().to_vec())
            .bind(owner.kind()),
        )
        .await?;
    // A tombstone for all classes, so that no later write makes a new key.
    tx.execute(
        query(
            "INSERT INTO data_key (owner, owner_kind, class, destroyed_at) \
             VALUES ($1, $2, '*', $3) ON CONFLICT DO NOTHING",
        )
        .bind(owner.bytes().to_vec())
        .bind(owner.kind())
        .bind(at.as_millisecond()),
    )
    .await?;
    Ok(destroyed)
}

/// Whether an owner's keys have been destroyed.
pub async fn is_erased(tx: &mut Tx, owner: Owner) -> Result<bool, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT class FROM data_key \
                 WHERE owner = $1 AND owner_kind = $2 AND class = '*'",
            )
            .bind(owner.bytes().to_vec())
            .bind(owner.kind()),
        )
        .await?;
    Ok(row.is_some())
}

impl Tx {
    /// Seals a value for its cell under the owner's key of the cell's class,
    /// making the key where there is none.
    pub(crate) async fn seal(
        &mut self,
        owner: Owner,
        cell: Cell<'_>,
        plain: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let key = match self.data_key(owner, cell.class).await? {
            Some(key) => key,
            None => self.make_data_key(owner, cell.class).await?,
        };
        seal_field(&self.keyring, &key, &cell, plain)
    }

    /// Opens a sealed cell.
    pub(crate) async fn open(
        &mut self,
        owner: Owner,
        cell: Cell<'_>,
        sealed: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let key = self.data_key(owner, cell.class).await?.ok_or(StoreError::FieldAltered)?;
        open_field(&key, &cell, sealed)
    }

    /// As [`Tx::open`], for text.
    pub(crate) async fn open_text(
        &mut self,
        owner: Owner,
        cell: Cell<'_>,
        sealed: &[u8],
    ) -> Result<String, StoreError> {
        let plain = self.open(owner, cell, sealed).await?;
        String::from_utf8(plain).map_err(|_| StoreError::FieldAltered)
    }

    async fn data_key(&mut self, owner: Owner, class: &str) -> Result<Option<DataKey>, StoreError> {
        let entry = (owner, class.to_owned());
        if let Some(key) = self.data_keys.get(&entry) {
            return Ok(Some(key.clone()));
        }
        let rows = self
            .fetch_all(
                query(
                    "SELECT wrapped FROM data_key \
                     WHERE owner = $1 AND owner_kind = $2 AND class IN ($3, '*')",
                )
                .bind(owner.bytes().to_vec())
                .bind(owner.kind())
                .bind(class),
            )
            .await?;
        let mut found = None;
        for row in rows {
            found = Some(row.opt_bytes("wrapped")?.ok_or(StoreError::KeyDestroyed)?);
        }
        let Some(wrapped) = found else { return Ok(None) };
        self.keep_data_key(owner, class, &wrapped).map(Some)
    }

    /// Unwraps a key that was read with the row it seals, for the rest of the transaction.
    pub(crate) fn keep_data_key(
        &mut self,
        owner: Owner,
        class: &str,
        wrapped: &[u8],
    ) -> Result<DataKey, StoreError> {
        let row = key_row(owner);
        let plain = open_field(self.keyring.wrapping(), &key_cell(&row, class), wrapped)?;
        let key: [u8; 32] = plain.try_into().map_err(|_| StoreError::FieldAltered)?;
        let key = Zeroizing::new(key);
        self.data_keys.insert((owner, class.to_owned()), key.clone());
        Ok(key)
    }

    async fn make_data_key(&mut self, owner: Owner, class: &str) -> Result<DataKey, StoreError> {
        let key = Zeroizing::new(self.keyring.random::<32>());
        let row = key_row(owner);
        let wrapped =
            seal_field(&self.keyring, self.keyring.wrapping(), &key_cell(&row, class), &key[..])?;
        let made = self
            .execute(
                query(
                    "INSERT INTO data_key (owner, owner_kind, class, wrapped) \
                     VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                )
                .bind(owner.bytes().to_vec())
                .bind(owner.kind())
                .bind(class)
                .bind(wrapped),
            )
            .await?;
        if made == 0 {
            // Another transaction made it between our look and our insert.
            return self.data_key(owner, class).await?.ok_or(StoreError::Conflict);
        }
        self.data_keys.insert((owner, class.to_owned()), key.clone());
        Ok(key)
    }
}

fn key_row(owner: Owner) -> Vec<u8> {
    [owner.kind().as_bytes(), &owner.bytes()].concat()
}

fn key_cell<'a>(row: &'a [u8], class: &'a str) -> Cell<'a> {
    Cell { table: "data_key", column: "wrapped", row, version: 1, class }
}

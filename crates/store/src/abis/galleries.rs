//! Named parts of everybody enrolled.

use std::collections::{BTreeMap, BTreeSet};

use niims_record::GalleryReference;
use sqlx::query;

use super::{cell, names};
use crate::row::{int, limit, read_all};
use crate::{BlindToken, Owner, StoreError, Tx};

const TABLE: &str = "abis_gallery";

/// Puts a capture into exactly these galleries, making those that are new.
pub async fn set(
    tx: &mut Tx,
    place: u64,
    reference: GalleryReference,
    galleries: &BTreeSet<String>,
) -> Result<(), StoreError> {
    let wanted: BTreeMap<BlindToken, &String> =
        galleries.iter().map(|name| (token(tx, name), name)).collect();
    let before: BTreeSet<BlindToken> = tokens_of(tx, reference).await?.into_iter().collect();
    for gone in before.iter().filter(|token| !wanted.contains_key(*token)) {
        tx.execute(
            query("DELETE FROM abis_member WHERE gallery = $1 AND reference = $2")
                .bind(gone.to_vec())
                .bind(reference.as_bytes().to_vec()),
        )
        .await?;
        touch(tx, gone, place).await?;
    }
    for (gallery, name) in wanted.iter().filter(|(token, _)| !before.contains(*token)) {
        make(tx, gallery, name, place).await?;
        tx.execute(
            query("INSERT INTO abis_member (gallery, reference) VALUES ($1, $2)")
                .bind(gallery.to_vec())
                .bind(reference.as_bytes().to_vec()),
        )
        .await?;
        touch(tx, gallery, place).await?;
    }
    Ok(())
}

/// The galleries that a capture is in.
pub async fn of(tx: &mut Tx, reference: GalleryReference) -> Result<BTreeSet<String>, StoreError> {
    let rows = tx
        .fetch_all(
            query(
                "SELECT g.gallery AS gallery, g.name_sealed AS name_sealed FROM abis_member m \
                 JOIN abis_gallery g ON g.gallery = m.gallery WHERE m.reference = $1",
            )
            .bind(reference.as_bytes().to_vec()),
        )
        .await?;
    opened(tx, rows).await
}

/// All galleries that ever had a member, by name.
pub async fn list(tx: &mut Tx) -> Result<BTreeSet<String>, StoreError> {
    let rows = tx.fetch_all(query("SELECT gallery, name_sealed FROM abis_gallery")).await?;
    opened(tx, rows).await
}

/// All galleries that ever had a member, by name, with how many captures each has and how many of them
/// are searched.
pub async fn counts(tx: &mut Tx) -> Result<BTreeMap<String, (u64, u64)>, StoreError> {
    let rows = tx
        .fetch_all(query(
            "SELECT g.gallery AS gallery, COUNT(e.reference) AS n, \
             COUNT(CASE WHEN e.status = 'active' THEN 1 END) AS active FROM abis_gallery g \
             LEFT JOIN abis_member m ON m.gallery = g.gallery \
             LEFT JOIN abis_encounter e ON e.reference = m.reference GROUP BY g.gallery",
        ))
        .await?;
    let mut by_token = BTreeMap::new();
    for row in rows {
        by_token.insert(row.bytes("gallery")?, (row.count("n")?, row.count("active")?));
    }
    let mut counted = BTreeMap::new();
    for name in list(tx).await? {
        let counts = by_token.get(token(tx, &name).as_slice()).copied().unwrap_or_default();
        counted.insert(name, counts);
    }
    Ok(counted)
}

/// The place of the last change of a gallery's members; `None` where there is no such gallery.
pub async fn changed(tx: &mut Tx, name: &str) -> Result<Option<u64>, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT changed FROM abis_gallery WHERE gallery = $1")
                .bind(token(tx, name).to_vec()),
        )
        .await?;
    row.map(|row| row.count("changed")).transpose()
}

/// Everybody in a gallery, searched or not.
pub async fn references(tx: &mut Tx, name: &str) -> Result<BTreeSet<GalleryReference>, StoreError> {
    let rows = tx
        .fetch_all(
            query("SELECT reference FROM abis_member WHERE gallery = $1")
                .bind(token(tx, name).to_vec()),
        )
        .await?;
    rows.iter().map(|row| row.id("reference")).collect()
}

/// A page of a gallery's content, in an order of its own that does not change.
pub async fn page(
    tx: &mut Tx,
    name: &str,
    offset: u64,
    at_most: usize,
) -> Result<Vec<names::Named>, StoreError> {
    let rows = tx
        .fetch_all(
            query(
                "SELECT reference FROM abis_member WHERE gallery = $1 \
                 ORDER BY reference LIMIT $2 OFFSET $3",
            )
            .bind(token(tx, name).to_vec())
            .bind(limit(at_most))
            .bind(int(offset)?),
        )
        .await?;
    let references = read_all(&rows, |row| row.id("reference"))?;
    names::of(tx, &references).await
}

/// Takes a capture out of all galleries.
pub(super) async fn leave_all(
    tx: &mut Tx,
    place: u64,
    reference: GalleryReference,
) -> Result<(), StoreError> {
    set(tx, place, reference, &BTreeSet::new()).await
}

async fn tokens_of(
    tx: &mut Tx,
    reference: GalleryReference,
) -> Result<Vec<BlindToken>, StoreError> {
    let rows = tx
        .fetch_all(
            query("SELECT gallery FROM abis_member WHERE reference = $1")
                .bind(reference.as_bytes().to_vec()),
        )
        .await?;
    read_all(&rows, |row| row.array("gallery"))
}

async fn make(tx: &mut Tx, gallery: &BlindToken, name: &str, place: u64) -> Result<(), StoreError> {
    let sealed =
        tx.seal(Owner::Register, cell(TABLE, "name_sealed", gallery, 1)?, name.as_bytes()).await?;
    tx.execute(
        query(
            "INSERT INTO abis_gallery (gallery, name_sealed, changed) VALUES ($1, $2, $3) \
             ON CONFLICT (gallery) DO NOTHING",
        )
        .bind(gallery.to_vec())
        .bind(sealed)
        .bind(int(place)?),
    )
    .await?;
    Ok(())
}

async fn touch(tx: &mut Tx, gallery: &BlindToken, place: u64) -> Result<(), StoreError> {
    tx.execute(
        query("UPDATE abis_gallery SET changed = $1 WHERE gallery = $2")
            .bind(int(place)?)
            .bind(gallery.to_vec()),
    )
    .await?;
    Ok(())
}

async fn opened(tx: &mut Tx, rows: Vec<crate::row::Row>) -> Result<BTreeSet<String>, StoreError> {
    let mut names = BTreeSet::new();
    for row in rows {
        let gallery: BlindToken = row.array("gallery")?;
        let cell = cell(TABLE, "name_sealed", &gallery, 1)?;
        names.insert(tx.open_text(Owner::Register, cell, &row.bytes("name_sealed")?).await?);
    }
    Ok(names)
}

fn token(tx: &Tx, name: &str) -> BlindToken {
    tx.keyring.blind("abis_gallery.gallery", name.as_bytes())
}

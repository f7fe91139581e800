//! The sealed cells of a capture.

use niims_record::GalleryReference;

use super::encounters::Content;
use super::{CLASS, cell};
use crate::row::Row;
use crate::{Owner, StoreError, Tx};

const TABLE: &str = "abis_encounter";

/// The three sealed cells of a row.
pub(super) async fn seal(
    tx: &mut Tx,
    reference: GalleryReference,
    version: u64,
    (person, encounter): (&str, &str),
    content: &Content,
) -> Result<[Vec<u8>; 3], StoreError> {
    let names = crate::row::json(&[person, encounter, &content.kind])?;
    let mut sealed = [const { Vec::new() }; 3];
    let columns = [
        ("names_sealed", names.as_bytes()),
        ("biometrics_sealed", &content.biometrics),
        ("attachment_sealed", &content.attachment),
    ];
    for (out, (column, plain)) in sealed.iter_mut().zip(columns) {
        let cell = cell(TABLE, column, reference.as_bytes(), version)?;
        *out = tx.seal(Owner::Gallery(reference), cell, plain).await?;
    }
    Ok(sealed)
}

/// A sealed cell of a row that names its reference and version.
pub(super) async fn open(
    tx: &mut Tx,
    row: &Row,
    column: &'static str,
) -> Result<Vec<u8>, StoreError> {
    let reference: GalleryReference = row.id("reference")?;
    let cell = cell(TABLE, column, reference.as_bytes(), row.count("version")?)?;
    tx.open(Owner::Gallery(reference), cell, &row.bytes(column)?).await
}

/// The caller's names of person and capture, and the kind.
pub(super) async fn open_names(
    tx: &mut Tx,
    row: &Row,
) -> Result<(String, String, String), StoreError> {
    let plain = open(tx, row, "names_sealed").await?;
    serde_json::from_slice(&plain).map_err(|_| StoreError::MalformedRow { column: "names_sealed" })
}

/// Keeps the key that came with a row as `wrapped`, so that it is not asked for again: whoever fills
/// a gallery anew reads millions of rows.
pub(super) fn keep_key(tx: &mut Tx, row: &Row) -> Result<(), StoreError> {
    let Some(wrapped) = row.opt_bytes("wrapped")? else { return Ok(()) };
    tx.keep_data_key(Owner::Gallery(row.id("reference")?), CLASS, &wrapped)?;
    Ok(())
}

//! What the ABIS stores: captures under the caller's names, the order of changes, named
//! galleries, tasks, clients.
//!
//! Every change begins with [`sequence::next`] and so waits for the one before it. That
//! is what makes "everybody before place n" mean the same for everybody who asks.

pub mod sequence;

pub mod changes;
pub mod encounters;
pub mod galleries;
pub mod listing;
pub mod names;
mod sealed;

pub mod deliveries;
pub mod replies;
pub mod tasks;

pub mod clients;

use crate::{Cell, StoreError};

/// Class of the data keys that seal all of it.
const CLASS: &str = "abis";

/// A cell of one of these tables.
fn cell<'a>(
    table: &'a str,
    column: &'a str,
    row: &'a [u8],
    version: u64,
) -> Result<Cell<'a>, StoreError> {
    Ok(Cell { table, column, row, version: crate::row::int(version)?, class: CLASS })
}

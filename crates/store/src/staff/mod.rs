//! Accounts of staff: how they sign in, what they hold, what waits for a second
//! administrator. Who an officer is stands in [`crate::officers`].

pub mod accounts;
pub mod drafts;
pub mod duties;
pub mod failures;
pub mod invitations;
pub mod passkeys;
pub mod requests;
pub mod sessions;

use crate::{BlindToken, Cell, Keyring};

/// Class of the data of staff; its key is the register's own.
const CLASS: &str = "staff";

/// The place of a sealed cell.
const fn cell<'a>(table: &'a str, column: &'a str, row: &'a [u8; 16], version: i64) -> Cell<'a> {
    Cell { table, column, row, version, class: CLASS }
}

/// What stands in the table for a token that only the browser knows.
fn blind(keyring: &Keyring, what: &str, token: &str) -> BlindToken {
    keyring.blind(what, token.as_bytes())
}

//! Encryption of one cell: AES-256-GCM-SIV (RFC 8452) bound to where it stands.
//!
//! A sealed cell is `format (1 byte) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`. The
//! associated data names table, column, row, version of the row and class, so a
//! cell copied to another place, or an older one put back, does not open.

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};

use crate::{Keyring, StoreError};

/// The layout above.
const FORMAT: u8 = 1;
const NONCE_LEN: usize = 12;

/// Where a sealed value stands.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    /// The table.
    pub table: &'a str,
    /// The column.
    pub column: &'a str,
    /// The primary key of the row, as bytes.
    pub row: &'a [u8],
    /// The version of the row; 1 where rows are never rewritten.
    pub version: i64,
    /// The class of the data, such as `identity` or `biometric`.
    pub class: &'a str,
}

impl Cell<'_> {
    fn associated_data(&self) -> Vec<u8> {
        let mut out = vec![FORMAT];
        let version = self.version.to_be_bytes();
        for part in [
            self.table.as_bytes(),
            self.column.as_bytes(),
            self.row,
            &version,
            self.class.as_bytes(),
        ] {
            out.extend_from_slice(&(part.len() as u64).to_be_bytes());
            out.extend_from_slice(part);
        }
        out
    }
}

/// Seals a value under a 32-byte key for its place. The nonce comes from the
/// keyring's source; the mode stays safe if one ever repeats.
pub fn seal_field(
    keyring: &Keyring,
    key: &[u8; 32],
    cell: &Cell<'_>,
    plain: &[u8],
) -> Result<Vec<u8>, StoreError> {
    let nonce = keyring.random::<NONCE_LEN>();
    let payload = Payload { msg: plain, aad: &cell.associated_data() };
    let sealed = Aes256GcmSiv::new(key.into())
        .encrypt(&Nonce::from(nonce), payload)
        .map_err(|_| StoreError::OutOfRange)?;
    let mut out = Vec::with_capacity(1 + NONCE_LEN + sealed.len());
    out.push(FORMAT);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&sealed);
    Ok(out)
}

/// Opens what [`seal_field`] made; anything else is [`StoreError::FieldAltered`].
pub fn open_field(key: &[u8; 32], cell: &Cell<'_>, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let Some((&FORMAT, rest)) = sealed.split_first() else {
        return Err(StoreError::FieldAltered);
    };
    let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>().ok_or(StoreError::FieldAltered)?;
    let payload = Payload { msg: body, aad: &cell.associated_data() };
    Aes256GcmSiv::new(key.into())
        .decrypt(&Nonce::from(*nonce), payload)
        .map_err(|_| StoreError::FieldAltered)
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    const CELL: Cell<'_> =
        Cell { table: "answer", column: "sealed", row: b"row", version: 1, class: "identity" };

    #[test]
    fn opens_only_where_it_stands() {
        let keyring = Keyring::from_root(&[1; 32], ChaCha20Rng::from_seed([2; 32]));
        let key = [3; 32];
        let sealed = seal_field(&keyring, &key, &CELL, b"value").unwrap();
        assert_eq!(open_field(&key, &CELL, &sealed).unwrap(), b"value");
        let check = |key: [u8; 32], cell: Cell<'_>, sealed: &[u8]| {
            assert_eq!(open_field(&key, &cell, sealed), Err(StoreError::FieldAltered));
        };
        check([4; 32], CELL, &sealed);
        check(key, Cell { table: "other", ..CELL }, &sealed);
        check(key, Cell { column: "other", ..CELL }, &sealed);
        check(key, Cell { row: b"other", ..CELL }, &sealed);
        check(key, Cell { version: 2, ..CELL }, &sealed);
        check(key, Cell { class: "other", ..CELL }, &sealed);
        for place in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[place] ^= 1;
            check(key, CELL, &altered);
            check(key, CELL, &sealed[..place]);
        }
    }
}

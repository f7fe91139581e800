//! What the authenticator says of itself and its user (Level 3, 6.1).

use ciborium::Value;
use sha2::{Digest, Sha256};

use super::{PasskeyRefused, Site};

/// The user was there.
pub(super) const PRESENT: u8 = 1;
/// The authenticator verified its user: by a PIN, a fingerprint, a face.
pub(super) const VERIFIED: u8 = 1 << 2;
/// A new credential follows.
pub(super) const HAS_CREDENTIAL: u8 = 1 << 6;
/// Extensions follow.
const HAS_EXTENSIONS: u8 = 1 << 7;

/// The fields, borrowed from the bytes.
pub(super) struct AuthenticatorData<'a> {
    site_hash: &'a [u8],
    flags: u8,
    pub(super) sign_count: u32,
    pub(super) credential: Option<Credential<'a>>,
}

/// A new credential.
pub(super) struct Credential<'a> {
    pub(super) id: &'a [u8],
    /// COSE key.
    pub(super) public_key: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    /// Reads the bytes; refuses what is cut short or goes on after its end.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, PasskeyRefused> {
        let unreadable = PasskeyRefused::Unreadable;
        let (site_hash, rest) = bytes.split_at_checked(32).ok_or(unreadable)?;
        let (&flags, rest) = rest.split_first().ok_or(unreadable)?;
        let (count, mut rest) = rest.split_first_chunk::<4>().ok_or(unreadable)?;
        let credential = if flags & HAS_CREDENTIAL == 0 {
            None
        } else {
            // 16 bytes name the model of the authenticator; nobody here asks for it.
            let (_, after) = rest.split_at_checked(16).ok_or(unreadable)?;
            let (length, after) = after.split_first_chunk::<2>().ok_or(unreadable)?;
            let length = usize::from(u16::from_be_bytes(*length));
            let (id, after) = after.split_at_checked(length).ok_or(unreadable)?;
            let (public_key, after) = first_item(after)?;
            rest = after;
            Some(Credential { id, public_key })
        };
        if flags & HAS_EXTENSIONS != 0 {
            rest = first_item(rest)?.1;
        }
        if !rest.is_empty() {
            return Err(unreadable);
        }
        Ok(Self { site_hash, flags, sign_count: u32::from_be_bytes(*count), credential })
    }

    /// Checks the site and that the user was there and verified.
    pub(super) fn check(&self, site: &Site) -> Result<(), PasskeyRefused> {
        if self.site_hash != Sha256::digest(site.domain.as_bytes()).as_slice() {
            return Err(PasskeyRefused::OtherSite);
        }
        if self.flags & PRESENT == 0 || self.flags & VERIFIED == 0 {
            return Err(PasskeyRefused::NotVerified);
        }
        Ok(())
    }
}

/// Splits after the first CBOR item.
fn first_item(bytes: &[u8]) -> Result<(&[u8], &[u8]), PasskeyRefused> {
    let mut rest = bytes;
    let _: Value = ciborium::from_reader(&mut rest).map_err(|_| PasskeyRefused::Unreadable)?;
    Ok(bytes.split_at(bytes.len() - rest.len()))
}

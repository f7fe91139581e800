//! The keys of the store: one root key, and everything derived from it.
//!
//! The root key (32 bytes, in a file of mode 0600 that the binary creates) never
//! touches a row. HKDF-SHA256 (RFC 5869) derives from it one key that wraps data
//! keys, one key per blind index, one for pseudonyms and one for one-time codes.

use core::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use niims_record::{ApplicationId, CaseId, GalleryReference, JobId, PacketId, PersonId};
use rand_core::{CryptoRng, Rng};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Salt of the derivation; another scheme gets another salt.
const SALT: &[u8] = b"niims store 1";

/// A blind index: the first 16 bytes of an HMAC-SHA256 under the column's own key.
/// 128 bits keep the chance of one false equality among 10⁹ rows below 10⁻²⁰.
pub type BlindToken = [u8; 16];

/// Whose data key seals a cell. Destroying an owner's keys erases what they seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A person: number, card.
    Person(PersonId),
    /// An application: answers, search record, slip number, messages.
    Application(ApplicationId),
    /// A gallery entry: templates, and the way back to the application.
    Gallery(GalleryReference),
    /// A packet that no application stands for.
    Packet(PacketId),
    /// A task of the ABIS: what was asked, and the answer.
    Task(JobId),
    /// A case of another platform: all that it sent, and what reviewers said of it.
    ForeignCase(CaseId),
    /// The register itself: what concerns no person. Never destroyed.
    Register,
}

impl Owner {
    /// The kind as stored.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Application(_) => "application",
            Self::Gallery(_) => "gallery",
            Self::Packet(_) => "packet",
            Self::Task(_) => "task",
            Self::ForeignCase(_) => "foreign_case",
            Self::Register => "register",
        }
    }

    /// The sixteen bytes of the id as stored.
    pub(crate) const fn bytes(&self) -> [u8; 16] {
        match self {
            Self::Person(id) => *id.as_bytes(),
            Self::Application(id) => *id.as_bytes(),
            Self::Gallery(id) => *id.as_bytes(),
            Self::Packet(id) => *id.as_bytes(),
            Self::Task(id) => *id.as_bytes(),
            Self::ForeignCase(id) => *id.as_bytes(),
            Self::Register => [0; 16],
        }
    }

    /// The owner that a row names.
    pub(crate) fn from_stored(kind: &str, id: [u8; 16]) -> Option<Self> {
        Some(match kind {
            "person" => Self::Person(PersonId::from_bytes(id)),
            "application" => Self::Application(ApplicationId::from_bytes(id)),
            "gallery" => Self::Gallery(GalleryReference::from_bytes(id)),
            "packet" => Self::Packet(PacketId::from_bytes(id)),
            "task" => Self::Task(JobId::from_bytes(id)),
            "foreign_case" => Self::ForeignCase(CaseId::from_bytes(id)),
            "register" => Self::Register,
            _ => return None,
        })
    }
}

/// The keys and the source of randomness of the store. Cheap to clone; clones
/// share the source.
#[derive(Clone)]
pub struct Keyring(Arc<Inner>);

struct Inner {
    root: Zeroizing<[u8; 32]>,
    wrapping: Zeroizing<[u8; 32]>,
    rng: Mutex<Box<dyn CryptoRng + Send>>,
}

impl Keyring {
    /// The keyring under a root key. `rng` gives nonces, data keys and the ids of
    /// rows that callers do not name; it must be cryptographically secure.
    pub fn from_root(root: &[u8; 32], rng: impl CryptoRng + Send + 'static) -> Self {
        Self(Arc::new(Inner {
            root: Zeroizing::new(*root),
            wrapping: derive(root, &[b"wrap"]),
            rng: Mutex::new(Box::new(rng)),
        }))
    }

    /// The key that wraps data keys.
    pub(crate) fn wrapping(&self) -> &[u8; 32] {
        &self.0.wrapping
    }

    /// Fresh random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        // A thread that panicked while drawing leaves no half-made state behind
        // that could repeat output, so a poisoned lock is still good.
        self.0.rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }

    /// The blind index of a value in a column, such as `number.token`. Equal
    /// values give equal tokens within a column and unrelated ones across columns.
    pub fn blind(&self, column: &str, value: &[u8]) -> BlindToken {
        let mut token = [0; 16];
        token.copy_from_slice(&self.mac(&[b"blind", column.as_bytes()], &[value])[..16]);
        token
    }

    /// The pseudonym under which the gallery knows an application.
    pub fn gallery_reference(&self, application: ApplicationId) -> GalleryReference {
        let mut id = [0; 16];
        id.copy_from_slice(&self.mac(&[b"gallery"], &[application.as_bytes()])[..16]);
        GalleryReference::from_bytes(id)
    }

    /// The key of a folder beside the database, such as a gallery's: one for each label, and unrelated to all
    /// others of the root.
    pub fn folder_key(&self, label: &str) -> Zeroizing<[u8; 32]> {
        derive(&self.0.root, &[b"folder", label.as_bytes()])
    }

    /// The stored form of a resident's one-time code: bound to its row, so that a
    /// short code cannot be looked up in a table.
    pub(crate) fn code_mac(&self, row: &[u8; 16], code: &[u8]) -> [u8; 32] {
        self.mac(&[b"one-time code"], &[row, code])
    }

    fn mac(&self, purpose: &[&[u8]], parts: &[&[u8]]) -> [u8; 32] {
        let key = derive(&self.0.root, purpose);
        let mut mac = keyed(&key);
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(…)")
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
pub(crate) fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length")
}

/// The subkey for a purpose. Parts are length-prefixed, so no two purposes can
/// run together.
#[expect(clippy::expect_used, reason = "32 bytes are below HKDF's bound of 8160")]
fn derive(root: &[u8; 32], purpose: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut info = Vec::new();
    for part in purpose {
        info.extend_from_slice(&(part.len() as u64).to_be_bytes());
        info.extend_from_slice(part);
    }
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(Some(SALT), root)
        .expand(&info, key.as_mut())
        .expect("32 bytes are below HKDF's bound");
    key
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    fn keyring(root: u8) -> Keyring {
        Keyring::from_root(&[root; 32], ChaCha20Rng::from_seed([1; 32]))
    }

    #[test]
    fn a_blind_index_depends_on_root_column_and_value() {
        let token = keyring(1).blind("number", b"1");
        assert_eq!(token, keyring(1).blind("number", b"1"));
        assert_ne!(token, keyring(2).blind("number", b"1"));
        assert_ne!(token, keyring(1).blind("surname", b"1"));
        assert_ne!(token, keyring(1).blind("number", b"2"));
    }

    #[test]
    fn purposes_do_not_run_together() {
        assert_ne!(derive(&[1; 32], &[b"ab", b"c"]), derive(&[1; 32], &[b"a", b"bc"]));
    }

    #[test]
    fn a_folder_key_depends_on_root_and_label() {
        assert_ne!(keyring(1).folder_key("gallery"), keyring(2).folder_key("gallery"));
        assert_ne!(keyring(1).folder_key("gallery"), keyring(1).folder_key("log"));
    }

    #[test]
    fn nothing_shows_under_debug_and_draws_differ() {
        let keyring = keyring(7);
        assert_eq!(format!("{keyring:?}"), "Keyring(…)");
        assert_ne!(keyring.random::<32>(), keyring.random::<32>());
    }
}

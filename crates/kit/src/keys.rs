//! The kit's secret keys: files of mode 0600 below `keys`, 64 hexadecimal digits each.
//!
//! ```text
//! keys/kit.key             Ed25519 seed by which the kit signs packets and requests
//! keys/officer_<id>.key    Ed25519 seed of one officer, until a PIN takes its place
//! keys/store.key           root key of the encrypted store
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use niims_packet::{KitSigningKey, OfficerSigningKey};
use niims_record::OfficerId;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::error::KitError;

/// Everything secret that a kit holds.
pub struct KitKeys {
    /// By which the kit signs.
    pub kit: KitSigningKey,
    /// By which each officer signs.
    pub officers: BTreeMap<OfficerId, OfficerSigningKey>,
    /// Root key of the store.
    pub store: Zeroizing<[u8; 32]>,
}

impl core::fmt::Debug for KitKeys {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "KitKeys({}, {} officers)", self.kit.id(), self.officers.len())
    }
}

impl KitKeys {
    /// Fresh keys for a kit and its officers.
    pub fn generate(
        officers: impl IntoIterator<Item = OfficerId>,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Self {
        let kit = KitSigningKey::generate(rng);
        let officers =
            officers.into_iter().map(|id| (id, OfficerSigningKey::generate(rng))).collect();
        let mut store = Zeroizing::new([0; 32]);
        rng.fill_bytes(store.as_mut());
        Self { kit, officers, store }
    }
}

const KIT_FILE: &str = "kit.key";
const STORE_FILE: &str = "store.key";

fn officer_file(officer: OfficerId) -> String {
    format!("officer_{officer}.key")
}

/// Writes all keys and makes them last. Files of an interrupted set-up are replaced.
pub(crate) fn write(folder: &Path, keys: &KitKeys) -> Result<(), KitError> {
    if !folder.is_dir() {
        fs::DirBuilder::new()
            .mode(0o700)
            .create(folder)
            .map_err(|error| KitError::file("created", error))?;
    }
    write_one(folder, KIT_FILE, &keys.kit.to_bytes())?;
    write_one(folder, STORE_FILE, &keys.store)?;
    for (officer, key) in &keys.officers {
        write_one(folder, &officer_file(*officer), &key.to_bytes())?;
    }
    crate::outbox::sync_folder(folder)
}

/// Reads all keys, refusing files that others may read.
pub(crate) fn read(
    folder: &Path,
    officers: impl IntoIterator<Item = OfficerId>,
) -> Result<KitKeys, KitError> {
    let officers = officers
        .into_iter()
        .map(|id| Ok((id, OfficerSigningKey::from_bytes(&*read_one(folder, &officer_file(id))?))))
        .collect::<Result<_, KitError>>()?;
    Ok(KitKeys {
        kit: KitSigningKey::from_bytes(&*read_one(folder, KIT_FILE)?),
        officers,
        store: read_store(folder)?,
    })
}

/// Reads the store's key alone: who the officers are stands in the store.
pub(crate) fn read_store(folder: &Path) -> Result<Zeroizing<[u8; 32]>, KitError> {
    read_one(folder, STORE_FILE)
}

/// Removes the files of officers whose keys open by a PIN.
pub(crate) fn forget(
    folder: &Path,
    officers: impl IntoIterator<Item = OfficerId>,
) -> Result<(), KitError> {
    for officer in officers {
        crate::outbox::remove(&folder.join(officer_file(officer)))?;
    }
    crate::outbox::sync_folder(folder)
}

fn write_one(folder: &Path, file: &str, secret: &[u8; 32]) -> Result<(), KitError> {
    let written = |error| KitError::file("written", error);
    let path = folder.join(file);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(written(error)),
        _ => {}
    }
    let mut handle = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(written)?;
    let text = Zeroizing::new(hex::encode(secret) + "\n");
    handle.write_all(text.as_bytes()).map_err(written)?;
    handle.sync_all().map_err(written)
}

fn read_one(folder: &Path, file: &str) -> Result<Zeroizing<[u8; 32]>, KitError> {
    let unusable = || KitError::Key { file: file.to_owned() };
    let handle = fs::File::open(folder.join(file)).map_err(|_| unusable())?;
    let mode = handle.metadata().map_err(|_| unusable())?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(KitError::KeyPermissions { file: file.to_owned() });
    }
    let mut text = Zeroizing::new(String::with_capacity(80));
    handle.take(80).read_to_string(&mut text).map_err(|_| unusable())?;
    let mut secret = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.trim_end(), secret.as_mut()).map_err(|_| unusable())?;
    Ok(secret)
}

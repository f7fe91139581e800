//! The kit's secret keys: files of mode 0600 below `keys`, 64 hexadecimal digits each.
//!
//! ```text
//! keys/kit.key             Ed25519 seed by which the kit signs packets and requests
//! keys/officer_<id>.key    Ed25519 seed of one officer, until a PIN takes its place
//! keys/spare_<n>.key       Ed25519 seed for an officer to come
//! keys/store.key           root key of the encrypted store
//! keys/tpm.sealed          where the kit is bound to a TPM: the wrapping key, sealed, and its device
//! ```
//!
//! Bound to a TPM, the other files hold the word `tpm1` and the same digits encrypted by AES-256-GCM-SIV
//! under the wrapping key, the name of the file bound to them: a file is no other file.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use niims_packet::{KitSigningKey, OfficerSigningKey};
use niims_record::OfficerId;
use niims_wire::fleet::MOST_OFFICERS;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::error::KitError;
use crate::tpm::{self, SealedKey};

/// Everything secret that a kit holds.
pub struct KitKeys {
    /// By which the kit signs.
    pub kit: KitSigningKey,
    /// By which each officer signs.
    pub officers: BTreeMap<OfficerId, OfficerSigningKey>,
    /// Root key of the store.
    pub store: Zeroizing<[u8; 32]>,
    /// For officers to come, each under the number of its file.
    pub spares: BTreeMap<usize, OfficerSigningKey>,
    /// The TPM to which they will be bound; see [`KitKeys::bound_to`].
    pub binding: Option<Binding>,
}

/// A TPM, and the wrapping key that it will seal.
pub struct Binding {
    device: PathBuf,
    key: WrappingKey,
}

/// The key under which key files are encrypted.
type WrappingKey = Zeroizing<[u8; 32]>;

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
        Self { kit, officers, store, spares: BTreeMap::new(), binding: None }
    }

    /// The same keys, to be written for the TPM at this device alone, from the first byte on.
    #[must_use]
    pub fn bound_to(self, device: &Path, rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let binding = Binding { device: device.to_owned(), key: fresh(rng) };
        Self { binding: Some(binding), ..self }
    }
}

fn fresh(rng: &mut (impl CryptoRng + ?Sized)) -> WrappingKey {
    let mut key = Zeroizing::new([0; 32]);
    rng.fill_bytes(key.as_mut());
    key
}

const KIT_FILE: &str = "kit.key";
const STORE_FILE: &str = "store.key";
const TPM_FILE: &str = "tpm.sealed";
/// First word of an encrypted key file.
const WRAPPED: &str = "tpm1 ";
/// Most bytes of a key file that are read.
const LONGEST_FILE: u64 = 256;
/// Most bytes of what a TPM sealed that are read.
const LONGEST_SEALED: u64 = 16 * 1024;

fn officer_file(officer: OfficerId) -> String {
    format!("officer_{officer}.key")
}

fn spare_file(number: usize) -> String {
    format!("spare_{number}.key")
}

/// Writes all keys and makes them last. Files of an interrupted set-up are replaced.
pub(crate) fn write(folder: &Path, keys: &KitKeys) -> Result<(), KitError> {
    if !folder.is_dir() {
        fs::DirBuilder::new()
            .mode(0o700)
            .create(folder)
            .map_err(|error| KitError::file("created", error))?;
    }
    crate::outbox::remove(&folder.join(TPM_FILE))?;
    let key = keys.binding.as_ref().map(|binding| &binding.key);
    if let Some(Binding { device, key }) = &keys.binding {
        bind(folder, device, key)?;
    }
    write_one(folder, KIT_FILE, &keys.kit.to_bytes(), key)?;
    write_one(folder, STORE_FILE, &keys.store, key)?;
    for (officer, secret) in &keys.officers {
        write_one(folder, &officer_file(*officer), &secret.to_bytes(), key)?;
    }
    for (number, secret) in &keys.spares {
        write_one(folder, &spare_file(*number), &secret.to_bytes(), key)?;
    }
    crate::outbox::sync_folder(folder)
}

/// Seals the wrapping key by the TPM, sees that it comes back, and keeps what was sealed.
fn bind(folder: &Path, device: &Path, key: &WrappingKey) -> Result<(), KitError> {
    let sealed = tpm::seal(device, key)?;
    if tpm::unseal(device, &sealed)? != *key {
        return Err(KitError::Key { file: TPM_FILE.to_owned() });
    }
    let text = Zeroizing::new(format!("{}\n{}", device.display(), sealed.to_text()));
    write_file(folder, TPM_FILE, &text)
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

/// The keys' folder, with the wrapping key where there is a TPM.
pub(crate) struct Ring<'a> {
    folder: &'a Path,
    wrapping: Option<WrappingKey>,
}

impl<'a> Ring<'a> {
    /// Asks the TPM, where the folder is bound to one.
    pub fn open(folder: &'a Path) -> Result<Self, KitError> {
        let wrapping = match fs::File::open(folder.join(TPM_FILE)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            opened => {
                let unusable = || KitError::Key { file: TPM_FILE.to_owned() };
                let mut text = String::new();
                let file = opened.map_err(|_| unusable())?;
                file.take(LONGEST_SEALED).read_to_string(&mut text).map_err(|_| unusable())?;
                let (device, sealed) = text.split_once('\n').ok_or_else(unusable)?;
                let sealed = SealedKey::from_text(sealed).ok_or_else(unusable)?;
                Some(tpm::unseal(Path::new(device), &sealed)?)
            }
        };
        Ok(Self { folder, wrapping })
    }

    /// Reads all keys, refusing files that others may read.
    pub fn read(&self, officers: impl IntoIterator<Item = OfficerId>) -> Result<KitKeys, KitError> {
        let officers = officers
            .into_iter()
            .map(|id| Ok((id, OfficerSigningKey::from_bytes(&*self.one(&officer_file(id))?))))
            .collect::<Result<_, KitError>>()?;
        Ok(KitKeys {
            kit: KitSigningKey::from_bytes(&*self.one(KIT_FILE)?),
            officers,
            store: self.store()?,
            spares: self.spares()?,
            binding: None,
        })
    }

    /// The keys for officers to come.
    fn spares(&self) -> Result<BTreeMap<usize, OfficerSigningKey>, KitError> {
        let mut spares = BTreeMap::new();
        for number in 0..MOST_OFFICERS {
            let file = spare_file(number);
            if self.folder.join(&file).is_file() {
                spares.insert(number, OfficerSigningKey::from_bytes(&*self.one(&file)?));
            }
        }
        Ok(spares)
    }

    /// Writes a key for an officer to come.
    pub fn keep_spare(&self, number: usize, key: &OfficerSigningKey) -> Result<(), KitError> {
        write_one(self.folder, &spare_file(number), &key.to_bytes(), self.wrapping.as_ref())?;
        crate::outbox::sync_folder(self.folder)
    }

    /// Writes the key of an officer who has come.
    pub fn keep_officer(&self, id: OfficerId, key: &OfficerSigningKey) -> Result<(), KitError> {
        write_one(self.folder, &officer_file(id), &key.to_bytes(), self.wrapping.as_ref())?;
        crate::outbox::sync_folder(self.folder)
    }

    /// Removes a spare key that an officer has now.
    pub fn forget_spare(&self, number: usize) -> Result<(), KitError> {
        crate::outbox::remove(&self.folder.join(spare_file(number)))?;
        crate::outbox::sync_folder(self.folder)
    }

    /// Reads the store's key alone: who the officers are stands in the store.
    pub fn store(&self) -> Result<Zeroizing<[u8; 32]>, KitError> {
        self.one(STORE_FILE)
    }

    fn one(&self, file: &str) -> Result<Zeroizing<[u8; 32]>, KitError> {
        read_one(self.folder, file, self.wrapping.as_ref())
    }

    /// Encrypts every key file that is still in clear, under a wrapping key that the TPM seals now
    /// or sealed before. What an interruption leaves opens as before, and is finished by the next.
    fn bind(mut self, device: &Path, rng: &mut (impl CryptoRng + ?Sized)) -> Result<(), KitError> {
        if self.wrapping.is_none() {
            let key = fresh(rng);
            bind(self.folder, device, &key)?;
            self.wrapping = Some(key);
        }
        for entry in fs::read_dir(self.folder).map_err(|error| KitError::file("read", error))? {
            let name = entry.map_err(|error| KitError::file("read", error))?.file_name();
            let is_key = Path::new(&name).extension().is_some_and(|ending| ending == "key");
            let Some(name) = name.to_str().filter(|_| is_key) else { continue };
            write_one(self.folder, name, &*self.one(name)?, self.wrapping.as_ref())?;
        }
        crate::outbox::sync_folder(self.folder)
    }
}

/// Binds the keys of a folder to the TPM at this device.
pub(crate) fn bind_folder(
    folder: &Path,
    device: &Path,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<(), KitError> {
    Ring::open(folder)?.bind(device, rng)
}

fn write_one(
    folder: &Path,
    file: &str,
    secret: &[u8; 32],
    wrapping: Option<&WrappingKey>,
) -> Result<(), KitError> {
    let text = Zeroizing::new(match wrapping {
        None => hex::encode(secret) + "\n",
        Some(key) => {
            let payload = Payload { msg: secret, aad: file.as_bytes() };
            let sealed = cipher(key).encrypt(&Nonce::default(), payload);
            let sealed = sealed.map_err(|_| KitError::Key { file: file.to_owned() })?;
            format!("{WRAPPED}{}\n", hex::encode(sealed))
        }
    });
    write_file(folder, file, &text)
}

/// The nonce is one for all: this cipher shows no more than that two equal secrets in files of one
/// name are equal (RFC 8452 §9).
fn cipher(key: &WrappingKey) -> Aes256GcmSiv {
    Aes256GcmSiv::new((&**key).into())
}

/// Writes a file of mode 0600 whole: beside, flushed, then given its name.
fn write_file(folder: &Path, file: &str, text: &str) -> Result<(), KitError> {
    let written = |error| KitError::file("written", error);
    let begun = folder.join(format!("{file}.new"));
    crate::outbox::remove(&begun)?;
    let mut handle = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&begun)
        .map_err(written)?;
    handle.write_all(text.as_bytes()).map_err(written)?;
    handle.sync_all().map_err(written)?;
    fs::rename(&begun, folder.join(file)).map_err(written)
}

fn read_one(
    folder: &Path,
    file: &str,
    wrapping: Option<&WrappingKey>,
) -> Result<Zeroizing<[u8; 32]>, KitError> {
    let unusable = || KitError::Key { file: file.to_owned() };
    let handle = fs::File::open(folder.join(file)).map_err(|_| unusable())?;
    let mode = handle.metadata().map_err(|_| unusable())?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(KitError::KeyPermissions { file: file.to_owned() });
    }
    let mut text = Zeroizing::new(String::with_capacity(LONGEST_FILE as usize));
    handle.take(LONGEST_FILE).read_to_string(&mut text).map_err(|_| unusable())?;
    let mut secret = Zeroizing::new([0; 32]);
    match text.trim_end().strip_prefix(WRAPPED) {
        None => hex::decode_to_slice(text.trim_end(), secret.as_mut()).map_err(|_| unusable())?,
        Some(sealed) => {
            let sealed = hex::decode(sealed).map_err(|_| unusable())?;
            let payload = Payload { msg: &sealed, aad: file.as_bytes() };
            let key = wrapping.ok_or_else(unusable)?;
            let opened = cipher(key).decrypt(&Nonce::default(), payload).map(Zeroizing::new);
            let opened = opened.map_err(|_| unusable())?;
            *secret = opened.as_slice().try_into().map_err(|_| unusable())?;
        }
    }
    Ok(secret)
}

//! Binding a kit that is set up to the TPM of its laptop.

use std::path::Path;

use rand_core::CryptoRng;

use crate::error::KitError;
use crate::keys;
use crate::kit::{KEYS_FOLDER, Kit, lock};

impl Kit {
    /// Encrypts the key files of a kit, which must be closed, under a key that the TPM at this
    /// device seals. From then on the folder opens on this laptop alone. What was in clear on the
    /// disk before may be found there by whoever takes it apart: bind a kit before its first
    /// capture. Done twice it is done once.
    ///
    /// # Errors
    /// `tpm.…`, and nothing is changed; `kit.in_use`, `kit.key`, `kit.file`. After an interruption
    /// the kit opens as before, on this laptop, and is bound by the next call.
    pub fn bind_to_tpm(
        folder: &Path,
        device: &Path,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(), KitError> {
        let keys_folder = folder.join(KEYS_FOLDER);
        if !keys_folder.is_dir() {
            return Err(KitError::NotSetUp);
        }
        let _lock = lock(folder)?;
        keys::bind_folder(&keys_folder, device, rng)
    }
}

//! Keys in files: 64 hexadecimal digits, readable by their owner alone.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Writes a secret that must not exist yet.
pub fn write_new(path: &Path, secret: &[u8; 32]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).with_context(
            || format!("cannot write {}; a key there is never replaced", path.display()),
        )?;
    file.write_all(hex::encode(secret).as_bytes())?;
    file.sync_all()?;
    Ok(())
}

/// Reads a secret.
pub fn read(path: &Path) -> Result<[u8; 32]> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("cannot read the key {}", path.display()))?;
    let mut secret = [0; 32];
    if hex::decode_to_slice(text.trim(), &mut secret).is_err() {
        bail!("{} does not hold a key of 64 hexadecimal digits", path.display());
    }
    Ok(secret)
}

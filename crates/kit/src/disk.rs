//! How much room the disk has, and whether it is there at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::error::is_full;

/// Bytes that an ordinary program may still write to the disk of this folder.
pub(crate) fn free_bytes(folder: &Path) -> io::Result<u64> {
    let about = rustix::fs::statvfs(folder)?;
    Ok(about.f_bavail.saturating_mul(about.f_frsize))
}

/// Whether the disk of this folder takes nothing at all: pulled out, broken, or turned read-only.
/// Tells it from a full one, of which the store alone does not know the difference. Writes a
/// byte and flushes it.
pub(crate) fn is_gone(folder: &Path) -> bool {
    let probe = folder.join("probe");
    let written = File::create(&probe).and_then(|mut file| {
        file.write_all(b"1")?;
        file.sync_all()
    });
    // Where it cannot be removed it is written anew the next time.
    let _ = fs::remove_file(&probe);
    written.is_err_and(|error| !is_full(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_is_a_disk_that_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_gone(folder.path()));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left");
        assert!(is_gone(&folder.path().join("pulled")));
    }
}

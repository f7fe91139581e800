//! How much room the disk has.

use std::io;
use std::path::Path;

/// Bytes that an ordinary program may still write to the disk of this folder.
pub(crate) fn free_bytes(folder: &Path) -> io::Result<u64> {
    let about = rustix::fs::statvfs(folder)?;
    Ok(about.f_bavail.saturating_mul(about.f_frsize))
}

//! Sealed packets as files, named by their hash. Written whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use niims_packet::packet_hash;

/// A folder of sealed packets: `ab/abcd….packet`. A packet stays sealed here; only
/// intake, the desk and the card step open it, in memory.
#[derive(Debug, Clone)]
pub struct Blobs {
    folder: PathBuf,
}

/// Why a packet could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The disk refused.
    #[error("the packet store cannot be used")]
    Disk(#[source] io::Error),
    /// The file is not what its name says: bit rot or a hand.
    #[error("a stored packet was altered")]
    Altered,
}

impl Blobs {
    /// The store in this folder, created if missing.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, BlobError> {
        let folder = folder.into();
        fs::create_dir_all(&folder).map_err(BlobError::Disk)?;
        Ok(Self { folder })
    }

    /// Stores a packet; done again, it has the effect of once. Returns after the
    /// bytes are on the disk.
    pub fn put(&self, hash: &[u8; 32], bytes: &[u8]) -> Result<(), BlobError> {
        let path = self.path(hash);
        if path.exists() && self.get(hash).is_ok() {
            return Ok(());
        }
        write_whole(&path, bytes).map_err(BlobError::Disk)
    }

    /// Takes over a file that holds exactly these bytes, without writing them a second time. The
    /// file stays where it is as well, for whoever has to begin again. Returns after the bytes
    /// are on the disk.
    pub fn adopt(&self, hash: &[u8; 32], file: &Path, bytes: &[u8]) -> Result<(), BlobError> {
        let path = self.path(hash);
        match link(file, &path) {
            Ok(()) => Ok(()),
            // It is there already, or the folders lie on two disks.
            Err(_) => self.put(hash, bytes),
        }
    }

    /// Reads a packet and checks it against its hash before anybody uses it.
    pub fn get(&self, hash: &[u8; 32]) -> Result<Vec<u8>, BlobError> {
        let bytes = fs::read(self.path(hash)).map_err(BlobError::Disk)?;
        if packet_hash(&bytes) == *hash { Ok(bytes) } else { Err(BlobError::Altered) }
    }

    fn path(&self, hash: &[u8; 32]) -> PathBuf {
        let name = hex::encode(hash);
        self.folder.join(&name[..2]).join(format!("{name}.packet"))
    }
}

/// Writes to a temporary name, flushes, renames, flushes the folder: after a
/// power cut the file is there whole or not at all.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let temporary = path.with_extension(format!("{:?}.part", std::thread::current().id()));
    if let Err(error) = write_and_rename(&temporary, path, bytes) {
        // A full disk must not be kept full by what did not fit. What cannot be
        // removed either is overwritten by the next attempt.
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    File::open(folder)?.sync_all()
}

/// Flushes a file, gives it a second name, and flushes the folder of that name.
fn link(file: &Path, path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    File::open(file)?.sync_all()?;
    fs::hard_link(file, path)?;
    File::open(folder)?.sync_all()
}

fn write_and_rename(temporary: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(temporary, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_altered_packet_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path()).unwrap();
        let bytes = b"sealed".to_vec();
        let hash = packet_hash(&bytes);
        blobs.put(&hash, &bytes).unwrap();
        blobs.put(&hash, &bytes).unwrap();
        assert_eq!(blobs.get(&hash).unwrap(), bytes);
        fs::write(blobs.path(&hash), b"opened").unwrap();
        assert!(matches!(blobs.get(&hash), Err(BlobError::Altered)));
        blobs.put(&hash, &bytes).unwrap();
        assert_eq!(blobs.get(&hash).unwrap(), bytes);
    }

    #[test]
    fn what_cannot_be_stored_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path()).unwrap();
        let hash = packet_hash(b"sealed");
        let path = blobs.path(&hash);
        // A folder in its place: the last rename fails.
        fs::create_dir_all(path.join("in the way")).unwrap();
        assert!(matches!(blobs.put(&hash, b"sealed"), Err(BlobError::Disk(_))));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}

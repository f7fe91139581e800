//! The few file operations of a gallery folder: a seam at which tests stop the world.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::GalleryError;

/// A flat folder of files. Names are the gallery's own and hold no separators.
///
/// As on a disk, nothing lasts for certain before it is synchronised: the bytes of a file by
/// [`Appender::sync`], names and renames by [`Files::sync_names`].
pub trait Files: Send + Sync {
    /// A new, empty file, in the place of one of that name.
    fn create(&self, name: &str) -> io::Result<Box<dyn Appender>>;
    /// A file to append to, cut to this length first.
    fn append(&self, name: &str, length: u64) -> io::Result<Box<dyn Appender>>;
    /// A file to read from.
    fn open(&self, name: &str) -> io::Result<Arc<dyn ReadAt>>;
    /// Gives a file another name, in the place of one that has it.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// All names, in any order.
    fn names(&self) -> io::Result<Vec<String>>;
    /// Makes names, renames and removals last.
    fn sync_names(&self) -> io::Result<()>;
}

/// A file that only grows.
pub trait Appender: Send {
    /// Adds bytes at the end.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Makes what was added last.
    fn sync(&mut self) -> io::Result<()>;
}

/// A file that is read at any place. Reading by place, not a memory map: what is read is decrypted
/// into memory of our own anyway, and a failing disk is an error here, where under a map it would
/// be a signal that ends the process.
pub trait ReadAt: Send + Sync {
    /// Its bytes.
    fn length(&self) -> io::Result<u64>;
    /// Fills `bytes` from this place on.
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()>;
}

/// A real folder, held by this process alone.
pub struct Folder {
    path: PathBuf,
    /// Locked as long as the folder is open; the system lets go of it when the process ends.
    _lock: File,
}

/// Name of the file that is locked. It is empty.
const LOCK: &str = "lock";

impl Folder {
    /// Opens a folder, making it where there is none; readable by this user only.
    ///
    /// # Errors
    /// [`GalleryError::InUse`] when another process has it, [`GalleryError::Files`].
    pub fn open(path: &Path) -> Result<Self, GalleryError> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        let lock = private().create(true).truncate(false).open(path.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(GalleryError::InUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}

impl Files for Folder {
    fn create(&self, name: &str) -> io::Result<Box<dyn Appender>> {
        Ok(Box::new(private().create(true).truncate(true).open(self.path.join(name))?))
    }

    fn append(&self, name: &str, length: u64) -> io::Result<Box<dyn Appender>> {
        let mut file = private().open(self.path.join(name))?;
        file.set_len(length)?;
        io::Seek::seek(&mut file, io::SeekFrom::End(0))?;
        Ok(Box::new(file))
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn ReadAt>> {
        Ok(Arc::new(File::open(self.path.join(name))?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        std::fs::rename(self.path.join(from), self.path.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        std::fs::remove_file(self.path.join(name))
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.path)? {
            if let Ok(name) = entry?.file_name().into_string()
                && name != LOCK
            {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn sync_names(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }
}

impl Appender for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

impl ReadAt for File {
    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        self.read_exact_at(bytes, offset)
    }
}

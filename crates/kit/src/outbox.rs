//! Files that must survive: written beside, flushed, then given their name.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use niims_packet::limits::MAX_PACKET_BYTES;
use niims_record::PacketId;

use crate::error::KitError;

/// Ending of a sealed packet.
const ENDING: &str = "packet";
/// Ending of a packet that is being written.
const BEGUN: &str = "part";

/// The folder of sealed packets.
#[derive(Debug, Clone)]
pub(crate) struct Outbox(PathBuf);

/// What a file in the outbox is, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OutboxFile {
    /// A whole packet.
    Packet(PacketId),
    /// The beginning of one, from a write that was interrupted.
    Begun(PathBuf),
    /// Something else.
    Other,
}

impl Outbox {
    pub fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Makes the folder.
    pub fn create(&self) -> Result<(), KitError> {
        fs::create_dir_all(&self.0).map_err(|error| KitError::file("created", error))
    }

    fn path(&self, packet: PacketId) -> PathBuf {
        self.0.join(format!("{packet}.{ENDING}"))
    }

    /// Writes a packet. When this returns, the file is whole, under its name, and on disk.
    /// When it fails, nothing of it is left.
    pub fn write(&self, packet: PacketId, bytes: &[u8]) -> Result<(), KitError> {
        let begun = self.0.join(format!("{packet}.{BEGUN}"));
        if self.holds(packet) {
            // Only a broken source of randomness draws an id twice; the packet that is there
            // must not pay for it.
            return Err(KitError::file("written", std::io::ErrorKind::AlreadyExists.into()));
        }
        let written = (|| {
            let mut file = fs::File::create_new(&begun)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&begun, self.path(packet))
        })();
        if let Err(error) = written {
            // Best effort: what cannot be removed now is removed when the kit is next opened.
            let _ = fs::remove_file(&begun);
            return Err(KitError::file("written", error));
        }
        sync_folder(&self.0)
    }

    /// The bytes of a packet; `None` if the file is not there.
    pub fn read(&self, packet: PacketId) -> Result<Option<Vec<u8>>, KitError> {
        let file = match fs::File::open(self.path(packet)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            other => other.map_err(|error| KitError::file("read", error))?,
        };
        let mut bytes = Vec::new();
        file.take(MAX_PACKET_BYTES as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| KitError::file("read", error))?;
        Ok(Some(bytes))
    }

    /// Whether the file of a packet is there.
    pub fn holds(&self, packet: PacketId) -> bool {
        self.path(packet).is_file()
    }

    /// Removes a packet; one that is not there is removed already.
    pub fn remove(&self, packet: PacketId) -> Result<(), KitError> {
        remove(&self.path(packet))?;
        sync_folder(&self.0)
    }

    /// Moves a packet that nothing explains to the folder beside, where nothing deletes it.
    pub fn set_aside(&self, packet: PacketId, aside: &Path) -> Result<(), KitError> {
        let moved = |error| KitError::file("moved", error);
        fs::create_dir_all(aside).map_err(moved)?;
        fs::rename(self.path(packet), aside.join(format!("{packet}.{ENDING}"))).map_err(moved)?;
        sync_folder(aside)?;
        sync_folder(&self.0)
    }

    /// Everything in the folder.
    pub fn list(&self) -> Result<Vec<OutboxFile>, KitError> {
        let read = |error| KitError::file("read", error);
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.0).map_err(read)? {
            let path = entry.map_err(read)?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            let id = stem.and_then(|stem| stem.parse::<PacketId>().ok());
            let ending = path.extension().and_then(|ending| ending.to_str());
            files.push(match (id, ending) {
                (Some(id), Some(ENDING)) => OutboxFile::Packet(id),
                (Some(_), Some(BEGUN)) => OutboxFile::Begun(path),
                _ => OutboxFile::Other,
            });
        }
        Ok(files)
    }
}

/// Writes a file whole: beside, flushed, then given its name, which it may have had before.
pub(crate) fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), KitError> {
    let begun = folder.join(format!("{name}.{BEGUN}"));
    let written = (|| {
        let mut file = fs::File::create(&begun)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&begun, folder.join(name))
    })();
    if let Err(error) = written {
        let _ = fs::remove_file(&begun);
        return Err(KitError::file("written", error));
    }
    sync_folder(folder)
}

/// Removes a file; one that is not there is removed already.
pub(crate) fn remove(path: &Path) -> Result<(), KitError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(KitError::file("removed", error))
        }
        _ => Ok(()),
    }
}

/// Flushes a folder: a new name in it survives a power cut only then.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), KitError> {
    fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| KitError::file("flushed", error))
}

//! Packs in the kit's folder, as they came.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use niims_country::{CountryPack, PackSource};
use niims_wire::kit::{LARGEST_PACK, LARGEST_PACKED};

use crate::certificate::PapersFault;
use crate::error::KitError;

/// Folder below that of the kit.
const FOLDER: &str = "packs";

/// The files of one version of a pack.
pub(super) struct PackFile<'a> {
    folder: PathBuf,
    version: &'a str,
}

impl<'a> PackFile<'a> {
    /// `None` for what is no version: it becomes the name of a file.
    pub fn new(kit: &Path, version: &'a str) -> Option<Self> {
        let is_hash = version.len() == 64 && version.bytes().all(|b| b.is_ascii_hexdigit());
        is_hash.then(|| Self { folder: kit.join(FOLDER), version })
    }

    fn path(&self, ending: &str) -> PathBuf {
        self.folder.join(format!("{}.{ending}", self.version))
    }

    /// Whether this version came and cannot be used.
    pub fn is_bad(&self) -> bool {
        self.path("bad").is_file()
    }

    /// Bytes that have come so far.
    pub fn length(&self) -> u64 {
        fs::metadata(self.path("part")).map_or(0, |metadata| metadata.len())
    }

    /// Adds what came next. On disk when this returns.
    pub fn append(&self, bytes: &[u8]) -> Result<(), KitError> {
        let written = |error| KitError::file("written", error);
        fs::create_dir_all(&self.folder).map_err(written)?;
        let part = self.path("part");
        let mut file =
            fs::OpenOptions::new().create(true).append(true).open(part).map_err(written)?;
        file.write_all(bytes).map_err(written)?;
        file.sync_data().map_err(written)
    }

    /// Throws away what has come so far.
    pub fn begin_anew(&self) -> Result<(), KitError> {
        crate::outbox::remove(&self.path("part"))
    }

    /// Judges what came: kept when it is the pack of this version and reads; else thrown away.
    pub fn finish(&self) -> Result<CountryPack, Refused> {
        let Some(source) = read(&self.path("part")).filter(|found| found.digest() == self.version)
        else {
            self.begin_anew()?;
            return Err(PapersFault::PackDamaged.into());
        };
        let Ok(pack) = CountryPack::from_source(&source) else {
            // The centre signed it, so that it would come again and again.
            fs::write(self.path("bad"), b"").map_err(|error| KitError::file("written", error))?;
            self.begin_anew()?;
            return Err(PapersFault::PackUnusable.into());
        };
        fs::rename(self.path("part"), self.path("pack"))
            .map_err(|error| KitError::file("written", error))?;
        crate::outbox::sync_folder(&self.folder)?;
        Ok(pack)
    }

    /// The pack, judged anew; `None` where it did not come, or its file was damaged since.
    pub fn load(&self) -> Option<CountryPack> {
        let source = read(&self.path("pack")).filter(|found| found.digest() == self.version)?;
        CountryPack::from_source(&source).ok()
    }

    /// Removes every pack but this and another.
    pub fn keep_only(&self, other: &str) -> Result<(), KitError> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Ok(()) };
        for entry in entries.flatten() {
            let path = entry.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            if stem.is_none_or(|stem| stem != self.version && stem != other) {
                crate::outbox::remove(&path)?;
            }
        }
        Ok(())
    }
}

/// Why a pack that came is not kept.
pub(super) enum Refused {
    Fault(PapersFault),
    Kit(KitError),
}

impl From<PapersFault> for Refused {
    fn from(fault: PapersFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<KitError> for Refused {
    fn from(error: KitError) -> Self {
        Self::Kit(error)
    }
}

/// A packed pack, bounded on both sides of the packing: a kilobyte may unpack to a gigabyte.
fn read(path: &Path) -> Option<PackSource> {
    let file = fs::File::open(path).ok()?.take(LARGEST_PACKED);
    let mut bytes = Vec::new();
    flate2::read::ZlibDecoder::new(file).take(LARGEST_PACK + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= LARGEST_PACK).then(|| PackSource::from_archive(&bytes)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    /// What is thrown at a kit in place of the pack that the certificate names.
    #[test]
    fn only_the_certified_pack_is_kept() {
        let source = PackSource::embedded();
        let version = source.digest();
        let whole = packed(&source.archive());
        let mut turned = whole.clone();
        turned[1000] ^= 1;
        // A gigabyte of zeros in a megabyte.
        let bomb = packed(&vec![0; LARGEST_PACK as usize + 1]);
        for (bytes, kept) in [(&whole, true), (&turned, false), (&bomb, false), (&vec![], false)] {
            let folder = tempfile::tempdir().unwrap();
            let file = PackFile::new(folder.path(), &version).unwrap();
            let (first, second) = bytes.split_at(bytes.len() / 2);
            file.append(first).unwrap();
            assert_eq!(file.length(), first.len() as u64);
            file.append(second).unwrap();
            let judged = file.finish();
            assert_eq!(judged.is_ok(), kept, "{} bytes", bytes.len());
            assert_eq!((file.length(), file.is_bad()), (0, false));
            assert_eq!(file.load().is_some(), kept);
            assert_eq!(file.path("pack").is_file(), kept);
        }
    }

    #[test]
    fn a_version_is_a_hash_and_no_path() {
        for bad in ["", "ab", "../../../../../../../../../../../../../../../../../../../../etc/x"] {
            assert!(PackFile::new(Path::new("/nowhere"), bad).is_none(), "{bad}");
        }
    }
}

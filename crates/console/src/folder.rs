//! The folder of evidence: for the officer alone, and gone when it is not needed.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::error::{ConsoleError, FolderWork};

/// The page inside the folder.
const PAGE: &str = "index.html";
/// Marks the folder as ours, so that [`forget`] cannot remove another one.
const MARK: &str = ".niims-evidence";
const MARK_TEXT: &str = "Evidence of one adjudication case. Holds personal data: remove it when \
                         the case is decided.\n";

/// A folder with the evidence of one case. Holds personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceFolder {
    /// The folder, readable by its owner only.
    pub folder: PathBuf,
    /// The page to open in a browser.
    pub page: PathBuf,
}

/// Removes a folder that [`show`](crate::show) made, and nothing else. The blocks of
/// the files are freed, not overwritten: only disk encryption protects them then.
pub fn forget(folder: &Path) -> Result<(), ConsoleError> {
    // A link could point at a folder of someone else.
    let is_folder = folder.symlink_metadata().is_ok_and(|found| found.is_dir());
    let is_ours = fs::read_to_string(folder.join(MARK)).is_ok_and(|text| text == MARK_TEXT);
    if !is_folder || !is_ours {
        return Err(ConsoleError::NotEvidence);
    }
    fs::remove_dir_all(folder).map_err(|error| ConsoleError::Folder(FolderWork::Removed, error))
}

/// A folder while it is filled. Dropped before [`Filling::finish`], it disappears.
pub(crate) struct Filling {
    folder: PathBuf,
    finished: bool,
}

impl Filling {
    /// Makes a new folder, mode 0700.
    pub(crate) fn begin(folder: &Path) -> Result<Self, ConsoleError> {
        DirBuilder::new().mode(0o700).create(folder).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => ConsoleError::FolderExists,
            _ => ConsoleError::Folder(FolderWork::Written, error),
        })?;
        let filling = Self { folder: folder.to_owned(), finished: false };
        filling.put(MARK, MARK_TEXT.as_bytes())?;
        Ok(filling)
    }

    /// Writes a new file, mode 0600.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) -> Result<(), ConsoleError> {
        let write = || -> io::Result<File> {
            let mut options = OpenOptions::new();
            let path = self.folder.join(name);
            let mut file = options.write(true).create_new(true).mode(0o600).open(path)?;
            file.write_all(bytes)?;
            Ok(file)
        };
        write().map(drop).map_err(|error| ConsoleError::Folder(FolderWork::Written, error))
    }

    /// Writes the page and keeps the folder.
    pub(crate) fn finish(mut self, page: &str) -> Result<EvidenceFolder, ConsoleError> {
        self.put(PAGE, page.as_bytes())?;
        self.finished = true;
        Ok(EvidenceFolder { folder: self.folder.clone(), page: self.folder.join(PAGE) })
    }
}

impl Drop for Filling {
    fn drop(&mut self) {
        if !self.finished {
            // Nothing more can be done here; the error that led here is reported.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use tempfile::TempDir;

    use super::*;

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn only_the_owner_reads_it_and_it_can_be_forgotten() {
        let home = TempDir::new().unwrap();
        let path = home.path().join("case");
        let filling = Filling::begin(&path).unwrap();
        filling.put("print.svg", b"<svg/>").unwrap();
        let made = filling.finish("<html></html>").unwrap();
        assert_eq!(mode(&made.folder), 0o700);
        for entry in fs::read_dir(&made.folder).unwrap() {
            assert_eq!(mode(&entry.unwrap().path()), 0o600);
        }
        assert_eq!(Filling::begin(&path).err().unwrap().code(), "console.folder_exists");
        assert!(made.page.exists(), "a refusal leaves what was there");
        forget(&path).unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn half_a_folder_does_not_stay() {
        let home = TempDir::new().unwrap();
        let path = home.path().join("case");
        let filling = Filling::begin(&path).unwrap();
        assert!(filling.put("no/such/folder", b"").is_err());
        drop(filling);
        assert!(!path.exists());
        let nowhere = Filling::begin(&path.join("below")).err().unwrap();
        assert_eq!(nowhere.code(), "console.folder_not_written");
    }

    #[test]
    fn nothing_else_is_ever_removed() {
        let home = TempDir::new().unwrap();
        let (ours, other) = (home.path().join("ours"), home.path().join("other"));
        Filling::begin(&ours).unwrap().finish("").unwrap();
        fs::create_dir(&other).unwrap();
        fs::write(other.join("thesis.txt"), "years of work").unwrap();
        let link = home.path().join("link");
        symlink(&ours, &link).unwrap();
        for path in [&other, &link, &home.path().join("missing")] {
            assert_eq!(forget(path).unwrap_err().code(), "console.not_evidence");
        }
        assert!(other.join("thesis.txt").exists() && ours.join(PAGE).exists());
    }
}

//! Where a pack comes from: a folder, or the Kenya pack inside this binary.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::problem::{PackCode, PackProblems, Sink};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

/// Largest pack file in bytes. The largest of Kenya (8,500 sub-locations) has about 250 kB; the
/// bound keeps a wrong folder from being read into memory.
pub(crate) const LARGEST_FILE: u64 = 8 * 1024 * 1024;

/// Most files that a pack may have. Kenya has about 50.
pub(crate) const MOST_FILES: usize = 500;

/// The files of one pack, read whole and bounded, before anything is parsed.
#[derive(Clone)]
pub struct PackSource {
    files: BTreeMap<String, Vec<u8>>,
}

impl PackSource {
    /// The Kenya pack that was compiled in.
    pub fn embedded() -> Self {
        let files = embedded::FILES
            .iter()
            .map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec()))
            .collect();
        Self { files }
    }

    /// Reads a folder. Fails with every file that cannot be read or is too large; links are not
    /// followed, hidden files are left out.
    pub fn folder(folder: &Path) -> Result<Self, PackProblems> {
        let sink = Sink::default();
        let mut files = BTreeMap::new();
        gather(folder, "", &mut files, &sink);
        sink.into_result(Some(Self { files }))
    }

    /// A pack of these files.
    pub(crate) const fn of_files(files: BTreeMap<String, Vec<u8>>) -> Self {
        Self { files }
    }

    /// Names and contents, by name.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }

    /// The file names with `/`, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The files `folder/<id>ending`, each with its id.
    pub(crate) fn inside<'a>(
        &'a self,
        folder: &'a str,
        ending: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.names().filter_map(move |name| Some((name, stem(name, folder, ending)?)))
    }

    /// SHA-256 over every name and content in order, in hex: the pack's version.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for (name, bytes) in &self.files {
            for part in [name.as_bytes(), bytes] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            }
        }
        hex::encode(hash.finalize())
    }

    /// A file as text; reports a missing file or bytes that are not UTF-8.
    pub(crate) fn text(&self, name: &str, sink: &Sink) -> Option<&str> {
        let Some(bytes) = self.files.get(name) else {
            sink.add(
                name,
                1,
                PackCode::MissingFile,
                "the pack lacks this file",
                "add it; country/kenya shows its form",
            );
            return None;
        };
        match std::str::from_utf8(bytes) {
            Ok(text) => Some(text),
            Err(error) => {
                let lines = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n');
                let line = lines.count();
                sink.add(
                    name,
                    line,
                    PackCode::Syntax,
                    "this line is not UTF-8",
                    "save the file as UTF-8",
                );
                None
            }
        }
    }
}

/// What stands between folder and ending in the name of a file.
pub(crate) fn stem<'a>(name: &'a str, folder: &str, ending: &str) -> Option<&'a str> {
    name.strip_prefix(folder)?.strip_suffix(ending)
}

fn gather(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>, sink: &Sink) {
    let shown = if prefix.is_empty() { "." } else { prefix };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            sink.add(
                shown,
                1,
                PackCode::UnreadableFile,
                format!("the folder cannot be read ({})", error.kind()),
                "give the folder that holds pack.toml, and the right to read it",
            );
            return;
        }
    };
    for entry in entries.flatten() {
        let file_name = entry.file_name().to_string_lossy().into_owned();
        if file_name.starts_with('.') {
            continue;
        }
        let name = format!("{prefix}{file_name}");
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            // Packs are two levels deep; deeper folders show up as unknown files.
            if prefix.matches('/').count() < 2 {
                gather(&entry.path(), &format!("{name}/"), files, sink);
            }
        } else if kind.is_file() {
            read_one(&entry.path(), name, files, sink);
        }
    }
}

fn read_one(path: &Path, name: String, files: &mut BTreeMap<String, Vec<u8>>, sink: &Sink) {
    let size = fs::metadata(path).map_or(0, |metadata| metadata.len());
    if size > LARGEST_FILE || files.len() >= MOST_FILES {
        sink.add(
            &name,
            1,
            PackCode::TooLarge,
            format!(
                "a pack file has at most {LARGEST_FILE} bytes and a pack at most {MOST_FILES} files"
            ),
            "take away what does not belong to the pack",
        );
        return;
    }
    match fs::read(path) {
        Ok(bytes) => {
            files.insert(name, bytes);
        }
        Err(error) => sink.add(
            &name,
            1,
            PackCode::UnreadableFile,
            format!("the file cannot be read ({})", error.kind()),
            "give the right to read it",
        ),
    }
}

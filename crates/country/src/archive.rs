//! A pack as one run of bytes, to be carried over a line.
//!
//! ```text
//! niims country pack v1\n
//! for each file, by name: length of the name, name, length of the content, content
//! ```
//!
//! Lengths are 8 bytes, the highest first. One pack has exactly one form in bytes.

use std::collections::BTreeMap;

use crate::source::{LARGEST_FILE, MOST_FILES, PackSource};

/// First line.
const FORM: &[u8] = b"niims country pack v1\n";

/// Longest name of a file, bytes.
const LONGEST_NAME: usize = 256;

impl PackSource {
    /// The pack as bytes.
    pub fn archive(&self) -> Vec<u8> {
        let mut bytes = FORM.to_vec();
        for (name, content) in self.files() {
            for part in [name.as_bytes(), content] {
                bytes.extend((part.len() as u64).to_be_bytes());
                bytes.extend(part);
            }
        }
        bytes
    }

    /// Reads the bytes of [`PackSource::archive`]; `None` for anything else. Nothing is believed
    /// of a pack that came over a line until its [digest](PackSource::digest) was compared.
    pub fn from_archive(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(FORM)?;
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        while !rest.is_empty() {
            let name = std::str::from_utf8(part(&mut rest, LONGEST_NAME)?).ok()?;
            let content = part(&mut rest, usize::try_from(LARGEST_FILE).ok()?)?;
            let follows = files.last_key_value().is_none_or(|(last, _)| last.as_str() < name);
            if !follows || files.len() >= MOST_FILES {
                return None;
            }
            files.insert(name.to_owned(), content.to_vec());
        }
        Some(Self::of_files(files))
    }
}

/// The next part, no longer than this.
fn part<'a>(rest: &mut &'a [u8], longest: usize) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<8>()?;
    let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
    if length > longest || length > after.len() {
        return None;
    }
    let (part, after) = after.split_at(length);
    *rest = after;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_travels_and_nothing_else_reads() {
        let source = PackSource::embedded();
        let bytes = source.archive();
        let back = PackSource::from_archive(&bytes).unwrap();
        assert_eq!(back.digest(), source.digest());
        assert_eq!(back.archive(), bytes);
        let long = [FORM, &u64::MAX.to_be_bytes(), b"a"].concat();
        let entry = [&1_u64.to_be_bytes()[..], b"a", &0_u64.to_be_bytes()].concat();
        let twice = [FORM, &entry, &entry].concat();
        let many: Vec<u8> = (0..=MOST_FILES)
            .flat_map(|n| {
                let name = format!("{n:08}");
                [&8_u64.to_be_bytes()[..], name.as_bytes(), &0_u64.to_be_bytes()].concat()
            })
            .collect();
        let many = [FORM, &many].concat();
        let cut = &bytes[..bytes.len() - 1];
        for bad in [b"".as_slice(), b"niims", cut, &long, &twice, &many, &bytes[1..]] {
            assert!(PackSource::from_archive(bad).is_none(), "{} bytes", bad.len());
        }
    }
}

//! Whether this laptop writes its memory to a disk that anybody can read.
//!
//! What a kit encrypts lies in clear in its memory. A system that is short of memory, or that
//! sleeps, writes memory to its swap space (`proc(5)`, `/proc/swaps`): to a disk in clear,
//! unless the space is in memory itself (zram) or encrypted (dm-crypt).

use std::fs;
use std::path::{Path, PathBuf};

/// Swap spaces that are on a disk and not known to be encrypted; empty is good. Nothing is
/// known of systems that do not tell.
pub(crate) fn in_clear() -> Vec<PathBuf> {
    fs::read_to_string("/proc/swaps")
        .map_or_else(|_| Vec::new(), |text| among(&text, Path::new("/sys/block")))
}

/// Those among the lines of `/proc/swaps`, by what `/sys/block` tells of them.
fn among(swaps: &str, blocks: &Path) -> Vec<PathBuf> {
    swaps
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next().map(PathBuf::from))
        .filter(|space| !is_hidden(space, blocks))
        .collect()
}

fn is_hidden(space: &Path, blocks: &Path) -> bool {
    // Names under /dev/mapper are links to the numbered device.
    let device = fs::canonicalize(space).unwrap_or_else(|_| space.to_owned());
    let Some(name) = device.file_name().and_then(|name| name.to_str()) else { return false };
    if !device.starts_with("/dev") {
        return false;
    }
    let kind = fs::read_to_string(blocks.join(name).join("dm/uuid")).unwrap_or_default();
    name.starts_with("zram") || kind.starts_with("CRYPT-")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";

    #[test]
    fn only_memory_and_encrypted_disks_hide_what_they_hold() {
        let blocks = tempfile::tempdir().unwrap();
        for (name, uuid) in [("dm-7", "CRYPT-PLAIN-swap\n"), ("dm-8", "LVM-abcd\n")] {
            fs::create_dir_all(blocks.path().join(name).join("dm")).unwrap();
            fs::write(blocks.path().join(name).join("dm/uuid"), uuid).unwrap();
        }
        let found = |line: &str| among(&format!("{HEAD}{line}"), blocks.path());
        assert!(found("").is_empty());
        assert!(found("/dev/zram0 partition 100 0 100\n").is_empty());
        assert!(found("/dev/dm-7 partition 100 0 -2\n").is_empty());
        assert_eq!(found("/dev/dm-8 partition 100 0 -2\n"), [PathBuf::from("/dev/dm-8")]);
        assert_eq!(found("/swapfile file 100 0 -2\n"), [PathBuf::from("/swapfile")]);
        assert_eq!(found("/zram0 file 100 0 -2\n").len(), 1, "a file is no memory");
    }
}

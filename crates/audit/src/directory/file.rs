//! Files read with a bound and written whole.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

/// Reads a file of at most `limit` bytes. `None` when it does not exist.
pub fn read_bounded(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than its kind may be"));
    }
    Ok(Some(bytes))
}

/// Writes a file so that it is there whole or not at all; its name is sure to stay only
/// after [`flush`] of its folder.
pub fn write_whole(root: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(root);
    if !folder.is_dir() {
        fs::create_dir_all(folder)?;
        // New folders are durable once their parents are flushed.
        let above = folder.ancestors().skip(1).take_while(|above| above.starts_with(root));
        above.into_iter().try_for_each(flush)?;
    }
    let temporary = path.with_extension("new");
    let mut file = fs::File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)
}

/// Makes the names in a folder durable.
pub fn flush(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

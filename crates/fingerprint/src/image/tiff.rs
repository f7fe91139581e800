//! What a TIFF file (TIFF 6.0) says of itself, read before the library decodes it.
//!
//! A directory of a few bytes can point at one compressed part thousands of times, or hold a
//! picture of another format; both cost time that the file's size does not bound.

use super::ImageError;

/// Most strips or tiles: those of the largest picture in tiles of 16 × 16 pixels.
const MAX_PARTS: usize = 1 << 16;
/// Most entries of a directory; baseline pictures have about twenty.
const MAX_ENTRIES: u16 = 512;
/// Compressions that are read: none, LZW, deflate (two codes) and PackBits.
const COMPRESSIONS: [u32; 5] = [1, 5, 8, 32_946, 32_773];

pub(super) mod tag {
    pub(in crate::image) const COMPRESSION: u16 = 259;
    pub(in crate::image) const STRIP_BYTES: u16 = 279;
    pub(in crate::image) const X_RESOLUTION: u16 = 282;
    pub(in crate::image) const Y_RESOLUTION: u16 = 283;
    pub(in crate::image) const RESOLUTION_UNIT: u16 = 296;
    pub(in crate::image) const TILE_SIDES: [u16; 2] = [322, 323];
    pub(in crate::image) const TILE_BYTES: u16 = 325;
}

/// Bytes to numbers, in the order that the file states.
type Word = fn([u8; 2]) -> u16;
type Long = fn([u8; 4]) -> u32;

/// The first directory of a file.
#[derive(Clone, Copy)]
pub(super) struct Directory<'a> {
    bytes: &'a [u8],
    /// Where its first entry begins, and how many there are.
    entries: (usize, u16),
    word: Word,
    long: Long,
}

impl<'a> Directory<'a> {
    /// Of a file in either order of bytes.
    pub(super) fn of(bytes: &'a [u8]) -> Option<Self> {
        let word: Word = if bytes.starts_with(b"II*\0") {
            u16::from_le_bytes
        } else if bytes.starts_with(b"MM\0*") {
            u16::from_be_bytes
        } else {
            return None;
        };
        let long: Long =
            if bytes.starts_with(b"II") { u32::from_le_bytes } else { u32::from_be_bytes };
        let begin = long(*bytes.get(4..)?.first_chunk()?) as usize;
        let count = word(*bytes.get(begin..)?.first_chunk()?);
        let directory = Self { bytes, entries: (begin + 2, count), word, long };
        (count <= MAX_ENTRIES).then_some(directory)
    }

    /// The values of every entry of a tag, of two or four bytes each; rationals as two. `None` when
    /// one has another type, or when its values lie outside the file.
    pub(super) fn values(&self, tag: u16) -> Option<Vec<u32>> {
        let mut values = Vec::new();
        for index in 0..usize::from(self.entries.1) {
            let at = self.entries.0 + 12 * index;
            if self.word_at(at)? == tag {
                self.put_values(at, &mut values)?;
            }
        }
        Some(values)
    }

    fn put_values(&self, entry: usize, values: &mut Vec<u32>) -> Option<()> {
        let count = self.long_at(entry + 4)? as usize;
        let (size, count) = match self.word_at(entry + 2)? {
            3 => (2, count),
            4 => (4, count),
            5 => (4, count.checked_mul(2)?),
            _ => return None,
        };
        let length = count.checked_mul(size)?;
        let begin = if length <= 4 { entry + 8 } else { self.long_at(entry + 8)? as usize };
        let held = self.bytes.get(begin..)?.get(..length)?;
        values.extend(held.chunks_exact(size).map(|value| match *value {
            [a, b] => u32::from((self.word)([a, b])),
            [a, b, c, d] => (self.long)([a, b, c, d]),
            _ => 0,
        }));
        Some(())
    }

    fn word_at(&self, at: usize) -> Option<u16> {
        Some((self.word)(*self.bytes.get(at..)?.first_chunk()?))
    }

    fn long_at(&self, at: usize) -> Option<u32> {
        Some((self.long)(*self.bytes.get(at..)?.first_chunk()?))
    }
}

/// Refuses what costs more than the file's size and the picture's sides bound.
///
/// # Errors
/// [`ImageError::Unsupported`] for other compressions (pictures in pictures, among them), for more
/// strips or tiles than a picture needs, tiles larger than the largest picture, and parts that share
/// their bytes; [`ImageError::Damaged`] when there is no directory.
pub(super) fn check(bytes: &[u8], longest_side: u32) -> Result<(), ImageError> {
    let damaged = || ImageError::damaged("the directory breaks TIFF 6.0");
    let directory = Directory::of(bytes).ok_or_else(damaged)?;
    let values = |tag| directory.values(tag).ok_or_else(damaged);
    if values(tag::COMPRESSION)?.iter().any(|code| !COMPRESSIONS.contains(code)) {
        return Err(ImageError::Unsupported(
            "TIFF pictures compressed otherwise than by LZW, deflate or PackBits",
        ));
    }
    // Sides of tiles are multiples of 16.
    for side in tag::TILE_SIDES {
        if values(side)?.iter().any(|side| *side > longest_side.next_multiple_of(16)) {
            return Err(ImageError::Unsupported("TIFF pictures of tiles larger than a picture"));
        }
    }
    let mut parts = values(tag::STRIP_BYTES)?;
    parts.extend(values(tag::TILE_BYTES)?);
    let coded: u64 = parts.iter().map(|length| u64::from(*length)).sum();
    if parts.len() > MAX_PARTS || coded > bytes.len() as u64 {
        return Err(ImageError::Unsupported(
            "TIFF pictures of very many parts, or of parts that share their bytes,",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory of entries of one value each: tag, type, number of values, value or place.
    fn file(entries: &[(u16, u16, u32, u32)]) -> Vec<u8> {
        let mut bytes = b"II*\0\x08\0\0\0".to_vec();
        bytes.extend((entries.len() as u16).to_le_bytes());
        for (tag, kind, count, value) in entries {
            bytes.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
            bytes.extend([count.to_le_bytes(), value.to_le_bytes()].concat());
        }
        bytes.resize(4096, 0);
        bytes
    }

    #[test]
    fn what_the_size_of_the_file_does_not_bound_is_refused() {
        let strips = (279, 4, 1, 4000);
        for (name, entries, expected) in [
            ("plain", vec![(259, 3, 1, 1), strips], "ok"),
            ("jpeg inside", vec![(259, 3, 1, 7), strips], "image.unsupported"),
            ("fax", vec![(259, 3, 1, 4), strips], "image.unsupported"),
            ("a second compression", vec![(259, 3, 1, 1), (259, 3, 1, 7)], "image.unsupported"),
            ("shared bytes", vec![strips, (279, 4, 1, 100)], "image.unsupported"),
            ("a huge tile", vec![(322, 4, 1, 1 << 20), (325, 4, 1, 9)], "image.unsupported"),
            ("the widest tile", vec![(322, 4, 1, 4000), (325, 4, 1, 9)], "ok"),
            ("lengths outside the file", vec![(279, 4, 1 << 20, 8)], "image.damaged"),
            ("lengths beyond counting", vec![(279, 4, u32::MAX, u32::MAX)], "image.damaged"),
            ("lengths of eight bytes", vec![(279, 16, 1, 8)], "image.damaged"),
        ] {
            let code = check(&file(&entries), 4000).map_or_else(|e| e.code(), |()| "ok");
            assert_eq!(code, expected, "{name}");
        }
        let mut many = file(&[(279, 3, 70_000, 22)]);
        many.resize(22 + 140_000, 0);
        assert_eq!(check(&many, 4000).unwrap_err().code(), "image.unsupported");
        assert!(check(b"II*\0\x08\0\0", 4000).is_err() && check(b"", 4000).is_err());
    }
}

//! Walks over CBOR bytes without building anything, so that parsers see bounded input only.
//!
//! Attacks named here: nesting that exhausts the stack, small bytes that decode to large
//! structures, lengths that promise more than there is, bytes hidden behind the last item.
//! Only definite lengths pass (RFC 8949 §4.2.1), because that is all that we write.

use crate::error::PacketError;
use crate::limits::{MAX_DEPTH, MAX_ITEMS};

/// Checks that `bytes` hold exactly one well-formed CBOR item within the limits of
/// nesting and count.
pub fn check(bytes: &[u8]) -> Result<(), PacketError> {
    let mut reader = Reader { bytes, at: 0 };
    // One entry for each open container: how many items it still expects.
    let mut open: Vec<u64> = vec![1];
    let mut items = 0_usize;
    while let Some(expected) = open.last_mut() {
        if *expected == 0 {
            open.pop();
            continue;
        }
        *expected -= 1;
        items += 1;
        if items > MAX_ITEMS {
            return Err(malformed("more CBOR items than a packet may hold"));
        }
        let inside = reader.item()?;
        if inside > 0 {
            // Each item is at least one byte, so a count beyond the bytes left is a cut.
            if inside > (bytes.len() - reader.at) as u64 {
                return Err(truncated(bytes));
            }
            if open.len() > MAX_DEPTH {
                return Err(malformed("CBOR nested too deeply"));
            }
            open.push(inside);
        }
    }
    if reader.at == bytes.len() {
        Ok(())
    } else {
        Err(malformed("bytes behind the last CBOR item"))
    }
}

/// Whether `bytes` begin as a tagged `COSE_Sign1` whose protected header is at most
/// `limit` bytes long. Call after [`check`].
pub fn protected_within(bytes: &[u8], limit: usize) -> bool {
    let Some(rest) = bytes.strip_prefix(&[0xd2, 0x84]) else {
        return false;
    };
    let mut reader = Reader { bytes: rest, at: 0 };
    matches!(reader.head(), Ok((2, length)) if length <= limit as u64)
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Reader<'_> {
    /// Passes over one item's head and, for strings, its bytes. Returns how many items
    /// follow inside it.
    fn item(&mut self) -> Result<u64, PacketError> {
        let (major, argument) = self.head()?;
        match major {
            2 | 3 => self.skip(argument).map(|()| 0),
            4 => Ok(argument),
            5 => argument.checked_mul(2).ok_or_else(|| truncated(self.bytes)),
            6 => Ok(1),
            // Integers, and simple values and floats whose bytes are the argument.
            _ => Ok(0),
        }
    }

    fn head(&mut self) -> Result<(u8, u64), PacketError> {
        let first = *self.bytes.get(self.at).ok_or_else(|| truncated(self.bytes))?;
        self.at += 1;
        let width = match first & 0x1f {
            short @ 0..=23 => return Ok((first >> 5, u64::from(short))),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            28..=30 => return Err(malformed("a reserved CBOR length")),
            _ => return Err(malformed("CBOR of indefinite length")),
        };
        let digits =
            self.bytes.get(self.at..self.at + width).ok_or_else(|| truncated(self.bytes))?;
        self.at += width;
        let argument = digits.iter().fold(0_u64, |sum, &digit| sum << 8 | u64::from(digit));
        Ok((first >> 5, argument))
    }

    fn skip(&mut self, length: u64) -> Result<(), PacketError> {
        let left = self.bytes.len() - self.at;
        match usize::try_from(length) {
            Ok(length) if length <= left => {
                self.at += length;
                Ok(())
            }
            _ => Err(truncated(self.bytes)),
        }
    }
}

fn truncated(bytes: &[u8]) -> PacketError {
    PacketError::Truncated { length: bytes.len() }
}

const fn malformed(what: &'static str) -> PacketError {
    PacketError::Malformed { what }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds() {
        let deep = [[0x81_u8; 64].as_slice(), &[0]].concat();
        let nested = [[0x81_u8; MAX_DEPTH].as_slice(), &[0]].concat();
        let wide = [&[0x99, 0xff, 0xff][..], &vec![0_u8; 0xffff]].concat();
        let cases: [(&[u8], Option<&str>); 14] = [
            (&[0x00], None),
            (&[0xa1, 0x61, b'a', 0x82, 1, 2], None),
            (&[0xfb, 0, 0, 0, 0, 0, 0, 0, 0], None),
            (&nested, None),
            (&[], Some("packet.truncated")),
            (&[0x18], Some("packet.truncated")),
            (&[0x82, 1], Some("packet.truncated")),
            (&[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Some("packet.truncated")),
            (&[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Some("packet.truncated")),
            (&[0x00, 0x00], Some("packet.malformed")),
            (&[0x5f, 0xff], Some("packet.malformed")),
            (&[0x1c], Some("packet.malformed")),
            (&deep, Some("packet.malformed")),
            (&wide, Some("packet.malformed")),
        ];
        for (bytes, code) in cases {
            let start = &bytes[..bytes.len().min(9)];
            assert_eq!(check(bytes).err().map(|e| e.code()), code, "{start:02x?}");
        }
    }
}

//! Bytes of commands and answers: big-endian numbers, and areas with their length before them
//! (TPM 2.0 Library Part 2 §4, §10.4).

use zeroize::Zeroizing;

use super::TpmError;

/// Bytes of a command or a part of one. Wiped when dropped.
#[derive(Default)]
pub(super) struct Out(pub Zeroizing<Vec<u8>>);

impl Out {
    pub fn u8(mut self, value: u8) -> Self {
        self.0.push(value);
        self
    }

    pub fn u16(mut self, value: u16) -> Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    pub fn u32(mut self, value: u32) -> Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// An area with its length in two bytes before it. What this module sizes is short.
    pub fn sized(self, bytes: &[u8]) -> Self {
        debug_assert!(u16::try_from(bytes.len()).is_ok());
        self.u16(bytes.len() as u16).bytes(bytes)
    }
}

/// What is left of an answer. Every read is within its bounds or an error.
pub(super) struct In<'a>(pub &'a [u8]);

impl<'a> In<'a> {
    pub fn u32(&mut self) -> Result<u32, TpmError> {
        let (number, rest) = self.0.split_first_chunk::<4>().ok_or(SHORT)?;
        self.0 = rest;
        Ok(u32::from_be_bytes(*number))
    }

    /// An area with its length in two bytes before it.
    pub fn sized(&mut self) -> Result<&'a [u8], TpmError> {
        let (length, rest) = self.0.split_first_chunk::<2>().ok_or(SHORT)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (area, rest) = rest.split_at_checked(length).ok_or(SHORT)?;
        self.0 = rest;
        Ok(area)
    }
}

const SHORT: TpmError = TpmError::Protocol { what: "it ends too early" };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_come_back_and_never_reach_over_their_end() {
        let out = Out::default().u8(1).u16(2).u32(3).sized(b"key");
        assert_eq!(out.0.as_slice(), [1, 0, 2, 0, 0, 0, 3, 0, 3, b'k', b'e', b'y']);
        let mut read = In(&out.0[3..]);
        assert_eq!((read.u32().unwrap(), read.sized().unwrap()), (3, b"key".as_slice()));
        assert!(read.u32().is_err() && read.sized().is_err());
        for short in [&[0, 9, 1][..], &[0], &[0xff, 0xff]] {
            assert!(In(short).sized().is_err());
        }
    }
}

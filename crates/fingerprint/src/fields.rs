//! Big-endian fields read one after the other, each checked against the bytes at hand.

/// What is left of a record. Every method takes from the front, or gives `None` and takes nothing.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

impl<'a> Fields<'a> {
    /// The next `length` bytes.
    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next `N` bytes as an array.
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    /// One byte.
    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    /// Two bytes.
    pub(crate) fn word(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    /// Four bytes.
    pub(crate) fn long(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_end_with_the_bytes() {
        let mut fields = Fields(&[1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(fields.byte(), Some(1));
        assert_eq!(fields.word(), Some(0x0203));
        assert_eq!(fields.long(), Some(0x0405_0607));
        assert_eq!(fields.word(), None);
        assert_eq!(fields.take(2), None);
        assert_eq!(fields.take(1), Some(&[8][..]));
        assert_eq!(fields.byte(), None);
    }
}

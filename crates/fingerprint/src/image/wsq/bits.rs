//! Bits of the entropy-coded data, where a byte 0xff is followed by a zero that does not count.

/// Reads bits, the highest of a byte first.
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    held: u64,
    count: u32,
}

impl<'a> BitReader<'a> {
    /// Over data that hold no marker.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, held: 0, count: 0 }
    }

    /// The next 16 bits without taking them, ones where the data have ended, and how many of them
    /// are data.
    pub(super) fn peek(&mut self) -> (u16, u32) {
        while self.count <= 48 {
            let Some((byte, rest)) = self.bytes.split_first() else { break };
            self.bytes = rest;
            if *byte == 0xff && rest.first() == Some(&0) {
                self.bytes = &rest[1..];
            }
            self.held = self.held << 8 | u64::from(*byte);
            self.count += 8;
        }
        let bits = if self.count >= 16 {
            self.held >> (self.count - 16)
        } else {
            let missing = 16 - self.count;
            self.held << missing | ((1 << missing) - 1)
        };
        (bits as u16, self.count.min(16))
    }

    /// Takes `count` bits that a peek has shown to be there.
    pub(super) fn take(&mut self, count: u32) {
        self.count -= count;
    }

    /// The next `count` bits, at most 16, as a number.
    pub(super) fn number(&mut self, count: u32) -> Option<u16> {
        let (bits, there) = self.peek();
        (there >= count).then(|| {
            self.take(count);
            bits >> (16 - count)
        })
    }
}

/// Writes bits, the highest of a byte first.
#[derive(Default)]
pub(super) struct BitWriter {
    out: Vec<u8>,
    held: u64,
    count: u32,
}

impl BitWriter {
    /// Appends the lowest `count` bits of `bits`.
    pub(super) fn put(&mut self, bits: u16, count: u32) {
        self.held = self.held << count | u64::from(bits);
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            let byte = (self.held >> self.count) as u8;
            self.out.push(byte);
            if byte == 0xff {
                self.out.push(0);
            }
        }
    }

    /// Fills the last byte with ones and gives all bytes.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let missing = (8 - self.count % 8) % 8;
        self.put(((1u32 << missing) - 1) as u16, missing);
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_is_read() {
        let mut writer = BitWriter::default();
        let numbers: Vec<(u16, u32)> = (0..500u32)
            .map(|i| {
                let count = i % 16 + 1;
                ((i.wrapping_mul(2_654_435_761) >> 16) as u16 & (u16::MAX >> (16 - count)), count)
            })
            .chain([(0xffff, 16); 4])
            .collect();
        for (bits, count) in &numbers {
            writer.put(*bits, *count);
        }
        let bytes = writer.finish();
        assert!(bytes.windows(2).all(|pair| pair[0] != 0xff || pair[1] == 0), "no marker arises");
        let mut reader = BitReader::new(&bytes);
        for (bits, count) in &numbers {
            assert_eq!(reader.number(*count), Some(*bits));
        }
        assert!(reader.peek().1 < 8);
        assert_eq!(reader.number(16), None);
    }
}

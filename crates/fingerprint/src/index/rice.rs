//! Rice codes: small numbers in few bits, a quotient in unary and a remainder of fixed width.
//!
//! For gaps between sorted random numbers this is within half a bit of the least possible (Golomb
//! 1966, Rice 1979). Bits fill each byte from the lowest. A run of codes is padded to a whole byte
//! with ones, which begin no code that ends.

/// Widest remainder, bits.
pub(super) const MOST_WIDTH: u32 = 32;
/// Bits that are at hand after one load of eight bytes.
const WINDOW: u32 = 57;
/// Ones taken at once when a code does not fit in the window, which then begins with more.
const LONG_RUN: u32 = WINDOW - MOST_WIDTH - 1;

/// Writes codes one after the other.
pub(super) struct RiceWriter {
    bytes: Vec<u8>,
    pending: u64,
    filled: u32,
}

impl RiceWriter {
    /// A run that is appended to these bytes.
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, pending: 0, filled: 0 }
    }

    /// Appends `value` with a remainder of `width` bits, at most [`MOST_WIDTH`].
    pub(super) fn push(&mut self, value: u64, width: u32) {
        let mut quotient = value >> width;
        while quotient >= 16 {
            self.bits(0xffff, 16);
            quotient -= 16;
        }
        self.bits((1 << quotient) - 1, quotient as u32 + 1);
        self.bits(value & ((1 << width) - 1), width);
    }

    /// Ends the run at a whole byte; gives what stood before it and the run.
    pub(super) fn end(mut self) -> Vec<u8> {
        let missing = self.filled.wrapping_neg() & 7;
        self.bits((1 << missing) - 1, missing);
        self.bytes
    }

    /// The least bits of `value`, at most 32 of them.
    fn bits(&mut self, value: u64, number: u32) {
        self.pending |= value << self.filled;
        self.filled += number;
        while self.filled >= 8 {
            self.bytes.push(self.pending as u8);
            self.pending >>= 8;
            self.filled -= 8;
        }
    }
}

/// Reads the codes of one run.
pub(super) struct RiceReader<'a> {
    bytes: &'a [u8],
    /// The next bit.
    at: usize,
    width: u32,
}

impl<'a> RiceReader<'a> {
    /// The codes in `bytes`, with remainders of `width` bits, at most [`MOST_WIDTH`].
    pub(super) fn new(bytes: &'a [u8], width: u32) -> Self {
        Self { bytes, at: 0, width }
    }

    /// Adds up codes, each plus one, from `sum` on, and gives `with` every sum from `from` on and below `to`. Stops
    /// before the first that is not below `to` and says from where to go on; none at the end.
    #[inline]
    pub(super) fn each_between(
        &mut self,
        mut sum: u64,
        from: u64,
        to: u64,
        mut with: impl FnMut(u64),
    ) -> Option<u64> {
        let (end, mask) = (8 * self.bytes.len(), (1 << self.width) - 1);
        while let Some(eight) = self.bytes.get(self.at >> 3..).and_then(|b| b.first_chunk::<8>()) {
            let window = u64::from_le_bytes(*eight) >> (self.at & 7);
            let ones = window.trailing_ones();
            let length = ones + 1 + self.width;
            if length > WINDOW || self.at + length as usize > end {
                break;
            }
            let code = u64::from(ones) << self.width | (window >> (ones + 1) & mask);
            let value = sum.wrapping_add(code);
            if value >= to {
                return Some(sum);
            }
            self.at += length as usize;
            if value >= from {
                with(value);
            }
            sum = value.wrapping_add(1);
        }
        // The last eight bytes, and codes too long for a window.
        loop {
            let before = self.at;
            let value = sum.wrapping_add(self.next()?);
            if value >= to {
                self.at = before;
                return Some(sum);
            }
            if value >= from {
                with(value);
            }
            sum = value.wrapping_add(1);
        }
    }

    /// `WINDOW` bits from the next one on; ones beyond the end.
    fn window(&self) -> u64 {
        let rest = &self.bytes[(self.at >> 3).min(self.bytes.len())..];
        let word = if let Some(eight) = rest.first_chunk::<8>() {
            u64::from_le_bytes(*eight)
        } else {
            let mut eight = [0xff; 8];
            eight[..rest.len()].copy_from_slice(rest);
            u64::from_le_bytes(eight)
        };
        word >> (self.at & 7) | !(u64::MAX >> (self.at & 7))
    }
}

impl Iterator for RiceReader<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let end = 8 * self.bytes.len();
        let mut quotient = 0;
        while self.at < end {
            let window = self.window();
            let ones = window.trailing_ones();
            if ones + 1 + self.width <= WINDOW {
                let remainder = window >> (ones + 1) & ((1 << self.width) - 1);
                self.at += (ones + 1 + self.width) as usize;
                let value = (quotient + u64::from(ones)) << self.width | remainder;
                return (self.at <= end).then_some(value);
            }
            quotient += u64::from(LONG_RUN);
            self.at += LONG_RUN as usize;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(
            values in prop::collection::vec(prop_oneof![0u64..100, 0u64..1 << 20, 0u64..1 << 34], 0..50),
            width in 20u32..=32,
        ) {
            let mut writer = RiceWriter::new(Vec::new());
            for value in &values {
                writer.push(*value, width);
            }
            let bytes = writer.end();
            let read: Vec<u64> = RiceReader::new(&bytes, width).collect();
            prop_assert_eq!(read, values);
        }

        #[test]
        fn what_lies_between_is_given(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            width in 0u32..=32,
            bounds in prop::collection::btree_set(any::<u64>(), 2..20),
        ) {
            let mut all = Vec::new();
            let mut next = 0u64;
            for gap in RiceReader::new(&bytes, width) {
                all.push(next + gap);
                next += gap + 1;
            }
            let mut reader = RiceReader::new(&bytes, width);
            let bounds: Vec<u64> = bounds.into_iter().map(|bound| bound >> 24).collect();
            let mut sum = 0;
            for pair in bounds.windows(2) {
                let mut given = Vec::new();
                let rest = reader.each_between(sum, pair[0], pair[1], |value| given.push(value));
                let want: Vec<u64> =
                    all.iter().filter(|v| (pair[0]..pair[1]).contains(v)).copied().collect();
                prop_assert_eq!(given, want);
                let Some(rest) = rest else { break };
                sum = rest;
            }
        }

        #[test]
        fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..64), width in 0u32..=32) {
            prop_assert!(RiceReader::new(&bytes, width).count() <= 8 * bytes.len());
        }
    }
}

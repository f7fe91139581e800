//! Huffman codes as in JPEG: a count for each length and the symbols in the order of their codes.

use super::WsqError;
use super::bits::BitReader;

/// Longest code, bits.
const LONGEST: usize = 16;
/// Bits that one look-up resolves; longer codes are rare.
const QUICK: u32 = 9;

/// A table as it stands in the file.
#[derive(Clone)]
pub(super) struct CodeTable {
    /// Number of codes of 1 to 16 bits.
    pub(super) counts: [u8; LONGEST],
    /// Symbols, shortest code first.
    pub(super) symbols: Vec<u8>,
}

/// A table made ready to decode with.
pub(super) struct Decoder {
    /// Length and symbol for the next nine bits; length 0 where the code is longer.
    quick: Vec<(u8, u8)>,
    /// For each length: the first code, the number of codes, the index of the first symbol.
    lengths: [(u32, u32, usize); LONGEST],
    symbols: Vec<u8>,
}

impl CodeTable {
    /// Code and length of each symbol, length 0 for those without a code.
    ///
    /// # Errors
    /// [`WsqError::Segment`] when more codes are stated than fit their lengths.
    pub(super) fn codes(&self) -> Result<[(u16, u8); 256], WsqError> {
        let mut codes = [(0, 0); 256];
        let mut next = 0u32;
        let mut symbols = self.symbols.iter();
        for (shorter, count) in self.counts.iter().enumerate() {
            let length = shorter + 1;
            for symbol in symbols.by_ref().take((*count).into()) {
                if next >= 1 << length {
                    return Err(WsqError::Segment("Huffman table"));
                }
                codes[usize::from(*symbol)] = (next as u16, length as u8);
                next += 1;
            }
            next <<= 1;
        }
        Ok(codes)
    }

    /// The table with which data of these frequencies take the fewest bits, no code longer than 16
    /// bits and none all ones (annex K.2 of ISO/IEC 10918-1).
    pub(super) fn fitted(frequencies: &[u32; 256]) -> Self {
        // A 257th symbol takes the code of all ones and is then left out.
        let mut nodes: Vec<(u64, Vec<usize>)> = frequencies
            .iter()
            .enumerate()
            .filter(|(_, frequency)| **frequency > 0)
            .map(|(symbol, frequency)| (u64::from(*frequency), vec![symbol]))
            .collect();
        nodes.push((0, vec![256]));
        let mut lengths = [0usize; 257];
        while nodes.len() > 1 {
            nodes.sort_by_key(|node| std::cmp::Reverse(node.0));
            let (Some(least), Some(next)) = (nodes.pop(), nodes.pop()) else { break };
            let both = [least.1, next.1].concat();
            for symbol in &both {
                lengths[*symbol] += 1;
            }
            nodes.push((least.0 + next.0, both));
        }
        let mut counts = [0usize; 257];
        for length in lengths.into_iter().filter(|length| *length > 0) {
            counts[length] += 1;
        }
        shorten(&mut counts);
        let mut order: Vec<usize> = (0..256).filter(|symbol| lengths[*symbol] > 0).collect();
        order.sort_by_key(|symbol| (lengths[*symbol], *symbol));
        let mut table = Self {
            counts: std::array::from_fn(|shorter| counts[shorter + 1] as u8),
            symbols: order.into_iter().map(|symbol| symbol as u8).collect(),
        };
        if let Some(longest) = table.counts.iter_mut().rev().find(|count| **count > 0) {
            *longest -= 1;
        }
        table
    }
}

/// Moves codes of more than 16 bits up the tree: two of the longest become one a bit shorter, and
/// a shorter code gives way to two that are a bit longer.
fn shorten(counts: &mut [usize; 257]) {
    for length in (LONGEST + 1..counts.len()).rev() {
        while counts[length] > 0 {
            let Some(donor) = (1..length - 1).rev().find(|shorter| counts[*shorter] > 0) else {
                return;
            };
            counts[length] -= 2;
            counts[length - 1] += 1;
            counts[donor + 1] += 2;
            counts[donor] -= 1;
        }
    }
}

impl Decoder {
    /// # Errors
    /// [`WsqError::Segment`] as for [`CodeTable::codes`].
    pub(super) fn new(table: &CodeTable) -> Result<Self, WsqError> {
        let mut quick = vec![(0, 0); 1 << QUICK];
        for (symbol, (code, length)) in table.codes()?.into_iter().enumerate() {
            if length > 0 && u32::from(length) <= QUICK {
                let free = QUICK - u32::from(length);
                let first = usize::from(code) << free;
                quick[first..first + (1 << free)].fill((length, symbol as u8));
            }
        }
        let (mut code, mut index) = (0, 0);
        let lengths = table.counts.map(|count| {
            let here = (code, count.into(), index);
            code = (code + u32::from(count)) << 1;
            index += usize::from(count);
            here
        });
        Ok(Self { quick, lengths, symbols: table.symbols.clone() })
    }

    /// The next symbol; `None` when the data have ended or hold no code.
    pub(super) fn symbol(&self, bits: &mut BitReader<'_>) -> Option<u8> {
        let (ahead, there) = bits.peek();
        let (length, symbol) = self.quick[usize::from(ahead >> (16 - QUICK))];
        let (length, symbol) =
            if length > 0 { (length.into(), symbol) } else { self.long_symbol(ahead)? };
        (length <= there).then(|| {
            bits.take(length);
            symbol
        })
    }

    fn long_symbol(&self, ahead: u16) -> Option<(u32, u8)> {
        (QUICK + 1..=LONGEST as u32).find_map(|length| {
            let (first, count, index) = self.lengths[length as usize - 1];
            let past = u32::from(ahead >> (16 - length)).checked_sub(first)?;
            (past < count).then(|| self.symbols.get(index + past as usize).map(|s| (length, *s)))?
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::bits::BitWriter;
    use super::*;

    fn round_trip(frequencies: &[u32; 256]) {
        let table = CodeTable::fitted(frequencies);
        let codes = table.codes().unwrap();
        let mut writer = BitWriter::default();
        for (symbol, (code, length)) in codes.iter().enumerate() {
            assert_eq!(*length > 0, frequencies[symbol] > 0, "{symbol}");
            assert!(*length <= 16 && (*length == 0 || *code != u16::MAX >> (16 - length)));
            if *length > 0 {
                writer.put(*code, (*length).into());
            }
        }
        let bytes = writer.finish();
        let mut bits = BitReader::new(&bytes);
        let decoder = Decoder::new(&table).unwrap();
        for symbol in (0..256).filter(|symbol| frequencies[*symbol] > 0) {
            assert_eq!(decoder.symbol(&mut bits), Some(symbol as u8));
        }
        assert_eq!(decoder.symbol(&mut bits), None, "what fills the last byte is no symbol");
    }

    #[test]
    fn fitted_codes_are_read_back() {
        round_trip(&std::array::from_fn(|i| (i * i % 97) as u32));
        round_trip(&std::array::from_fn(|i| u32::from(i == 42)));
        round_trip(&[1; 256]);
        round_trip(&[0; 256]);
    }

    /// Frequencies as the Fibonacci numbers would ask for codes of up to 40 bits.
    #[test]
    fn no_code_is_longer_than_16_bits() {
        let mut frequencies = [0; 256];
        let (mut a, mut b) = (1u32, 1u32);
        for frequency in frequencies.iter_mut().take(40) {
            *frequency = a;
            (a, b) = (b, a + b);
        }
        round_trip(&frequencies);
    }

    #[test]
    fn more_codes_than_fit_are_refused() {
        let mut counts = [0; LONGEST];
        counts[0] = 3;
        let table = CodeTable { counts, symbols: vec![1, 2, 3] };
        assert!(Decoder::new(&table).is_err());
    }
}

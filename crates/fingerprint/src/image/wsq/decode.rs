//! WSQ file to grey values.

use super::bits::BitReader;
use super::huffman::Decoder;
use super::layout::{BANDS, Layout, Region};
use super::quantisation::Quantisation;
use super::segments::{Frame, Tables, segment};
use super::wavelet::{Coefficients, reconstruct};
use super::{WsqError, marker};
use crate::fields::Fields;

/// Width and height that the frame header states; nothing is decoded.
///
/// # Errors
/// [`WsqError`] when there is no frame header to read.
pub(in crate::image) fn dimensions(bytes: &[u8]) -> Result<(u32, u32), WsqError> {
    let frame = header(bytes)?.frame.ok_or(WsqError::Missing("frame header"))?;
    Ok((frame.width.into(), frame.height.into()))
}

/// Pixels per inch that a comment before the first block states.
pub(in crate::image) fn resolution(bytes: &[u8]) -> Option<u16> {
    header(bytes).ok()?.resolution
}

fn header(bytes: &[u8]) -> Result<Tables, WsqError> {
    let mut tables = Tables::default();
    tables.read(&mut Fields(bytes.get(2..).ok_or(WsqError::Truncated)?))?;
    Ok(tables)
}

/// Most blocks of coded data: one for each subband. Encoders write three; each makes its Huffman table
/// ready anew, which takes as long as decoding a thousand numbers.
const MAX_BLOCKS: usize = BANDS;

/// Grey values, row by row; the caller has bounded the [`dimensions`].
///
/// Four bytes a pixel are taken for the coefficients and one for the result. The work is bounded
/// by the pixels and the bytes: every coded symbol takes a bit at least.
///
/// # Errors
/// [`WsqError`] for anything that breaks the specification, and for filters of even length.
pub(in crate::image) fn decode(bytes: &[u8]) -> Result<Vec<u8>, WsqError> {
    let mut tables = Tables::default();
    let mut fields = Fields(bytes.get(2..).ok_or(WsqError::Truncated)?);
    let mut code = tables.read(&mut fields)?;
    let frame = tables.frame.ok_or(WsqError::Missing("frame header"))?;
    let quantisation =
        tables.quantisation.clone().ok_or(WsqError::Missing("quantisation table"))?;
    let (width, height) = (usize::from(frame.width), usize::from(frame.height));
    let layout = Layout::new(width, height);
    let plane = Coefficients { width, values: vec![0.0; width * height] };
    let mut sink = Sink::new(plane, &layout.bands, &quantisation);
    let mut blocks = 0;
    while code != marker::END_OF_IMAGE {
        blocks += 1;
        if blocks > MAX_BLOCKS {
            return Err(WsqError::Blocks);
        }
        let id = segment(&mut fields)?.byte().ok_or(WsqError::Segment("block header"))?;
        let table = tables.huffman.get(usize::from(id)).and_then(Option::as_ref);
        let decoder = Decoder::new(table.ok_or(WsqError::Missing("Huffman table"))?)?;
        loop {
            let coded = fields.take(length_of_coded(fields.0)).ok_or(WsqError::Truncated)?;
            decode_block(coded, &decoder, &mut sink)?;
            // A restart marker begins at a whole byte and goes on with the same table.
            let next = Fields(fields.0).word().ok_or(WsqError::Truncated)?;
            if !marker::RESTARTS.contains(&next) {
                break;
            }
            fields.word();
        }
        code = tables.read(&mut fields)?;
    }
    let mut plane = sink.finish()?;
    let filters = tables.filters.ok_or(WsqError::Missing("transform table"))?;
    reconstruct(&mut plane, &layout, &filters);
    Ok(grey_values(&plane.values, frame))
}

fn grey_values(values: &[f32], frame: Frame) -> Vec<u8> {
    values.iter().map(|value| (value * frame.scale + frame.shift + 0.5) as u8).collect()
}

/// Bytes before the next marker: 0xff followed by anything but zero.
fn length_of_coded(bytes: &[u8]) -> usize {
    let is_marker = |pair: &[u8]| pair[0] == 0xff && pair[1] != 0;
    bytes.windows(2).position(is_marker).unwrap_or(bytes.len())
}

/// Where decoded numbers go: the subbands that are sent, one after the other, row by row.
struct Sink<'a> {
    plane: Coefficients,
    bands: &'a [Region],
    quantisation: &'a Quantisation,
    band: usize,
    column: usize,
    row: usize,
}

impl<'a> Sink<'a> {
    fn new(plane: Coefficients, bands: &'a [Region], quantisation: &'a Quantisation) -> Self {
        let mut sink = Self { plane, bands, quantisation, band: 0, column: 0, row: 0 };
        sink.skip_empty();
        sink
    }

    fn skip_empty(&mut self) {
        while self.band < BANDS && {
            let Region { width, height, .. } = self.bands[self.band];
            // A width that is not above zero, or not a number, sends nothing.
            width * height == 0 || self.quantisation.bins[self.band].0 <= 0.0
        } {
            self.band += 1;
        }
    }

    fn is_full(&self) -> bool {
        self.band == BANDS
    }

    fn put(&mut self, number: i32) -> Result<(), WsqError> {
        if self.is_full() {
            return Err(WsqError::Data);
        }
        let region = self.bands[self.band];
        let at = (region.y + self.row) * self.plane.width + region.x + self.column;
        self.plane.values[at] = self.quantisation.restore(self.band, number);
        self.advance(1)
    }

    /// Leaves `count` coefficients zero.
    fn advance(&mut self, mut count: usize) -> Result<(), WsqError> {
        while count > 0 {
            if self.is_full() {
                return Err(WsqError::Data);
            }
            let region = self.bands[self.band];
            let step = count.min(region.width - self.column);
            count -= step;
            self.column += step;
            if self.column == region.width {
                (self.column, self.row) = (0, self.row + 1);
            }
            if self.row == region.height {
                (self.row, self.band) = (0, self.band + 1);
                self.skip_empty();
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Coefficients, WsqError> {
        if self.is_full() { Ok(self.plane) } else { Err(WsqError::Data) }
    }
}

/// One block (or the part of one between restarts), by table 4 of the specification.
fn decode_block(coded: &[u8], decoder: &Decoder, sink: &mut Sink<'_>) -> Result<(), WsqError> {
    let mut bits = BitReader::new(coded);
    while let Some(symbol) = decoder.symbol(&mut bits) {
        let mut number = |count| bits.number(count).map(i32::from).ok_or(WsqError::Data);
        match symbol {
            1..=100 => sink.advance(symbol.into())?,
            101 => sink.put(number(8)?)?,
            102 => sink.put(-number(8)?)?,
            103 => sink.put(number(16)?)?,
            104 => sink.put(-number(16)?)?,
            105 => sink.advance(number(8)? as usize)?,
            106 => sink.advance(number(16)? as usize)?,
            107..=254 => sink.put(i32::from(symbol) - 180)?,
            0 | 255 => return Err(WsqError::Data),
        }
    }
    // Less than a byte of ones may fill the end.
    if bits.peek().1 < 8 { Ok(()) } else { Err(WsqError::Data) }
}

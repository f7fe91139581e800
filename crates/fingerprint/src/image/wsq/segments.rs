//! Tables and headers of a WSQ file, each bounded by its segment.

use super::huffman::CodeTable;
use super::quantisation::{Quantisation, TABLE_BANDS};
use super::wavelet::{Filters, MAX_HALF};
use super::{WsqError, marker};
use crate::fields::Fields;

/// Huffman tables that a file may number.
const MAX_TABLES: usize = 8;

/// The frame header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) width: u16,
    pub(super) height: u16,
    /// Grey value that was subtracted, and divisor after it.
    pub(super) shift: f32,
    pub(super) scale: f32,
}

/// What the segments read so far have said.
#[derive(Default)]
pub(super) struct Tables {
    pub(super) frame: Option<Frame>,
    pub(super) filters: Option<Filters>,
    pub(super) quantisation: Option<Quantisation>,
    pub(super) huffman: [Option<CodeTable>; MAX_TABLES],
    /// Pixels per inch that a comment of NIST states.
    pub(super) resolution: Option<u16>,
}

impl Tables {
    /// Reads segments up to the first block or the end of the picture, and gives that marker.
    pub(super) fn read(&mut self, fields: &mut Fields<'_>) -> Result<u16, WsqError> {
        loop {
            let code = fields.word().ok_or(WsqError::Truncated)?;
            if matches!(code, marker::START_OF_BLOCK | marker::END_OF_IMAGE) {
                return Ok(code);
            }
            let body = segment(fields)?;
            match code {
                marker::START_OF_FRAME => self.frame = Some(frame(body)?),
                marker::TRANSFORM_TABLE => self.filters = Some(filters(body)?),
                marker::QUANTISATION_TABLE => self.quantisation = Some(quantisation(body)?),
                marker::HUFFMAN_TABLE => self.huffman(body)?,
                marker::COMMENT => self.resolution = self.resolution.or(comment(body.0)),
                marker::RESTART_INTERVAL => {}
                other => return Err(WsqError::Marker(other)),
            }
        }
    }

    fn huffman(&mut self, mut body: Fields<'_>) -> Result<(), WsqError> {
        let bad = WsqError::Segment("Huffman table");
        while let Some(id) = body.byte() {
            let counts: [u8; 16] =
                body.take(16).and_then(|bytes| bytes.try_into().ok()).ok_or(bad)?;
            let total = counts.iter().map(|count| usize::from(*count)).sum();
            let symbols = body.take(total).ok_or(bad)?.to_vec();
            let slot = self.huffman.get_mut(usize::from(id)).ok_or(bad)?;
            *slot = Some(CodeTable { counts, symbols });
        }
        Ok(())
    }
}

/// The body of a segment, whose length field counts itself.
pub(super) fn segment<'a>(fields: &mut Fields<'a>) -> Result<Fields<'a>, WsqError> {
    let length = fields.word().ok_or(WsqError::Truncated)?;
    let body = usize::from(length).checked_sub(2).ok_or(WsqError::Segment("segment length"))?;
    fields.take(body).map(Fields).ok_or(WsqError::Truncated)
}

fn frame(mut body: Fields<'_>) -> Result<Frame, WsqError> {
    let mut parse = || {
        // The grey values of black and white, which the transform does not use.
        body.take(2)?;
        let height = body.word()?;
        let width = body.word()?;
        let shift = scaled_word(&mut body)?;
        let scale = scaled_word(&mut body)?;
        Some(Frame { width, height, shift, scale })
    };
    parse().ok_or(WsqError::Segment("frame header"))
}

fn filters(mut body: Fields<'_>) -> Result<Filters, WsqError> {
    let bad = WsqError::Segment("transform table");
    let low = body.byte().ok_or(bad)?;
    let high = body.byte().ok_or(bad)?;
    if [low, high].iter().any(|length| length % 2 == 0 || usize::from(*length) / 2 > MAX_HALF) {
        return Err(WsqError::Filters(low, high));
    }
    let mut half = |length: u8| -> Option<Vec<f32>> {
        (0..=length / 2)
            .map(|_| {
                let negative = body.byte()? != 0;
                let digits = body.byte()?;
                let size = (f64::from(body.long()?) / 10f64.powi(digits.into())) as f32;
                Some(if negative { -size } else { size })
            })
            .collect()
    };
    let low = half(low).ok_or(bad)?;
    let high = half(high).ok_or(bad)?;
    Ok(Filters { low, high })
}

fn quantisation(mut body: Fields<'_>) -> Result<Quantisation, WsqError> {
    let mut parse = || {
        let centre = scaled_word(&mut body)?;
        let mut bins = [(0.0, 0.0); TABLE_BANDS];
        for bin in &mut bins {
            *bin = (scaled_word(&mut body)?, scaled_word(&mut body)?);
        }
        Some(Quantisation { centre, bins })
    };
    parse().ok_or(WsqError::Segment("quantisation table"))
}

/// A number of two bytes behind the number of its decimals.
fn scaled_word(body: &mut Fields<'_>) -> Option<f32> {
    let digits = body.byte()?;
    Some((f64::from(body.word()?) / 10f64.powi(digits.into())) as f32)
}

/// `PPI` of a comment in the form that NIST's tools write: a name and a value a line.
fn comment(text: &[u8]) -> Option<u16> {
    let text = text.strip_prefix(b"NIST_COM")?;
    let line = text.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(b"PPI "))?;
    std::str::from_utf8(line).ok()?.trim().parse().ok().filter(|dpi| *dpi > 0)
}

/// Appends a segment.
pub(super) fn put_segment(out: &mut Vec<u8>, code: u16, body: &[u8]) {
    out.extend_from_slice(&code.to_be_bytes());
    out.extend_from_slice(&(body.len() as u16 + 2).to_be_bytes());
    out.extend_from_slice(body);
}

/// A number as the decimals and digits of [`scaled_word`], with as many decimals as fit.
pub(super) fn put_scaled_word(body: &mut Vec<u8>, value: f64) {
    let (digits, number) = scaled(value, u16::MAX.into(), 9);
    body.push(digits);
    body.extend_from_slice(&(number as u16).to_be_bytes());
}

/// The number that comes back for what [`put_scaled_word`] wrote.
pub(super) fn as_stored(value: f64) -> f64 {
    let (digits, number) = scaled(value, u16::MAX.into(), 9);
    number / 10f64.powi(digits.into())
}

/// A filter tap: sign, decimals, digits.
pub(super) fn put_tap(body: &mut Vec<u8>, value: f64) {
    let (digits, number) = scaled(value.abs(), u32::MAX.into(), 15);
    body.extend_from_slice(&[u8::from(value < 0.0), digits]);
    body.extend_from_slice(&(number as u32).to_be_bytes());
}

fn scaled(value: f64, most: f64, most_digits: u8) -> (u8, f64) {
    let rounded = |digits: u8| (value * 10f64.powi(digits.into())).round();
    let digits = (0..=most_digits).rev().find(|digits| rounded(*digits) <= most).unwrap_or(0);
    (digits, rounded(digits).min(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaled_numbers_keep_four_digits() {
        for value in [0.0, 0.44, 1.0, 2.345_678, 655.351, 65_535.0, 70_000.0] {
            let mut body = Vec::new();
            put_scaled_word(&mut body, value);
            let read = f64::from(scaled_word(&mut Fields(&body)).unwrap());
            assert!((read - value.min(65_535.0)).abs() <= value / 6500.0, "{value} {read}");
        }
    }

    #[test]
    fn only_a_comment_of_nist_states_a_resolution() {
        for (text, dpi) in [
            (&b"NIST_COM 3\nPIX_WIDTH 20\nPPI 500\n"[..], Some(500)),
            (b"NIST_COM 2\nPPI -1\n", None),
            (b"NIST_COM 2\nPPI 99999\n", None),
            (b"PPI 500\n", None),
            (b"NIST_COM 2\nPPI \xff\n", None),
        ] {
            assert_eq!(comment(text), dpi, "{text:?}");
        }
    }
}

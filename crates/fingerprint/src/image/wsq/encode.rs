//! Grey values to WSQ file.

use super::bits::BitWriter;
use super::huffman::CodeTable;
use super::layout::{BANDS, Layout};
use super::marker;
use super::quantisation::{CENTRE_HUNDREDTHS, TABLE_BANDS, bin_widths, quantise};
use super::segments::{as_stored, put_scaled_word, put_segment, put_tap};
use super::wavelet::{Coefficients, Filters, HIGH, LOW, decompose};
use crate::image::{GrayImage, ImageError};

/// Bits a pixel that the FBI asks for; prints of ordinary quality come out at about 15:1.
pub const WSQ_BIT_RATE: f64 = 0.75;

/// Subbands of the three blocks.
const BLOCKS: [std::ops::Range<usize>; 3] = [0..19, 19..52, 52..BANDS];
/// Longest run of zeros that one symbol holds.
const LONGEST_RUN: u32 = u16::MAX as u32;

/// A symbol of the Huffman code, and the bits behind it.
struct Token {
    symbol: u8,
    extra: u16,
    extra_bits: u32,
}

/// The picture as a WSQ file of about `bit_rate` bits a pixel ([`WSQ_BIT_RATE`] is 15:1), with its
/// resolution in the comment that NIST's tools read. The compression loses detail, evenly over
/// the picture.
///
/// # Errors
/// [`ImageError::TooManyPixels`] when a side is above 65,535 pixels, the most a frame header holds.
pub fn encode_wsq(
    picture: &GrayImage,
    dpi: Option<u16>,
    bit_rate: f64,
) -> Result<Vec<u8>, ImageError> {
    let (width, height) = (picture.width(), picture.height());
    let (Ok(columns), Ok(rows)) = (u16::try_from(width), u16::try_from(height)) else {
        let most = u16::MAX.into();
        return Err(ImageError::TooManyPixels { width, height, max_width: most, max_height: most });
    };
    let (shift, scale) = shift_and_scale(picture.pixels());
    let mut plane = Coefficients {
        width: width as usize,
        values: picture.pixels().iter().map(|grey| (f32::from(*grey) - shift) / scale).collect(),
    };
    let layout = Layout::new(width as usize, height as usize);
    let filters = Filters {
        low: LOW.iter().map(|tap| *tap as f32).collect(),
        high: HIGH.iter().map(|tap| *tap as f32).collect(),
    };
    decompose(&mut plane, &layout, &filters);
    // Quantised with the widths as the file holds them, so that the decoder's are the same.
    let bins =
        bin_widths(&plane, &layout, bit_rate).map(|(bin, zero)| (as_stored(bin), as_stored(zero)));

    let mut out = marker::START_OF_IMAGE.to_be_bytes().to_vec();
    put_segment(&mut out, marker::COMMENT, comment(width, height, dpi, bit_rate).as_bytes());
    put_segment(&mut out, marker::TRANSFORM_TABLE, &transform_table());
    put_segment(&mut out, marker::QUANTISATION_TABLE, &quantisation_table(&bins));
    let mut frame = vec![0, 255];
    frame.extend(rows.to_be_bytes().into_iter().chain(columns.to_be_bytes()));
    put_scaled_word(&mut frame, shift.into());
    put_scaled_word(&mut frame, scale.into());
    // Encoder and software numbers are those of certified products; this is none.
    frame.extend_from_slice(&[0; 3]);
    put_segment(&mut out, marker::START_OF_FRAME, &frame);
    put_blocks(&mut out, &BLOCKS.map(|bands| tokens(&plane, &layout, &bins, bands)));
    out.extend_from_slice(&marker::END_OF_IMAGE.to_be_bytes());
    Ok(out)
}

/// The first block has a table of its own, the other two share one.
fn put_blocks(out: &mut Vec<u8>, blocks: &[Vec<Token>; 3]) {
    for (id, group) in [&blocks[..1], &blocks[1..]].into_iter().enumerate() {
        let mut frequencies = [0; 256];
        for token in group.iter().flatten() {
            frequencies[usize::from(token.symbol)] += 1;
        }
        // A table must hold a code even if nothing is sent.
        frequencies[1] = frequencies[1].max(1);
        let table = CodeTable::fitted(&frequencies);
        let mut body = vec![id as u8];
        body.extend_from_slice(&table.counts);
        body.extend_from_slice(&table.symbols);
        put_segment(out, marker::HUFFMAN_TABLE, &body);
        // A fitted table never holds more codes than its lengths allow.
        let codes = table.codes().unwrap_or([(0, 0); 256]);
        for block in group {
            put_segment(out, marker::START_OF_BLOCK, &[id as u8]);
            let mut bits = BitWriter::default();
            for token in block {
                let (code, length) = codes[usize::from(token.symbol)];
                bits.put(code, length.into());
                bits.put(token.extra, token.extra_bits);
            }
            out.extend_from_slice(&bits.finish());
        }
    }
}

/// The mean, and the divisor that brings the farthest grey value to 128.
fn shift_and_scale(pixels: &[u8]) -> (f32, f32) {
    let sum: u64 = pixels.iter().map(|grey| u64::from(*grey)).sum();
    let shift = sum as f32 / pixels.len().max(1) as f32;
    let least = pixels.iter().min().map_or(shift, |grey| f32::from(*grey));
    let most = pixels.iter().max().map_or(shift, |grey| f32::from(*grey));
    let scale = (shift - least).max(most - shift) / 128.0;
    // The file holds four digits or so; a flat picture has no scale.
    if scale > 0.0 { (shift, scale) } else { (shift, 1.0) }
}

fn comment(width: u32, height: u32, dpi: Option<u16>, bit_rate: f64) -> String {
    let dpi = dpi.map_or(-1, i32::from);
    format!(
        "NIST_COM 8\nPIX_WIDTH {width}\nPIX_HEIGHT {height}\nPIX_DEPTH 8\nPPI {dpi}\nLOSSY 1\n\
         COLORSPACE GRAY\nCOMPRESSION WSQ\nWSQ_BITRATE {bit_rate:.6}\n"
    )
}

fn transform_table() -> Vec<u8> {
    let length = |half: usize| (2 * half - 1) as u8;
    let mut body = vec![length(LOW.len()), length(HIGH.len())];
    for tap in LOW.iter().chain(&HIGH) {
        put_tap(&mut body, *tap);
    }
    body
}

fn quantisation_table(bins: &[(f64, f64); BANDS]) -> Vec<u8> {
    let mut body = vec![2];
    body.extend_from_slice(&CENTRE_HUNDREDTHS.to_be_bytes());
    for band in 0..TABLE_BANDS {
        let (width, zero) = bins.get(band).copied().unwrap_or((0.0, 0.0));
        put_scaled_word(&mut body, width);
        put_scaled_word(&mut body, zero);
    }
    body
}

/// The coefficients of some subbands as symbols.
fn tokens(
    plane: &Coefficients,
    layout: &Layout,
    bins: &[(f64, f64); BANDS],
    bands: std::ops::Range<usize>,
) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut zeros = 0;
    for band in bands.filter(|band| bins[*band].0 > 0.0) {
        let bin = (bins[band].0 as f32, bins[band].1 as f32);
        let region = layout.bands[band];
        for y in region.y..region.y + region.height {
            let begin = y * plane.width + region.x;
            for value in &plane.values[begin..begin + region.width] {
                match quantise(*value, bin) {
                    0 => zeros += 1,
                    number => {
                        put_zeros(&mut tokens, std::mem::take(&mut zeros));
                        tokens.push(number_token(number));
                    }
                }
            }
        }
    }
    put_zeros(&mut tokens, zeros);
    tokens
}

fn put_zeros(tokens: &mut Vec<Token>, mut zeros: u32) {
    while zeros > 0 {
        let run = zeros.min(LONGEST_RUN);
        zeros -= run;
        tokens.push(match run {
            1..=100 => Token { symbol: run as u8, extra: 0, extra_bits: 0 },
            101..=255 => Token { symbol: 105, extra: run as u16, extra_bits: 8 },
            _ => Token { symbol: 106, extra: run as u16, extra_bits: 16 },
        });
    }
}

fn number_token(number: i32) -> Token {
    let size = number.unsigned_abs().min(u16::MAX.into()) as u16;
    let negative = u8::from(number < 0);
    match number {
        -73..=74 => Token { symbol: (number + 180) as u8, extra: 0, extra_bits: 0 },
        -255..=255 => Token { symbol: 101 + negative, extra: size, extra_bits: 8 },
        _ => Token { symbol: 103 + negative, extra: size, extra_bits: 16 },
    }
}

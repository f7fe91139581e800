//! JPEG 2000 (ISO/IEC 15444-1), codestream or JP2 file: headers checked here, pixels by a library.
//!
//! A codestream can state millions of tiles, layers or precincts in a few bytes, each of which costs
//! time and memory. The walk over its markers refuses what no scanner of fingers writes.

use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};
use thiserror::Error;

use super::grey::luminance;
use super::{GrayImage, ImageError, ImageLimits};
use crate::fields::Fields;

/// First bytes of a JP2 file and of a codestream.
pub(super) const JP2_SIGNATURE: &[u8] = b"\0\0\0\x0cjP  \r\n\x87\n";
pub(super) const CODESTREAM_SIGNATURE: &[u8] = b"\xff\x4f\xff\x51";

/// Most tiles; a finger is one, a slap scanned at 1000 dpi in tiles of 256 pixels 256.
const MAX_TILES: u64 = 256;
/// Most quality layers; profiles for fingerprints have 9 (NIST SP 500-289).
const MAX_LAYERS: u16 = 32;
/// Most decomposition levels; profiles have 5 or 6.
const MAX_LEVELS: u8 = 10;
/// Least precinct side as a power of two: 32 pixels.
const LEAST_PRECINCT: u8 = 5;
/// Most bit planes times samples that may have to be decoded: 64 MiB, 24 ns each on one core of the
/// machine of docs/BENCHMARKS.md (noise without loss). A rolled finger at 1000 dpi has 2.5 million
/// samples of 9 to 15 planes.
const MAX_PLANES: u64 = 64 << 20;
/// Code-block sides as powers of two less two, as they are written: 8 to 1024 pixels.
const BLOCKS: std::ops::RangeInclusive<u8> = 1..=8;

/// What is wrong with a codestream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
enum CodestreamError {
    #[error("the file ends inside its headers or a tile")]
    Truncated,
    #[error("a JP2 file without a codestream")]
    NoCodestream,
    #[error("a header breaks the standard")]
    Header,
    #[error("{0} components of different sizes")]
    Components(usize),
}

mod marker {
    pub(super) const COD: u16 = 0xff52;
    pub(super) const COC: u16 = 0xff53;
    pub(super) const QCD: u16 = 0xff5c;
    pub(super) const QCC: u16 = 0xff5d;
    pub(super) const RGN: u16 = 0xff5e;
    pub(super) const POC: u16 = 0xff5f;
    pub(super) const PPM: u16 = 0xff60;
    pub(super) const PPT: u16 = 0xff61;
    pub(super) const SOT: u16 = 0xff90;
    pub(super) const SOD: u16 = 0xff93;
    pub(super) const EOC: u16 = 0xffd9;
}

/// Decodes a codestream or the codestream of a JP2 file to grey.
///
/// # Errors
/// [`ImageError`] when dimensions are out of bounds, when the file is not one of one or three
/// unsigned components of equal size, or when it is damaged.
pub(super) fn decode(bytes: &[u8], limits: &ImageLimits) -> Result<GrayImage, ImageError> {
    let Samples { width, height, components, values: mut samples } = read(bytes, limits)?;
    if components == 3 {
        let (triples, _) = samples.as_chunks::<3>();
        samples = triples.iter().map(|[r, g, b]| luminance(*r, *g, *b)).collect();
    }
    GrayImage::new(width, height, samples)
}

/// Decodes a codestream or JP2 file to width, height, and red, green and blue of each pixel, row by row:
/// for portraits, which are no prints. Grey becomes three equal values.
///
/// # Errors
/// As for pictures of prints; [`ImageError::Format`] for other files.
pub fn decode_colour_jpeg2000(
    bytes: &[u8],
    limits: &ImageLimits,
) -> Result<(u32, u32, Vec<u8>), ImageError> {
    limits.check_file(bytes)?;
    if !bytes.starts_with(JP2_SIGNATURE) && !bytes.starts_with(CODESTREAM_SIGNATURE) {
        return Err(ImageError::Format);
    }
    let Samples { width, height, components, values: mut samples } = read(bytes, limits)?;
    if components == 1 {
        samples = samples.into_iter().flat_map(|grey| [grey; 3]).collect();
    }
    Ok((width, height, samples))
}

/// Pixels as they stand in a codestream, eight bits a component.
struct Samples {
    width: u32,
    height: u32,
    /// One or three.
    components: usize,
    /// Row by row, the components of a pixel together.
    values: Vec<u8>,
}

fn read(bytes: &[u8], limits: &ImageLimits) -> Result<Samples, ImageError> {
    let codestream = if bytes.starts_with(JP2_SIGNATURE) { unwrap_jp2(bytes)? } else { bytes };
    let (width, height, components) = check(codestream, limits)?;
    let settings = DecodeSettings { strict: true, ..DecodeSettings::default() };
    let image = Image::new(codestream, &settings).map_err(ImageError::damaged)?;
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(ImageError::damaged)?;
    let pixels = width as usize * height as usize;
    if decoded.components().len() != components
        || decoded.components().iter().any(|component| component.samples().len() != pixels)
    {
        return Err(ImageError::damaged(CodestreamError::Components(components)));
    }
    let mut values = vec![0; pixels * components];
    decoded.store_u8_into(&mut values);
    Ok(Samples { width, height, components, values })
}

/// Boxes of the same level: type and content, up to the first that is cut short.
pub(super) fn boxes(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut fields = Fields(bytes);
    std::iter::from_fn(move || {
        let stated = fields.long()?;
        let kind: [u8; 4] = fields.take(4)?.try_into().ok()?;
        let length = match stated {
            // To the end of the file.
            0 => fields.0.len(),
            1 => {
                let (high, low) = (fields.long()?, fields.long()?);
                (u64::from(high) << 32 | u64::from(low)).checked_sub(16)?.try_into().ok()?
            }
            stated => (stated as usize).checked_sub(8)?,
        };
        Some((kind, fields.take(length)?))
    })
}

/// The codestream of a JP2 file whose samples are grey or sRGB as they stand.
fn unwrap_jp2(bytes: &[u8]) -> Result<&[u8], ImageError> {
    for (kind, content) in boxes(bytes) {
        match &kind {
            b"jp2h" => {
                for (kind, content) in boxes(content) {
                    // Method 1 of a colour box: 16 is sRGB, 17 grey, 18 luma and chroma.
                    let foreign = kind == *b"colr"
                        && content.first() == Some(&1)
                        && !matches!(content.get(3..7), Some([0, 0, 0, 16 | 17]));
                    if kind == *b"pclr" || foreign {
                        return Err(ImageError::Unsupported(
                            "JPEG 2000 pictures in a palette or in colours other than sRGB",
                        ));
                    }
                }
            }
            b"jp2c" => return Ok(content),
            _ => {}
        }
    }
    Err(ImageError::damaged(CodestreamError::NoCodestream))
}

/// Walks all markers; width, height and components when nothing is out of bounds.
fn check(codestream: &[u8], limits: &ImageLimits) -> Result<(u32, u32, usize), ImageError> {
    let truncated = || ImageError::damaged(CodestreamError::Truncated);
    let mut fields = Fields(codestream);
    fields.take(4).ok_or_else(truncated)?;
    let size = check_size(segment(&mut fields)?, limits)?;
    let (mut coded, mut planes) = (false, 0);
    let mut code = fields.word().ok_or_else(truncated)?;
    while code != marker::SOT {
        let body = segment(&mut fields)?;
        match code {
            marker::COD => {
                check_coding(body)?;
                coded = true;
            }
            marker::QCD => planes = bit_planes(body)?.max(planes),
            // Of one component, whose number takes a byte.
            marker::QCC => planes = bit_planes(Fields(body.0.get(1..).unwrap_or(&[])))?.max(planes),
            marker::COC | marker::RGN | marker::POC | marker::PPM => return Err(unusual()),
            _ => {}
        }
        code = fields.word().ok_or_else(truncated)?;
    }
    if !coded || planes == 0 {
        return Err(ImageError::damaged(CodestreamError::Header));
    }
    let (width, height, components) = size;
    let found = u64::from(width) * u64::from(height) * components as u64 * u64::from(planes);
    if found > MAX_PLANES {
        return Err(ImageError::Unsupported(
            "JPEG 2000 pictures of more pixels than a rolled finger, or of more bits than 8 to a pixel,",
        ));
    }
    while code == marker::SOT {
        check_tile_part(&mut fields)?;
        code = fields.word().ok_or_else(truncated)?;
    }
    if code == marker::EOC { Ok(size) } else { Err(ImageError::damaged(CodestreamError::Header)) }
}

fn unusual() -> ImageError {
    ImageError::Unsupported(
        "JPEG 2000 pictures with offsets, many tiles, layers or levels, tiny precincts, or coding that changes within the picture",
    )
}

/// The body of a marker segment, whose length counts itself.
fn segment<'a>(fields: &mut Fields<'a>) -> Result<Fields<'a>, ImageError> {
    let body = fields.word().and_then(|length| fields.take(usize::from(length).checked_sub(2)?));
    body.map(Fields).ok_or_else(|| ImageError::damaged(CodestreamError::Truncated))
}

fn check_size(mut body: Fields<'_>, limits: &ImageLimits) -> Result<(u32, u32, usize), ImageError> {
    let mut parse = || {
        body.word()?;
        let mut eight = [0; 8];
        for value in &mut eight {
            *value = body.long()?;
        }
        let count = usize::from(body.word()?);
        Some((eight, body.take(3 * count)?))
    };
    let Some(([width, height, x, y, tile_width, tile_height, tile_x, tile_y], parts)) = parse()
    else {
        return Err(ImageError::damaged(CodestreamError::Truncated));
    };
    limits.check_dimensions(width, height)?;
    let components = parts.len() / 3;
    // Eight to sixteen unsigned bits, no subsampling.
    let plain = |part: &[u8]| (7..=15).contains(&part[0]) && part[1..] == [1, 1];
    if !matches!(components, 1 | 3) || !parts.chunks_exact(3).all(plain) {
        return Err(ImageError::Unsupported(
            "JPEG 2000 pictures of other than one or three equal components of 8 to 16 bits",
        ));
    }
    let samples = u64::from(width) * u64::from(height) * components as u64;
    if samples > limits.max_pixels() {
        return Err(ImageError::TooManyBytes { found: samples, limit: limits.max_pixels() });
    }
    if tile_width == 0 || tile_height == 0 {
        return Err(ImageError::damaged(CodestreamError::Header));
    }
    let tiles = u64::from(width.div_ceil(tile_width)) * u64::from(height.div_ceil(tile_height));
    if [x, y, tile_x, tile_y] != [0; 4] || tiles > MAX_TILES {
        return Err(unusual());
    }
    Ok((width, height, components))
}

fn check_coding(mut body: Fields<'_>) -> Result<(), ImageError> {
    let parse = |body: &mut Fields<'_>| {
        let style = body.byte()?;
        body.byte()?;
        let layers = body.word()?;
        body.byte()?;
        let [levels, block_width, block_height] = [body.byte()?, body.byte()?, body.byte()?];
        body.take(2)?;
        Some((style, layers, levels, [block_width, block_height]))
    };
    let Some((style, layers, levels, block)) = parse(&mut body) else {
        return Err(ImageError::damaged(CodestreamError::Truncated));
    };
    let odd_block = !block.iter().all(|exponent| BLOCKS.contains(exponent));
    let tiny_precinct = style & 1 == 1
        && body.0.iter().any(|both| both & 15 < LEAST_PRECINCT || both >> 4 < LEAST_PRECINCT);
    if layers > MAX_LAYERS || levels > MAX_LEVELS || odd_block || tiny_precinct {
        return Err(unusual());
    }
    Ok(())
}

/// The most bit planes of any subband that a quantisation segment states: guard bits and exponent
/// less one.
fn bit_planes(mut body: Fields<'_>) -> Result<u32, ImageError> {
    let damaged = || ImageError::damaged(CodestreamError::Header);
    let style = body.byte().ok_or_else(damaged)?;
    let exponents: Vec<u8> = match style & 31 {
        0 => body.0.iter().map(|step| step >> 3).collect(),
        1 | 2 => body.0.chunks_exact(2).map(|step| step[0] >> 3).collect(),
        _ => return Err(damaged()),
    };
    let most = exponents.into_iter().max().ok_or_else(damaged)?;
    Ok((u32::from(style >> 5) + u32::from(most)).saturating_sub(1).max(1))
}

/// Steps over a tile-part behind its first marker.
fn check_tile_part(fields: &mut Fields<'_>) -> Result<(), ImageError> {
    let begin = fields.0;
    let truncated = || ImageError::damaged(CodestreamError::Truncated);
    let mut body = segment(fields)?;
    body.word().ok_or_else(truncated)?;
    let stated = body.long().ok_or_else(truncated)? as usize;
    loop {
        match fields.word().ok_or_else(truncated)? {
            marker::SOD => break,
            marker::COD
            | marker::COC
            | marker::QCD
            | marker::QCC
            | marker::RGN
            | marker::POC
            | marker::PPT => {
                return Err(unusual());
            }
            _ => {
                segment(fields)?;
            }
        }
    }
    // The length counts from the marker on; zero means up to the end of the codestream.
    let behind = if stated == 0 {
        begin.len().saturating_sub(2)
    } else {
        stated.checked_sub(2).ok_or_else(truncated)?
    };
    let rest = begin.get(behind..).filter(|rest| rest.len() <= fields.0.len());
    *fields = Fields(rest.ok_or_else(truncated)?);
    Ok(())
}

//! Takes out of a picture file what is not the picture: coordinates, device, author, time.
//!
//! The High Court struck down the collection of coordinates with identity data (Petitions 56,
//! 58 and 59 of 2019), and cameras write them unasked. The pixels are not touched: JPEG
//! segments and PNG chunks are copied or left out whole, and whatever follows the picture's
//! end is dropped.

use crate::encounter::Image;

/// A file that ends before its picture does, or whose parts do not follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken;

/// Bytes of a JFIF segment without a thumbnail (ISO/IEC 10918-5, 6.1), and of Adobe's.
const JFIF_BYTES: usize = 14;
const ADOBE_BYTES: usize = 12;

/// JPEG (ISO/IEC 10918-1 annex B) without application segments other than those that the
/// pixels need: JFIF (APP0), an ICC profile (APP2), Adobe's colour transform (APP14). EXIF and
/// XMP are APP1, IPTC is APP13; comments go as well.
pub fn strip_jpeg(bytes: &[u8]) -> Result<Vec<u8>, Broken> {
    let mut rest = bytes.strip_prefix(&[0xff, 0xd8]).ok_or(Broken)?;
    let mut clean = vec![0xff, 0xd8];
    loop {
        let [0xff, marker, ..] = *rest else { return Err(Broken) };
        match marker {
            // A fill byte before a marker.
            0xff => rest = &rest[1..],
            // End of image.
            0xd9 => {
                clean.extend_from_slice(&[0xff, 0xd9]);
                return Ok(clean);
            }
            // Start of scan: header, then entropy-coded data up to the next marker.
            0xda => {
                let length = segment_length(rest)?;
                let data = entropy_coded_length(&rest[length..]).ok_or(Broken)?;
                clean.extend_from_slice(&rest[..length + data]);
                rest = &rest[length + data..];
            }
            // Markers without a segment do not stand between segments.
            0x00 | 0x01 | 0xd0..=0xd8 => return Err(Broken),
            _ => {
                let length = segment_length(rest)?;
                let content = &rest[4..length];
                let keep = match marker {
                    // Without its thumbnail, which some cameras put behind the density.
                    0xe0 => content.starts_with(b"JFIF\0") && content.len() == JFIF_BYTES,
                    0xee => content.starts_with(b"Adobe") && content.len() == ADOBE_BYTES,
                    0xe2 => content.starts_with(b"ICC_PROFILE\0"),
                    0xe1 | 0xe3..=0xed | 0xef | 0xfe => false,
                    // What is no application's.
                    _ => true,
                };
                if keep {
                    clean.extend_from_slice(&rest[..length]);
                }
                rest = &rest[length..];
            }
        }
    }
}

/// Length of a marker with its segment.
fn segment_length(rest: &[u8]) -> Result<usize, Broken> {
    let [_, _, high, low, ..] = *rest else { return Err(Broken) };
    let length = 2 + usize::from(u16::from_be_bytes([high, low]));
    if length < 4 || length > rest.len() { Err(Broken) } else { Ok(length) }
}

/// Bytes up to the next marker that is no stuffed zero and no restart.
fn entropy_coded_length(data: &[u8]) -> Option<usize> {
    data.windows(2)
        .position(|pair| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff))
}

/// First bytes of every PNG.
const PNG_SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];

/// Ancillary PNG chunks that the look of the pixels depends on; all others go, among them
/// `eXIf`, `tEXt`, `zTXt`, `iTXt` and `tIME` (PNG third edition, clause 11.3).
const KEPT_CHUNKS: [&[u8; 4]; 8] =
    [b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sRGB", b"sBIT", b"pHYs", b"cICP"];

/// PNG without descriptive chunks.
pub fn strip_png(bytes: &[u8]) -> Result<Vec<u8>, Broken> {
    let mut rest = bytes.strip_prefix(&PNG_SIGNATURE).ok_or(Broken)?;
    let mut clean = PNG_SIGNATURE.to_vec();
    loop {
        let (head, _) = rest.split_first_chunk::<8>().ok_or(Broken)?;
        let [a, b, c, d, kind @ ..] = *head;
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        // Length, type and checksum stand around the content.
        let whole = length.checked_add(12).filter(|whole| *whole <= rest.len()).ok_or(Broken)?;
        // A lower-case first letter marks a chunk that decoders may pass over.
        let ancillary = kind[0].is_ascii_lowercase();
        if !ancillary || KEPT_CHUNKS.contains(&&kind) {
            clean.extend_from_slice(&rest[..whole]);
        }
        if &kind == b"IEND" {
            return Ok(clean);
        }
        rest = &rest[whole..];
    }
}

/// Names that a comment of a WSQ file may state, as the tools of NIST write them.
const WSQ_NAMES: [&str; 9] = [
    "NIST_COM",
    "PIX_WIDTH",
    "PIX_HEIGHT",
    "PIX_DEPTH",
    "PPI",
    "LOSSY",
    "COLORSPACE",
    "COMPRESSION",
    "WSQ_BITRATE",
];

/// Whether nothing but the picture and its measures is in a WSQ file (FBI IAFIS-IC-0110, 6): the
/// comments state no more than size, depth, resolution and compression, and nothing follows the end.
///
/// # Errors
/// [`Broken`] where it does not read as WSQ.
pub fn is_bare_wsq(bytes: &[u8]) -> Result<bool, Broken> {
    let mut rest = bytes.strip_prefix(&[0xff, 0xa0]).ok_or(Broken)?;
    loop {
        let [0xff, marker, ..] = *rest else { return Err(Broken) };
        match marker {
            // End of image.
            0xa1 => return Ok(rest.len() == 2),
            // Start of block: header, then entropy-coded data up to the next marker.
            0xa3 => {
                let length = segment_length(rest)?;
                let data = entropy_coded_length(&rest[length..]).ok_or(Broken)?;
                rest = &rest[length + data..];
            }
            0xa2 | 0xa4..=0xa6 => rest = &rest[segment_length(rest)?..],
            0xa8 => {
                let length = segment_length(rest)?;
                if !measures(&rest[4..length]) {
                    return Ok(false);
                }
                rest = &rest[length..];
            }
            _ => return Err(Broken),
        }
    }
}

/// Whether a comment is lines of a known name and a short value.
fn measures(comment: &[u8]) -> bool {
    let short = |value: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-';
        value.len() <= 12 && value.bytes().all(plain)
    };
    std::str::from_utf8(comment).is_ok_and(|text| {
        text.lines().count() <= WSQ_NAMES.len()
            && text.lines().all(|line| {
                let pair = line.split_once(' ');
                pair.is_some_and(|(name, value)| WSQ_NAMES.contains(&name) && short(value))
            })
    })
}

/// Whether an image is as a kit keeps it: a PNG or JPEG in which nothing but the picture is left.
pub fn is_bare(image: &Image) -> bool {
    let stripped = match image.media_type.as_str() {
        "image/png" => strip_png(&image.bytes),
        "image/jpeg" => strip_jpeg(&image.bytes),
        _ => Err(Broken),
    };
    stripped.is_ok_and(|bare| bare == image.bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARK: &[u8] = b"GPS 1.2921S 36.8219E";

    fn picture(format: image::ImageFormat) -> Vec<u8> {
        let pixels = image::RgbImage::from_fn(64, 48, |x, y| {
            image::Rgb([x as u8 * 3, y as u8 * 5, (x ^ y) as u8])
        });
        let mut bytes = std::io::Cursor::new(Vec::new());
        pixels.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn pixels(bytes: &[u8]) -> Vec<u8> {
        image::load_from_memory(bytes).unwrap().to_rgb8().into_raw()
    }

    fn holds_mark(bytes: &[u8]) -> bool {
        bytes.windows(MARK.len()).any(|window| window == MARK)
    }

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let length = (content.len() as u16 + 2).to_be_bytes();
        [&[0xff, marker], length.as_slice(), content].concat()
    }

    #[test]
    fn jpeg_loses_its_metadata_and_no_pixel() {
        let plain = picture(image::ImageFormat::Jpeg);
        let mut tagged = plain[..2].to_vec();
        for marker in [0xe0, 0xe1, 0xed, 0xee, 0xe2, 0xe5, 0xfe] {
            tagged.extend(segment(marker, MARK));
        }
        // A thumbnail behind the density, and more than Adobe writes.
        tagged.extend(segment(0xe0, &[b"JFIF\0".as_slice(), MARK].concat()));
        tagged.extend(segment(0xee, &[b"Adobe".as_slice(), MARK].concat()));
        tagged.extend(&plain[2..]);
        tagged.extend(MARK);
        assert!(holds_mark(&tagged));
        let clean = strip_jpeg(&tagged).unwrap();
        assert!(!holds_mark(&clean));
        assert_eq!(pixels(&clean), pixels(&plain));
        let kept = |bytes: &[u8]| {
            is_bare(&Image { media_type: "image/jpeg".into(), bytes: bytes.to_vec() })
        };
        assert!(kept(&clean) && !kept(&tagged));
    }

    #[test]
    fn png_loses_its_metadata_and_no_pixel() {
        let plain = picture(image::ImageFormat::Png);
        let header = 8 + 25;
        let mut tagged = plain[..header].to_vec();
        for kind in [b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"prVt"] {
            tagged.extend((MARK.len() as u32).to_be_bytes());
            tagged.extend(kind);
            tagged.extend(MARK);
            tagged.extend([0; 4]);
        }
        tagged.extend(&plain[header..]);
        tagged.extend(MARK);
        let clean = strip_png(&tagged).unwrap();
        assert_eq!(clean, plain);
        assert_eq!(pixels(&clean), pixels(&plain));
        let kept = |bytes: &[u8]| {
            is_bare(&Image { media_type: "image/png".into(), bytes: bytes.to_vec() })
        };
        assert!(kept(&clean) && !kept(&tagged));
    }

    #[test]
    fn wsq_tells_measures_and_nothing_else() {
        // Comment, table, block, end: as much of a file as this looks at.
        let file = |comment: &[u8], behind: &[u8]| {
            let parts = [segment(0xa8, comment), segment(0xa4, &[3, 3]), segment(0xa3, &[0])];
            [&[0xff, 0xa0], parts.concat().as_slice(), &[1, 2, 0xff, 0, 3], &[0xff, 0xa1], behind]
                .concat()
        };
        let measures = b"NIST_COM 3\nPIX_WIDTH 20\nPPI -1\nWSQ_BITRATE 1.500000\n";
        assert_eq!(is_bare_wsq(&file(measures, b"")), Ok(true));
        assert_eq!(is_bare_wsq(&file(measures, MARK)), Ok(false));
        assert_eq!(is_bare_wsq(&file(MARK, b"")), Ok(false));
        assert_eq!(is_bare_wsq(&file(b"NIST_COM 2\nGPS 1.2921S\n", b"")), Ok(false));
        assert_eq!(is_bare_wsq(&file(b"PPI 1.2921S 36.8219E\n", b"")), Ok(false));
        assert_eq!(is_bare_wsq(&file(measures, b"")[..30]), Err(Broken));
        assert_eq!(is_bare_wsq(b"GPS"), Err(Broken));
    }

    #[test]
    fn cut_files_are_broken_and_never_panic() {
        for (bytes, strip) in [
            (picture(image::ImageFormat::Jpeg), strip_jpeg as fn(&[u8]) -> Result<Vec<u8>, Broken>),
            (picture(image::ImageFormat::Png), strip_png),
        ] {
            for length in 0..bytes.len() {
                assert_eq!(strip(&bytes[..length]), Err(Broken), "{length}");
            }
        }
    }
}

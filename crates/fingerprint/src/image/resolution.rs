//! The resolution that a picture file states in its own header.

use super::tiff::{Directory, tag};
use super::{finger_record, jpeg2000, wsq};
use crate::fields::Fields;

/// Pixels per inch that the file states, when it does and when they are the same along x and y
/// (to 1 %).
///
/// Read from PNG (`pHYs`), TIFF, JPEG (JFIF), BMP, JPEG 2000 (`res`), WSQ (the comment of NIST's
/// tools) and ISO/IEC 19794-4; PGM states none. Programs like to write 72 or 96 where they know
/// nothing: whoever uses the value should hold it against what a sensor can have.
pub fn stated_resolution(bytes: &[u8]) -> Option<u16> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        png(&bytes[8..])
    } else if bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*") {
        tiff(bytes)
    } else if bytes.starts_with(b"\xff\xd8") {
        jfif(&bytes[2..])
    } else if bytes.starts_with(b"BM") {
        bmp(bytes)
    } else if bytes.starts_with(jpeg2000::JP2_SIGNATURE) {
        jp2(bytes)
    } else if bytes.starts_with(&wsq::START) {
        wsq::resolution(bytes)
    } else {
        finger_record::stated_resolution(bytes)
    }
}

/// Both values as one whole number of pixels per inch.
fn agreed(x: f64, y: f64) -> Option<u16> {
    let whole = x.round();
    let fits = (1.0..=f64::from(u16::MAX)).contains(&whole) && (x - y).abs() <= 0.01 * x;
    fits.then_some(whole as u16)
}

fn per_metre(x: f64, y: f64) -> Option<u16> {
    agreed(x * 0.0254, y * 0.0254)
}

fn png(chunks: &[u8]) -> Option<u16> {
    let mut fields = Fields(chunks);
    loop {
        let length = fields.long()?;
        let kind = fields.take(4)?;
        let mut body = Fields(fields.take(length as usize)?);
        fields.long()?;
        match kind {
            b"pHYs" => {
                let (x, y, unit) = (body.long()?, body.long()?, body.byte()?);
                // Unit 1 is the metre; without it only the shape of a pixel is stated.
                return if unit == 1 { per_metre(x.into(), y.into()) } else { None };
            }
            b"IDAT" => return None,
            _ => {}
        }
    }
}

fn tiff(bytes: &[u8]) -> Option<u16> {
    let directory = Directory::of(bytes)?;
    let rational = |tag| match directory.values(tag)?[..] {
        [above, below, ..] => Some(f64::from(above) / f64::from(below)),
        _ => None,
    };
    let (x, y) = (rational(tag::X_RESOLUTION)?, rational(tag::Y_RESOLUTION)?);
    match directory.values(tag::RESOLUTION_UNIT)?.first() {
        None | Some(2) => agreed(x, y),
        Some(3) => per_metre(x * 100.0, y * 100.0),
        Some(_) => None,
    }
}

fn jfif(segments: &[u8]) -> Option<u16> {
    let mut fields = Fields(segments);
    loop {
        let code = fields.word()?;
        let length = usize::from(fields.word()?).checked_sub(2)?;
        let mut body = Fields(fields.take(length)?);
        match code {
            0xffe0 if body.0.starts_with(b"JFIF\0") => {
                // Name and version.
                body.take(7)?;
                let (unit, x, y) = (body.byte()?, body.word()?, body.word()?);
                return match unit {
                    1 => agreed(x.into(), y.into()),
                    2 => per_metre(f64::from(x) * 100.0, f64::from(y) * 100.0),
                    _ => None,
                };
            }
            // The scan begins, or what should be a marker is none.
            0xffda | 0..0xff00 => return None,
            _ => {}
        }
    }
}

fn bmp(bytes: &[u8]) -> Option<u16> {
    let long_at = |at: usize| Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
    // Older headers of 12 bytes have no such fields.
    if long_at(14)? < 40 {
        return None;
    }
    per_metre(long_at(38)?.into(), long_at(42)?.into())
}

/// Capture resolution before display resolution.
fn jp2(bytes: &[u8]) -> Option<u16> {
    let inside = |bytes, name: &[u8; 4]| {
        jpeg2000::boxes(bytes).find(|(kind, _)| kind == name).map(|(_, content)| content)
    };
    let resolutions = inside(inside(bytes, b"jp2h")?, b"res ")?;
    let mut fields = Fields(inside(resolutions, b"resc").or(inside(resolutions, b"resd"))?);
    let [y_part, y_whole, x_part, x_whole] =
        [fields.word()?, fields.word()?, fields.word()?, fields.word()?].map(f64::from);
    let [y_power, x_power] = [fields.byte()?, fields.byte()?].map(|byte| i32::from(byte as i8));
    per_metre(x_part / x_whole * 10f64.powi(x_power), y_part / y_whole * 10f64.powi(y_power))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::{GrayImage, WSQ_BIT_RATE, encode_png, encode_wsq};

    fn picture() -> GrayImage {
        GrayImage::new(100, 100, (0..10_000u32).map(|i| (i % 251) as u8).collect()).unwrap()
    }

    fn tiff_file(unit: u16, x: u32, y: u32) -> Vec<u8> {
        let mut bytes = b"II*\0\x08\0\0\0\x03\0".to_vec();
        for (tag, kind, value) in [(282u16, 5u16, 50u32), (283, 5, 58), (296, 3, unit.into())] {
            bytes.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
            bytes.extend([1u32.to_le_bytes(), value.to_le_bytes()].concat());
        }
        bytes.extend([0; 4]);
        for value in [x, 10, y, 10] {
            bytes.extend(value.to_le_bytes());
        }
        bytes
    }

    fn jfif_file(unit: u8, x: u16, y: u16) -> Vec<u8> {
        let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01".to_vec();
        bytes.push(unit);
        bytes.extend([x.to_be_bytes(), y.to_be_bytes(), [0, 0]].concat());
        bytes
    }

    fn png_file(unit: u8, x: u32, y: u32) -> Vec<u8> {
        let mut bytes = encode_png(&picture());
        let mut chunk = b"\0\0\0\x09pHYs".to_vec();
        chunk.extend([x.to_be_bytes(), y.to_be_bytes()].concat());
        chunk.extend([unit, 0, 0, 0, 0]);
        bytes.splice(33..33, chunk);
        bytes
    }

    fn bmp_file(x: u32, y: u32) -> Vec<u8> {
        let mut bytes = b"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0".to_vec();
        bytes.resize(38, 0);
        bytes.extend([x.to_le_bytes(), y.to_le_bytes()].concat());
        bytes
    }

    fn jp2_file(x: u16, y: u16) -> Vec<u8> {
        let mut bytes = jpeg2000::JP2_SIGNATURE.to_vec();
        bytes.extend(b"\0\0\0\x22jp2h\0\0\0\x1ares \0\0\0\x12resc");
        for (value, _) in [(y, 'y'), (x, 'x')] {
            bytes.extend([value.to_be_bytes(), 10u16.to_be_bytes()].concat());
        }
        bytes.extend([1, 1]);
        bytes
    }

    #[test]
    fn each_format_states_its_resolution() {
        let wsq = |dpi| encode_wsq(&picture(), dpi, WSQ_BIT_RATE).unwrap();
        for (name, bytes, dpi) in [
            ("png", png_file(1, 19_685, 19_685), Some(500)),
            ("png, shape only", png_file(0, 1, 1), None),
            ("png, silent", encode_png(&picture()), None),
            ("png, skewed", png_file(1, 19_685, 10_000), None),
            ("tiff, inch", tiff_file(2, 5690, 5690), Some(569)),
            ("tiff, cm", tiff_file(3, 1970, 1970), Some(500)),
            ("tiff, none", tiff_file(1, 1970, 1970), None),
            ("tiff, absurd", tiff_file(2, u32::MAX, u32::MAX), None),
            ("jfif, inch", jfif_file(1, 500, 500), Some(500)),
            ("jfif, cm", jfif_file(2, 394, 394), Some(1001)),
            ("jfif, none", jfif_file(0, 1, 1), None),
            ("bmp", bmp_file(19_685, 19_685), Some(500)),
            ("bmp, silent", bmp_file(0, 0), None),
            ("jp2", jp2_file(19_685, 19_685), Some(500)),
            ("wsq", wsq(Some(512)), Some(512)),
            ("wsq, silent", wsq(None), None),
            ("nothing", Vec::new(), None),
        ] {
            assert_eq!(stated_resolution(&bytes), dpi, "{name}");
            for length in 0..bytes.len().min(400) {
                let _ = stated_resolution(&bytes[..length]);
            }
        }
    }
}

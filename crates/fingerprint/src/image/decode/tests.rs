//! Every format gives its pixels, and hostile files are refused with their code.

use super::*;
use crate::image::{WSQ_BIT_RATE, encode_png, encode_wsq};

fn ramp(width: u32, height: u32) -> GrayImage {
    let pixels = (0..width * height).map(|i| (i % 251) as u8).collect();
    GrayImage::new(width, height, pixels).unwrap()
}

/// A PNG whose header states `side` × `side` pixels, with a right checksum and no pixels.
fn bomb(side: u32) -> Vec<u8> {
    let mut png = encode_png(&ramp(100, 100));
    png[16..20].copy_from_slice(&side.to_be_bytes());
    png[20..24].copy_from_slice(&side.to_be_bytes());
    let crc = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    png
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8)
            .fold(crc ^ u32::from(*byte), |c, _| (c >> 1) ^ (0xedb8_8320 & (c & 1).wrapping_neg()))
    })
}

/// A WSQ file whose frame header states `side` × `side` pixels.
fn wsq_bomb(side: u16) -> Vec<u8> {
    let mut wsq = encode_wsq(&ramp(100, 100), None, WSQ_BIT_RATE).unwrap();
    let frame = wsq.windows(2).position(|pair| pair == b"\xff\xa2").unwrap();
    wsq[frame + 6..frame + 8].copy_from_slice(&side.to_be_bytes());
    wsq[frame + 8..frame + 10].copy_from_slice(&side.to_be_bytes());
    wsq
}

/// A WSQ file with empty blocks of data before its end.
fn wsq_of_blocks(count: usize) -> Vec<u8> {
    let mut wsq = encode_wsq(&ramp(100, 100), None, WSQ_BIT_RATE).unwrap();
    let end = wsq.len() - 2;
    wsq.splice(end..end, b"\xff\xa3\0\x03\0".repeat(count));
    wsq
}

/// A TIFF file of which the first value of a tag is changed.
fn tiff_with(tag: u16, value: u32) -> Vec<u8> {
    let grey = image::GrayImage::from_raw(120, 100, ramp(120, 100).into_pixels()).unwrap();
    let mut tiff = written(&DynamicImage::ImageLuma8(grey), ImageFormat::Tiff);
    let word = |at: usize| u16::from_le_bytes([tiff[at], tiff[at + 1]]);
    let begin = u32::from_le_bytes(*tiff[4..].first_chunk().unwrap()) as usize;
    let entries = (0..usize::from(word(begin))).map(|i| begin + 2 + 12 * i);
    let at = entries.into_iter().find(|at| word(*at) == tag).unwrap();
    let bytes = value.to_le_bytes();
    let size = if word(at + 2) == 3 { 2 } else { 4 };
    tiff[at + 8..at + 8 + size].copy_from_slice(&bytes[..size]);
    tiff
}

fn code(bytes: &[u8]) -> &'static str {
    decode_image(bytes, &ImageLimits::default()).map_or_else(|e| e.code(), |_| "ok")
}

fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[test]
fn every_lossless_format_gives_the_same_pixels() {
    let picture = ramp(120, 100);
    let buffer = image::GrayImage::from_raw(120, 100, picture.pixels().to_vec()).unwrap();
    let buffer = DynamicImage::ImageLuma8(buffer);
    for format in [ImageFormat::Png, ImageFormat::Tiff, ImageFormat::Bmp, ImageFormat::Pnm] {
        let decoded = decode_image(&written(&buffer, format), &ImageLimits::default()).unwrap();
        assert!(decoded == picture, "{format:?}");
    }
}

/// The middle grey of half a picture in every kind of pixel.
#[test]
fn every_kind_of_pixel_becomes_grey() {
    let grey = image::GrayImage::from_fn(100, 100, |x, _| image::Luma([(x * 2) as u8]));
    let grey = DynamicImage::ImageLuma8(grey);
    for (name, picture) in [
        ("16 bits", DynamicImage::ImageLuma16(grey.to_luma16())),
        ("colour", DynamicImage::ImageRgb8(grey.to_rgb8())),
        ("colour of 16 bits", DynamicImage::ImageRgb16(grey.to_rgb16())),
        ("alpha", DynamicImage::ImageLumaA8(grey.to_luma_alpha8())),
        ("colour and alpha of 16 bits", DynamicImage::ImageRgba16(grey.to_rgba16())),
    ] {
        let decoded =
            decode_image(&written(&picture, ImageFormat::Png), &ImageLimits::default()).unwrap();
        for (x, found) in decoded.pixels()[..100].iter().enumerate() {
            assert!(found.abs_diff(x as u8 * 2) <= 1, "{name}");
        }
    }
    let clear = image::GrayAlphaImage::from_pixel(100, 100, image::LumaA([0, 0]));
    let bytes = written(&DynamicImage::ImageLumaA8(clear), ImageFormat::Png);
    let decoded = decode_image(&bytes, &ImageLimits::default()).unwrap();
    assert!(decoded.pixels().iter().all(|grey| *grey == 255), "what is transparent is white");
}

#[test]
fn lossy_formats_come_close() {
    let wave = |i: u32| (128.0 + 100.0 * (f64::from(i % 200) * 0.7).sin()) as u8;
    let picture = GrayImage::new(200, 150, (0..30_000).map(wave).collect()).unwrap();
    let buffer = image::GrayImage::from_raw(200, 150, picture.pixels().to_vec()).unwrap();
    for (name, bytes, most) in [
        ("JPEG", written(&DynamicImage::ImageLuma8(buffer), ImageFormat::Jpeg), 6.0),
        ("WSQ", encode_wsq(&picture, Some(500), WSQ_BIT_RATE).unwrap(), 6.0),
    ] {
        let decoded = decode_image(&bytes, &ImageLimits::default()).unwrap();
        let squares: f64 = decoded
            .pixels()
            .iter()
            .zip(picture.pixels())
            .map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2))
            .sum();
        let error = (squares / 30_000.0).sqrt();
        assert!(error < most, "{name}: {error:.2} grey values");
    }
}

/// JPEG 2000 files of a ramp made with another program (Pillow and OpenJPEG), without loss.
#[test]
fn jpeg_2000_gives_the_same_pixels() {
    for (name, bytes) in [
        ("jp2", &include_bytes!("../../../tests/data/ramp.jp2")[..]),
        ("codestream", include_bytes!("../../../tests/data/ramp.j2k")),
        ("colour", include_bytes!("../../../tests/data/ramp-colour.jp2")),
    ] {
        let decoded = decode_image(bytes, &ImageLimits::default()).unwrap();
        assert!(decoded == ramp(120, 100), "{name}");
        for cut in [bytes.len() / 2, bytes.len() - 1] {
            assert_eq!(code(&bytes[..cut]), "image.damaged", "{name}");
        }
    }
}

/// Bytes of the codestream's headers, changed one at a time.
#[test]
fn a_lying_codestream_is_refused() {
    let good = include_bytes!("../../../tests/data/ramp.j2k");
    let cod = good.windows(2).position(|pair| pair == b"\xff\x52").unwrap();
    for (name, at, value, expected) in [
        ("width of 16 million", 8, 1, "image.too_many_pixels"),
        ("height of 256 and more thousands", 14, 0x40, "image.too_many_pixels"),
        ("offset", 19, 1, "image.unsupported"),
        ("tiny tiles", 27, 1, "image.unsupported"),
        ("no tiles", 27, 0, "image.damaged"),
        ("two components", 41, 2, "image.damaged"),
        ("signed", 42, 0x87, "image.unsupported"),
        ("subsampled", 43, 2, "image.unsupported"),
        ("layers", cod + 6, 1, "image.unsupported"),
        ("levels", cod + 9, 33, "image.unsupported"),
        ("tiny code blocks", cod + 10, 0, "image.unsupported"),
        ("code blocks beyond the standard", cod + 11, 255, "image.unsupported"),
    ] {
        let mut bad = good.to_vec();
        bad[at] = value;
        // Tiles are as large as the picture, so a tile of fewer columns has a length of its own.
        if name.ends_with("tiles") {
            bad[24..28].copy_from_slice(&[0, 0, 0, value]);
            bad[28..32].copy_from_slice(&[0, 0, 0, value]);
        }
        assert_eq!(code(&bad), expected, "{name}");
    }
}

/// The time of a JPEG 2000 file grows with its samples times their bit planes, whatever its size.
#[test]
fn a_codestream_of_too_many_bit_planes_is_refused() {
    let good = include_bytes!("../../../tests/data/ramp.j2k");
    let quantisation = good.windows(2).position(|pair| pair == b"\xff\x5c").unwrap();
    let of_side = |side: u32, guard_bits: u8| {
        let mut file = good.to_vec();
        for at in [8, 12, 24, 28] {
            file[at..at + 4].copy_from_slice(&side.to_be_bytes());
        }
        file[quantisation + 4] |= guard_bits << 5;
        code(&file)
    };
    assert_eq!(of_side(1600, 0), "image.damaged", "there are no samples for so many pixels");
    assert_eq!(of_side(1600, 7), "image.damaged");
    assert_eq!(of_side(4000, 0), "image.unsupported");
    assert_eq!(of_side(3000, 7), "image.unsupported");
}

#[test]
fn hostile_files_are_refused_with_their_code() {
    let good = encode_png(&ramp(120, 100));
    let wsq = encode_wsq(&ramp(120, 100), None, WSQ_BIT_RATE).unwrap();
    let huge = vec![0; ImageLimits::default().max_file_bytes + 1];
    let scans = [&b"\xff\xd8\xff\xe0"[..], &b"\xff\xda".repeat(21)].concat();
    for (name, bytes, expected) in [
        ("good", good.clone(), "ok"),
        ("empty", Vec::new(), "image.format"),
        ("gif", b"GIF89a".to_vec(), "image.format"),
        ("cut short", good[..good.len() / 2].to_vec(), "image.damaged"),
        ("bomb", bomb(60_000), "image.too_many_pixels"),
        ("just too wide", bomb(4001), "image.too_many_pixels"),
        ("a stamp", encode_png(&ramp(95, 200)), "image.too_few_pixels"),
        ("too many bytes", huge, "image.file_too_large"),
        ("jpeg without picture", vec![0xff, 0xd8, 0xff, 0xe0, 0, 16], "image.damaged"),
        ("jpeg of many scans", scans, "image.unsupported"),
        ("wsq", wsq.clone(), "ok"),
        ("wsq bomb", wsq_bomb(60_000), "image.too_many_pixels"),
        ("wsq lie", wsq_bomb(4000), "image.damaged"),
        ("wsq stamp", wsq_bomb(10), "image.too_few_pixels"),
        ("wsq without end", wsq[..wsq.len() - 2].to_vec(), "image.damaged"),
        ("wsq of many blocks", wsq_of_blocks(61), "image.damaged"),
        ("tiff of a jpeg", tiff_with(259, 7), "image.unsupported"),
        ("tiff of one part for all strips", tiff_with(279, u32::MAX), "image.unsupported"),
        ("wsq of nothing", wsq[..2].to_vec(), "image.damaged"),
    ] {
        assert_eq!(code(&bytes), expected, "{name}");
    }
}

/// 3000 × 3000 pixels of colour in 16 bits would take 52 MiB, and of 4000 × 4000 92 MiB.
#[test]
fn pixels_of_many_bytes_are_refused_before_they_are_decoded() {
    let limits = ImageLimits { max_width: 200, max_height: 200, ..ImageLimits::default() };
    let picture = |side| {
        let colour = image::ImageBuffer::from_pixel(side, side, image::Rgb([9u16, 9, 9]));
        written(&DynamicImage::ImageRgb16(colour), ImageFormat::Png)
    };
    assert!(decode_image(&picture(150), &limits).is_ok());
    let refused = decode_image(&picture(200), &limits).unwrap_err();
    assert_eq!(refused.code(), "image.too_many_bytes");
}

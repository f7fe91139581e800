//! The largest pictures allowed, in every format that can be small on disk and large in memory: no
//! decoder takes more than 256 MiB. Alone in its program, since memory is counted for all threads.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};
use niims_fingerprint::image::encode_wsq;
use niims_fingerprint::{GrayImage, ImageLimits, decode_image};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const MOST_MEMORY: usize = 256 << 20;
const SIDE: u32 = 4000;

fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A TIFF file of one strip of zeros in PackBits, two bytes for 128, of four bytes a pixel.
fn tiff() -> Vec<u8> {
    let runs = (SIDE * SIDE * 4).div_ceil(128);
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    let entries: [(u16, u16, u32, u32); 9] = [
        (256, 4, 1, SIDE),
        (257, 4, 1, SIDE),
        (258, 3, 4, 122),
        (259, 3, 1, 32_773),
        (262, 3, 1, 2),
        (273, 4, 1, 130),
        (277, 3, 1, 4),
        (278, 4, 1, SIDE),
        (279, 4, 1, 2 * runs),
    ];
    bytes.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        bytes.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        bytes.extend([count.to_le_bytes(), value.to_le_bytes()].concat());
    }
    bytes.extend([0; 4]);
    bytes.extend([8, 0, 8, 0, 8, 0, 8, 0]);
    assert_eq!(bytes.len(), 130);
    bytes.extend((0..runs).flat_map(|_| [0x81, 0]));
    bytes
}

/// The codestream of the test picture, stating nearly the largest size for picture and tile that its
/// bit planes allow.
fn jpeg2000() -> Vec<u8> {
    let mut bytes = include_bytes!("data/ramp.j2k").to_vec();
    for at in [8, 12, 24, 28] {
        bytes[at..at + 4].copy_from_slice(&2400u32.to_be_bytes());
    }
    bytes
}

/// A progressive JPEG file of four components, of which all blocks are one bit of zero.
fn progressive_jpeg() -> Vec<u8> {
    let side = (SIDE as u16).to_be_bytes();
    let mut bytes = b"\xff\xd8\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0".to_vec();
    bytes.extend(b"\xff\xdb\0\x43\0");
    bytes.extend([1; 64]);
    bytes.extend(b"\xff\xc2\0\x14\x08");
    bytes.extend([side, side].concat());
    bytes.push(4);
    for component in 1..=4 {
        bytes.extend([component, 0x11, 0]);
    }
    // One code of one bit, for a difference of nothing.
    bytes.extend(b"\xff\xc4\0\x14\0\x01");
    bytes.extend([0; 16]);
    bytes.extend(b"\xff\xda\0\x0e\x04\x01\0\x02\0\x03\0\x04\0\0\0\0");
    bytes.extend(vec![0; (SIDE / 8 * (SIDE / 8) / 2) as usize]);
    bytes.extend(b"\xff\xd9");
    bytes
}

#[test]
fn the_largest_pictures_stay_within_256_mib() {
    let colour = DynamicImage::ImageRgba8(image::RgbaImage::new(SIDE, SIDE));
    let plain = DynamicImage::ImageRgb8(image::RgbImage::new(SIDE, SIDE));
    let flat = GrayImage::new(SIDE, SIDE, vec![128; (SIDE * SIDE) as usize]).unwrap();
    let files = [
        ("png", written(&colour, ImageFormat::Png), true),
        ("jpeg", written(&plain, ImageFormat::Jpeg), true),
        ("tiff", tiff(), true),
        ("wsq", encode_wsq(&flat, None, 0.75).unwrap(), true),
        ("jpeg 2000", jpeg2000(), false),
        ("progressive jpeg", progressive_jpeg(), true),
    ];
    drop((colour, plain, flat));
    for (name, bytes, whole) in &files {
        MEMORY.reset_peak_usage();
        let decoded = decode_image(bytes, &ImageLimits::default());
        let peak = MEMORY.peak_usage();
        println!("{name}: {} bytes, {} MiB at most", bytes.len(), peak >> 20);
        assert!(peak <= MOST_MEMORY, "{name}: {} MiB", peak >> 20);
        assert_eq!(decoded.is_ok(), *whole, "{name}: {:?}", decoded.err());
    }
}

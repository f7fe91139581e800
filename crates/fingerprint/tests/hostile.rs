//! Every reader against noise and damaged files: no panic, no result out of bounds, and never more
//! than 256 MiB of memory.
//!
//! `PROPTEST_CASES` sets how many; libFuzzer's targets in `fuzz/` go deeper.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Cursor;
use std::sync::LazyLock;

use image::{DynamicImage, ImageFormat};
use niims_fingerprint::image::finger_record::{
    FingerPicture, PictureCoding, RecordEdition, read_pictures, write_pictures,
};
use niims_fingerprint::image::{WSQ_BIT_RATE, encode_wsq};
use niims_fingerprint::template::record::card;
use niims_fingerprint::{
    FingerPosition, GrayImage, ImageLimits, Minutia, MinutiaKind, Prepared, Template,
    TemplateFormat, compare, decode_image, extract, read_any, stated_resolution,
};
use peak_alloc::PeakAlloc;
use proptest::prelude::*;
use proptest::sample::Index;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What a reader may take at most, by the requirements of the project.
const MOST_MEMORY: usize = 256 << 20;

/// Pictures up to four times the size of the undamaged ones.
const LIMITS: ImageLimits =
    ImageLimits { max_file_bytes: 1 << 20, max_width: 256, max_height: 256, min_side: 1 };

static PICTURES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let wave = |i: u32| (128.0 + 90.0 * (f64::from(i % 120) * 0.7).sin()) as u8;
    let grey = GrayImage::new(120, 100, (0..12_000).map(wave).collect()).unwrap();
    let buffer = image::GrayImage::from_raw(120, 100, grey.pixels().to_vec()).unwrap();
    let buffer = DynamicImage::ImageLuma8(buffer);
    let colour = DynamicImage::ImageRgb8(buffer.to_rgb8());
    let written = |picture: &DynamicImage, format| {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    };
    let mut files: Vec<Vec<u8>> = [
        ImageFormat::Png,
        ImageFormat::Tiff,
        ImageFormat::Bmp,
        ImageFormat::Pnm,
        ImageFormat::Jpeg,
    ]
    .into_iter()
    .flat_map(|format| [written(&buffer, format), written(&colour, format)])
    .collect();
    files.push(encode_wsq(&grey, Some(500), WSQ_BIT_RATE).unwrap());
    files.push(include_bytes!("data/ramp.jp2").to_vec());
    files.push(include_bytes!("data/ramp.j2k").to_vec());
    files.push(include_bytes!("data/ramp-colour.jp2").to_vec());
    for edition in [RecordEdition::Iso2005, RecordEdition::Iso2011] {
        for coding in [PictureCoding::Raw, PictureCoding::Wsq, PictureCoding::Png] {
            let finger = FingerPosition::LeftIndex;
            let picture = FingerPicture::encode(finger, 500, &grey, coding).unwrap();
            files.push(write_pictures(&[picture], edition).unwrap());
        }
    }
    files
});

static TEMPLATES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let minutiae = (0..60u16).map(|i| Minutia {
        x: 100 + i * 137 % 1400,
        y: 100 + i * 211 % 1400,
        direction: (i * 37) as u8,
        kind: [MinutiaKind::Ending, MinutiaKind::Bifurcation, MinutiaKind::Unknown]
            [usize::from(i % 3)],
        quality: (i % 101) as u8,
    });
    let template = Template::new(400, 400, 70, minutiae.collect()).unwrap();
    let two = [(FingerPosition::LeftIndex, &template), (FingerPosition::RightThumb, &template)];
    TemplateFormat::ALL
        .into_iter()
        .map(|format| format.write(if format == TemplateFormat::Native { &two[..1] } else { &two }))
        .map(Result::unwrap)
        .collect()
});

/// One way to damage a file.
#[derive(Debug, Clone)]
enum Damage {
    Flip(Index, u8),
    /// A number that could be a length, written over two or four bytes.
    Lie(Index, u32, bool),
    Cut(Index),
    Repeat(Index, Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let length = prop_oneof![Just(0u32), Just(1), Just(u32::MAX), Just(1 << 16), any::<u32>()];
    prop_oneof![
        4 => (any::<Index>(), any::<u8>()).prop_map(|(at, bits)| Damage::Flip(at, bits)),
        3 => (any::<Index>(), length, any::<bool>()).prop_map(|(at, n, two)| Damage::Lie(at, n, two)),
        1 => any::<Index>().prop_map(Damage::Cut),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Damage::Repeat(from, to)),
    ]
}

/// Damages a file; `near` holds places to its first bytes, where the headers are.
fn damaged(file: &[u8], damages: &[Damage], near: bool) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for damage in damages {
        if bytes.is_empty() {
            break;
        }
        let place = |at: &Index| at.index(if near { bytes.len().min(96) } else { bytes.len() });
        match damage {
            Damage::Flip(at, bits) => {
                let at = place(at);
                bytes[at] ^= bits;
            }
            Damage::Lie(at, number, two) => {
                let at = place(at);
                let number = number.to_be_bytes();
                let number = if *two { &number[2..] } else { &number[..] };
                for (byte, value) in bytes[at..].iter_mut().zip(number) {
                    *byte = *value;
                }
            }
            Damage::Cut(at) => {
                let at = place(at);
                bytes.truncate(at);
            }
            Damage::Repeat(from, to) => {
                let (from, to) = (place(from), place(to));
                let part = bytes[from.min(to)..from.max(to)].to_vec();
                bytes.splice(from..from, part);
            }
        }
    }
    bytes
}

fn read_picture(bytes: &[u8]) {
    let _ = stated_resolution(bytes);
    if let Ok(picture) = decode_image(bytes, &LIMITS) {
        assert!(picture.width() <= LIMITS.max_width && picture.height() <= LIMITS.max_height);
        assert_eq!(picture.pixels().len() as u32, picture.width() * picture.height());
    }
    for picture in read_pictures(bytes).unwrap_or_default() {
        let _ = picture.decode(&LIMITS);
    }
    assert!(MEMORY.peak_usage() <= MOST_MEMORY);
}

/// Length fields and checksums made right again after the damage, so that it is not all that a
/// reader sees: the length fields of every form, where `bytes` begin like one.
fn honest_length(bytes: &mut [u8]) {
    let length = bytes.len() as u32;
    if bytes.starts_with(b"F") && length > 14 {
        let place = if bytes.starts_with(b"FIR\x00010") { 10..14 } else { 8..12 };
        bytes[place].copy_from_slice(&length.to_be_bytes());
    }
}

#[test]
fn undamaged_files_are_read() {
    for (index, file) in PICTURES.iter().enumerate() {
        let picture = decode_image(file, &LIMITS).unwrap();
        assert_eq!((picture.width(), picture.height()), (120, 100), "{index}");
    }
    for file in TEMPLATES.iter() {
        assert!(read_any(file).is_ok());
    }
}

proptest! {
    #[test]
    fn damaged_pictures(
        file in any::<Index>(),
        damages in prop::collection::vec(damage(), 1..6),
        near in any::<bool>(),
        honest in any::<bool>(),
    ) {
        let mut bytes = damaged(&PICTURES[file.index(PICTURES.len())], &damages, near);
        if honest {
            honest_length(&mut bytes);
        }
        read_picture(&bytes);
    }

    #[test]
    fn noise_behind_a_header(
        file in any::<Index>(),
        kept in 0usize..64,
        noise in prop::collection::vec(any::<u8>(), 0..2000),
    ) {
        let file = &PICTURES[file.index(PICTURES.len())];
        let mut bytes = [&file[..kept.min(file.len())], &noise].concat();
        honest_length(&mut bytes);
        read_picture(&bytes);
    }

    #[test]
    fn damaged_templates(
        file in any::<Index>(),
        damages in prop::collection::vec(damage(), 1..6),
        near in any::<bool>(),
        honest in any::<bool>(),
    ) {
        let mut bytes = damaged(&TEMPLATES[file.index(TEMPLATES.len())], &damages, near);
        if honest {
            honest_length(&mut bytes);
        }
        if let Ok(file) = read_any(&bytes) {
            for (_, template) in &file.fingers {
                let prepared = Prepared::new(template);
                let _ = compare(&prepared, &prepared);
            }
        }
        if let Ok(template) = card::read(&bytes) {
            let _ = card::write(&template, usize::MAX);
        }
    }
}

proptest! {
    // Extraction takes milliseconds where a reader takes microseconds.
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Noise, stripes and flat parts as a print of any small size.
    #[test]
    fn any_pixels_are_a_template_or_a_refusal(
        (width, height) in (1u32..160, 1u32..160),
        dpi in 200u16..1100,
        period in 1u32..30,
        noise in prop::collection::vec(any::<u8>(), 1..64),
    ) {
        let pixel = |i: u32| {
            let light = ((i % width + i / width) / period).is_multiple_of(2);
            let stripe = if light { 255 } else { 0 };
            noise[i as usize % noise.len()] / 2 + stripe / 2
        };
        let picture = GrayImage::new(width, height, (0..width * height).map(pixel).collect());
        if let Ok(found) = extract(&picture.unwrap(), dpi) {
            for format in TemplateFormat::ALL {
                let written = format.write(&[(FingerPosition::Unknown, &found.template)]).unwrap();
                prop_assert!(read_any(&written).is_ok());
            }
        }
    }
}

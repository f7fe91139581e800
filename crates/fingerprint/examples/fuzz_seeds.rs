//! Writes files for the fuzzer to begin from: `fuzz_seeds CORPUS`, a folder for each target of
//! `fuzz/`. All pictures are synthetic.

use std::error::Error;
use std::fs;
use std::io::Cursor;
use std::path::Path;

use image::{DynamicImage, ImageFormat};
use niims_fingerprint::image::finger_record::{
    FingerPicture, PictureCoding, RecordEdition, write_pictures,
};
use niims_fingerprint::image::{WSQ_BIT_RATE, encode_wsq};
use niims_fingerprint::synthetic::{ImpressionConditions, MasterFinger, PersonTraits};
use niims_fingerprint::{FingerPosition, GrayImage, TemplateFormat, extract};
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;

/// Names and contents.
type Files = Vec<(String, Vec<u8>)>;

const FINGER: FingerPosition = FingerPosition::LeftIndex;

fn main() -> Result<(), Box<dyn Error>> {
    let corpus = std::env::args().nth(1).ok_or("usage: fuzz_seeds CORPUS")?;
    let mut generator = ChaCha8Rng::from_seed([5; 32]);
    let traits = PersonTraits::adult(&mut generator);
    let master = MasterFinger::grow([5; 32], FINGER, &traits);
    let print = master.impression(&mut generator, &ImpressionConditions::good());
    let part = part_of(&print)?;
    for (name, bytes) in pictures(&part)? {
        put(&corpus, "decode_image", &name, &bytes)?;
    }
    for (name, bytes) in [
        ("grey.jp2", &include_bytes!("../tests/data/ramp.jp2")[..]),
        ("grey.j2k", include_bytes!("../tests/data/ramp.j2k")),
        ("colour.jp2", include_bytes!("../tests/data/ramp-colour.jp2")),
    ] {
        put(&corpus, "decode_image", name, bytes)?;
        put(&corpus, "decode_jpeg2000", name, bytes)?;
    }
    for (name, bytes) in records(&part)? {
        put(&corpus, "decode_image", &name, &bytes)?;
        put(&corpus, "read_finger_record", &name, &bytes)?;
    }
    let template = extract(&print, 500)?.template;
    for format in TemplateFormat::ALL {
        let bytes = format.write(&[(FINGER, &template)])?;
        put(&corpus, "read_template", format.name(), &bytes)?;
    }
    let native = template.to_bytes();
    // The target adds the name before and the checksum behind.
    put(&corpus, "read_native_template", "native", &native[3..native.len() - 4])?;
    put(&corpus, "extract", "print", &[&[110, 83], part.pixels()].concat())?;
    put(&corpus, "round_trip_wsq", "print", &[&[110, 24], part.pixels()].concat())?;
    Ok(())
}

/// 110 × 100 pixels of the middle of a print.
fn part_of(print: &GrayImage) -> Result<GrayImage, Box<dyn Error>> {
    let width = print.width() as usize;
    let rows = print.pixels().chunks_exact(width).skip(150).take(100);
    Ok(GrayImage::new(110, 100, rows.flat_map(|row| row[100..210].to_vec()).collect())?)
}

fn pictures(part: &GrayImage) -> Result<Files, Box<dyn Error>> {
    let grey = image::GrayImage::from_raw(part.width(), part.height(), part.pixels().to_vec())
        .ok_or("a picture of another size")?;
    let grey = DynamicImage::ImageLuma8(grey);
    let colour = DynamicImage::ImageRgb8(grey.to_rgb8());
    let mut files = vec![("print.wsq".to_owned(), encode_wsq(part, Some(500), WSQ_BIT_RATE)?)];
    for (name, picture, format) in [
        ("grey.png", &grey, ImageFormat::Png),
        ("colour.png", &colour, ImageFormat::Png),
        ("grey.tiff", &grey, ImageFormat::Tiff),
        ("colour.tiff", &colour, ImageFormat::Tiff),
        ("grey.bmp", &grey, ImageFormat::Bmp),
        ("grey.pgm", &grey, ImageFormat::Pnm),
        ("grey.jpeg", &grey, ImageFormat::Jpeg),
        ("colour.jpeg", &colour, ImageFormat::Jpeg),
    ] {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format)?;
        files.push((name.to_owned(), bytes.into_inner()));
    }
    Ok(files)
}

fn records(part: &GrayImage) -> Result<Files, Box<dyn Error>> {
    let mut files = Vec::new();
    for edition in [RecordEdition::Iso2005, RecordEdition::Iso2011] {
        for coding in [PictureCoding::Raw, PictureCoding::Wsq, PictureCoding::Png] {
            let picture = FingerPicture::encode(FINGER, 500, part, coding)?;
            files.push((format!("{edition:?}-{coding:?}"), write_pictures(&[picture], edition)?));
        }
    }
    Ok(files)
}

fn put(corpus: &str, target: &str, name: &str, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let folder = Path::new(corpus).join(target);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(name), bytes)?;
    Ok(())
}

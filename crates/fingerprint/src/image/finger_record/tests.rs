//! Records come back as they were written, and lies are refused.

use super::*;
use crate::image::decode_image;

fn picture() -> GrayImage {
    let pixels = (0..110 * 130u32).map(|i| (i / 110 + i % 110) as u8).collect();
    GrayImage::new(110, 130, pixels).unwrap()
}

fn record(edition: RecordEdition, coding: PictureCoding, fingers: &[FingerPosition]) -> Vec<u8> {
    let pictures: Vec<_> = fingers
        .iter()
        .map(|finger| FingerPicture::encode(*finger, 500, &picture(), coding).unwrap())
        .collect();
    write_pictures(&pictures, edition).unwrap()
}

const EDITIONS: [RecordEdition; 2] = [RecordEdition::Iso2005, RecordEdition::Iso2011];
const ONE: [FingerPosition; 1] = [FingerPosition::LeftRing];

#[test]
fn pictures_come_back_with_finger_and_resolution() {
    use FingerPosition::{LeftRing, RightThumb};
    for edition in EDITIONS {
        for coding in [PictureCoding::Raw, PictureCoding::Png, PictureCoding::Wsq] {
            let bytes = record(edition, coding, &[RightThumb, LeftRing, LeftRing]);
            let pictures = read_pictures(&bytes).unwrap();
            let positions: Vec<_> = pictures.iter().filter_map(|p| p.position).collect();
            assert_eq!(positions, [RightThumb, LeftRing, LeftRing]);
            assert_eq!(pictures[2].view - pictures[1].view, 1);
            for found in &pictures {
                assert_eq!((found.dpi, found.coding), (500, coding));
                let decoded = found.decode(&ImageLimits::default()).unwrap();
                let original = picture();
                let pairs = decoded.pixels().iter().zip(original.pixels());
                let worst = pairs.map(|(a, b)| a.abs_diff(*b)).max();
                let most = if coding == PictureCoding::Wsq { 80 } else { 0 };
                assert!(worst <= Some(most), "{edition:?} {coding:?}");
            }
            let refused = decode_image(&bytes, &ImageLimits::default()).unwrap_err();
            assert_eq!(refused.code(), "image.several_pictures");
        }
        let only = record(edition, PictureCoding::Raw, &ONE);
        assert!(decode_image(&only, &ImageLimits::default()).unwrap() == picture());
        assert_eq!(stated_resolution(&only), Some(500));
    }
}

/// Sets one byte of a record of one raw picture and names the code with which it is refused.
#[test]
fn each_broken_field_has_its_code() {
    use RecordEdition::{Iso2005, Iso2011};
    for (edition, name, at, value, expected) in [
        (Iso2005, "length", 13, 0, "image.damaged"),
        (Iso2005, "two fingers", 18, 2, "image.damaged"),
        (Iso2005, "unit", 19, 3, "image.damaged"),
        (Iso2005, "skewed", 25, 9, "image.unsupported"),
        (Iso2005, "depth", 28, 16, "image.unsupported"),
        (Iso2005, "packed", 29, 1, "image.unsupported"),
        (Iso2005, "compression", 29, 6, "image.damaged"),
        (Iso2005, "png that is none", 29, 5, "image.format"),
        (Iso2005, "picture length", 35, 0, "image.damaged"),
        (Iso2005, "position", 36, 11, "image.damaged"),
        (Iso2005, "a bomb's width", 41, 0xff, "image.too_many_pixels"),
        (Iso2005, "another width", 42, 111, "image.damaged"),
        (Iso2011, "length", 11, 0, "image.damaged"),
        (Iso2011, "two pictures", 13, 2, "image.damaged"),
        (Iso2011, "no picture", 13, 0, "image.damaged"),
        (Iso2011, "certification flag", 14, 2, "image.damaged"),
        (Iso2011, "quality blocks", 34, 255, "image.damaged"),
        (Iso2011, "position", 35, 12, "image.damaged"),
        (Iso2011, "unit", 37, 0, "image.damaged"),
        (Iso2011, "skewed", 43, 9, "image.unsupported"),
        (Iso2011, "depth", 46, 1, "image.unsupported"),
        (Iso2011, "compression", 47, 7, "image.damaged"),
        (Iso2011, "a bomb's height", 51, 0xff, "image.too_many_pixels"),
        (Iso2011, "data length", 53, 0xff, "image.damaged"),
    ] {
        let mut bytes = record(edition, PictureCoding::Raw, &ONE);
        bytes[at] = value;
        let result = decode_image(&bytes, &ImageLimits::default());
        let code = result.map_or_else(|error| error.code(), |_| "ok");
        assert_eq!(code, expected, "{edition:?} {name}");
    }
}

/// A record inside a record would be a way to make a reader call itself.
#[test]
fn a_record_is_no_picture_of_a_record() {
    let inner = record(RecordEdition::Iso2011, PictureCoding::Raw, &ONE);
    let mut outer = FingerPicture::encode(ONE[0], 500, &picture(), PictureCoding::Png).unwrap();
    outer.data = Cow::Owned(inner);
    let bytes = write_pictures(&[outer], RecordEdition::Iso2005).unwrap();
    let refused = decode_image(&bytes, &ImageLimits::default()).unwrap_err();
    assert_eq!(refused.code(), "image.format");
}

#[test]
fn what_an_edition_cannot_hold_is_refused() {
    let raw = FingerPicture::encode(ONE[0], 500, &picture(), PictureCoding::Raw).unwrap();
    let finer = FingerPicture { dpi: 1000, ..raw.clone() };
    let both = [raw.clone(), finer];
    assert!(write_pictures(&both, RecordEdition::Iso2005).is_err());
    let bytes = write_pictures(&both, RecordEdition::Iso2011).unwrap();
    let dpi: Vec<_> = read_pictures(&bytes).unwrap().iter().map(|p| p.dpi).collect();
    assert_eq!(dpi, [500, 1000]);
    assert!(write_pictures(&[], RecordEdition::Iso2011).is_err());
    assert!(FingerPicture::encode(ONE[0], 500, &picture(), PictureCoding::Jpeg).is_err());
    assert_eq!(read_dpi(2, 394, 394).unwrap(), 1001);
    assert_eq!(read_dpi(2, 197, 197).unwrap(), 500);
}

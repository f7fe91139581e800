//! What comes in well, and every way in which it does not.

use niims_face::testing;
use niims_fingerprint::image::WSQ_BIT_RATE;
use niims_fingerprint::image::finger_record::{
    FingerPicture, PictureCoding, RecordEdition, write_pictures,
};
use niims_fingerprint::synthetic::{ImpressionConditions, MasterFinger, PersonTraits};
use niims_fingerprint::{
    FingerPosition, GrayImage, Template, TemplateFormat, encode_png, encode_wsq,
};
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;

use super::*;
use crate::faces::FaceMatching;
use crate::modality::Eye;
use FingerPosition::{LeftIndex, RightIndex, Unknown};

fn print() -> GrayImage {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let traits = PersonTraits::adult(&mut rng);
    let finger = MasterFinger::grow([3; 32], RightIndex, &traits);
    finger.impression(&mut rng, &ImpressionConditions::operational())
}

fn record(
    pictures: &[(FingerPosition, &GrayImage)],
    coding: PictureCoding,
    edition: RecordEdition,
) -> Vec<u8> {
    let pictures: Vec<FingerPicture<'_>> = pictures
        .iter()
        .map(|(position, picture)| FingerPicture::encode(*position, 500, picture, coding).unwrap())
        .collect();
    write_pictures(&pictures, edition).unwrap()
}

#[test]
fn pictures_of_every_kind_give_the_same_template() {
    let print = print();
    let want = finger_image(&encode_png(&print), RightIndex, 500).unwrap();
    assert!(
        want.quality > 0 && Template::from_bytes(&want.template).unwrap().minutiae().len() > 10
    );
    let pixels =
        finger_pixels(print.pixels(), print.width(), print.height(), RightIndex, 500).unwrap();
    assert!(pixels == want);
    for edition in [RecordEdition::Iso2005, RecordEdition::Iso2011] {
        for coding in [PictureCoding::Raw, PictureCoding::Png] {
            let record = record(&[(RightIndex, &print)], coding, edition);
            // What the record says of finger and resolution counts.
            assert!(finger_image(&record, Unknown, 333).unwrap() == want, "{edition:?} {coding:?}");
            assert!(finger_record(&record).unwrap() == [want.clone()]);
        }
    }
    let wsq = encode_wsq(&print, Some(500), WSQ_BIT_RATE).unwrap();
    assert_eq!(finger_image(&wsq, RightIndex, 333).unwrap().position, RightIndex);
}

#[test]
fn templates_of_every_format_are_read() {
    let own = finger_image(&encode_png(&print()), RightIndex, 500).unwrap();
    let template = Template::from_bytes(&own.template).unwrap();
    for format in TemplateFormat::ALL {
        let bytes = format.write(&[(RightIndex, &template)]).unwrap();
        let read = finger_template(&bytes, format, RightIndex).unwrap();
        let minutiae = Template::from_bytes(&read.template).unwrap().minutiae().len();
        assert_eq!((read.position, minutiae), (RightIndex, template.minutiae().len()));
        assert_eq!(finger_templates(&bytes, format).unwrap().len(), 1);
        for other in TemplateFormat::ALL.into_iter().filter(|other| *other != format) {
            let refused = finger_template(&bytes, other, RightIndex).unwrap_err();
            assert_eq!(refused.code(), "abis.format_mislabelled");
        }
        for length in 0..bytes.len() {
            assert!(finger_template(&bytes[..length], format, RightIndex).is_err());
        }
    }
}

#[test]
fn bad_pictures_are_refused() {
    let print = print();
    let png = encode_png(&print);
    let one = record(&[(RightIndex, &print)], PictureCoding::Png, RecordEdition::Iso2011);
    let two = record(
        &[(RightIndex, &print), (LeftIndex, &print)],
        PictureCoding::Png,
        RecordEdition::Iso2011,
    );
    let grey = encode_png(&GrayImage::new(400, 400, vec![128; 160_000]).unwrap());
    let huge = {
        // A PNG that states 100,000 × 100,000 pixels.
        let mut bytes = png.clone();
        bytes[16..24].copy_from_slice(&[0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0]);
        bytes
    };
    for (name, bytes, position, code) in [
        ("nothing", &b""[..], RightIndex, "abis.biometrics_empty"),
        ("text", b"a name", RightIndex, "abis.biometrics_format"),
        ("a PDF", b"%PDF-1.7 and so on", RightIndex, "abis.biometrics_format"),
        ("minutiae as a picture", b"FMR\0 20\0", RightIndex, "abis.biometrics_format"),
        ("a face record", b"FAC\x00030\0", RightIndex, "abis.biometrics_format"),
        ("a cut PNG", &png[..png.len() / 2], RightIndex, "abis.biometrics_damaged"),
        ("a cut record", &one[..one.len() - 9], RightIndex, "abis.biometrics_damaged"),
        ("a bomb", &huge, RightIndex, "abis.biometrics_damaged"),
        ("too much", &vec![0; LONGEST_IMAGE + 1], RightIndex, "abis.biometrics_too_large"),
        ("another finger", &one, LeftIndex, "abis.finger_mislabelled"),
        ("two fingers", &two, RightIndex, "abis.not_one_finger"),
        ("a grey wall", &grey, RightIndex, "abis.quality_too_low"),
    ] {
        assert_eq!(finger_image(bytes, position, 500).unwrap_err().code(), code, "{name}");
    }
    let unusual = finger_image(&png, RightIndex, 72).unwrap_err();
    assert_eq!(unusual.code(), "abis.resolution");
    let short = finger_pixels(&[0; 100], 300, 300, RightIndex, 500).unwrap_err();
    assert_eq!(short.code(), "abis.biometrics_damaged");
    assert_eq!(finger_record(&png).unwrap_err().code(), "abis.biometrics_format");
}

#[test]
fn bad_templates_and_irises_are_refused() {
    for (bytes, code) in [
        (&b""[..], "abis.biometrics_empty"),
        (b"no template", "abis.biometrics_format"),
        (&vec![0; LONGEST_TEMPLATE + 1], "abis.biometrics_too_large"),
        (b"NFT\x01\0\0", "abis.biometrics_damaged"),
    ] {
        let refused = finger_template(bytes, TemplateFormat::Native, RightIndex).unwrap_err();
        assert_eq!(refused.code(), code);
    }
    for (bytes, code) in [
        (&b""[..], "abis.biometrics_empty"),
        (b"FIR\x00020\0", "abis.biometrics_format"),
        (&vec![0; 1 << 20], "abis.biometrics_too_large"),
    ] {
        let refused = iris_record(bytes, Eye::Left, 50).err().map(|error| error.code());
        assert_eq!(refused, Some(code));
    }
    let kept = iris_record(b"IIR\x00020\0 and more", Eye::Left, 200).ok().unwrap();
    assert_eq!((kept.quality, kept.record.len()), (100, 17));
}

/// The portrait `face(1, 3)` of the drawn ones in JPEG 2000; see `SOURCES.md` beside it.
const PORTRAIT: &[u8] = include_bytes!("../../tests/mosip/data/portrait.jp2");

#[test]
fn portraits_of_every_kind_give_the_same_face() {
    let matching = FaceMatching::new(testing::tiny(), 900, 1 << 20);
    let png = testing::png(&testing::face(1, 3));
    let want = face_image(&png, Some(&matching)).unwrap();
    assert!(matching.made(&want) && want.quality > 0);
    for (name, bytes) in [
        ("JPEG 2000", PORTRAIT.to_vec()),
        ("a record of 2005", testing::record(&[&png], 2005)),
        ("a record of 2011 with JPEG 2000", testing::record(&[PORTRAIT], 2011)),
    ] {
        assert!(face_image(&bytes, Some(&matching)).unwrap() == want, "{name}");
    }
    for length in (0..PORTRAIT.len()).step_by(97) {
        assert!(face_image(&PORTRAIT[..length], Some(&matching)).is_err(), "{length} bytes");
    }
}

#[test]
fn bad_portraits_are_refused() {
    let matching = FaceMatching::new(testing::tiny(), 900, 1 << 20);
    let png = testing::png(&testing::face(1, 0));
    let wall = testing::png(&niims_face::Photo::from_fn(240, 320, |_, _| [225; 3]));
    for (name, bytes, code) in [
        ("nothing", vec![], "abis.biometrics_empty"),
        ("text", b"a face".to_vec(), "abis.biometrics_format"),
        ("a finger record", b"FIR\x00020\0".to_vec(), "abis.biometrics_format"),
        ("a cut PNG", png[..png.len() / 2].to_vec(), "abis.biometrics_damaged"),
        ("a cut record", testing::record(&[&png], 2011)[..99].to_vec(), "abis.biometrics_damaged"),
        ("a record of text", testing::record(&[b"a face"], 2005), "abis.biometrics_format"),
        ("two portraits", testing::record(&[&png, &png], 2011), "abis.not_one_face"),
        ("an empty record", testing::record(&[], 2011), "abis.not_one_face"),
        ("a wall", wall, "abis.not_one_face"),
        ("too much", vec![0; (16 << 20) + 1], "abis.biometrics_too_large"),
    ] {
        let refused = face_image(&bytes, Some(&matching)).err().map(|error| error.code());
        assert_eq!(refused, Some(code), "{name}");
        let refused = face_image(&bytes, None).err().map(|error| error.code());
        assert_eq!(refused, Some("abis.face_model_missing"), "{name}");
    }
}

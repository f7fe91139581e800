//! CBEFF documents as a platform writes them.

use std::borrow::Cow;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use niims_fingerprint::image::finger_record::{
    FingerPicture, PictureCoding, RecordEdition, write_pictures,
};
use niims_fingerprint::{
    FingerPosition, GrayImage, ImageLimits, TemplateFormat, decode_image, extract,
};

use crate::people::{FINGERS, print};

/// The prints of person 1, number 0, in JPEG 2000 without loss; see `SOURCES.md` beside them.
const JPEG2000: [&[u8]; 2] =
    [include_bytes!("data/right-thumb.jp2"), include_bytes!("data/left-index.jp2")];

/// A person's fingers as pictures: in JPEG 2000 where there are files for them, otherwise in PNG and
/// WSQ by turns.
pub fn person(person: u8, number: u8) -> Vec<u8> {
    let samples: Vec<String> = FINGERS
        .into_iter()
        .zip(JPEG2000)
        .map(|(position, file)| {
            let picture = print(person, position, number);
            let record = match (person, number % 2) {
                (1, 0) if number == 0 => in_jpeg2000(position, &picture, file),
                (_, 0) => coded(position, &picture, PictureCoding::Png),
                _ => coded(position, &picture, PictureCoding::Wsq),
            };
            finger(position, &record)
        })
        .collect();
    document(&samples)
}

/// The samples in their frame.
pub fn document(samples: &[String]) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <BIR xmlns=\"http://standards.iso.org/iso-iec/19785/-3/ed-2/\">\
         <BIRInfo><Integrity>false</Integrity></BIRInfo>{}</BIR>",
        samples.concat()
    )
    .into_bytes()
}

/// A sample of a finger.
pub fn finger(position: FingerPosition, record: &[u8]) -> String {
    sample("Finger", &subtype(position), 7, Some(record), "")
}

/// A finger that is not there.
pub fn missing(position: FingerPosition) -> String {
    let remark = "<others><entry key=\"EXCEPTION\">true</entry></others>";
    sample("Finger", &subtype(position), 7, None, remark)
}

/// Any sample.
pub fn sample(kind: &str, subtype: &str, format: u8, record: Option<&[u8]>, rest: &str) -> String {
    let mut xml = format!(
        "<BIR><Version><Major>1</Major><Minor>1</Minor></Version>\
         <CBEFFVersion><Major>1</Major><Minor>1</Minor></CBEFFVersion>\
         <BIRInfo><Integrity>false</Integrity></BIRInfo>\
         <BDBInfo><Format><Organization>Mosip</Organization><Type>{format}</Type></Format>\
         <CreationDate>2026-01-05T08:00:00Z</CreationDate><Type>{kind}</Type>\
         <Subtype>{subtype}</Subtype><Level>Raw</Level><Purpose>Enroll</Purpose>\
         <Quality><Algorithm><Organization>HMAC</Organization><Type>SHA-256</Type></Algorithm>\
         <Score>80</Score></Quality></BDBInfo>"
    );
    if let Some(record) = record {
        let _ = write!(xml, "<BDB>{}</BDB>", STANDARD.encode(record));
    }
    xml + rest + "</BIR>"
}

/// An ISO/IEC 19794-4:2011 record of a print, in PNG.
pub fn record(position: FingerPosition, picture: &GrayImage) -> Vec<u8> {
    coded(position, picture, PictureCoding::Png)
}

fn coded(position: FingerPosition, picture: &GrayImage, coding: PictureCoding) -> Vec<u8> {
    let view = FingerPicture::encode(position, 500, picture, coding).unwrap();
    write_pictures(&[view], RecordEdition::Iso2011).unwrap()
}

/// The record of a picture in JPEG 2000, which nothing here writes.
fn in_jpeg2000(position: FingerPosition, picture: &GrayImage, file: &'static [u8]) -> Vec<u8> {
    let view = FingerPicture {
        position: Some(position),
        view: 0,
        impression: 0,
        dpi: 500,
        width: picture.width() as u16,
        height: picture.height() as u16,
        coding: PictureCoding::Jpeg2000,
        data: Cow::Borrowed(file),
    };
    write_pictures(&[view], RecordEdition::Iso2011).unwrap()
}

/// The same print as an ISO/IEC 19794-2 record of its minutiae.
pub fn minutiae(position: FingerPosition, picture: &GrayImage) -> Vec<u8> {
    let template = extract(picture, 500).unwrap().template;
    TemplateFormat::Iso2011.write(&[(position, &template)]).unwrap()
}

fn subtype(position: FingerPosition) -> String {
    let words = position.name().split('_').collect::<Vec<_>>();
    let hand = if words[0] == "left" { "Left" } else { "Right" };
    let finger = match words[1] {
        "thumb" => "Thumb",
        "index" => "IndexFinger",
        "middle" => "MiddleFinger",
        "ring" => "RingFinger",
        _ => "LittleFinger",
    };
    format!("{hand} {finger}")
}

/// Base64 as shares carry it.
pub fn for_urls(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[test]
fn the_files_in_jpeg_2000_are_the_prints() {
    for (position, file) in FINGERS.into_iter().zip(JPEG2000) {
        let picture = print(1, position, 0);
        let record = in_jpeg2000(position, &picture, file);
        let read = decode_image(&record, &ImageLimits::default()).unwrap();
        assert!(read.pixels() == picture.pixels(), "{position}");
    }
}

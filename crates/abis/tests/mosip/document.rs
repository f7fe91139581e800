//! CBEFF documents as a platform writes them.

use std::borrow::Cow;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use justjp2::{CodecFormat, Component, EncodeParams, Image};
use niims_fingerprint::image::finger_record::{
    FingerPicture, PictureCoding, RecordEdition, write_pictures,
};
use niims_fingerprint::{FingerPosition, GrayImage, TemplateFormat, extract};

use crate::people::{FINGERS, print};

/// A person's fingers, as pictures in JPEG 2000 without loss.
pub fn person(person: u8, number: u8) -> Vec<u8> {
    let samples = FINGERS
        .map(|position| finger(position, &record(position, &print(person, position, number))));
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

/// An ISO/IEC 19794-4:2011 record of a print in JPEG 2000.
pub fn record(position: FingerPosition, picture: &GrayImage) -> Vec<u8> {
    let view = FingerPicture {
        position: Some(position),
        view: 0,
        impression: 0,
        dpi: 500,
        width: picture.width() as u16,
        height: picture.height() as u16,
        coding: PictureCoding::Jpeg2000,
        data: Cow::Owned(jpeg2000(picture)),
    };
    write_pictures(&[view], RecordEdition::Iso2011).unwrap()
}

/// The same print as an ISO/IEC 19794-2 record of its minutiae.
pub fn minutiae(position: FingerPosition, picture: &GrayImage) -> Vec<u8> {
    let template = extract(picture, 500).unwrap().template;
    TemplateFormat::Iso2011.write(&[(position, &template)]).unwrap()
}

fn jpeg2000(picture: &GrayImage) -> Vec<u8> {
    let (width, height) = (picture.width(), picture.height());
    let data = picture.pixels().iter().map(|grey| i32::from(*grey)).collect();
    let component =
        Component { data, width, height, precision: 8, signed: false, dx: 1, dy: 1 };
    let image = Image { width, height, components: vec![component] };
    let format = EncodeParams { format: CodecFormat::Jp2, ..EncodeParams::default() };
    justjp2::encode(&image, &format).unwrap()
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
fn the_pictures_of_these_documents_are_the_prints() {
    let picture = print(1, FINGERS[0], 0);
    let read = niims_fingerprint::decode_image(
        &record(FINGERS[0], &picture),
        &niims_fingerprint::ImageLimits::default(),
    );
    assert!(read.unwrap().pixels() == picture.pixels());
}

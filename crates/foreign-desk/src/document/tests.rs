//! A person goes out and comes in the same; what is not what it says is refused.

use jiff::Timestamp;
use niims_fingerprint::image::finger_record::{
    FingerPicture, PictureCoding, RecordEdition, write_pictures,
};
use niims_fingerprint::{FingerPosition, GrayImage, encode_png};
use niims_mosip::cbeff::{self, Sample, SampleKind};
use niims_wire::desk::{ImageBytes, SideExchanged};
use serde_json::{Value, json};

use super::{DocumentError, FieldMap, read_document, write_document};

fn picture(shade: u8) -> GrayImage {
    let pixels = (0..200_u32 * 200).map(|n| (n % 251) as u8 ^ shade).collect();
    GrayImage::new(200, 200, pixels).unwrap()
}

fn png(picture: &GrayImage, dpi: Option<u16>) -> ImageBytes {
    ImageBytes { media_type: "image/png".into(), bytes: encode_png(picture), dpi }
}

fn person() -> SideExchanged {
    SideExchanged {
        answers: vec![
            ("surname".into(), json!("Zabrovik")),
            ("birth_place".into(), json!({ "area": "0102" })),
            ("twin".into(), json!(false)),
        ],
        portrait: Some(png(&picture(3), None)),
        fingers: vec![
            (FingerPosition::RightIndex, png(&picture(1), Some(500))),
            (FingerPosition::LeftThumb, png(&picture(2), Some(1_000))),
        ],
        missing_fingers: vec![FingerPosition::LeftRing],
        documents: vec![("birth_certificate".into(), png(&picture(4), None))],
    }
}

fn read(document: &Value) -> Result<SideExchanged, DocumentError> {
    read_document(document.to_string().as_bytes(), &FieldMap::new())
}

fn written() -> Value {
    serde_json::from_slice(&write_document(&person(), Timestamp::UNIX_EPOCH)).unwrap()
}

#[test]
fn a_person_goes_out_and_comes_in_the_same() {
    let read = read(&written()).unwrap();
    let mut answers = person().answers;
    answers.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(read.answers, answers);
    let fingers: Vec<_> =
        read.fingers.iter().map(|(position, image)| (*position, image.dpi)).collect();
    let want = [(FingerPosition::RightIndex, Some(500)), (FingerPosition::LeftThumb, Some(1_000))];
    assert_eq!(fingers, want);
    let decoded = niims_fingerprint::decode_image(
        &read.fingers[0].1.bytes,
        &niims_fingerprint::ImageLimits::default(),
    );
    assert!(decoded.unwrap().pixels() == picture(1).pixels());
    assert_eq!(read.missing_fingers, [FingerPosition::LeftRing]);
    assert!(read.portrait.unwrap().bytes == person().portrait.unwrap().bytes);
    assert_eq!(read.documents.len(), 1);
}

#[test]
fn fields_of_a_platform_are_understood() {
    let mut document = written();
    document["identity"] = json!({
        "fullName": "[{\"language\":\"fra\",\"value\":\"Zed\"},{\"language\":\"eng\",\"value\":\"Zabrovik\"}]",
        "dateOfBirth": "1960/01/10",
        "gender": [{ "language": "ara", "value": "F" }],
        "phone": "0712",
        "nothing": "null",
    });
    let fields = FieldMap::from([("fullName".to_owned(), "surname".to_owned())]);
    let read = read_document(document.to_string().as_bytes(), &fields).unwrap();
    let of = |name: &str| {
        let found = read.answers.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.clone())
    };
    assert_eq!(of("surname"), Some(json!("Zabrovik")));
    assert_eq!(of("dateOfBirth"), Some(json!("1960-01-10")));
    assert_eq!(of("gender"), Some(json!("F")));
    assert_eq!(of("phone"), Some(json!("0712")));
    assert_eq!(of("nothing"), None);
}

#[test]
fn what_is_not_what_it_says_is_refused() {
    use base64::Engine as _;
    let check = |samples: &[Sample], want| {
        let mut document = written();
        let xml = cbeff::write(samples, Timestamp::UNIX_EPOCH);
        document["biometrics"] =
            base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(xml).into();
        assert_eq!(read(&document).map(|_| ()), want);
    };
    let sample = |kind, record: Vec<u8>| Sample {
        kind,
        format: Some(7),
        quality: None,
        exception: false,
        record,
    };
    let record = |position| {
        let view = FingerPicture::encode(position, 500, &picture(0), PictureCoding::Png).unwrap();
        write_pictures(&[view], RecordEdition::Iso2011).unwrap()
    };
    let (index, thumb) = (FingerPosition::RightIndex, FingerPosition::LeftThumb);
    check(&[sample(SampleKind::Finger(index), record(index))], Ok(()));
    let broken = Err(DocumentError::Biometrics);
    check(&[sample(SampleKind::Finger(index), record(thumb))], broken);
    check(&[sample(SampleKind::Finger(index), b"FIR\x00 and nothing".to_vec())], broken);
    check(&[sample(SampleKind::Finger(index), b"<script>".to_vec())], broken);
    check(&[sample(SampleKind::Face, b"<script>".to_vec())], broken);
    check(&[], Err(DocumentError::Empty));

    let mut document = written();
    document["documents"] = json!({ "letter": "PHNjcmlwdD4", "none": null });
    assert_eq!(read(&document).unwrap().documents.len(), 0);
    let mut document = written();
    document["identity"] = json!({ "name": "x".repeat(5_000) });
    assert_eq!(read(&document).map(|_| ()), Err(DocumentError::Form));
    let mut document = written();
    document["biometrics"] = json!("no base64!");
    assert_eq!(read(&document).map(|_| ()), Err(DocumentError::Form));
    assert_eq!(read(&json!([])).map(|_| ()), Err(DocumentError::Form));
    assert_eq!(read(&json!({})).map(|_| ()), Err(DocumentError::Empty));
}

//! How a packet looks from which a gate was skipped.

use niims_packet::{
    CaptureException, CaptureOutcome, CaptureStatement, DocumentScan, Encounter, ExceptionOf,
    FingerCapture, Image, SecondPrint,
};
use niims_record::OfficerId;
use serde_json::json;

use crate::fixture::devices::{self, Scanner};
use crate::fixture::people::{captured, encounter, print};
use crate::fixture::{Person, SUPERVISOR};

/// An encounter that passes every gate, with a document.
pub fn sound(person: &Person) -> Encounter {
    let mut encounter = encounter(person);
    let named = &encounter.answers["identifiers"][0];
    let document = DocumentScan {
        kind: named["kind"].as_str().unwrap().to_owned(),
        number: named["number"].as_str().map(str::to_owned),
        original_sighted: true,
        image: Image { media_type: "image/png".into(), bytes: grey(400, 260) },
    };
    encounter.documents.push(document);
    encounter
}

pub fn scan(encounter: &mut Encounter, change: impl FnOnce(&mut DocumentScan)) {
    change(&mut encounter.documents[0]);
}

pub fn born(encounter: &mut Encounter, day: &str) {
    encounter.answers.insert("date_of_birth".into(), json!(day));
    encounter.answers.insert("date_of_birth_precision".into(), json!("DAY"));
}

pub fn missing(encounter: &mut Encounter, position: u8, reason: &str) {
    finger(encounter, position).outcome =
        CaptureOutcome::Missing { reason: reason.into(), permanent: false };
}

pub fn vouch(encounter: &mut Encounter, by: OfficerId, reason: &str) {
    let (of, approved_at) = (ExceptionOf::Fingers, encounter.captured_at);
    let exception = CaptureException { of, reason: reason.into(), approved_by: by, approved_at };
    encounter.exceptions.push(exception);
}

/// The same as devices take it: every missing finger noted by a second officer, bandages seen.
pub fn by_devices(encounter: &mut Encounter, change: fn(&mut Encounter)) {
    encounter.exception_photo = Some(png(grey(400, 400)));
    let approved_at = encounter.captured_at;
    for finger in &mut encounter.fingers {
        if let CaptureOutcome::Missing { reason, .. } = &mut finger.outcome {
            *reason = "BANDAGED".into();
            let of = ExceptionOf::Finger(finger.position);
            let (reason, approved_by) = (reason.clone(), SUPERVISOR);
            encounter.exceptions.push(CaptureException { of, reason, approved_by, approved_at });
        }
    }
    devices::sign(encounter, Scanner::Trusted);
    change(encounter);
}

/// The statement that stands in full.
pub fn in_full(encounter: &mut Encounter) -> &mut CaptureStatement {
    encounter.statements.iter_mut().find(|one| one.in_full.is_some()).unwrap()
}

/// Prints of somebody else under statements of the resident's.
pub fn other_prints(encounter: &mut Encounter) {
    for finger in &mut encounter.fingers {
        let position = finger.position;
        if let CaptureOutcome::Captured { image, .. } = &mut finger.outcome {
            image.bytes = print(5, 0, position);
        }
    }
}

/// Gives the right index finger, whose best print is of the first visit, a second one.
pub fn second(encounter: &mut Encounter, bytes: Vec<u8>) {
    let outcome = &mut finger(encounter, 2).outcome;
    let CaptureOutcome::Captured { second, .. } = outcome else { return };
    *second = Some(SecondPrint { image: png(bytes), dpi: 500, quality: 60 });
}

pub fn finger(encounter: &mut Encounter, position: u8) -> &mut FingerCapture {
    let finger = encounter.fingers.iter_mut().find(|finger| finger.position == position);
    finger.unwrap()
}

pub fn png(bytes: Vec<u8>) -> Image {
    Image { media_type: "image/png".into(), bytes }
}

/// What a brought file carries: where and by what it was taken.
pub fn photo_of_a_telephone(image: &mut Image) {
    let place = b"GPSLatitude 1.2921S";
    let mut chunk = (place.len() as u32).to_be_bytes().to_vec();
    chunk.extend(b"eXIf");
    chunk.extend(place);
    chunk.extend([0; 4]);
    // Behind the signature and the header of the PNG.
    image.bytes.splice(33..33, chunk);
}

pub fn tag_finger(encounter: &mut Encounter) {
    let mut image = Image { media_type: "image/png".into(), bytes: print(0, 0, 2) };
    photo_of_a_telephone(&mut image);
    encounter.fingers[0] = captured(2, image.bytes);
}

pub fn grey(width: u32, height: u32) -> Vec<u8> {
    let pixels = vec![128; (width * height) as usize];
    niims_fingerprint::encode_png(
        &niims_fingerprint::GrayImage::new(width, height, pixels).unwrap(),
    )
}

/// A print as JPEG, where telephones write coordinates.
pub fn finger_of_a_telephone(encounter: &mut Encounter) {
    let pixels = image::load_from_memory(&print(0, 0, 2)).unwrap();
    let mut bytes = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    let mut bytes = bytes.into_inner();
    bytes.splice(2..2, segment(0xe1, b"Exif\0\0GPSLatitude 1.2921S"));
    encounter.fingers[0] = captured(2, bytes);
}

/// A compressed print with a comment, which shows nowhere.
pub fn commented_finger(encounter: &mut Encounter) {
    let limits = niims_fingerprint::ImageLimits::default();
    let picture = niims_fingerprint::decode_image(&print(0, 0, 2), &limits).unwrap();
    let mut bytes = niims_fingerprint::encode_wsq(&picture, Some(500), 1.5).unwrap();
    bytes.splice(2..2, segment(0xa8, b"taken at 1.2921S 36.8219E"));
    encounter.fingers[0] = captured(2, bytes);
}

/// A scan as JPEG with coordinates in EXIF.
pub fn scan_of_a_telephone(encounter: &mut Encounter) {
    let pixels = image::load_from_memory(&grey(400, 260)).unwrap();
    let mut bytes = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    let mut bytes = bytes.into_inner();
    bytes.splice(2..2, segment(0xe1, b"Exif\0\0GPSLatitude 1.2921S"));
    scan(encounter, |scan| scan.image = Image { media_type: "image/jpeg".into(), bytes });
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u16 + 2).to_be_bytes();
    [&[0xff, marker], length.as_slice(), content].concat()
}

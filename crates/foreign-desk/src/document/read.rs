//! Reading a person of another platform. Every picture is decoded and, where browsers do not show
//! it, written anew: what reaches a reviewer is a picture and nothing else.

use std::collections::BTreeMap;
use std::io::Cursor;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use image::{ImageFormat, RgbImage};
use niims_face::photo::{LEAST_SIDE, MOST_BYTES, MOST_SIDE};
use niims_face::{decode_photo, record};
use niims_fingerprint::extract::DPI_RANGE;
use niims_fingerprint::image::decode_colour_jpeg2000;
use niims_fingerprint::image::finger_record::read_pictures;
use niims_fingerprint::{FingerPosition, ImageLimits, decode_image, encode_png, stated_resolution};
use niims_mosip::cbeff::{self, SampleKind};
use niims_wire::desk::{ImageBytes, SideExchanged};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::DocumentError;

/// Most fields that are read; forms in use have some fifty.
const MOST_FIELDS: usize = 300;
/// Longest name of a field, in characters.
const LONGEST_FIELD: usize = 64;
/// Longest value, in characters of its JSON.
const LONGEST_VALUE: usize = 4_000;
/// Most scans that are looked at.
const MOST_DOCUMENTS: usize = 6;
/// Resolution of a print that states none, pixels per inch.
const USUAL_DPI: u16 = 500;
/// How an ISO/IEC 19794-4 record begins.
const FINGER_RECORD: &[u8] = b"FIR\0";

/// Fields of a platform and what the country pack calls the same.
pub(crate) type FieldMap = BTreeMap<String, String>;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[derive(Deserialize)]
struct Document {
    biometrics: Option<String>,
    identity: Option<Map<String, Value>>,
    documents: Option<BTreeMap<String, Option<String>>>,
}

/// Reads a document; its length is bounded by whoever fetched it.
pub(crate) fn read_document(
    bytes: &[u8],
    fields: &FieldMap,
) -> Result<SideExchanged, DocumentError> {
    let document: Document = serde_json::from_slice(bytes).map_err(|_| DocumentError::Form)?;
    let mut side = SideExchanged {
        answers: answers(document.identity.unwrap_or_default(), fields)?,
        ..SideExchanged::default()
    };
    if let Some(biometrics) = document.biometrics.filter(|text| !text.is_empty()) {
        let xml = BASE64.decode(biometrics).map_err(|_| DocumentError::Form)?;
        take_samples(&mut side, &xml)?;
    }
    if side.portrait.is_none() && side.fingers.is_empty() {
        return Err(DocumentError::Empty);
    }
    let scans = document.documents.unwrap_or_default().into_iter().take(MOST_DOCUMENTS);
    for (kind, scan) in scans {
        let bytes = scan.and_then(|text| BASE64.decode(text).ok());
        // Files that are no picture are not shown.
        if let Some(image) = bytes.and_then(photo)
            && kind.len() <= LONGEST_FIELD
        {
            side.documents.push((kind, image));
        }
    }
    Ok(side)
}

fn answers(
    identity: Map<String, Value>,
    fields: &FieldMap,
) -> Result<Vec<(String, Value)>, DocumentError> {
    if identity.len() > MOST_FIELDS {
        return Err(DocumentError::Form);
    }
    let mut answers = Vec::with_capacity(identity.len());
    for (field, value) in identity {
        if field.len() > LONGEST_FIELD || value.to_string().len() > LONGEST_VALUE {
            return Err(DocumentError::Form);
        }
        let field = fields.get(&field).cloned().unwrap_or(field);
        let value = one(value);
        if !value.is_null() {
            answers.push((field, value));
        }
    }
    Ok(answers)
}

/// A value out of its wrappings: the text of JSON, or one text for each language.
fn one(value: Value) -> Value {
    let value = match value {
        Value::String(text) => match serde_json::from_str::<Value>(&text) {
            Ok(read @ (Value::Array(_) | Value::Object(_) | Value::Bool(_) | Value::Null)) => read,
            _ => return Value::String(as_date(text)),
        },
        other => other,
    };
    let Value::Array(items) = &value else { return value };
    let text = |item: &Value| item.get("value").and_then(Value::as_str).map(str::to_owned);
    let in_languages = !items.is_empty()
        && items.iter().all(|item| item.get("language").is_some() && text(item).is_some());
    if !in_languages {
        return value;
    }
    let english = items.iter().find(|item| {
        item.get("language").and_then(Value::as_str).is_some_and(|code| code.starts_with("en"))
    });
    let found = english.or(items.first()).and_then(text).unwrap_or_default();
    Value::String(as_date(found))
}

/// The platform writes days with slashes.
fn as_date(text: String) -> String {
    let bytes = text.as_bytes();
    let slashed = bytes.len() == 10
        && bytes.iter().enumerate().all(|(place, byte)| match place {
            4 | 7 => *byte == b'/',
            _ => byte.is_ascii_digit(),
        });
    if slashed { text.replace('/', "-") } else { text }
}

fn take_samples(side: &mut SideExchanged, xml: &[u8]) -> Result<(), DocumentError> {
    for sample in cbeff::read(xml).map_err(|_| DocumentError::Biometrics)? {
        match sample.kind {
            SampleKind::Finger(position) if sample.exception => {
                side.missing_fingers.push(position);
            }
            SampleKind::Finger(position) if !sample.record.is_empty() => {
                // Minutiae alone are nothing that people could look at.
                let Some((position, image)) = finger(&sample.record, position)? else { continue };
                if side.fingers.iter().all(|(known, _)| *known != position) {
                    side.fingers.push((position, image));
                }
            }
            SampleKind::Face if side.portrait.is_none() && !sample.record.is_empty() => {
                side.portrait = Some(face(&sample.record)?);
            }
            _ => {}
        }
    }
    side.missing_fingers.sort();
    side.missing_fingers.dedup();
    Ok(())
}

/// A print in PNG with its finger. A record that names another finger than its label, or that does
/// not decode, makes the whole document one that cannot be trusted.
fn finger(
    bytes: &[u8],
    stated: FingerPosition,
) -> Result<Option<(FingerPosition, ImageBytes)>, DocumentError> {
    let broken = DocumentError::Biometrics;
    let limits = ImageLimits::default();
    let (found, dpi, picture) = if bytes.starts_with(FINGER_RECORD) {
        let mut pictures = read_pictures(bytes).map_err(|_| broken)?;
        let (Some(only), true) = (pictures.pop(), pictures.is_empty()) else { return Err(broken) };
        let position = only.position.ok_or(broken)?;
        (position, only.dpi, only.decode(&limits).map_err(|_| broken)?)
    } else if bytes.starts_with(b"FMR\0") {
        return Ok(None);
    } else {
        let dpi = stated_resolution(bytes).filter(|dpi| DPI_RANGE.contains(dpi));
        let picture = decode_image(bytes, &limits).map_err(|_| broken)?;
        (FingerPosition::Unknown, dpi.unwrap_or(USUAL_DPI), picture)
    };
    let position = match (found, stated) {
        (FingerPosition::Unknown, one) | (one, FingerPosition::Unknown) => one,
        (found, stated) if found == stated => found,
        _ => return Err(broken),
    };
    if position == FingerPosition::Unknown {
        return Ok(None);
    }
    let bytes = encode_png(&picture);
    Ok(Some((position, ImageBytes { media_type: "image/png".into(), bytes, dpi: Some(dpi) })))
}

fn face(bytes: &[u8]) -> Result<ImageBytes, DocumentError> {
    let broken = DocumentError::Biometrics;
    if !record::is_record(bytes) {
        return photo(bytes.to_vec()).ok_or(broken);
    }
    let pictures = record::pictures(bytes).map_err(|_| broken)?;
    let first = pictures.first().ok_or(broken)?;
    photo(first.to_vec()).ok_or(broken)
}

/// A picture that browsers show; one in JPEG 2000 becomes PNG. Nothing for what is no picture.
fn photo(bytes: Vec<u8>) -> Option<ImageBytes> {
    if bytes.len() > MOST_BYTES {
        return None;
    }
    if decode_photo(&bytes).is_ok() {
        let kind = if bytes.starts_with(b"\x89PNG") { "image/png" } else { "image/jpeg" };
        return Some(ImageBytes { media_type: kind.into(), bytes, dpi: None });
    }
    let limits = ImageLimits {
        max_file_bytes: MOST_BYTES,
        max_width: MOST_SIDE,
        max_height: MOST_SIDE,
        min_side: LEAST_SIDE,
    };
    let (width, height, pixels) = decode_colour_jpeg2000(&bytes, &limits).ok()?;
    let mut png = Cursor::new(Vec::new());
    RgbImage::from_raw(width, height, pixels)?.write_to(&mut png, ImageFormat::Png).ok()?;
    Some(ImageBytes { media_type: "image/png".into(), bytes: png.into_inner(), dpi: None })
}

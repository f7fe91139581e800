//! Writing a person for another desk.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use jiff::Timestamp;
use niims_face::decode_photo;
use niims_face::record::{self, FaceCoding};
use niims_fingerprint::image::finger_record::{
    FingerPicture, PictureCoding, RecordEdition, write_pictures,
};
use niims_fingerprint::{FingerPosition, ImageLimits, decode_image};
use niims_mosip::cbeff::{self, Sample, SampleKind};
use niims_wire::desk::{ImageBytes, SideExchanged};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

/// Format types of records, as the format's registry has them.
const FINGER_IMAGE: u16 = 7;
const FACE_IMAGE: u16 = 8;

/// Resolution of a print that states none, pixels per inch.
const USUAL_DPI: u16 = 500;

/// The document of a person. Decodes and encodes pictures: some tenths of a second for ten fingers.
pub(crate) fn write_document(side: &SideExchanged, at: Timestamp) -> Zeroizing<Vec<u8>> {
    let mut samples: Vec<Sample> =
        side.fingers.iter().filter_map(|(position, image)| finger(*position, image)).collect();
    samples.extend(side.missing_fingers.iter().map(|position| Sample {
        kind: SampleKind::Finger(*position),
        format: Some(FINGER_IMAGE),
        quality: None,
        exception: true,
        record: Vec::new(),
    }));
    samples.extend(side.portrait.as_ref().and_then(face));
    let biometrics = Zeroizing::new(cbeff::write(&samples, at));
    let identity: Map<String, Value> = side
        .answers
        .iter()
        .map(|(field, value)| (field.clone(), Value::String(plain(value))))
        .collect();
    let documents: Map<String, Value> = side
        .documents
        .iter()
        .map(|(kind, image)| (kind.clone(), URL_SAFE.encode(&image.bytes).into()))
        .collect();
    let document = json!({
        "biometrics": URL_SAFE.encode(&*biometrics),
        "identity": identity,
        "documents": documents,
        "metaInfo": null,
        "audits": null,
    });
    Zeroizing::new(document.to_string().into_bytes())
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A print in PNG, whatever it was captured in: every reader of the record's edition knows it, and
/// nothing is lost. One that does not read is left out.
fn finger(position: FingerPosition, image: &ImageBytes) -> Option<Sample> {
    let picture = decode_image(&image.bytes, &ImageLimits::default()).ok()?;
    let dpi = image.dpi.unwrap_or(USUAL_DPI);
    let view = FingerPicture::encode(position, dpi, &picture, PictureCoding::Png).ok()?;
    Some(Sample {
        kind: SampleKind::Finger(position),
        format: Some(FINGER_IMAGE),
        quality: None,
        exception: false,
        record: write_pictures(&[view], RecordEdition::Iso2011).ok()?,
    })
}

fn face(image: &ImageBytes) -> Option<Sample> {
    let coding = match image.media_type.as_str() {
        "image/jpeg" => FaceCoding::Jpeg,
        "image/png" => FaceCoding::Png,
        _ => return None,
    };
    let photo = decode_photo(&image.bytes).ok()?;
    let (width, height) = (photo.width().try_into().ok()?, photo.height().try_into().ok()?);
    Some(Sample {
        kind: SampleKind::Face,
        format: Some(FACE_IMAGE),
        quality: None,
        exception: false,
        record: record::write(&image.bytes, coding, width, height),
    })
}

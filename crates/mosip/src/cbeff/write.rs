//! Writing samples, each with what it is, when it was made and how good it is.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use niims_fingerprint::FingerPosition;

use super::{Eye, Sample, SampleKind};
use crate::write_time;

/// A document of some samples, all made at one time.
pub fn write(samples: &[Sample], at: Timestamp) -> Vec<u8> {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <BIR xmlns=\"http://standards.iso.org/iso-iec/19785/-3/ed-2/\">\
         <BIRInfo><Integrity>false</Integrity></BIRInfo>",
    );
    for sample in samples {
        one(&mut xml, sample, at);
    }
    xml.push_str("</BIR>");
    xml.into_bytes()
}

fn one(xml: &mut String, sample: &Sample, at: Timestamp) {
    let (kind, subtype) = words(sample.kind);
    let purpose = "<Level>Raw</Level><Purpose>Enroll</Purpose>";
    xml.push_str(
        "<BIR><Version><Major>1</Major><Minor>1</Minor></Version>\
         <CBEFFVersion><Major>1</Major><Minor>1</Minor></CBEFFVersion>\
         <BIRInfo><Integrity>false</Integrity></BIRInfo><BDBInfo>",
    );
    if let Some(format) = sample.format {
        let of = "<Organization>Mosip</Organization>";
        let _ = write!(xml, "<Format>{of}<Type>{format}</Type></Format>");
    }
    let _ = write!(
        xml,
        "<CreationDate>{}</CreationDate><Type>{kind}</Type><Subtype>{subtype}</Subtype>{purpose}",
        write_time(at)
    );
    if let Some(score) = sample.quality {
        let of = "<Algorithm><Organization>HMAC</Organization><Type>SHA-256</Type></Algorithm>";
        let _ = write!(xml, "<Quality>{of}<Score>{score}</Score></Quality>");
    }
    xml.push_str("</BDBInfo>");
    if !sample.record.is_empty() {
        let _ = write!(xml, "<BDB>{}</BDB>", STANDARD.encode(&sample.record));
    }
    if sample.exception {
        xml.push_str("<others><entry key=\"EXCEPTION\">true</entry></others>");
    }
    xml.push_str("</BIR>");
}

/// The words of `Type` and `Subtype`.
fn words(kind: SampleKind) -> (&'static str, &'static str) {
    use FingerPosition as F;
    match kind {
        SampleKind::Finger(position) => (
            "Finger",
            match position {
                F::RightThumb => "Right Thumb",
                F::RightIndex => "Right IndexFinger",
                F::RightMiddle => "Right MiddleFinger",
                F::RightRing => "Right RingFinger",
                F::RightLittle => "Right LittleFinger",
                F::LeftThumb => "Left Thumb",
                F::LeftIndex => "Left IndexFinger",
                F::LeftMiddle => "Left MiddleFinger",
                F::LeftRing => "Left RingFinger",
                F::LeftLittle => "Left LittleFinger",
                F::Unknown => "UNKNOWN",
            },
        ),
        SampleKind::Face => ("Face", ""),
        SampleKind::Iris(Some(Eye::Right)) => ("Iris", "Right"),
        SampleKind::Iris(Some(Eye::Left)) => ("Iris", "Left"),
        SampleKind::Iris(None) => ("Iris", ""),
        SampleKind::ExceptionPhoto => ("ExceptionPhoto", ""),
        SampleKind::Other => ("", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cbeff::read;

    #[test]
    fn what_is_written_reads_back() {
        let of = |kind, record: &[u8]| Sample {
            kind,
            format: Some(7),
            quality: Some(61),
            exception: record.is_empty(),
            record: record.to_vec(),
        };
        let samples: Vec<Sample> = FingerPosition::all()
            .into_iter()
            .map(|position| of(SampleKind::Finger(position), &[position.code(), 0xff]))
            .chain([
                of(SampleKind::Finger(FingerPosition::LeftRing), b""),
                of(SampleKind::Face, b"face"),
                of(SampleKind::Iris(Some(Eye::Left)), b"iris"),
            ])
            .collect();
        assert_eq!(read(&write(&samples, Timestamp::UNIX_EPOCH)).unwrap(), samples);
    }
}

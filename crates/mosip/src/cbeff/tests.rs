//! What is read, what is refused, and that nothing makes it fail otherwise.

use niims_fingerprint::FingerPosition;
use proptest::prelude::*;

use super::*;

const ROOT: &str = r#"<BIR xmlns="http://standards.iso.org/iso-iec/19785/-3/ed-2/">"#;

fn sample(kind: &str, subtype: &str, rest: &str) -> String {
    format!(
        "<BIR><Version><Major>1</Major><Minor>1</Minor></Version><BIRInfo><Integrity>false</Integrity></BIRInfo>\
         <BDBInfo><Format><Organization>Mosip</Organization><Type>7</Type></Format>\
         <Type>{kind}</Type><Subtype>{subtype}</Subtype><Level>Raw</Level>\
         <Quality><Algorithm><Organization>HMAC</Organization><Type>SHA-256</Type></Algorithm>\
         <Score>80</Score></Quality></BDBInfo>{rest}</BIR>"
    )
}

fn document(samples: &[String]) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{ROOT}<BIRInfo><Integrity>false</Integrity></BIRInfo>{}</BIR>",
        samples.concat()
    )
}

fn one(kind: &str, subtype: &str, rest: &str) -> Result<Vec<Sample>, CbeffError> {
    read(document(&[sample(kind, subtype, rest)]).as_bytes())
}

#[test]
fn samples_are_read_with_what_is_said_of_them() {
    let samples = read(
        document(&[
            sample("Finger", "Left IndexFinger", "<BDB>AAEC</BDB>"),
            sample("Face", "", "<BDB>AAEC</BDB><SB/>"),
            sample("Iris", "Right", "<BDB>_-8\n=</BDB>"),
            sample("Finger", "Right Thumb", "<others><entry key=\"EXCEPTION\">true</entry></others>"),
            sample("Finger", "Right Thumb", "<BDB>AA==</BDB><others><entry key=\"RETRIES\">true</entry><entry key=\"EXCEPTION\">false</entry></others>"),
        ])
        .as_bytes(),
    )
    .unwrap();
    let seen: Vec<(SampleKind, bool, &[u8])> =
        samples.iter().map(|one| (one.kind, one.exception, one.record.as_slice())).collect();
    assert_eq!(
        seen,
        [
            (SampleKind::Finger(FingerPosition::LeftIndex), false, &[0, 1, 2][..]),
            (SampleKind::Face, false, &[0, 1, 2]),
            (SampleKind::Iris(Some(Eye::Right)), false, &[0xff, 0xef]),
            (SampleKind::Finger(FingerPosition::RightThumb), true, &[]),
            (SampleKind::Finger(FingerPosition::RightThumb), false, &[0]),
        ]
    );
    assert!(samples.iter().all(|one| one.quality == Some(80) && one.format == Some(7)));
}

#[test]
fn words_name_parts_of_the_body() {
    use FingerPosition::{LeftLittle, RightMiddle, Unknown};
    for (kind, subtype, want) in [
        ("Finger", "Left LittleFinger", Ok(SampleKind::Finger(LeftLittle))),
        ("FINGER", "MiddleFinger  Right", Ok(SampleKind::Finger(RightMiddle))),
        ("Finger", "", Ok(SampleKind::Finger(Unknown))),
        ("Finger", "UNKNOWN", Ok(SampleKind::Finger(Unknown))),
        ("Finger", "Left", Ok(SampleKind::Finger(Unknown))),
        ("Finger", "Left Right", Err(CbeffError::Words)),
        ("Finger", "Left Thumb Thumb", Err(CbeffError::Words)),
        ("Finger", "Left SixthFinger", Err(CbeffError::Words)),
        ("Iris", "Left", Ok(SampleKind::Iris(Some(Eye::Left)))),
        ("Iris", "", Ok(SampleKind::Iris(None))),
        ("Iris", "Left Thumb", Err(CbeffError::Words)),
        ("ExceptionPhoto", "", Ok(SampleKind::ExceptionPhoto)),
        ("Voice", "", Ok(SampleKind::Other)),
        ("Finger Iris", "", Ok(SampleKind::Other)),
        ("", "", Ok(SampleKind::Other)),
        ("Tail", "", Err(CbeffError::Words)),
    ] {
        let found = one(kind, subtype, "<BDB>AA==</BDB>").map(|samples| samples[0].kind);
        assert_eq!(found, want, "{kind} / {subtype}");
    }
}

#[test]
fn namespaces_are_told_apart() {
    let body = "<BDBInfo><Type>Face</Type></BDBInfo><BDB>AA==</BDB>";
    let prefixed = body.replace("</", "</c:").replace("<B", "<c:B").replace("<T", "<c:T");
    let ours = "http://standards.iso.org/iso-iec/19785/-3/ed-2/";
    for (document, want) in [
        (format!("<BIR xmlns=\"{ours}\"><BIR>{body}</BIR></BIR>"), Ok(1)),
        (format!("<c:BIR xmlns:c=\"{ours}\"><c:BIR>{prefixed}</c:BIR></c:BIR>"), Ok(1)),
        (format!("<BIR><BIR>{body}</BIR></BIR>"), Ok(1)),
        (format!("<BIR xmlns=\"{ours}\"><BIR xmlns=\"urn:else\">{body}</BIR></BIR>"), Ok(0)),
        (format!("<BIR xmlns=\"urn:else\"><BIR>{body}</BIR></BIR>"), Err(CbeffError::Root)),
        (format!("<BIR xmlns=\"{ours}\">{body}</BIR>"), Ok(1)),
        (format!("<BIR xmlns=\"{ours}\"/>"), Ok(0)),
    ] {
        assert_eq!(read(document.as_bytes()).map(|found| found.len()), want, "{document}");
    }
}

#[test]
fn what_is_not_the_format_is_refused() {
    let bomb =
        "<!DOCTYPE BIR [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><BIR><BDB>&b;</BDB></BIR>";
    let external = "<!DOCTYPE BIR SYSTEM \"file:///etc/passwd\"><BIR/>";
    let nested = format!("{}{}", "<BIR>".repeat(17), "</BIR>".repeat(17));
    let many = format!("<BIR>{}</BIR>", "<x/>".repeat(20_001));
    let samples = document(&vec![sample("Face", "", "<BDB>AA==</BDB>"); MOST_SAMPLES + 1]);
    let attribute = format!("<BIR a=\"{}\"/>", "x".repeat(5_000));
    let words = format!("<BIR><BDBInfo><Type>{}</Type></BDBInfo></BIR>", "Face ".repeat(100));
    for (what, document, want) in [
        ("nothing", "", CbeffError::Xml),
        ("words", "hello", CbeffError::Xml),
        ("another root", "<Person/>", CbeffError::Root),
        ("two roots", "<BIR/><BIR/>", CbeffError::Root),
        ("a cut", "<BIR><BIR>", CbeffError::Xml),
        ("crossed elements", "<BIR><BDB></BIR></BDB>", CbeffError::Xml),
        ("a bomb", bomb, CbeffError::Doctype),
        ("a foreign grammar", external, CbeffError::Doctype),
        ("an entity", "<BIR><BDB>&amp;AA</BDB></BIR>", CbeffError::Entity),
        ("nesting", &nested, CbeffError::Depth),
        ("many elements", &many, CbeffError::Elements),
        ("many samples", &samples, CbeffError::Samples),
        ("a long attribute", &attribute, CbeffError::Value),
        ("a long value", &words, CbeffError::Value),
        ("bad base64", "<BIR><BDB>A*B=</BDB></BIR>", CbeffError::Base64),
        ("a mixed alphabet", "<BIR><BDB>+-AA</BDB></BIR>", CbeffError::Base64),
        (
            "a quality of 101",
            "<BIR><BDBInfo><Quality><Score>101</Score></Quality></BDBInfo></BIR>",
            CbeffError::Quality,
        ),
    ] {
        assert_eq!(read(document.as_bytes()), Err(want), "{what}");
    }
    assert_eq!(read(b"<BIR>\xff</BIR>"), Err(CbeffError::Encoding));
    assert_eq!(read(&vec![b' '; LARGEST_DOCUMENT + 1]), Err(CbeffError::TooLarge));
}

#[test]
fn records_are_not_shown() {
    let sample = &one("Face", "", "<BDB>c2VjcmV0</BDB>").unwrap()[0];
    assert_eq!(sample.record, b"secret");
    assert!(!format!("{sample:?}").contains("115"), "{sample:?}");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[<>/&;!\\[\\]a-zA-Z0-9\"'= ?-]{0,200}") {
        let _ = read(text.as_bytes());
    }

    /// Documents with a few bytes changed reach further than noise does.
    #[test]
    fn a_document_with_faults_is_read_or_refused(
        faults in proptest::collection::vec((0usize..2_000, any::<u8>()), 1..6),
        cut in 0usize..2_000,
    ) {
        let mut bytes = document(&[
            sample("Finger", "Left Thumb", "<BDB>AAEC</BDB>"),
            sample("Iris", "Left", "<others><entry key=\"EXCEPTION\">true</entry></others>"),
        ])
        .into_bytes();
        for (place, byte) in faults {
            let place = place % bytes.len();
            bytes[place] = byte;
        }
        let _ = read(&bytes);
        bytes.truncate(cut);
        let _ = read(&bytes);
    }
}

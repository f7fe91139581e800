//! Tests of the records against the published example and hostile bytes.

use proptest::prelude::*;

use super::*;
use crate::template::{Minutia, MinutiaKind, SUBPIXEL};

/// The example of annex C.2 of ISO/IEC 19794-2:2005 as NIST publishes it (public domain).
///
/// Its header states 340 bytes while its fields, extended data included, make 341; the tests
/// state the right length, and one test that the original is refused for it.
const PUBLISHED: &[u8] = include_bytes!("../../../tests/data/iso19794-2-2005-sample.fmr");

const RECORDS: [TemplateFormat; 3] =
    [TemplateFormat::Iso2005, TemplateFormat::Iso2011, TemplateFormat::Ansi378];

fn sample() -> Vec<u8> {
    let mut bytes = PUBLISHED.to_vec();
    bytes[11] = 0x55;
    bytes
}

/// The example's two fingers, written in another form.
fn sample_as(format: TemplateFormat) -> Vec<u8> {
    let fingers = read_any(&sample()).unwrap().fingers;
    let borrowed: Vec<_> = fingers.iter().map(|(position, t)| (*position, t)).collect();
    format.write(&borrowed).unwrap()
}

fn read(format: TemplateFormat, bytes: &[u8]) -> Result<Record, RecordError> {
    match format {
        TemplateFormat::Iso2005 => iso2005::read(bytes),
        TemplateFormat::Iso2011 => iso2011::read(bytes),
        _ => ansi378::read(bytes),
    }
}

fn code(format: TemplateFormat, bytes: &[u8]) -> &'static str {
    read(format, bytes).map_or_else(|e| e.code(), |_| "ok")
}

#[test]
fn the_published_example_reads_as_the_standard_says() {
    let record = iso2005::read(&sample()).unwrap();
    assert_eq!(record.equipment, 0x00b5);
    let heads: Vec<_> = record
        .views
        .iter()
        .map(|v| {
            assert_eq!((v.width, v.height, v.x_resolution, v.y_resolution), (512, 512, 197, 197));
            (v.position, v.number, v.impression, v.quality, v.minutiae.len())
        })
        .collect();
    assert_eq!(
        heads,
        [(FingerPosition::LeftIndex, 0, 0, 90, 27), (FingerPosition::RightIndex, 0, 0, 70, 22)]
    );
    let is = |m: &RecordMinutia, kind, x, y, angle, quality| {
        assert!(*m == RecordMinutia { kind, x, y, angle, quality });
    };
    let (first, second) = (&record.views[0].minutiae, &record.views[1].minutiae);
    is(&first[0], MinutiaKind::Ending, 100, 14, 80, 90);
    is(&first[2], MinutiaKind::Bifurcation, 55, 18, 16, 90);
    is(&first[12], MinutiaKind::Unknown, 95, 51, 58, 90);
    is(&first[26], MinutiaKind::Bifurcation, 126, 115, 122, 30);
    is(&second[10], MinutiaKind::Bifurcation, 96, 192, 44, 80);
    is(&second[21], MinutiaKind::Bifurcation, 125, 73, 249, 40);
}

#[test]
fn the_published_length_is_noticed_as_wrong() {
    assert_eq!(iso2005::read(PUBLISHED), Err(RecordError::Length { stated: 340, found: 341 }));
}

/// Writing gives the example back byte for byte, save the extended data that is not kept.
#[test]
fn the_example_is_written_as_it_was_read() {
    let sample = sample();
    let written = iso2005::write(&iso2005::read(&sample).unwrap()).unwrap();
    let body = sample.len() - 13;
    assert_eq!(written[12..body], sample[12..body]);
    assert_eq!(written[body..], [0, 0]);
    assert_eq!(u32::from_be_bytes(written[8..12].try_into().unwrap()), written.len() as u32);
}

/// The same record as ANSI/INCITS 378 lays it out, byte by byte: the two headers differ in the
/// length field and the product identifier, and minutiae in the unit of the angle.
#[test]
fn ansi_differs_from_iso_in_length_product_and_angle() {
    let mut record = iso2005::read(&sample()).unwrap();
    record.product = 0x0042_0011;
    let (iso, ansi) = (iso2005::write(&record).unwrap(), ansi378::write(&record).unwrap());
    assert_eq!(ansi.len(), iso.len() + 2);
    assert_eq!(ansi[..8], *b"FMR\0 20\0");
    assert_eq!(usize::from(u16::from_be_bytes([ansi[8], ansi[9]])), ansi.len());
    assert_eq!(ansi[10..14], [0, 0x42, 0, 0x11]);
    assert_eq!(ansi[14..30], iso[12..28]);
    // The first minutia: type and x, y, angle of 112.5 degrees, quality.
    assert_eq!(ansi[30..36], [0x40, 0x64, 0, 0x0e, 56, 90]);
    assert_eq!(iso[28..34], [0x40, 0x64, 0, 0x0e, 80, 90]);
    let mut again = ansi378::read(&ansi).unwrap();
    steady_angles(&mut again);
    steady_angles(&mut record);
    assert_eq!(again, record);
}

/// Angles as steps of two degrees hold them, so that records of all forms can be compared.
fn steady_angles(record: &mut Record) {
    for minutia in record.views.iter_mut().flat_map(|view| &mut view.minutiae) {
        let degrees = (u32::from(minutia.angle) * 180 + 128) / 256 % 180;
        minutia.angle = ((degrees * 256 + 90) / 180) as u8;
    }
}

/// A record of 2011 with every optional part: certification and quality blocks, minutiae of five
/// bytes, extended data.
#[test]
fn every_part_of_a_record_of_2011_is_read() {
    let mut view = vec![0xff; 9];
    view.extend_from_slice(&[1, 0, 2, 0, 3]); // technology, vendor, type
    view.extend_from_slice(&[2, 255, 0, 1, 0, 1, 77, 0, 1, 0, 2]); // quality: failed, then 77
    view.extend_from_slice(&[1, 0, 1, 2]); // one certification
    view.extend_from_slice(&[2, 3, 0x01, 0x8a, 0x01, 0x8a, 1]); // finger, view, 394 a cm, rolled
    view.extend_from_slice(&[0x03, 0x20, 0x02, 0x80, 0x51, 1]); // 800 × 640, five bytes, one
    view.extend_from_slice(&[0x80, 200, 0x01, 0x90, 64]); // a fork at 200, 400 upwards
    view.extend_from_slice(&[0, 3, 9, 9, 9]); // extended data
    let mut bytes = b"FMR\x00030\0".to_vec();
    bytes.extend_from_slice(&(15 + 4 + view.len() as u32).to_be_bytes());
    bytes.extend_from_slice(&[0, 1, 1]);
    bytes.extend_from_slice(&(4 + view.len() as u32).to_be_bytes());
    bytes.extend_from_slice(&view);
    let record = iso2011::read(&bytes).unwrap();
    let only = &record.views[0];
    assert_eq!(
        (only.position, only.number, only.impression, only.quality),
        (FingerPosition::RightIndex, 3, 1, 77)
    );
    assert_eq!((only.width, only.height, only.x_resolution), (800, 640, 394));
    let fork =
        RecordMinutia { kind: MinutiaKind::Bifurcation, x: 200, y: 400, angle: 64, quality: 0 };
    assert!(only.minutiae == [fork]);
    let TemplateFile { format, fingers } = read_any(&bytes).unwrap();
    let template = &fingers[0].1;
    assert_eq!((format, template.width(), template.height()), (TemplateFormat::Iso2011, 400, 320));
    let placed = template.minutiae()[0];
    assert!(placed.x.abs_diff(100 * SUBPIXEL) <= 2 && placed.y.abs_diff(200 * SUBPIXEL) <= 2);
}

#[test]
fn every_form_brings_back_its_fingers() {
    let mut record = iso2005::read(&sample()).unwrap();
    steady_angles(&mut record);
    let fingers = read_any(&iso2005::write(&record).unwrap()).unwrap().fingers;
    for format in RECORDS {
        let borrowed: Vec<_> = fingers.iter().map(|(position, t)| (*position, t)).collect();
        let written = format.write(&borrowed).unwrap();
        assert_eq!(TemplateFormat::recognise(&written), Some(format));
        let file = read_any(&written).unwrap();
        assert_eq!(file.format, format);
        assert!(file.fingers == fingers, "{}", format.name());
    }
    let native = TemplateFormat::Native.write(&[(fingers[0].0, &fingers[0].1)]).unwrap();
    let file = read_any(&native).unwrap();
    assert_eq!(file.format, TemplateFormat::Native);
    assert!(file.fingers == [(FingerPosition::Unknown, fingers[0].1.clone())]);
    assert_eq!(TemplateFormat::Native.write(&[]), Err(RecordError::OneFinger(0)));
    assert_eq!(read_any(b"FMR\0 30\0"), Err(RecordError::Header));
    for format in TemplateFormat::ALL {
        assert_eq!(TemplateFormat::from_name(format.name()), Some(format));
    }
}

/// 300 views of 255 minutiae are more than 64 KiB, where the length fields change their form.
#[test]
fn records_over_64_kib_are_told_apart() {
    let minutia = Minutia { x: 4, y: 4, direction: 0, kind: MinutiaKind::Ending, quality: 0 };
    let template = Template::new(100, 100, 50, vec![minutia; 255]).unwrap();
    let fingers: Vec<_> = FingerPosition::all()
        .into_iter()
        .flat_map(|position| std::iter::repeat_n((position, &template), 16))
        .collect();
    for format in RECORDS {
        let written = format.write(&fingers).unwrap();
        assert!(written.len() > 1 << 16);
        let file = read_any(&written).unwrap();
        assert_eq!((file.format, file.fingers.len()), (format, 160), "{}", format.name());
    }
    let seventeen = vec![(FingerPosition::LeftRing, &template); 17];
    assert_eq!(TemplateFormat::Iso2005.write(&seventeen).unwrap_err().code(), "record.field");
    let many = vec![(FingerPosition::LeftRing, &template); MAX_VIEWS + 1];
    assert_eq!(TemplateFormat::Iso2011.write(&many), Err(RecordError::Views(177)));
}

#[test]
fn one_header_cannot_hold_two_resolutions() {
    let mut record = iso2005::read(&sample()).unwrap();
    record.views[1].x_resolution = 394;
    assert_eq!(iso2005::write(&record).unwrap_err().code(), "record.field");
    assert_eq!(ansi378::write(&record).unwrap_err().code(), "record.field");
    assert_eq!(iso2011::read(&iso2011::write(&record).unwrap()).unwrap().views, record.views);
}

/// Sets one byte of a form of the example and names the code with which it is refused.
#[test]
fn each_broken_field_has_its_code() {
    use TemplateFormat::{Ansi378, Iso2005, Iso2011};
    for (format, name, at, value, expected) in [
        (Iso2005, "other edition", 5, b'3', "record.header"),
        (Iso2005, "length", 11, 0, "record.length"),
        (Iso2005, "views", 22, 177, "record.views"),
        (Iso2005, "reserved byte", 23, 1, "record.field"),
        (Iso2005, "position", 24, 11, "record.field"),
        (Iso2005, "finger quality", 26, 101, "record.field"),
        (Iso2005, "more minutiae", 27, 255, "record.truncated"),
        (Iso2005, "minutia outside", 28, 0x7f, "record.field"),
        (Iso2005, "reserved bits", 30, 0x40, "record.field"),
        (Iso2005, "minutia quality", 33, 101, "record.field"),
        (Ansi378, "length", 9, 0, "record.length"),
        (Ansi378, "views", 24, 177, "record.views"),
        (Ansi378, "a view more", 24, 3, "record.truncated"),
        (Ansi378, "a view less", 24, 1, "record.trailing"),
        (Ansi378, "angle of 360 degrees", 34, 180, "record.field"),
        (Iso2011, "length", 11, 0, "record.length"),
        (Iso2011, "views", 12, 1, "record.views"),
        (Iso2011, "certification flag", 14, 2, "record.field"),
        (Iso2011, "representation too long", 15, 1, "record.truncated"),
        (Iso2011, "representation too short", 18, 0, "record.truncated"),
        (Iso2011, "quality blocks", 33, 255, "record.truncated"),
        (Iso2011, "quality", 34, 101, "record.field"),
        (Iso2011, "position", 39, 11, "record.field"),
        (Iso2011, "view number", 40, 16, "record.field"),
        (Iso2011, "impression", 45, 30, "record.field"),
        (Iso2011, "minutia length", 50, 0x71, "record.field"),
        (Iso2011, "ridge ending", 50, 0x62, "record.field"),
        (Iso2011, "a minutia less", 51, 26, "record.truncated"),
    ] {
        let mut bytes = sample_as(format);
        bytes[at] = value;
        assert_eq!(code(format, &bytes), expected, "{} {name}", format.name());
    }
    for format in RECORDS {
        assert_eq!(code(format, &[]), "record.header");
        assert_eq!(code(format, &sample_as(format)), "ok");
    }
    let mut flat = sample();
    flat[14..16].fill(0);
    assert_eq!(code(Iso2005, &flat), "record.field", "zero width");
    let mut trailing = sample();
    trailing.push(0);
    trailing[11] += 1;
    assert_eq!(code(Iso2005, &trailing), "record.trailing");
    let mut cut = sample();
    cut.truncate(100);
    cut[8..12].copy_from_slice(&100u32.to_be_bytes());
    assert_eq!(code(Iso2005, &cut), "record.truncated");
}

/// A side of 65,535 pixels at a resolution of 1 would be 13 million pixels at 500 dpi.
#[test]
fn a_print_of_metres_is_no_template() {
    let mut record = iso2005::read(&sample()).unwrap();
    for view in &mut record.views {
        (view.width, view.x_resolution) = (u16::MAX, 1);
    }
    assert_eq!(record.template(0).unwrap_err().code(), "record.template");
    record.views[0].x_resolution = u16::MAX;
    assert!(record.template(0).is_ok());
    assert_eq!(record.template(2).unwrap_err().code(), "record.field");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_truncation_is_refused(form in 0usize..3, at in any::<prop::sample::Index>()) {
        let bytes = sample_as(RECORDS[form]);
        prop_assert!(read_any(&bytes[..at.index(bytes.len())]).is_err());
    }

    #[test]
    fn damage_never_panics(
        form in 0usize..3,
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = sample_as(RECORDS[form]);
        for (at, value) in flips {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let _ = read_any(&bytes);
        if let Ok(record) = read(RECORDS[form], &bytes) {
            let written = match RECORDS[form] {
                TemplateFormat::Iso2005 => iso2005::write(&record),
                TemplateFormat::Iso2011 => iso2011::write(&record),
                _ => ansi378::write(&record),
            };
            prop_assert_eq!(read(RECORDS[form], &written.unwrap()).unwrap(), record);
        }
    }

    #[test]
    fn noise_never_panics(form in 0usize..3, bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut headed = sample_as(RECORDS[form])[..8].to_vec();
        headed.extend_from_slice(&bytes);
        let length = headed.len() as u32;
        if headed.len() > 12 && RECORDS[form] != TemplateFormat::Ansi378 {
            headed[8..12].copy_from_slice(&length.to_be_bytes());
        } else if headed.len() > 10 {
            headed[8..10].copy_from_slice(&(length as u16).to_be_bytes());
        }
        let _ = read_any(&headed);
    }
}

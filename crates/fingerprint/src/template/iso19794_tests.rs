//! Tests of the ISO/IEC 19794-2:2005 record against the published example and hostile bytes.

use proptest::prelude::*;

use super::*;

/// The example of annex C.2 as NIST publishes it (public domain).
///
/// Its header states 340 bytes while its fields, extended data included, make 341; the tests
/// state the right length, and one test that the original is refused for it.
const PUBLISHED: &[u8] = include_bytes!("../../tests/data/iso19794-2-2005-sample.fmr");

fn sample() -> Vec<u8> {
    let mut bytes = PUBLISHED.to_vec();
    bytes[11] = 0x55;
    bytes
}

#[test]
fn the_published_example_reads_as_the_standard_says() {
    let record = read(&sample()).unwrap();
    assert_eq!((record.width, record.height), (512, 512));
    assert_eq!((record.x_resolution, record.y_resolution), (197, 197));
    assert_eq!(record.equipment, 0x00b5);
    let heads: Vec<_> = record
        .views
        .iter()
        .map(|v| (v.position, v.number, v.impression, v.quality, v.minutiae.len()))
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
    assert_eq!(read(PUBLISHED), Err(RecordError::Length { stated: 340, found: 341 }));
}

/// Writing gives the example back byte for byte, save the extended data that is not kept.
#[test]
fn the_example_is_written_as_it_was_read() {
    let sample = sample();
    let written = write(&read(&sample).unwrap()).unwrap();
    let body = sample.len() - 13;
    assert_eq!(written[12..body], sample[12..body]);
    assert_eq!(written[body..], [0, 0]);
    assert_eq!(usize::from(word(&written, 10)), written.len());
}

#[test]
fn a_template_survives_the_record_to_the_nearest_pixel() {
    let template = read(&sample()).unwrap().template(0).unwrap();
    assert_eq!((template.width(), template.height(), template.quality()), (512, 512, 90));
    let record = Record::from_templates(&[(FingerPosition::LeftIndex, &template)]).unwrap();
    let again = read(&write(&record).unwrap()).unwrap().template(0).unwrap();
    assert!(again == template);
}

#[test]
fn other_resolutions_come_out_at_500_dpi() {
    let minutia = RecordMinutia { kind: MinutiaKind::Ending, x: 200, y: 400, angle: 9, quality: 0 };
    let view = View {
        position: FingerPosition::RightThumb,
        number: 0,
        impression: 0,
        quality: 50,
        minutiae: vec![minutia],
    };
    let record = Record {
        equipment: 0,
        width: 800,
        height: 800,
        x_resolution: 394,
        y_resolution: 394,
        views: vec![view],
    };
    let template = record.template(0).unwrap();
    assert_eq!((template.width(), template.height()), (400, 400));
    let only = template.minutiae()[0];
    assert!(only.x.abs_diff(100 * SUBPIXEL) <= 2 && only.y.abs_diff(200 * SUBPIXEL) <= 2);
}

#[test]
fn each_broken_field_has_its_code() {
    let flip = |at: usize, value: u8| {
        let mut bytes = sample();
        bytes[at] = value;
        bytes
    };
    let mut trailing = sample();
    trailing.push(0);
    trailing[11] += 1;
    let mut cut = sample();
    cut.truncate(100);
    cut[8..12].copy_from_slice(&100u32.to_be_bytes());
    for (name, bytes, code) in [
        ("empty", Vec::new(), "iso19794.header"),
        ("other edition", flip(5, b'3'), "iso19794.header"),
        ("length", flip(11, 0), "iso19794.length"),
        ("cut", cut, "iso19794.truncated"),
        ("trailing", trailing, "iso19794.trailing"),
        ("views", flip(22, 17), "iso19794.views"),
        ("reserved byte", flip(23, 1), "iso19794.field"),
        (
            "zero width",
            {
                let mut b = sample();
                b[14] = 0;
                b[15] = 0;
                b
            },
            "iso19794.field",
        ),
        ("position", flip(24, 11), "iso19794.field"),
        ("finger quality", flip(26, 101), "iso19794.field"),
        ("more minutiae", flip(27, 255), "iso19794.truncated"),
        ("minutia outside", flip(28, 0x7f), "iso19794.field"),
        ("reserved bits", flip(30, 0x40), "iso19794.field"),
        ("minutia quality", flip(33, 101), "iso19794.field"),
    ] {
        assert_eq!(read(&bytes).map_or_else(|e| e.code(), |_| "ok"), code, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_truncation_is_refused(length in 0usize..341) {
        prop_assert!(read(&sample()[..length]).is_err());
    }

    #[test]
    fn damage_never_panics(flips in prop::collection::vec((0usize..341, any::<u8>()), 1..8)) {
        let mut bytes = sample();
        for (at, value) in flips {
            bytes[at] = value;
        }
        if let Ok(record) = read(&bytes) {
            for view in 0..record.views.len() {
                let _ = record.template(view);
            }
            prop_assert!(write(&record).is_ok());
        }
    }
}

//! Where a picture was taken never reaches the centre: known coordinates are planted wherever cameras
//! and programs write them, and the opened packet holds none of them.

#![allow(clippy::unwrap_used, reason = "helpers of tests stand outside of test functions")]

mod common;

use common::{Capture, Centre, OFFICER, new_kit, now, picture, rng};

/// Bytes that stand for Uhuru Park: as degrees, minutes and seconds of EXIF, and as words.
const EXIF: [u8; 24] = *b"\0\0\0\x01\0\0\0\x01\0\0\0\x11\0\0\0\x01\0\0\x0b\xb8\0\0\0d";
const WORDS: &[u8] = b"exif:GPSLatitude=\"1,17.523S\"";

fn jpeg(png: &[u8]) -> Vec<u8> {
    let pixels = image::load_from_memory(png).unwrap().to_rgb8();
    let mut bytes = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

/// EXIF with a GPS directory, XMP, IPTC, a comment, a thumbnail in JFIF, a note of the maker, and a
/// tail behind the picture.
fn tagged_jpeg(plain: &[u8]) -> Vec<u8> {
    let segment = |marker: u8, head: &[u8], place: &[u8]| {
        let length = ((head.len() + place.len() + 2) as u16).to_be_bytes();
        [&[0xff, marker], &length[..], head, place].concat()
    };
    let gps = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x88%\0\x04\0\0\0\x01\0\0\0\x1a";
    let mut tagged = plain[..2].to_vec();
    tagged.extend(segment(0xe1, gps, &EXIF));
    tagged.extend(segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta ", WORDS));
    tagged.extend(segment(0xe0, b"JFXX\0\x10", WORDS));
    tagged.extend(segment(0xe2, b"MPF\0", WORDS));
    tagged.extend(segment(0xed, b"Photoshop 3.0\x008BIM\x04\x04", WORDS));
    tagged.extend(segment(0xec, b"Ducky\0\x01", WORDS));
    tagged.extend(segment(0xfe, b"", WORDS));
    tagged.extend(&plain[2..]);
    tagged.extend(WORDS);
    tagged
}

/// Every chunk in which PNG files carry words, EXIF, and a tail behind the picture.
fn tagged_png(plain: &[u8]) -> Vec<u8> {
    let mut tagged = plain[..33].to_vec();
    for (kind, place) in [
        (b"eXIf", &EXIF[..]),
        (b"tEXt", WORDS),
        (b"iTXt", WORDS),
        (b"zTXt", WORDS),
        (b"tIME", WORDS),
        (b"gpSx", WORDS),
    ] {
        tagged.extend((place.len() as u32).to_be_bytes());
        tagged.extend(kind);
        tagged.extend(place);
        tagged.extend(crc32(kind, place).to_be_bytes());
    }
    tagged.extend(&plain[33..]);
    tagged.extend(WORDS);
    tagged
}

/// The checksum of a chunk (PNG third edition, annex D), bit by bit.
fn crc32(kind: &[u8], content: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in kind.iter().chain(content) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

fn holds(bytes: &[u8], place: &[u8]) -> bool {
    bytes.windows(place.len()).any(|window| window == place)
}

#[test]
fn no_coordinates_reach_the_packet() {
    let folder = tempfile::tempdir().unwrap();
    let centre = Centre::new();
    let mut kit = new_kit(&folder.path().join("kit"), 1, &centre);
    let capture = Capture::adult(folder.path().join("capture"), "NUMBER-0001");
    capture.write();
    let root = folder.path().join("capture");
    let finger = std::fs::read(root.join("fingers/right_index.png")).unwrap();
    let files = [
        ("portrait.png", tagged_png(&picture(300, 400, 1))),
        ("fingers/right_index.png", tagged_png(&finger)),
        ("documents/national_id_1.jpg", tagged_jpeg(&jpeg(&picture(400, 260, 2)))),
        ("documents/national_id_2.png", tagged_png(&picture(400, 260, 3))),
    ];
    for (name, bytes) in &files {
        assert!(holds(bytes, WORDS) && holds(bytes, &EXIF), "{name}: nothing was planted");
        capture.put(name, bytes);
    }
    capture.take("documents/national_id_1.png");
    kit.enrol_from_folder(&root, OFFICER, now(), &mut rng(7)).unwrap();
    kit.seal_pending(now(), &mut rng(8)).unwrap();
    let key = kit.public_key();
    let (_, officer, _) = kit.officers().find(|(id, ..)| *id == OFFICER).unwrap();
    let row = kit.packets().unwrap().pop().unwrap();
    let file = folder.path().join("kit/outbox").join(format!("{}.packet", row.sealed.packet));
    let encounter = centre.open(&std::fs::read(file).unwrap(), &key, &officer);
    assert_eq!(encounter.documents.len(), 2);
    let bytes = encounter.encode().unwrap();
    assert!(!holds(&bytes, WORDS), "words of a place are in the packet");
    assert!(!holds(&bytes, &EXIF), "degrees of a place are in the packet");
    assert!(!holds(&bytes, b"GPS") && !holds(&bytes, b"Exif\0\0") && !holds(&bytes, b"eXIf"));
}

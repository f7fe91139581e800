//! Faults by name; fingers out of a folder.

use std::collections::BTreeSet;
use std::fs;

use niims_fingerprint::{FingerPosition, GrayImage, encode_png};

use super::*;

#[test]
fn every_fault_has_its_own_name() {
    let names: BTreeSet<_> = Fault::ALL.iter().map(|(_, name)| *name).collect();
    assert_eq!(names.len(), Fault::ALL.len());
    for (fault, name) in Fault::ALL {
        assert_eq!(Fault::from_name(name), Some(fault));
    }
    assert_eq!(Fault::from_name("tired"), None);
}

#[test]
fn fingers_come_out_of_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let picture = GrayImage::new(200, 220, vec![9; 44_000]).unwrap();
    fs::write(folder.path().join("left_ring.png"), encode_png(&picture)).unwrap();
    fs::write(folder.path().join("left_index.png"), b"no picture").unwrap();
    fs::write(folder.path().join("portrait.png"), b"a portrait").unwrap();
    let subject = Subject::Folder(folder.path().to_owned());
    let (read, dpi) = subject.print(FingerPosition::LeftRing, 0, false).unwrap();
    assert_eq!((read, dpi), (picture, 500));
    let code =
        |finger| subject.print(finger, 0, false).map_or_else(|error| error.code(), |_| "read");
    assert_eq!(code(FingerPosition::LeftIndex), "subject.picture");
    assert_eq!(code(FingerPosition::LeftThumb), "subject.missing");
    assert_eq!(subject.portrait().unwrap(), b"a portrait");
    let slap = subject.slap(&[FingerPosition::LeftRing], 0, false);
    assert_eq!(slap.unwrap_err().code(), "subject.missing");
}

#[test]
fn another_occasion_is_another_impression_of_the_same_finger() {
    let subject = Subject::synthetic([3; 32]);
    let take = |occasion| subject.print(FingerPosition::RightIndex, occasion, false).unwrap().0;
    assert_eq!(take(1), take(1));
    assert_ne!(take(1), take(2));
}

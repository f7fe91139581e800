//! Purging, merging, synthetic people, and the real folder.

use std::collections::BTreeSet;

use niims_record::GalleryReference;

use super::*;
use crate::gallery::{Folder, GalleryError, Maintained};
use crate::testing::reference;

/// References whose bytes stand in some file.
fn written(gallery: &GalleryFolder, disk: &Disk, truth: &Truth) -> BTreeSet<GalleryReference> {
    let segments: Vec<_> = gallery.read().segments.values().cloned().collect();
    let mut written: BTreeSet<_> =
        segments.iter().flat_map(|segment| segment.rows.iter().map(|row| row.reference)).collect();
    let named: BTreeSet<_> =
        segments.iter().map(|s| super::super::segment::file_name(s.entry.file)).collect();
    let there = disk.listing().into_iter().map(|file| file.0);
    let there: BTreeSet<_> = there.filter(|name| name.starts_with("segment")).collect();
    assert_eq!(there, named, "files that nobody names");
    let entry = gallery.writer().manifest.journal.clone();
    let (_, frames, cut) = super::super::journal::Journal::open(disk, &entry).unwrap();
    assert!(!cut);
    let enrolled = frames.iter().filter(|frame| frame.record.is_some());
    written.extend(enrolled.map(|frame| frame.reference));
    let _ = truth;
    written
}

#[test]
fn a_removed_person_is_gone_from_every_file_in_time() {
    let (disk, truth) = (Disk::default(), Truth::default());
    let gallery = open(&disk, &truth).unwrap();
    (0..6).for_each(|person| truth.insert(person, finger(person, 0)));
    gallery.catch_up(&truth, u64::MAX, at(0)).unwrap();
    truth.insert(6, finger(6, 0));
    gallery.catch_up(&truth, u64::MAX, at(0)).unwrap();
    for person in [1, 6] {
        truth.remove(person);
    }
    gallery.catch_up(&truth, u64::MAX, at(10)).unwrap();
    let gone = [1, 6].map(reference);
    let all = written(&gallery, &disk, &truth);
    assert!(gone.iter().all(|reference| all.contains(reference)));
    assert_eq!(gallery.maintain(&truth, at(19)).unwrap(), Maintained::default());
    // A restart in between forgets nothing.
    drop(gallery);
    let gallery = open(&disk, &truth).unwrap();
    let done = gallery.maintain(&truth, at(20)).unwrap();
    assert!(done.purged >= 2, "{done:?}");
    let all = written(&gallery, &disk, &truth);
    assert!(gone.iter().all(|reference| !all.contains(reference)), "{all:?}");
    check_state(&gallery, &truth, &truth.enrolled(), "purged");
    check_state(&open(&disk, &truth).unwrap(), &truth, &truth.enrolled(), "purged, opened");
}

#[test]
fn segments_are_merged_and_answer_the_same() {
    let (disk, truth) = (Disk::default(), Truth::default());
    let gallery = open(&disk, &truth).unwrap();
    for people in 0..5 {
        (0..4).for_each(|n| truth.insert(4 * people + n, finger(4 * people + n, 0)));
        gallery.catch_up(&truth, u64::MAX, at(0)).unwrap();
    }
    assert_eq!(gallery.segments(), 5);
    assert_eq!(gallery.maintain(&truth, at(1)).unwrap().merged, 5);
    assert_eq!(gallery.segments(), 1);
    check_state(&gallery, &truth, &truth.enrolled(), "merged");
    check_state(&open(&disk, &truth).unwrap(), &truth, &truth.enrolled(), "merged, opened");
}

#[test]
fn synthetic_people_are_enrolled_and_never_counted() {
    let (disk, truth) = (Disk::default(), Truth::default());
    let settings = Settings { canary_one_in: 2, ..settings() };
    let gallery = open_with(&disk, &truth, settings.clone(), at(0)).unwrap();
    (0..10).for_each(|person| truth.insert(person, finger(person, 0)));
    gallery.catch_up(&truth, u64::MAX, at(0)).unwrap();
    let places = gallery.canary_places();
    assert!(!places.is_empty() && gallery.len() == 10, "{places:?}");
    check_state(&gallery, &truth, &truth.enrolled(), "with synthetic people");
    drop(gallery);
    let again = open_with(&disk, &truth, settings.clone(), at(0)).unwrap();
    assert_eq!(again.canary_places(), places);
    let anew = open_with(&Disk::default(), &truth, settings, at(0)).unwrap();
    anew.catch_up(&truth, u64::MAX, at(0)).unwrap();
    assert_eq!(anew.canary_places(), places);
}

#[test]
fn a_template_that_does_not_read_stops_the_gallery_there() {
    let (disk, truth) = (Disk::default(), Truth::default());
    let gallery = open(&disk, &truth).unwrap();
    truth.insert(0, finger(0, 0));
    gallery.catch_up(&truth, u64::MAX, at(0)).unwrap();
    let mut broken = finger(1, 0);
    broken.fingers[0].template.truncate(9);
    truth.insert(1, broken);
    for _ in 0..2 {
        let refused = gallery.catch_up(&truth, u64::MAX, at(0));
        assert!(matches!(refused, Err(GalleryError::Template)));
        assert_eq!((gallery.position(), gallery.len()), (1, 1));
    }
}

#[test]
fn a_folder_is_private_and_of_one_process() {
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().join("gallery");
    let truth = Truth::default();
    (0..9).for_each(|person| truth.insert(person, finger(person, 0)));
    let opened = |key: u8| {
        let files = Box::new(Folder::open(&path)?);
        let key = GalleryKey::new([key; 32]);
        let parts = GalleryParts { files, key, settings: settings(), entropy: entropy() };
        GalleryFolder::open(parts, &truth, at(0))
    };
    let gallery = opened(1).unwrap();
    gallery.catch_up(&truth, u64::MAX, at(0)).unwrap();
    assert!(matches!(opened(1), Err(GalleryError::InUse)));
    drop(gallery);
    let gallery = opened(1).unwrap();
    check_state(&gallery, &truth, &truth.enrolled(), "opened again");
    for entry in std::fs::read_dir(&path).unwrap() {
        use std::os::unix::fs::PermissionsExt;
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "others may read");
    }
    // No template stands in any file as it is.
    let templates: Vec<u8> =
        truth.enrolled().values().next().unwrap().1.fingers[0].template.clone();
    for entry in std::fs::read_dir(&path).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(16).any(|part| part == &templates[16..32]));
    }
}

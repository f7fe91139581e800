//! Bytes that change by themselves, and files that go.

use super::*;
use crate::gallery::GalleryError;
use crate::testing::Survival;

/// A gallery with two segments and a journal, none of them merged.
fn some() -> (Disk, Truth) {
    let (disk, truth) = (Disk::default(), Truth::default());
    let gallery = open(&disk, &truth).unwrap();
    for people in [0..12, 12..16, 16..18] {
        people.for_each(|person| truth.insert(person, finger(person, 0)));
        gallery.catch_up(&truth, u64::MAX, at(1)).unwrap();
    }
    truth.remove(1);
    truth.insert(2, finger(2, 1));
    gallery.catch_up(&truth, u64::MAX, at(1)).unwrap();
    (disk, truth)
}

#[test]
fn a_changed_byte_is_found_before_use_and_made_good() {
    let (disk, truth) = some();
    let files = disk.listing();
    assert_eq!(files.len(), 4, "{files:?}");
    for (name, length) in files {
        // Every place of the short files, many of the long ones, both ends of all.
        let step = (length / 120).max(1);
        let ends = (0..8).chain(length - 8..length);
        for place in (0..length).step_by(step).chain(ends) {
            let about = format!("{name} changed at {place} of {length}");
            let rotten = disk.after(Survival::Everything);
            rotten.flip(&name, place);
            let gallery = open(&rotten, &truth).unwrap();
            gallery.catch_up(&truth, u64::MAX, at(2)).unwrap();
            check_state(&gallery, &truth, &truth.enrolled(), &about);
            gallery.scrub(&truth, at(3)).unwrap();
            assert_eq!(gallery.scrub(&truth, at(3)).unwrap(), 0, "{about}");
            drop(gallery);
            truth.fail(true);
            let gallery = open(&rotten, &truth).unwrap();
            check_state(&gallery, &truth, &truth.enrolled(), &about);
            truth.fail(false);
        }
    }
}

#[test]
fn rot_that_comes_while_open_is_found_and_made_good() {
    let (disk, truth) = some();
    let gallery = open(&disk, &truth).unwrap();
    let (name, length) =
        disk.listing().into_iter().rfind(|file| file.0.contains("segment")).unwrap();
    (0..length).step_by(64).for_each(|place| disk.flip(&name, place));
    check_state(&gallery, &truth, &truth.enrolled(), "rotten while open");
    let done = gallery.maintain(&truth, at(3)).unwrap();
    assert_eq!(done.repaired, 1);
    truth.fail(true);
    check_state(&open(&disk, &truth).unwrap(), &truth, &truth.enrolled(), "repaired");
}

#[test]
fn a_lost_file_or_folder_is_made_anew() {
    let (disk, truth) = some();
    for (name, _) in disk.listing() {
        let found = disk.after(Survival::Everything);
        super::super::Files::remove(&found, &name).unwrap();
        let gallery = open(&found, &truth).unwrap();
        gallery.catch_up(&truth, u64::MAX, at(2)).unwrap();
        check_state(&gallery, &truth, &truth.enrolled(), &name);
    }
    let gallery = open(&Disk::default(), &truth).unwrap();
    gallery.catch_up(&truth, u64::MAX, at(2)).unwrap();
    check_state(&gallery, &truth, &truth.enrolled(), "all lost");
}

#[test]
fn damage_without_a_truth_within_reach_is_an_error_and_no_answer() {
    let (disk, truth) = some();
    let (name, _) = disk.listing().into_iter().rfind(|file| file.0.contains("segment")).unwrap();
    disk.flip(&name, 100);
    truth.fail(true);
    assert!(matches!(open(&disk, &truth), Err(GalleryError::Feed)));
    truth.fail(false);
    assert!(open(&disk, &truth).is_ok());
}

#[test]
fn under_another_key_nothing_is_read() {
    let (disk, truth) = some();
    let files = Box::new(disk.clone());
    let key = GalleryKey::new([10; 32]);
    let parts = GalleryParts { files, key, settings: settings(), entropy: entropy() };
    let gallery = GalleryFolder::open(parts, &truth, at(1)).unwrap();
    assert_eq!((gallery.len(), gallery.position()), (0, 0));
}

//! The gallery on a disk that fails: killed at every write, rotten at every place, purged, rebuilt.

mod crash;
mod keeping;
mod rot;

use jiff::{SignedDuration, Timestamp};
use niims_fingerprint::FingerPosition;

use super::{GalleryFolder, GalleryKey, GalleryParts, Settings, is_canary, place_of};
use crate::modality::Biometrics;
use crate::testing::{Disk, Truth, entropy, few_fingers};

/// A moment, in seconds after an arbitrary one.
fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

/// One finger: what is kept does not depend on how many there are.
fn finger(person: u64, impression: u32) -> Biometrics {
    few_fingers(person, impression, &[FingerPosition::RightIndex])
}

fn settings() -> Settings {
    Settings {
        flush_people: 4,
        segment_people: 64,
        purge_within: SignedDuration::from_secs(20),
        canary_one_in: 0,
    }
}

fn open_with(
    disk: &Disk,
    truth: &Truth,
    settings: Settings,
    now: Timestamp,
) -> Result<GalleryFolder, super::GalleryError> {
    let files = Box::new(disk.clone());
    let key = GalleryKey::new([9; 32]);
    let parts = GalleryParts { files, key, settings, entropy: entropy() };
    GalleryFolder::open(parts, truth, now)
}

fn open(disk: &Disk, truth: &Truth) -> Result<GalleryFolder, super::GalleryError> {
    open_with(disk, truth, settings(), at(100))
}

/// Asserts that exactly these people are enrolled, in the index too, with what they were enrolled with.
fn check_state(
    gallery: &GalleryFolder,
    truth: &Truth,
    wanted: &std::collections::BTreeMap<niims_record::GalleryReference, (u64, Biometrics)>,
    about: &str,
) {
    let people = gallery.visible_people(u64::MAX, None);
    assert_eq!(people, wanted.keys().copied().collect::<Vec<_>>(), "{about}");
    let real = |memory: &super::folder::Memory| memory.index.len() - memory.canaries.len();
    assert_eq!(real(&gallery.read()), wanted.len(), "{about}");
    for (reference, (sequence, biometrics)) in wanted {
        assert_eq!(gallery.place(*reference), Some(place_of(*sequence)), "{about}");
        let stored = gallery.enrolled(*reference, truth).unwrap();
        assert!(stored.as_ref() == Some(biometrics), "{about}: other templates");
    }
    assert!(gallery.read().canaries.keys().all(|place| is_canary(*place)));
}

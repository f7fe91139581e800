//! Tampering of every kind, each found and named; and an untouched log passes.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::directory::DirectoryLog;
use crate::hash::leaf_hash;
use crate::leaf::Leaf;
use crate::note::LogSigningKey;
use crate::tiles::{decode_bundle, encode_bundle};

struct Fixture {
    _temporary: tempfile::TempDir,
    folder: PathBuf,
}

fn key() -> LogSigningKey {
    LogSigningKey::from_bytes("log.example/niims", &[3; 32]).unwrap()
}

fn leaf(at: u64, history: u8) -> Leaf {
    Leaf::committing(LeafKind::PacketReceived, &[history; 32], &at.to_be_bytes())
}

/// A log that was signed at these sizes.
fn log(sizes: &[u64], history: u8) -> Fixture {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().to_owned();
    let log = DirectoryLog::new(&folder);
    let mut from = 0;
    for &size in sizes {
        let leaves: Vec<_> = (from..size).map(|at| leaf(at, history)).collect();
        log.append(from, &leaves, &key()).unwrap();
        from = size;
    }
    Fixture { _temporary: temporary, folder }
}

fn verify(folder: &Path, previous: Option<&str>) -> Result<VerifyReport, Vec<Finding>> {
    let options = VerifyOptions { previous_checkpoint: previous.map(str::to_owned) };
    verify_directory(folder, &key().public_key(), &options)
}

fn edit(folder: &Path, file: &str, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(folder.join(file)).unwrap();
    change(&mut bytes);
    fs::write(folder.join(file), bytes).unwrap();
}

fn edit_entries(folder: &Path, file: &str, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    edit(folder, file, |bytes| {
        let mut entries: Vec<_> =
            decode_bundle(bytes).unwrap().into_iter().map(<[u8]>::to_vec).collect();
        change(&mut entries);
        *bytes = encode_bundle(&entries).unwrap();
    });
}

/// Tampers with a log of 600 leaves signed at 100, 300 and 600; gives the findings.
fn tampered(change: impl FnOnce(&Path)) -> Vec<Finding> {
    let fixture = log(&[100, 300, 600], 1);
    assert!(verify(&fixture.folder, None).is_ok(), "control: untouched");
    change(&fixture.folder);
    verify(&fixture.folder, None).unwrap_err()
}

#[test]
fn an_untouched_log_passes() {
    let fixture = log(&[100, 300, 600], 1);
    let previous = fs::read_to_string(fixture.folder.join("checkpoints/100")).unwrap();
    let report = verify(&fixture.folder, Some(&previous)).unwrap();
    assert_eq!((report.size, report.older_checkpoints), (600, 4));
    assert_eq!(report.kinds[&LeafKind::PacketReceived], 600);
    assert_eq!(report.tiles, 4);
    let empty = log(&[0], 1);
    assert_eq!(verify(&empty.folder, None).unwrap().size, 0);
}

#[test]
fn entries() {
    let bundle = "tile/entries/001";
    let edited = tampered(|folder| edit_entries(folder, bundle, |e| e[7] = leaf(9, 9).encode()));
    assert_eq!(edited, [Finding::EntryAltered { index: 263 }]);
    let garbage = tampered(|folder| edit_entries(folder, bundle, |e| e[7] = b"x".to_vec()));
    assert_eq!(garbage, [Finding::EntryAltered { index: 263 }]);
    let removed = tampered(|folder| edit_entries(folder, bundle, |e| drop(e.remove(7))));
    assert_eq!(removed, [Finding::EntryRemoved { index: 263 }]);
    let swapped = tampered(|folder| edit_entries(folder, bundle, |e| e.swap(7, 8)));
    assert_eq!(swapped, [Finding::EntryReordered { index: 264, place: 263 }]);
    let apart = tampered(|folder| edit_entries(folder, bundle, |e| e.swap(7, 9)));
    let codes: Vec<_> = apart.iter().map(Finding::code).collect();
    assert_eq!(codes, ["log.entries_reordered"; 2], "{apart:?}");
    let added =
        tampered(|folder| edit_entries(folder, bundle, |e| e.insert(7, leaf(9, 9).encode())));
    assert_eq!(added, [Finding::EntryAdded { index: 263 }]);
    let last = tampered(|folder| edit_entries(folder, "tile/entries/002.p/88", |e| drop(e.pop())));
    assert_eq!(last, [Finding::EntryRemoved { index: 599 }]);
}

#[test]
fn entries_across_bundles() {
    let moved = tampered(|folder| {
        let mut carried = Vec::new();
        edit_entries(folder, "tile/entries/000", |e| carried = e.remove(3));
        edit_entries(folder, "tile/entries/001", |e| e[0] = carried);
    });
    assert_eq!(
        moved,
        [Finding::EntryReordered { index: 3, place: 256 }, Finding::EntryRemoved { index: 256 },]
    );
    // The hole is closed by moving every later entry down by one.
    let closed = tampered(|folder| {
        let mut carried = Vec::new();
        edit_entries(folder, "tile/entries/001", |e| carried = e.remove(0));
        edit_entries(folder, "tile/entries/000", |e| {
            e.remove(3);
            e.push(carried);
        });
    });
    assert_eq!(closed, [Finding::EntryRemoved { index: 3 }]);
}

#[test]
fn whole_files() {
    let bundle = tampered(|folder| fs::remove_file(folder.join("tile/entries/001")).unwrap());
    let file = "tile/entries/001".to_owned();
    assert_eq!(bundle, [Finding::BundleMissing { file: file.clone(), from: 256, to: 511 }]);
    let tile = tampered(|folder| fs::remove_file(folder.join("tile/1/000.p/2")).unwrap());
    assert_eq!(tile, [Finding::TileMissing { file: "tile/1/000.p/2".to_owned() }]);
    let both = tampered(|folder| {
        fs::remove_file(folder.join("tile/entries/001")).unwrap();
        fs::remove_file(folder.join("tile/0/001")).unwrap();
    });
    assert_eq!(both.len(), 2, "{both:?}");
    let checkpoint = tampered(|folder| fs::remove_file(folder.join("checkpoint")).unwrap());
    assert_eq!(checkpoint[0].code(), "log.checkpoint_missing");
    let cut = tampered(|folder| edit(folder, &file, |bytes| bytes.truncate(100)));
    assert_eq!(cut[0].code(), "log.unreadable");
}

#[test]
fn tiles() {
    for (file, slot) in [("tile/0/001", 3), ("tile/0/002.p/88", 87), ("tile/1/000.p/2", 1)] {
        let findings = tampered(|folder| edit(folder, file, |bytes| bytes[slot * 32] ^= 1));
        let slot = slot as u64;
        assert_eq!(findings, [Finding::TileAltered { file: file.to_owned(), slot }]);
    }
    let cut = tampered(|folder| edit(folder, "tile/0/001", |bytes| bytes.truncate(8160)));
    assert_eq!(cut, [Finding::TileAltered { file: "tile/0/001".to_owned(), slot: 255 }]);
}

#[test]
fn an_entry_altered_together_with_its_tiles_does_not_lead_to_the_root() {
    let findings = tampered(|folder| {
        let forged = leaf(9, 9).encode();
        let hash = leaf_hash(&forged);
        edit_entries(folder, "tile/entries/001", |entries| entries[100] = forged);
        edit(folder, "tile/0/001", |bytes| bytes[3200..3232].copy_from_slice(&hash));
    });
    assert!(
        findings.contains(&Finding::TileAltered { file: "tile/1/000.p/2".to_owned(), slot: 1 })
    );
    // Index 356 was signed first at size 600; everything up to 300 is still as signed.
    assert!(findings.contains(&Finding::RootMismatch { size: 600, good: 300 }), "{findings:?}");
}

#[test]
fn checkpoints() {
    let stranger = LogSigningKey::from_bytes("log.example/niims", &[4; 32]).unwrap();
    let resigned = tampered(|folder| {
        let checkpoint =
            Checkpoint { origin: stranger.name().to_owned(), size: 600, root: [0; 32] };
        fs::write(folder.join("checkpoint"), checkpoint.sign(&stranger).unwrap()).unwrap();
    });
    assert_eq!(resigned[0].code(), "log.checkpoint_signature");
    let edited = tampered(|folder| edit(folder, "checkpoints/300", |bytes| bytes[0] ^= 1));
    assert_eq!(edited[0].code(), "log.checkpoint_signature");
}

#[test]
fn a_rolled_back_log() {
    // The old checkpoint is put back, later ones are left lying about.
    let findings = tampered(|folder| {
        fs::copy(folder.join("checkpoints/300"), folder.join("checkpoint")).unwrap();
    });
    assert!(findings.iter().any(|f| f.code() == "log.rolled_back"), "{findings:?}");
    // The folder is an old one whole: only a checkpoint kept outside can tell.
    let (old, new) = (log(&[100, 300], 1), log(&[100, 300, 600], 1));
    assert!(verify(&old.folder, None).is_ok());
    let outside = fs::read_to_string(new.folder.join("checkpoint")).unwrap();
    let findings = verify(&old.folder, Some(&outside)).unwrap_err();
    assert_eq!(findings.iter().map(Finding::code).collect::<Vec<_>>(), ["log.rolled_back"]);
}

#[test]
fn a_forked_log() {
    let (ours, theirs) = (log(&[100, 300], 1), log(&[100, 600], 2));
    for kept in ["checkpoints/100", "checkpoints/300"] {
        let outside = fs::read_to_string(ours.folder.join(kept)).unwrap();
        let findings = verify(&theirs.folder, Some(&outside)).unwrap_err();
        assert_eq!(
            findings.iter().map(Finding::code).collect::<Vec<_>>(),
            ["log.forked"],
            "{kept}"
        );
    }
    // The same size, another root.
    let same = log(&[300], 2);
    let outside = fs::read_to_string(ours.folder.join("checkpoint")).unwrap();
    assert_eq!(verify(&same.folder, Some(&outside)).unwrap_err()[0].code(), "log.forked");
}

#[test]
fn every_flipped_bit_is_found() {
    let fixture = log(&[5, 300], 1);
    let files = [
        "checkpoint",
        "checkpoints/5",
        "checkpoints/300",
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/44",
    ];
    for file in files {
        let path = fixture.folder.join(file);
        let good = fs::read(&path).unwrap();
        let step = (good.len() / 23).max(1);
        for at in (0..good.len()).step_by(step) {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 8);
            fs::write(&path, bad).unwrap();
            assert!(verify(&fixture.folder, None).is_err(), "{file} byte {at}");
        }
        fs::write(&path, good).unwrap();
    }
    assert!(verify(&fixture.folder, None).is_ok(), "control: everything put back");
}

//! The published folder: growth, repetition after a crash, refusal to extend what is spoilt.

use super::*;
use crate::verify::{VerifyOptions, verify_directory};

fn key() -> LogSigningKey {
    LogSigningKey::from_bytes("log.example/niims", &[3; 32]).unwrap()
}

fn leaf(at: u64) -> Leaf {
    Leaf::committing(LeafKind::Disclosure, &[5; 32], &at.to_be_bytes())
}

fn leaves(range: core::ops::Range<u64>) -> Vec<Leaf> {
    range.map(leaf).collect()
}

fn log() -> (tempfile::TempDir, DirectoryLog) {
    let folder = tempfile::tempdir().unwrap();
    let log = DirectoryLog::new(folder.path().join("log"));
    (folder, log)
}

#[test]
fn grows_in_steps_as_in_one() {
    let (_one, whole) = log();
    let (expected, _) = whole.append(0, &leaves(0..700), &key()).unwrap();
    let (_other, stepwise) = log();
    let mut size = 0;
    for step in [0, 1, 2, 252, 1, 1, 255, 188] {
        let (checkpoint, _) = stepwise.append(size, &leaves(size..size + step), &key()).unwrap();
        size += step;
        assert_eq!(checkpoint.size, size);
        let report =
            verify_directory(stepwise.folder(), &key().public_key(), &VerifyOptions::default());
        assert_eq!(report.map(|report| report.size), Ok(size));
    }
    assert_eq!(stepwise.checkpoint(&key().public_key()).unwrap(), Some(expected));
    // Full tiles have replaced the partial ones.
    assert!(!stepwise.folder().join("tile/0/000.p").exists());
    assert!(stepwise.folder().join("tile/entries/001").is_file());
}

#[test]
fn a_repeated_append_counts_once() {
    let (_folder, log) = log();
    let (first, note) = log.append(0, &leaves(0..300), &key()).unwrap();
    assert_eq!(log.append(0, &leaves(0..300), &key()).unwrap(), (first, note));
    // The second half of a batch was not yet published.
    assert_eq!(log.append(250, &leaves(250..320), &key()).unwrap().0.size, 320);
    fs::remove_file(log.folder().join("checkpoints/320")).unwrap();
    log.append(320, &[], &key()).unwrap();
    assert!(log.folder().join("checkpoints/320").is_file());
}

#[test]
fn what_cannot_be_is_refused() {
    let (_folder, log) = log();
    log.append(0, &leaves(0..10), &key()).unwrap();
    let behind = log.append(11, &leaves(11..12), &key()).unwrap_err();
    assert_eq!(behind.code(), "log.behind");
    let diverged = log.append(8, &leaves(7..20), &key()).unwrap_err();
    assert!(matches!(diverged, DirectoryError::Diverged { index: 8 }), "{diverged}");
    let stranger = LogSigningKey::from_bytes("log.example/niims", &[4; 32]).unwrap();
    assert_eq!(log.append(10, &leaves(10..11), &stranger).unwrap_err().code(), "log.checkpoint");
    assert_eq!(log.checkpoint(&key().public_key()).unwrap().unwrap().size, 10);
}

#[test]
fn nothing_is_signed_on_top_of_a_flipped_bit() {
    for file in ["tile/0/000.p/10", "tile/entries/000.p/10"] {
        let (_folder, log) = log();
        log.append(0, &leaves(0..10), &key()).unwrap();
        let path = log.folder().join(file);
        let mut bytes = fs::read(&path).unwrap();
        bytes[40] ^= 1;
        fs::write(&path, bytes).unwrap();
        let error = log.append(10, &leaves(10..11), &key()).unwrap_err();
        assert_eq!(error.code(), "log.corrupt", "{file}");
        assert_eq!(log.checkpoint(&key().public_key()).unwrap().unwrap().size, 10);
    }
}

#[test]
fn receipts_verify_at_every_place() {
    let (_folder, log) = log();
    log.append(0, &leaves(0..600), &key()).unwrap();
    let public = key().public_key();
    for at in [0_u64, 1, 255, 256, 511, 512, 599] {
        let event = at.to_be_bytes().to_vec();
        let receipt = log.receipt(at, LeafKind::Disclosure, [5; 32], event, &public).unwrap();
        assert_eq!(receipt.verify(&public).unwrap().leaf, leaf(at));
    }
    let early = log.receipt(600, LeafKind::Disclosure, [5; 32], vec![], &public).unwrap_err();
    assert_eq!(early.code(), "log.tree");
}

#[test]
fn older_sizes_are_provable_from_the_current_tiles() {
    let (_folder, log) = log();
    let (old, _) = log.append(0, &leaves(0..70), &key()).unwrap();
    let (new, _) = log.append(70, &leaves(70..600), &key()).unwrap();
    let wanted = tree::consistency_nodes(old.size, new.size).unwrap();
    let nodes = log.nodes(new.size, &wanted).unwrap();
    let proof = tree::consistency_proof(old.size, new.size, &nodes).unwrap();
    tree::verify_consistency((old.size, &old.root), (new.size, &new.root), &proof).unwrap();
}

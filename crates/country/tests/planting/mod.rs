//! Plants faults in copies of packs and expects them back with file and line.

#![allow(dead_code, reason = "each test file uses a part")]

use std::fs;
use std::path::{Path, PathBuf};

use niims_country::{PackCode, Report, check};

/// One fault: in `file`, `old` becomes `new`; then `code` must be reported on the line of `at`.
pub struct Fault<'a> {
    file: &'a str,
    old: &'a str,
    new: &'a str,
    code: PackCode,
    /// A text on the line expected, in the file expected (`file:text`); an empty text is line 1.
    at: &'a str,
}

pub const fn fault<'a>(
    file: &'a str,
    old: &'a str,
    new: &'a str,
    code: PackCode,
    at: &'a str,
) -> Fault<'a> {
    Fault { file, old, new, code, at }
}

pub fn pack(name: &str) -> PathBuf {
    let base = Path::new(env!("CARGO_MANIFEST_DIR"));
    match name {
        "kenya" => base.join("../../country/kenya"),
        other => base.join("tests/data").join(other),
    }
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

pub fn check_fault(from: &Path, fault: &Fault<'_>) {
    let folder = tempfile::tempdir().unwrap();
    copy(from, folder.path());
    let path = folder.path().join(fault.file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(fault.old), "{:?} is not in {}", fault.old, fault.file);
    let text = if fault.old.is_empty() {
        format!("{text}{}", fault.new)
    } else {
        text.replacen(fault.old, fault.new, 1)
    };
    fs::write(&path, text).unwrap();
    expect(folder.path(), fault.code, fault.at);
}

/// Expects a fault in the file before the first `:` of `at`, on the line of the text after it.
pub fn expect(folder: &Path, code: PackCode, at: &str) {
    let (file, marker) = at.split_once(':').unwrap();
    let line = if marker.is_empty() {
        1
    } else {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        let position = text.find(marker).unwrap_or_else(|| panic!("{marker:?} is not in {file}"));
        1 + text[..position].matches('\n').count()
    };
    let Report::Faulty(problems) = check(folder) else {
        panic!("{code} in {file} was not seen");
    };
    assert!(
        problems
            .0
            .iter()
            .any(|problem| problem.code == code && problem.file == file && problem.line == line),
        "{code} in {file}:{line} was expected, found:\n{problems}"
    );
    for problem in &problems.0 {
        assert!(!problem.message.is_empty() && !problem.remedy.is_empty() && problem.line > 0);
    }
}

pub fn check_all(faults: &[Fault<'_>]) {
    for fault in faults {
        check_fault(&pack("littleland"), fault);
    }
}

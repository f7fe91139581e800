//! The demonstration as a newcomer runs it, and what it leaves on the disk: no
//! name, number or telephone in any readable form.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test stops where anything is off")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use niims_country::CountryPack;
use niims_sim::canaries::canaries;
use niims_sim::census::Census;
use niims_sim::plants;
use niims_sim::village::Setting;

/// People in the village unless `NIIMS_LEAK_PEOPLE` says otherwise; 300 make more
/// than a thousand values to search for.
const PEOPLE: usize = 24;
const SEED: u64 = 2019;

#[test]
fn the_demonstration_catches_all_and_leaves_nothing_readable() {
    let people = std::env::var("NIIMS_LEAK_PEOPLE").map_or(PEOPLE, |n| n.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let (data, logins) = (folder.path().join("data"), folder.path().join("logins.json"));
    let output = Command::new(env!("CARGO_BIN_EXE_niims"))
        .args(["demo", "--no-serve", "--listen", "127.0.0.1:0", "--people", &people.to_string()])
        .args(["--seed", &SEED.to_string(), "--data", data.to_str().unwrap()])
        .args(["--logins", logins.to_str().unwrap()])
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    let mut planted = planted(people);
    planted.extend(given_out(&logins));
    let found = search(&data, &planted);
    println!("{} values searched for", planted.len());
    assert_eq!(found, Vec::<PathBuf>::new(), "personal data stands readable in these files");
    plant_one_and_find_it(&data, &planted);
}

/// The search must be able to fail: one value planted in hexadecimal is found.
fn plant_one_and_find_it(data: &Path, planted: &BTreeSet<String>) {
    let file = data.join("planted");
    let value = planted.iter().next_back().unwrap();
    std::fs::write(&file, format!("xx{}yy", hex::encode(value))).unwrap();
    assert_eq!(search(data, planted), [file]);
}

/// Names, telephones and documents of the village that this seed makes. Names that
/// are words of the country pack would be found in its texts, were it on the disk;
/// it is compiled in.
fn planted(people: usize) -> BTreeSet<String> {
    let pack = CountryPack::embedded().unwrap();
    let setting = Setting { county: "019", today: pack.today(Timestamp::now()) };
    let census = Census::embedded().unwrap();
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&SEED.to_le_bytes());
    let scenario = plants::plan(people, setting, &census, &pack, seed).unwrap();
    canaries(&scenario).into_iter().collect()
}

/// The numbers that were assigned, and those on the slips.
fn given_out(logins: &Path) -> BTreeSet<String> {
    let logins: serde_json::Value =
        serde_json::from_slice(&std::fs::read(logins).unwrap()).unwrap();
    let residents = logins["residents"].as_array().unwrap();
    assert!(!residents.is_empty());
    let of = |resident: &serde_json::Value, key: &str| resident[key].as_str().unwrap().to_owned();
    residents.iter().flat_map(|r| [of(r, "application_number"), of(r, "huduma_namba")]).collect()
}

/// Files in which a value stands plain, in hexadecimal, in Base64 at any of its
/// three alignments, or in UTF-16.
fn search(data: &Path, values: &BTreeSet<String>) -> Vec<PathBuf> {
    let needles: Vec<Vec<u8>> = values.iter().flat_map(|value| encodings(value)).collect();
    let finder = aho_corasick::AhoCorasick::new(&needles).unwrap();
    files(data).into_iter().filter(|file| finder.is_match(&std::fs::read(file).unwrap())).collect()
}

fn encodings(value: &str) -> Vec<Vec<u8>> {
    let bytes = value.as_bytes();
    let mut all = vec![
        bytes.to_vec(),
        hex::encode(bytes).into_bytes(),
        hex::encode_upper(bytes).into_bytes(),
        value.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    ];
    for shift in 0..3_usize {
        let mut padded = vec![0; shift];
        padded.extend(bytes);
        let text = STANDARD.encode(&padded);
        // Characters that depend on the neighbours are cut off.
        let first = (shift * 8).div_ceil(6);
        let last = (padded.len() * 8) / 6;
        // A short piece would be found by chance in sealed bytes.
        if last > first + 6 {
            all.push(text.as_bytes()[first..last].to_vec());
        }
    }
    all
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

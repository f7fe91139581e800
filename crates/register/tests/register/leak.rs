//! Nothing that residents said, and no number, stands in clear in the database or
//! in any file of the centre.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use niims_record::adjudication::Verdict;
use niims_store::testing::TestDatabase;
use niims_wire::desk::AdjudicationDesk;
use niims_wire::resident::{ResidentDesk, ResidentHandle};
use serde_json::Value;

use crate::fixture::{ADJUDICATORS, Person, World};

/// Bytes by which occurrences are looked up; every form of a value is longer.
const PREFIX: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dump_of_the_database_and_all_files_holds_no_planted_value() {
    let world = World::over(TestDatabase::sqlite().await.unwrap(), |matcher| matcher).await;
    let mut planted = Vec::new();
    for n in 0..4 {
        let person = Person::adult(n);
        let (application, _) = world.carry(&person).await;
        let double = person.disguised(1);
        let (again, _) = world.carry(&double).await;
        let case = world.case_of(again).await.id;
        world.register.evidence(case, ADJUDICATORS[0], world.now()).await.unwrap();
        world.decide(case, Verdict::SamePerson { candidate: application }).await;
        let slip = ResidentHandle::ApplicationNumber(person.slip.clone());
        world.register.send_code(&slip, world.now()).await.unwrap();
        for person in [&person, &double] {
            planted.push(format!("slip {}", person.slip));
            planted.push(person.slip.clone());
            for value in person.answers.values() {
                collect(value, &mut planted);
            }
        }
        let number = world.number_of(application).await.unwrap();
        planted.extend([number.digits(), number.to_string()]);
        let phone = person.answers["mobile_phone"].as_str().unwrap();
        planted.push(format!("+254{}", &phone[1..]));
        planted.push(format!("254{}", &phone[1..]));
    }
    world.register.publish_log().await.unwrap();
    // Codes of the country pack and words of one letter or two are nobody's.
    planted.retain(|value| value.len() >= 7 && !is_code(value));
    planted.sort();
    planted.dedup();
    assert!(planted.len() > 60, "{} values", planted.len());

    let needles = Needles::of(&planted);
    let files = files_of(&world);
    assert!(files.iter().any(|file| file.ends_with("niims.db")));
    assert!(files.iter().any(|file| file.extension().is_some_and(|e| e == "packet")));
    for file in &files {
        let found = needles.found_in(&std::fs::read(file).unwrap());
        assert!(found.is_empty(), "{}: {} planted values", file.display(), found.len());
    }
    the_search_finds_what_is_there(&world, &planted, &needles);
}

/// Writes each value in each form into a file of the centre, and finds it there.
fn the_search_finds_what_is_there(world: &World, planted: &[String], needles: &Needles) {
    let file = world.folder.path().join("log").join("control");
    for value in planted {
        let wide: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let forms = [
            value.clone().into_bytes(),
            value.to_lowercase().into_bytes(),
            hex::encode(value).into_bytes(),
            STANDARD.encode(format!("some {value} words")).into_bytes(),
            STANDARD.encode(format!("more {value}  words")).split_off(1).into_bytes(),
            URL_SAFE.encode(format!("others{value} words")).into_bytes(),
            STANDARD.encode(format!("others.{value} words")).into_bytes(),
            wide,
        ];
        for form in forms {
            std::fs::write(&file, [b"..." as &[u8], &form, b"..."].concat()).unwrap();
            let found = needles.found_in(&std::fs::read(&file).unwrap());
            assert!(found.contains(&value.as_str()), "a form of {} bytes", form.len());
        }
    }
}

fn collect(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(entries) => entries.iter().for_each(|entry| collect(entry, into)),
        Value::Object(members) => members.values().for_each(|entry| collect(entry, into)),
        _ => {}
    }
}

/// `SELF_EMPLOYED`, `mombasa`, `X00001`: not of a person.
fn is_code(value: &str) -> bool {
    let code = |c: char| c.is_ascii_uppercase() || c == '_' || c == '-';
    value.chars().all(code) || ["mombasa"].contains(&value)
}

fn files_of(world: &World) -> Vec<PathBuf> {
    let mut files = Vec::new();
    walk(world.folder.path(), &mut files);
    walk(world.test.folder().unwrap(), &mut files);
    files
}

fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, into) } else { into.push(path) }
    }
}

/// Every form of every value, by its first bytes.
struct Needles<'v>(HashMap<[u8; PREFIX], Vec<(Vec<u8>, &'v str)>>);

impl<'v> Needles<'v> {
    fn of(values: &'v [String]) -> Self {
        let mut needles: HashMap<_, Vec<_>> = HashMap::new();
        for value in values {
            for form in forms(value) {
                let prefix: [u8; PREFIX] = form[..PREFIX].try_into().unwrap();
                needles.entry(prefix).or_default().push((form, value.as_str()));
            }
        }
        Self(needles)
    }

    fn found_in(&self, bytes: &[u8]) -> Vec<&'v str> {
        let mut found = Vec::new();
        for (at, window) in bytes.windows(PREFIX).enumerate() {
            let prefix: [u8; PREFIX] = window.try_into().unwrap();
            for (form, value) in self.0.get(&prefix).into_iter().flatten() {
                if bytes[at..].starts_with(form) {
                    found.push(*value);
                }
            }
        }
        found
    }
}

/// Plain in the cases that programs write, hexadecimal, Base64 at each of its three
/// alignments, UTF-16 in both orders.
fn forms(value: &str) -> Vec<Vec<u8>> {
    let wide = |order: fn(u16) -> [u8; 2]| value.encode_utf16().flat_map(order).collect();
    let mut forms: Vec<Vec<u8>> = vec![
        value.as_bytes().to_vec(),
        value.to_lowercase().into_bytes(),
        value.to_uppercase().into_bytes(),
        hex::encode(value).into_bytes(),
        hex::encode_upper(value).into_bytes(),
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
    ];
    for before in 0..3 {
        let padded = [&[0; 3][..before], value.as_bytes()].concat();
        // The characters that this value alone decides.
        let (first, end) = ((before * 8).div_ceil(6), padded.len() * 8 / 6);
        for alphabet in [STANDARD, URL_SAFE] {
            forms.push(alphabet.encode(&padded).as_bytes()[first..end].to_vec());
        }
    }
    forms
}

//! `niims fingerprint …` as outsiders run it, on synthetic prints and on wrong input.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test stops where anything is off")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use niims_fingerprint::synthetic::{ImpressionConditions, MasterFinger, PersonTraits};
use niims_fingerprint::{FingerPosition, GrayImage, encode_png};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use tempfile::TempDir;

/// A folder with two impressions of one finger (a_1, a_2) and one of another (b_1).
fn prints() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (finger, impressions) in [('a', 2_u8), ('b', 1)] {
        let seed = [finger as u8; 32];
        let traits = PersonTraits::adult(&mut ChaCha8Rng::from_seed(seed));
        let master = MasterFinger::grow(seed, FingerPosition::RightIndex, &traits);
        for number in 1..=impressions {
            let mut generator = ChaCha8Rng::from_seed([number; 32]);
            let print = master.impression(&mut generator, &ImpressionConditions::good());
            std::fs::write(
                folder.path().join(format!("{finger}_{number}.png")),
                encode_png(&print),
            )
            .unwrap();
        }
    }
    let blank = GrayImage::new(300, 300, vec![255; 90_000]).unwrap();
    std::fs::write(folder.path().join("blank.png"), encode_png(&blank)).unwrap();
    std::fs::write(folder.path().join("noise.png"), [7; 5_000]).unwrap();
    folder
}

fn list(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("list.tsv");
    std::fs::write(&path, text).unwrap();
    path
}

fn niims(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_niims")).arg("fingerprint").args(arguments).output().unwrap()
}

fn score(list: &Path, out: &Path, more: &[&str]) -> Output {
    let mut arguments =
        vec!["score", "--list", list.to_str().unwrap(), "--out", out.to_str().unwrap()];
    arguments.extend(more);
    niims(&arguments)
}

/// Lines `id,id,score` as one text for the ids and the scores.
fn table(path: &Path) -> Vec<(String, i32)> {
    let text = std::fs::read_to_string(path).unwrap();
    let row = |line: &str| {
        let (ids, score) = line.rsplit_once(',').unwrap();
        (ids.to_owned(), score.parse().unwrap())
    };
    text.lines().map(row).collect()
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn every_pair_is_scored_whatever_some_images_are() {
    let folder = prints();
    let scores = folder.path().join("scores.csv");
    let path = list(
        folder.path(),
        "id\tpath\tdpi\r\na_1\ta_1.png\t500\r\n\r\na_2\ta_2.png\t500.0\r\nblank\tblank.png\t500\r\n\
         gone\tnowhere.png\t500\r\nnoise\tnoise.png\t500\r\nfolder\t.\t500\r\na_1\ta_1.png\t500\r\n\
         coarse\ta_1.png\t72\r\nb_1\tb_1.png\t500",
    );
    let output = score(&path, &scores, &["--threads", "2"]);
    let told = errors(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    for part in
        ["blank", "nowhere.png", "noise.png", "not a file", "72 dpi", "line 9 repeats line 2"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    let rows = table(&scores);
    let ids = ["a_1", "a_2", "blank", "gone", "noise", "folder", "coarse", "b_1"];
    let mut expected = Vec::new();
    for (index, first) in ids.iter().enumerate() {
        expected.extend(ids[index + 1..].iter().map(|second| format!("{first},{second}")));
    }
    assert_eq!(rows.iter().map(|(ids, _)| ids.clone()).collect::<Vec<_>>(), expected);
    let of = |ids: &str| rows.iter().find(|row| row.0 == ids).unwrap().1;
    assert!(of("a_1,a_2") > 4_000 && of("a_1,b_1") < 0 && of("a_1,b_1") != -1);
    let refused = rows.iter().filter(|row| row.1 == -1).count();
    assert_eq!(refused, 28 - 3, "all pairs but the three of usable prints");
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 5 + 2, "no partial file is left");

    let once = folder.path().join("once.csv");
    score(&path, &once, &["--threads", "1"]);
    assert_eq!(table(&once), rows, "the number of threads changes nothing");

    let nothing = list(folder.path(), "blank\tblank.png\t500\ngone\tnowhere.png\t500");
    let output = score(&nothing, &folder.path().join("nothing.csv"), &[]);
    assert_eq!(output.status.code(), Some(3), "a list without one usable print");
}

#[test]
fn a_list_that_cannot_be_used_writes_nothing() {
    let folder = prints();
    let scores = folder.path().join("scores.csv");
    for (text, part) in [
        ("a a_1.png 500", "line 1: 1 fields"),
        ("a\ta_1.png\t500\na\ta_2.png\t500", "line 2: the id stands on line 1"),
        ("a\ta_1.png\t500\nb\ta_2.png", "line 2: no resolution"),
        ("a,b\ta_1.png\t500", "line 1: the id has a comma"),
        ("\r\n\r\n", "has no prints"),
    ] {
        let path = list(folder.path(), text);
        let output = score(&path, &scores, &[]);
        assert_eq!(output.status.code(), Some(1));
        assert!(errors(&output).contains(part), "{part}: {}", errors(&output));
        assert!(!scores.exists());
    }
    let nowhere = score(&folder.path().join("none.tsv"), &scores, &[]);
    assert!(nowhere.status.code() == Some(1) && errors(&nowhere).contains("none.tsv"));
    let path = list(folder.path(), "a\ta_1.png\t500");
    let no_folder = score(&path, &folder.path().join("x/scores.csv"), &[]);
    assert!(no_folder.status.code() == Some(1) && errors(&no_folder).contains("cannot be written"));
}

#[test]
fn templates_score_like_the_images_they_came_from() {
    let folder = prints();
    let text = "a_1\ta_1.png\t500\na_2\ta_2.png\t500\nblank\tblank.png\t500\nb_1\tb_1.png\t500";
    let path = list(folder.path(), text);
    let (images, scores) = (folder.path().join("images.csv"), folder.path().join("scores.csv"));
    score(&path, &images, &[]);
    let expected: Vec<_> =
        table(&images).into_iter().filter(|row| !row.0.contains("blank")).collect();
    assert_eq!(expected.len(), 3);
    for format in ["native", "iso2005", "iso2011", "ansi378"] {
        let out = folder.path().join(format);
        let arguments = ["--list", path.to_str().unwrap(), "--out", out.to_str().unwrap()];
        let output = niims(&[&["extract", "--format", format][..], &arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        assert!(errors(&output).contains("1 prints refused"));
        let output = score(&out.join("templates.tsv"), &scores, &[]);
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        let rows = table(&scores);
        if format == "native" {
            assert_eq!(rows, expected);
        } else {
            // The standards have coarser directions and no texture.
            assert!(rows[0].1 > 3_000 && rows[1].1 < 0 && rows[2].1 < 0, "{rows:?}");
        }
    }
}

#[test]
fn ids_cannot_lead_out_of_the_folder() {
    let folder = prints();
    let path = list(folder.path(), "../a\ta_1.png\t500");
    let out = folder.path().join("templates");
    let output =
        niims(&["extract", "--list", path.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("line 1: the id ../a") && !out.exists());
}

#[test]
fn bench_measures_every_stage() {
    let folder = prints();
    let text = "a_1\ta_1.png\na_2\ta_2.png\nnoise\tnoise.png";
    let path = list(folder.path(), text);
    let arguments = ["bench", "--list", path.to_str().unwrap(), "--dpi", "500", "--runs", "1"];
    let output = niims(&[&arguments[..], &["--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["images"], &report["refused"]), (&2.into(), &1.into()));
    for (of, part) in [
        ("extract_ms", "median"),
        ("compare_ms", "least"),
        ("prepare_ms", "most"),
        ("decode_ms", "median"),
        ("bytes", "native"),
        ("bytes", "iso2005"),
        ("bytes", "prepared"),
    ] {
        assert!(report[of][part].as_f64().unwrap() > 0.0, "{of} {part}");
    }
    assert!(report["comparisons_per_second"].as_f64().unwrap() > 10.0);
    let table = niims(&arguments);
    let table = String::from_utf8_lossy(&table.stdout).into_owned();
    assert!(table.contains("extract a template") && table.contains("comparisons a second"));
    let path = list(folder.path(), "a_1\ta_1.png\t500");
    let output = niims(&["bench", "--list", path.to_str().unwrap()]);
    assert!(output.status.code() == Some(1) && errors(&output).contains("fewer than two"));
}

#[test]
fn quality_says_why() {
    let folder = prints();
    let of = |name: &str| {
        let output = niims(&["quality", folder.path().join(name).to_str().unwrap()]);
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
            errors(&output),
        )
    };
    let (code, said, _) = of("a_1.png");
    assert!(
        code == Some(0) && said.starts_with("quality ") && said.contains("minutiae "),
        "{said}"
    );
    let (code, _, why) = of("blank.png");
    assert!(code == Some(1) && why.contains("no finger was found"), "{why}");
    assert!(of("noise.png").2.contains("noise.png"));
    assert!(of("nowhere.png").2.contains("cannot be read"));
}

#[test]
fn show_writes_a_page_or_a_drawing() {
    let folder = prints();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for (out, begins) in [("page.html", "<!DOCTYPE html>"), ("pair.svg", "<svg ")] {
        let output = niims(&["show", &at("a_1.png"), &at("a_2.png"), "--out", &at(out)]);
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        assert!(String::from_utf8_lossy(&output.stdout).starts_with("score "));
        let text = std::fs::read_to_string(at(out)).unwrap();
        assert!(text.starts_with(begins) && text.contains("a_1.png"));
    }
    for (first, second, part) in [
        ("blank.png", "a_1.png", "no finger was found"),
        ("a_1.png", "noise.png", "noise.png"),
        ("a_1.png", "none.png", "cannot be read"),
    ] {
        let output = niims(&["show", &at(first), &at(second), "--out", &at("none.html")]);
        assert_eq!(output.status.code(), Some(1));
        assert!(errors(&output).contains(part), "{}", errors(&output));
        assert!(!folder.path().join("none.html").exists());
    }
}

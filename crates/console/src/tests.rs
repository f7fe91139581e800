//! A case from the desk to the page in its folder.

use std::fs;
use std::path::PathBuf;

use niims_country::CountryPack;
use niims_fingerprint::{FingerPosition, GrayImage, encode_png};
use niims_wire::desk::{Evidence, FingerImage};
use tempfile::TempDir;

use crate::synthetic_desk::{
    OFFICER, OTHER_HAND, SAME_HAND, SyntheticDesk, at, evidence, print_of, side, summary,
};
use crate::{ConsoleError, EvidenceFolder, forget, show};

async fn shown(desk: &SyntheticDesk, out: PathBuf) -> Result<EvidenceFolder, ConsoleError> {
    let pack = CountryPack::embedded().unwrap();
    show(desk, &pack, summary().case, OFFICER, at(), &out).await
}

/// The page of this evidence, with the names of the files beside it.
async fn page(evidence: Evidence) -> (String, Vec<String>) {
    let home = TempDir::new().unwrap();
    let made = shown(&SyntheticDesk::of(evidence), home.path().join("case")).await.unwrap();
    let page = fs::read_to_string(&made.page).unwrap();
    let entries = fs::read_dir(&made.folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    forget(&made.folder).unwrap();
    assert!(!made.folder.exists());
    (page, names)
}

/// A drawing of nobody, for a portrait.
fn portrait(shade: u8) -> (String, Vec<u8>) {
    let (width, height) = (150_u32, 180_u32);
    let pixel = |index: u32| {
        let (x, y) = (index % width, index / width);
        let round =
            |cx: f32, cy: f32, r: f32| (x as f32 - cx).powi(2) + (y as f32 - cy).powi(2) < r * r;
        if round(75.0, 75.0, 38.0) || round(75.0, 195.0, 70.0) { shade } else { 232 }
    };
    let picture = GrayImage::new(width, height, (0..width * height).map(pixel).collect()).unwrap();
    ("image/png".to_owned(), encode_png(&picture))
}

/// A case as it comes: one person twice, with one finger bandaged, one print of
/// nothing; and a stranger.
fn full_case() -> Evidence {
    let prints = |hand, impression, fingers: &[u8]| -> Vec<FingerImage> {
        let position = |code: &u8| FingerPosition::from_code(*code).unwrap();
        fingers.iter().map(|code| print_of(hand, position(code), impression)).collect()
    };
    let blank = GrayImage::new(300, 300, vec![250; 90_000]).unwrap();
    let mut applicant = side(1, prints(SAME_HAND, 1, &[1, 2, 3, 7]));
    let left_thumb = FingerPosition::LeftThumb;
    applicant.fingers.push(FingerImage {
        position: left_thumb,
        dpi: 500,
        bytes: encode_png(&blank),
    });
    applicant.portrait = Some(portrait(90));
    let mut same = side(2, prints(SAME_HAND, 2, &[1, 2, 6, 7]));
    same.portrait = Some(portrait(120));
    let mut stranger = side(3, prints(OTHER_HAND, 3, &[1, 2]));
    stranger.answers.push(("home_language".into(), "<script>alert(1)</script>".into()));
    let mut case = evidence(applicant, vec![same, stranger]);
    case.candidates[1].biometric = None;
    case.candidates[1].demographic = Some((8_100, vec!["linkage.name_close".into()]));
    case
}

#[tokio::test]
async fn a_case_becomes_a_page_that_stands_alone() {
    let (page, files) = page(full_case()).await;
    for file in
        files.iter().filter(|file| ![".niims-evidence", "index.html"].contains(&file.as_str()))
    {
        assert!(page.contains(&format!("src=\"{file}\"")), "{file} is shown");
    }
    let expected = [
        ".niims-evidence",
        "applicant-portrait.png",
        "candidate-1-left_index.svg",
        "candidate-1-left_thumb.svg",
        "candidate-1-portrait.png",
        "candidate-1-right_index.svg",
        "candidate-1-right_middle.svg",
        "candidate-1-right_thumb.svg",
    ];
    assert_eq!(files[..expected.len()], expected);
    for foreign in ["<script", "http://", "https://", "javascript:", "onerror"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert_eq!(page.matches("<table>").count(), page.matches("</table>").count());
    assert_eq!(page.matches("<section").count(), page.matches("</section>").count());
}

#[tokio::test]
async fn the_page_says_in_words_what_colours_show() {
    let (page, _) = page(full_case()).await;
    let has = |text: &str| assert!(page.contains(text), "{text}");
    has("Scores are not verdicts");
    has("2 times: A name is the same, letter for letter.");
    has("Day and month of birth are swapped");
    has("Very strong support for one person (9.4 nats)");
    has("Not found by fingerprints.");
    has("<td>Testone</td><td>Testone</td><td class=\"mark\">same</td>");
    has("<td>Syntheticson</td><td>Synthetic-Son</td><td class=\"mark\">differs</td>");
    has(
        "<td>Female</td><td class=\"none\">not given</td><td class=\"mark\">only the applicant</td>",
    );
    has("<td class=\"mark\">only the candidate</td>");
    has("Port Reitz");
    has("Kwa Test");
    has("The candidate&#39;s record has no print of this finger.");
    has("The applicant&#39;s print cannot be used: no finger was found");
    has("The record has no portrait.");
    has("same:APPLICATION-NUMBER");
    has("<code>adjudication.prints_agree</code>");
}

#[tokio::test]
async fn an_applicant_without_candidates_stands_alone() {
    let position = FingerPosition::RightThumb;
    let damaged = FingerImage { position, dpi: 500, bytes: vec![0; 40] };
    let (page, files) = page(evidence(side(1, vec![damaged]), Vec::new())).await;
    assert!(page.contains("No candidate was found") && page.contains("the image is not PNG"));
    assert!(!page.contains("same:APPLICATION-NUMBER"), "there is nobody to be the same as");
    assert_eq!(files, [".niims-evidence", "index.html"]);
}

#[tokio::test]
async fn a_portrait_that_is_no_picture_is_not_written() {
    let mut applicant = side(1, Vec::new());
    applicant.portrait = Some(("image/png".into(), b"<svg onload='x()'/>".to_vec()));
    let (page, files) = page(evidence(applicant, vec![side(2, Vec::new())])).await;
    assert_eq!(files, [".niims-evidence", "index.html"]);
    assert!(page.contains("neither PNG nor JPEG"));
}

#[tokio::test]
async fn a_refusal_leaves_nothing_and_a_taken_folder_looks_at_nobody() {
    let home = TempDir::new().unwrap();
    let out = home.path().join("case");
    let refusing = SyntheticDesk::refusing("adjudication.not_an_adjudicator");
    let error = shown(&refusing, out.clone()).await.unwrap_err();
    assert_eq!(error.code(), "adjudication.not_an_adjudicator");
    assert!(!out.exists());

    fs::create_dir(&out).unwrap();
    let desk = SyntheticDesk::bare();
    assert_eq!(shown(&desk, out).await.unwrap_err().code(), "console.folder_exists");
    assert!(desk.looked.lock().unwrap().is_empty());
    shown(&desk, home.path().join("other")).await.unwrap();
    assert_eq!(*desk.looked.lock().unwrap(), [(summary().case, OFFICER, at())]);
}

#[tokio::test]
#[ignore = "writes the page of the full case where NIIMS_EVIDENCE_SAMPLE says, to be looked at"]
async fn a_sample_for_the_eye() {
    let out = std::env::var_os("NIIMS_EVIDENCE_SAMPLE").expect("NIIMS_EVIDENCE_SAMPLE is set");
    shown(&SyntheticDesk::of(full_case()), PathBuf::from(out)).await.unwrap();
}

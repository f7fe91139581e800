//! Faces of a platform: ISO/IEC 19794-5 records with JPEG 2000, compared where there is a model.

use niims_abis::faces::FaceMatching;
use niims_face::testing;
use niims_fingerprint::GrayImage;

use crate::bench::{Bench, candidates_by, identify};
use crate::document::{document, finger, person, record, sample};
use crate::people::{FINGERS, print};

/// The portrait `face(1, 3)` of the drawn ones; see `SOURCES.md` beside it.
const PORTRAIT: &[u8] = include_bytes!("data/portrait.jp2");

fn face(picture: &[u8]) -> String {
    sample("Face", "", 8, Some(&testing::record(&[picture], 2011)), "")
}

fn drawn(kind: u32, shift: u32) -> String {
    face(&testing::png(&testing::face(kind, shift)))
}

fn wall() -> String {
    face(&testing::png(&niims_face::Photo::from_fn(240, 320, |_, _| [225; 3])))
}

/// A finger in which there is nothing to compare.
fn worn() -> String {
    let blank = GrayImage::new(400, 400, vec![200; 160_000]).unwrap();
    finger(FINGERS[0], &record(FINGERS[0], &blank))
}

fn with_model(bench: Bench) -> Bench {
    bench.comparing_faces(FaceMatching::new(testing::tiny(), 900, 1 << 20))
}

#[tokio::test]
async fn a_face_alone_is_enrolled_and_found() {
    let bench = with_model(Bench::new().await);
    assert_eq!(bench.insert("one", &document(&[face(PORTRAIT)])).await, None);
    assert_eq!(bench.insert("other", &document(&[drawn(8, 0)])).await, None);
    assert_eq!(bench.insert("worn", &document(&[worn(), drawn(1, 0)])).await, None);
    let reply = bench.ask(&identify("one", &[])).await;
    assert_eq!(candidates_by(&reply, "FACE"), ["worn"]);
    assert_eq!(candidates_by(&bench.ask(&identify("other", &[])).await, "FACE"), [] as [&str; 0]);
    // A reply that is asked for again is the same.
    let again = bench.ask(&identify("one", &[])).await;
    assert_eq!(again["candidateList"], reply["candidateList"]);
}

#[tokio::test]
async fn beside_fingers_a_face_decides_nothing() {
    let bench = with_model(Bench::new().await);
    let print_of =
        |who, number| finger(FINGERS[0], &record(FINGERS[0], &print(who, FINGERS[0], number)));
    let second = finger(FINGERS[1], &record(FINGERS[1], &print(1, FINGERS[1], 1)));
    assert_eq!(bench.insert("fingers", &person(1, 0)).await, None);
    assert_eq!(bench.insert("face", &document(&[drawn(1, 0)])).await, None);
    let both = document(&[print_of(1, 1), second, face(PORTRAIT)]);
    assert_eq!(bench.insert("both", &both).await, None);
    assert_eq!(candidates_by(&bench.ask(&identify("both", &[])).await, "FIR"), ["fingers"]);
}

#[tokio::test]
async fn faces_that_cannot_be_taken() {
    let bench = Bench::new().await;
    let share = &bench.share;
    let cut = sample("Face", "", 8, Some(&testing::record(&[PORTRAIT], 2011)[..500]), "");
    assert_eq!(
        bench.insert_at("no model", &share.put("a", &document(&[face(PORTRAIT)]))).await,
        Some(11)
    );
    assert_eq!(bench.count().await, 0);
    let bench = with_model(bench);
    for (case, sample, want) in
        [("wall", wall(), 18), ("cut", cut, 16), ("text", face(b"text"), 16)]
    {
        let address = bench.share.put(case, &document(&[sample]));
        assert_eq!(bench.insert_at(case, &address).await, Some(want), "{case}");
    }
    assert_eq!(bench.count().await, 0);
}

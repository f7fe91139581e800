//! The published compliance cases ABIS3000 to ABIS3031, replayed with our own people: the requests
//! that they make, the codes and counts that they expect.

use niims_fingerprint::FingerPosition;
use serde_json::{Value, json};

use crate::bench::{Bench, candidates, failure, identify, insert};
use crate::document::{document, finger, minutiae, missing, person, record, sample};
use crate::people::{FINGERS, print};
use crate::share::seal;

#[tokio::test]
async fn inserts_3000_and_3001() {
    let bench = Bench::new().await;
    assert_eq!(bench.insert("ABIS3000", &person(1, 0)).await, None);
    for (reference, someone) in [("ABIS3001_1", 2), ("ABIS3001_2", 3)] {
        assert_eq!(bench.insert(reference, &person(someone, 0)).await, None);
    }
    assert_eq!(bench.count().await, 3);
}

#[tokio::test]
async fn refusals_3002_to_3008_and_3011_to_3013() {
    let bench = Bench::new().await;
    let address = bench.share.put("good", &person(1, 0));
    let good = || insert("ABIS3002", &address);
    let with = |name: &str, value: Value| {
        let mut request = good();
        request[name] = value;
        request
    };
    let without = |name: &str| {
        let mut request = good();
        request.as_object_mut().unwrap().remove(name);
        request
    };
    for (case, request, want) in [
        ("3002", with("newUnknownValue", json!("x")), 4),
        ("3003", without("referenceId"), 5),
        ("3004", without("requestId"), 6),
        ("3005", with("referenceURL", json!(bench.share.address("nowhere"))), 7),
        ("3006", with("referenceURL", json!("invalid reference address")), 7),
        ("3007", without("referenceURL"), 8),
        ("3008", without("requesttime"), 9),
        ("3011", without("version"), 13),
        ("3012", with("id", json!("mosip.abis.invalid")), 14),
        ("3013", with("requesttime", json!("05/01/2026 08:00")), 15),
    ] {
        assert_eq!(failure(&bench.ask(&request).await), Some(want), "ABIS{case}");
    }
    // None had an effect: the same reference can still be enrolled.
    assert_eq!(bench.count().await, 0);
    assert_eq!(failure(&bench.ask(&good()).await), None);
}

#[tokio::test]
async fn a_reference_twice_3009() {
    let bench = Bench::new().await;
    assert_eq!(bench.insert("ABIS3009", &person(1, 0)).await, None);
    let mut second = insert("ABIS3009", &bench.share.put("another", &person(2, 0)));
    second["requestId"] = json!("another request");
    assert_eq!(failure(&bench.ask(&second).await), Some(10));
    // The first one stands: it is found by its own print.
    assert_eq!(bench.insert("ABIS3009_mate", &person(1, 1)).await, None);
    let reply = bench.ask(&identify("ABIS3009_mate", &[])).await;
    assert_eq!(candidates(&reply), ["ABIS3009"]);
}

#[tokio::test]
async fn unusable_data_3010_and_3014_to_3017() {
    let bench = Bench::new().await;
    let share = &bench.share;
    let position = FINGERS[0];
    let good = record(position, &print(1, position, 0));
    let cut = finger(position, &good[..good.len() / 2]);
    let garbage = document(&[finger(position, b"no record of anything")]);
    for (case, address, want) in [
        ("3010, no sample", share.put("a", &document(&[])), 11),
        ("3010, nothing", share.put("b", b""), 11),
        ("3010, only what is missing", share.put("c", &document(&[missing(position)])), 11),
        ("3014, no XML", share.put("d", b"<BIR><BIR>"), 16),
        ("3014, another root", share.put("e", b"<Person/>"), 16),
        ("3015", share.address("expired"), 17),
        ("3016, no record", share.put("f", &garbage), 11),
        ("3016, no envelope", share.put_raw("g", b"bm8gZW52ZWxvcGU".to_vec()), 11),
        ("3017", share.put_raw("h", seal(&person(1, 0), true)), 11),
        ("not encrypted", share.put_raw("i", person(1, 0)), 11),
        (
            "one record damaged",
            share.put(
                "j",
                &document(&[
                    finger(FINGERS[1], &record(FINGERS[1], &print(1, FINGERS[1], 0))),
                    cut,
                ]),
            ),
            16,
        ),
        (
            "another finger than it says",
            share.put(
                "k",
                &document(&[finger(FingerPosition::LeftLittle, &good), finger(position, &good)]),
            ),
            16,
        ),
        ("one finger under two names", share.put("l", &document(&ten_copies())), 18),
        ("a blank picture", share.put("m", &document(&[finger(position, &blank())])), 18),
    ] {
        assert_eq!(bench.insert_at(case, &address).await, Some(want), "{case}");
    }
    assert_eq!(bench.count().await, 0);
}

/// One finger, ten times.
fn ten_copies() -> Vec<String> {
    let print = print(1, FingerPosition::RightThumb, 0);
    FingerPosition::all()
        .iter()
        .map(|position| finger(*position, &record(*position, &print)))
        .collect()
}

fn blank() -> Vec<u8> {
    let white = niims_fingerprint::GrayImage::new(300, 400, vec![255; 300 * 400]).unwrap();
    record(FINGERS[0], &white)
}

#[tokio::test]
async fn duplicates_against_a_gallery_3018() {
    let bench = Bench::new().await;
    for (number, someone) in [(1, 4), (2, 4), (3, 5)] {
        let reference = format!("ABIS3018_{number}");
        assert_eq!(bench.insert(&reference, &person(someone, number)).await, None);
    }
    // Those of the gallery were enrolled after the one who asks, and before the question.
    let reply = bench.ask(&identify("ABIS3018_1", &["ABIS3018_2", "ABIS3018_3"])).await;
    assert_eq!(candidates(&reply), ["ABIS3018_2"]);
}

#[tokio::test]
async fn refusals_of_identify_3019_to_3025() {
    let bench = Bench::new().await;
    let with = |name: &str, value: Option<Value>| {
        let mut request = identify("ABIS3019_identify", &[]);
        match value {
            Some(value) => request[name] = value,
            None => {
                request.as_object_mut().unwrap().remove(name);
            }
        }
        request
    };
    for (case, request, want) in [
        ("3019", with("newUnknownValue", Some(json!("x"))), 4),
        ("3020", with("referenceId", None), 5),
        ("3021", with("requestId", None), 6),
        ("3022", with("requesttime", None), 9),
        ("3023", with("version", None), 13),
        ("3024", with("id", Some(json!("mosip.abis.invalid"))), 14),
        ("3025", with("requesttime", Some(json!("05/01/2026"))), 15),
        ("nobody of this name", with("flags", Some(json!({}))), 12),
        ("a million candidates", with("flags", Some(json!({"maxResults": "1000000"}))), 4),
    ] {
        assert_eq!(failure(&bench.ask(&request).await), Some(want), "ABIS{case}");
    }
}

#[tokio::test]
async fn duplicates_among_everybody_3026() {
    let bench = Bench::new().await;
    for number in [1, 2] {
        assert_eq!(bench.insert(&format!("ABIS3026_{number}"), &person(6, number)).await, None);
    }
    assert_eq!(candidates(&bench.ask(&identify("ABIS3026_2", &[])).await), ["ABIS3026_1"]);
}

#[tokio::test]
async fn duplicates_against_a_gallery_3027() {
    let bench = Bench::new().await;
    for number in 1..=6 {
        let someone = if number == 5 { 8 } else { 7 };
        let reference = format!("ABIS3027_{number}");
        assert_eq!(bench.insert(&reference, &person(someone, number)).await, None);
    }
    let gallery = ["ABIS3027_1", "ABIS3027_3", "ABIS3027_4", "ABIS3027_5", "ABIS3027_6"];
    let mut found = candidates(&bench.ask(&identify("ABIS3027_2", &gallery)).await);
    found.sort();
    assert_eq!(found, ["ABIS3027_1", "ABIS3027_3", "ABIS3027_4", "ABIS3027_6"]);

    let mut few = identify("ABIS3027_2", &gallery);
    few["flags"] = json!({"maxResults": "2", "targetFPIR": "30", "flag1": "", "flag2": ""});
    assert_eq!(candidates(&bench.ask(&few).await).len(), 2);
}

#[tokio::test]
async fn an_unknown_gallery_3028() {
    let bench = Bench::new().await;
    assert_eq!(bench.insert("ABIS3028", &person(1, 0)).await, None);
    let gallery = ["ABIS3028_1", "ABIS3028_2", "ABIS3028_3"];
    assert_eq!(failure(&bench.ask(&identify("ABIS3028", &gallery)).await), Some(12));
    // One stranger among known ones is as bad: an answer would leave them out unsaid.
    assert_eq!(bench.insert("ABIS3028_1", &person(2, 0)).await, None);
    assert_eq!(failure(&bench.ask(&identify("ABIS3028", &gallery)).await), Some(12));
}

#[tokio::test]
async fn no_duplicate_3029() {
    let bench = Bench::new().await;
    for number in 1..=3 {
        assert_eq!(bench.insert(&format!("ABIS3029_{number}"), &person(number, 0)).await, None);
    }
    let reply = bench.ask(&identify("ABIS3029_2", &["ABIS3029_1", "ABIS3029_3"])).await;
    assert_eq!(candidates(&reply), Vec::<String>::new());
}

#[tokio::test]
async fn tokens_3030_and_3031() {
    let bench = Bench::new().await;
    for (reference, someone) in [("ABIS3030_1", 1), ("ABIS3030_2", 2)] {
        assert_eq!(bench.insert(reference, &person(someone, 0)).await, None);
    }
    assert_eq!(bench.share.counts(), (1, 2), "one token serves two inserts");
    bench.wait(3_600);
    assert_eq!(bench.insert("ABIS3031_1", &person(3, 0)).await, None);
    assert_eq!(bench.share.counts(), (2, 3), "a token that ended is renewed without an error");
    // One that is refused before its time is renewed as well, once.
    bench.share.forget_tokens();
    assert_eq!(bench.insert("ABIS3031_2", &person(4, 0)).await, None);
    assert_eq!(bench.share.counts(), (3, 4));
}

#[tokio::test]
async fn minutiae_irises_and_faces_come_along() {
    let bench = Bench::new().await;
    let samples = FINGERS.map(|position| {
        let words = if position == FINGERS[0] { "Right Thumb" } else { "Left IndexFinger" };
        sample("Finger", words, 2, Some(&minutiae(position, &print(9, position, 0))), "")
    });
    let others = [
        sample("Iris", "Left", 9, Some(b"IIR\x00020\0 and so on"), ""),
        sample("Face", "", 8, Some(b"FAC\x00030\0 and so on"), ""),
        sample("ExceptionPhoto", "", 8, Some(b"FAC\x00030\0 and so on"), ""),
    ];
    let whole = document(&[samples.to_vec(), others.to_vec()].concat());
    assert_eq!(bench.insert("minutiae", &whole).await, None);
    assert_eq!(bench.insert("pictures", &person(9, 1)).await, None);
    assert_eq!(candidates(&bench.ask(&identify("pictures", &[])).await), ["minutiae"]);
    // An iris is never compared, so it is no substitute for a finger.
    assert_eq!(bench.insert("iris", &document(&others[..1])).await, Some(11));
}

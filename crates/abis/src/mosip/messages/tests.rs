//! Every code that reading can give, the order in which they win, and the form of replies.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn base(id: &str) -> Value {
    json!({
        "id": id,
        "version": "1.1",
        "requestId": "r-1",
        "requesttime": "2026-01-05T08:00:00.000Z",
        "referenceId": "p-1",
    })
}

fn insert() -> Value {
    with(base("mosip.abis.insert"), "referenceURL", json!("https://share.example/1"))
}

fn identify() -> Value {
    base("mosip.abis.identify")
}

fn with(mut request: Value, name: &str, value: Value) -> Value {
    request[name] = value;
    request
}

fn without(mut request: Value, name: &str) -> Value {
    request.as_object_mut().unwrap().remove(name);
    request
}

fn reason(request: &Value) -> Option<u8> {
    read(request.to_string().as_bytes()).err().map(|refused| refused.reason.number())
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of cases")]
fn requests_are_refused_with_the_code_of_what_is_wrong() {
    let many = vec![json!({"referenceId": "x"}); MOST_GALLERY_REFERENCES + 1];
    let cases: Vec<(&str, Value, Option<u8>)> = vec![
        ("an insert", insert(), None),
        (
            "an insert, other spelling",
            with(without(insert(), "referenceURL"), "referenceUrl", json!("https://x")),
            None,
        ),
        ("a foreign member", with(insert(), "colour", json!("green")), Some(4)),
        ("a gallery on an insert", with(insert(), "gallery", json!({"referenceIds": []})), Some(4)),
        ("no reference", without(insert(), "referenceId"), Some(5)),
        ("a blank reference", with(insert(), "referenceId", json!("  ")), Some(5)),
        ("a null reference", with(insert(), "referenceId", Value::Null), Some(5)),
        ("a number as reference", with(insert(), "referenceId", json!(7)), Some(4)),
        ("a reference too long", with(insert(), "referenceId", json!("x".repeat(129))), Some(4)),
        ("no request id", without(insert(), "requestId"), Some(6)),
        ("a request id too long", with(insert(), "requestId", json!("x".repeat(257))), Some(4)),
        ("no address", without(insert(), "referenceURL"), Some(8)),
        ("an empty address", with(insert(), "referenceURL", json!("")), Some(8)),
        ("an address too long", with(insert(), "referenceURL", json!("h".repeat(2_049))), Some(4)),
        ("no time", without(insert(), "requesttime"), Some(9)),
        ("no version", without(insert(), "version"), Some(13)),
        (
            "a version misspelt",
            with(without(insert(), "version"), "verson", json!("1.1")),
            Some(13),
        ),
        ("another version", with(insert(), "version", json!("1.0")), Some(13)),
        ("another operation", with(insert(), "id", json!("mosip.abis.verify")), Some(14)),
        ("no operation", without(insert(), "id"), Some(14)),
        ("a time in words", with(insert(), "requesttime", json!("Monday")), Some(15)),
        (
            "a time without zone",
            with(insert(), "requesttime", json!("2026-01-05T08:00:00.000")),
            Some(15),
        ),
        (
            "a time with offset",
            with(insert(), "requesttime", json!("2026-01-05T08:00:00.000+03:00")),
            Some(15),
        ),
        ("30 February", with(insert(), "requesttime", json!("2026-02-30T08:00:00.000Z")), Some(15)),
        ("a time of seconds", with(insert(), "requesttime", json!("2026-01-05T08:00:00Z")), None),
        (
            "ten digits",
            with(insert(), "requesttime", json!("2026-01-05T08:00:00.0123456789Z")),
            Some(15),
        ),
        ("an identify", identify(), None),
        ("an identify with an empty address", with(identify(), "referenceURL", json!("")), None),
        (
            "flags",
            with(identify(), "flags", json!({"maxResults": "5", "targetFPIR": "30", "flag1": "x"})),
            None,
        ),
        (
            "empty flags",
            with(identify(), "flags", json!({"maxResults": "", "targetFPIR": ""})),
            None,
        ),
        ("a million results", with(identify(), "flags", json!({"maxResults": "1000000"})), Some(4)),
        ("no results", with(identify(), "flags", json!({"maxResults": "0"})), Some(4)),
        ("minus one", with(identify(), "flags", json!({"maxResults": "-1"})), Some(4)),
        ("a number, not a text", with(identify(), "flags", json!({"maxResults": 5})), Some(4)),
        ("a target of 101", with(identify(), "flags", json!({"targetFPIR": "101"})), Some(4)),
        (
            "a gallery",
            with(identify(), "gallery", json!({"referenceIds": [{"referenceId": "p-2"}]})),
            None,
        ),
        (
            "a gallery of texts",
            with(identify(), "gallery", json!({"referenceIds": ["p-2"]})),
            Some(4),
        ),
        ("a gallery that is a list", with(identify(), "gallery", json!([])), Some(4)),
        (
            "a gallery too large",
            with(identify(), "gallery", json!({"referenceIds": many})),
            Some(4),
        ),
        ("a foreign member on identify", with(identify(), "newUnknownValue", json!("x")), Some(4)),
        ("a delete", base("mosip.abis.delete"), None),
        ("a ping", without(base("mosip.abis.ping"), "referenceId"), None),
        ("pending jobs", base("mosip.abis.pendingJobs"), None),
        ("a count", base("mosip.abis.referenceCount"), None),
        ("a list", json!([insert()]), Some(4)),
        ("a text", json!("hello"), Some(4)),
    ];
    for (what, request, want) in cases {
        assert_eq!(reason(&request), want, "{what}");
    }
    assert_eq!(read(b"{").unwrap_err().reason, FailureReason::Structure);
    assert_eq!(read(b"\xff\xfe").unwrap_err().reason, FailureReason::Structure);
    assert_eq!(
        read(&vec![b' '; LARGEST_REQUEST + 1]).unwrap_err().reason,
        FailureReason::Structure
    );
    let deep = "[".repeat(100_000);
    assert_eq!(read(deep.as_bytes()).unwrap_err().reason, FailureReason::Structure);
}

#[test]
fn of_several_faults_the_first_of_the_order_is_told() {
    let mut request = json!({"colour": "green", "requesttime": "never", "version": "9", "id": "x"});
    for (name, good, want) in [
        ("id", json!("mosip.abis.insert"), 14),
        ("version", json!("1.1"), 13),
        ("requestId", json!("r-1"), 6),
        ("requesttime", json!("2026-01-05T08:00:00.000Z"), 15),
        ("referenceId", json!("p-1"), 5),
        ("referenceURL", json!("https://x"), 8),
    ] {
        assert_eq!(reason(&request), Some(want), "{name}");
        request[name] = good;
    }
    assert_eq!(reason(&request), Some(4));
}

#[test]
fn a_refusal_repeats_what_was_legible() {
    let request = without(with(insert(), "id", json!("mosip.abis.verify")), "requesttime");
    let refused = read(request.to_string().as_bytes()).unwrap_err();
    assert_eq!((refused.id.as_str(), refused.request_id.as_str()), ("mosip.abis.verify", "r-1"));
}

#[test]
fn a_gallery_of_nobody_is_no_gallery() {
    for gallery in [
        json!({"referenceIds": []}),
        json!({"referenceIds": [{"referenceId": ""}]}),
        json!({"referenceIds": [{}]}),
        json!({}),
        Value::Null,
    ] {
        let request = with(identify(), "gallery", gallery.clone());
        match read(request.to_string().as_bytes()).unwrap().operation {
            Operation::Identify(identify) => assert_eq!(identify.among, None, "{gallery}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_target_becomes_a_least_score() {
    let least =
        |target, enrolled| Flags { most_results: None, target_fpir: target }.least_score(enrolled);
    assert_eq!(least(None, 1_000_000), None);
    // One false candidate in a thousand searches of a million: ln 10^9 nats.
    assert_eq!(least(Some(30), 1_000_000), Some(20_724));
    assert_eq!(least(Some(0), 1), Some(0));
    assert_eq!(least(Some(10), 0), Some(2_303));
}

#[test]
fn replies_have_the_form_that_the_cases_demand() {
    let analytics = |confidence: &str, score: &str| Analytics {
        confidence: confidence.to_owned(),
        internal_score: score.to_owned(),
    };
    let reply = |outcome| {
        let reply = Reply {
            id: "mosip.abis.identify".to_owned(),
            request_id: "r-1".to_owned(),
            time: "2026-01-05T08:00:00.0129Z".parse().unwrap(),
            outcome,
        };
        serde_json::from_str::<Value>(&reply.to_json()).unwrap()
    };
    let head = |rest: Value| {
        let mut whole = json!({
            "id": "mosip.abis.identify",
            "requestId": "r-1",
            "responsetime": "2026-01-05T08:00:00.012Z",
            "returnValue": "1",
        });
        whole.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        whole
    };
    assert_eq!(reply(Outcome::Done), head(json!({})));
    assert_eq!(reply(Outcome::PendingJobs(3)), head(json!({"jobscount": "3"})));
    assert_eq!(reply(Outcome::ReferenceCount(9)), head(json!({"count": "9"})));
    assert_eq!(
        reply(Outcome::Failed(FailureReason::Quality)),
        head(json!({"returnValue": "2", "failureReason": "18"}))
    );
    assert_eq!(
        reply(Outcome::Candidates(Vec::new())),
        head(json!({"candidateList": {"count": "0", "candidates": []}}))
    );
    let found = Candidate {
        reference_id: "p-2".to_owned(),
        modality: Modality::Fingers,
        analytics: analytics("99", "1"),
    };
    let numbers = json!({"confidence": "99", "internalScore": "1"});
    assert_eq!(
        reply(Outcome::Candidates(vec![found])),
        head(json!({
            "candidateList": {"count": "1", "candidates": [{
                "referenceId": "p-2",
                "analytics": numbers,
                "modalities": [{"biometricType": "FIR", "analytics": numbers}],
            }]},
            "analytics": numbers,
        }))
    );
}

#[test]
fn numbers_and_codes_are_each_their_own() {
    for (number, reason) in (1..).zip(FailureReason::ALL) {
        assert_eq!(reason.number(), number);
        assert!(reason.code().starts_with("mosip."));
    }
    let mut codes = FailureReason::ALL.map(FailureReason::code).to_vec();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), 18);
}

#[test]
fn addresses_are_not_shown() {
    let request = read(insert().to_string().as_bytes()).unwrap();
    assert!(!format!("{request:?}").contains("share.example"), "{request:?}");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        let _ = read(&bytes);
    }

    /// Requests with one character changed: they are JSON more often than noise is.
    #[test]
    fn a_request_with_a_fault_is_read_or_refused(place in 0usize..200, byte in any::<u8>()) {
        let text = with(identify(), "flags", json!({"maxResults": "5"})).to_string();
        let mut bytes = text.into_bytes();
        let place = place % bytes.len();
        bytes[place] = byte;
        let _ = read(&bytes);
    }
}

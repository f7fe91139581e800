//! What a share may do to whoever fetches from it.

use tokio::net::TcpListener;

use crate::bench::{Bench, candidates, identify};
use crate::document::person;

#[tokio::test]
async fn a_request_is_no_way_into_the_network() {
    let bench = Bench::new().await;
    let inside = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = inside.local_addr().unwrap().port();
    for (what, address) in [
        ("another port", format!("http://127.0.0.1:{port}/x")),
        ("another name of this machine", bench.share.origin.replace("127.0.0.1", "localhost")),
        ("a user in front", format!("{}@127.0.0.1:{port}/x", bench.share.origin)),
        ("a file", "file:///etc/passwd".to_owned()),
        ("a redirect", bench.share.address("moved")),
    ] {
        assert_eq!(bench.insert_at(what, &address).await, Some(7), "{what}");
    }
    let nobody = tokio::time::timeout(std::time::Duration::from_millis(200), inside.accept()).await;
    assert!(nobody.is_err(), "nothing may be asked of a place that is not allowed");
}

#[tokio::test]
async fn refusals_of_the_share_are_told_apart() {
    let bench = Bench::new().await;
    for (name, want) in [("unknown", 7), ("expired", 17), ("nowhere", 7)] {
        assert_eq!(bench.insert_at(name, &bench.share.address(name)).await, Some(want), "{name}");
    }
    // A token refused with status 200 is renewed as one refused with 401 is.
    let address = bench.share.put("quiet", &person(1, 0));
    bench.share.forget_tokens();
    assert_eq!(bench.insert_at("quiet", &address).await, None);
    bench.share.forget_tokens();
    bench.share.refuse_tokens(true);
    let address = bench.share.put("later", &person(2, 0));
    assert_eq!(bench.insert_at("later", &address).await, Some(7));
}

#[tokio::test]
async fn a_burst_asks_for_one_token() {
    let bench = Bench::new().await;
    let documents = [person(1, 0), person(2, 0), person(3, 0)];
    let (one, two, three) = tokio::join!(
        bench.insert("1", &documents[0]),
        bench.insert("2", &documents[1]),
        bench.insert("3", &documents[2]),
    );
    assert_eq!([one, two, three], [None; 3]);
    assert_eq!(bench.share.counts(), (1, 3));
}

#[tokio::test]
async fn the_reference_wins_over_the_address() {
    let bench = Bench::new().await;
    for (reference, someone) in [("p-1", 1), ("p-2", 2)] {
        assert_eq!(bench.insert(reference, &person(someone, 0)).await, None);
    }
    // Enrolled as person 2, with the address of a document of person 1.
    let mut request = identify("p-2", &[]);
    request["referenceURL"] = bench.share.put("other", &person(1, 1)).into();
    assert_eq!(candidates(&bench.ask(&request).await), Vec::<String>::new());
    assert_eq!(bench.share.counts().1, 2, "nothing was fetched for who is enrolled");
    // Nobody of this name is enrolled, so the document is what is searched with.
    request["referenceId"] = "p-3".into();
    assert_eq!(candidates(&bench.ask(&request).await), ["p-1"]);
    assert_eq!(bench.count().await, 2, "a search enrols nobody");
}

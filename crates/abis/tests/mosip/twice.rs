//! A request that comes twice is answered the same and counts once, also across a restart.

use niims_abis::mosip::Edge;
use niims_store::testing::TestDatabase;

use crate::bench::{Bench, candidates, delete, failure, identify, insert, request};
use crate::document::person;

#[tokio::test]
async fn requests_count_once() {
    for db in TestDatabase::each().await.unwrap() {
        let bench = Bench::on(db, Edge::usual_scopes()).await;
        let first = insert("p-1", &bench.share.put("p-1", &person(1, 0)));
        assert_eq!(failure(&bench.ask(&first).await), None);
        assert_eq!(failure(&bench.ask(&first).await), None);
        let mut other = first.clone();
        other["requestId"] = "another request for the same".into();
        assert_eq!(failure(&bench.ask(&other).await), Some(10));
        assert_eq!(bench.insert("p-2", &person(1, 1)).await, None);

        let search = identify("p-1", &[]);
        assert_eq!(candidates(&bench.ask(&search).await), ["p-2"]);
        assert_eq!(bench.insert("p-3", &person(1, 2)).await, None);
        let bench = bench.restarted();
        assert_eq!(candidates(&bench.ask(&search).await), ["p-2"], "as it was answered before");
        let mut again = search.clone();
        again["requestId"] = "asked anew".into();
        assert_eq!(candidates(&bench.ask(&again).await).len(), 2);

        let erase = delete("p-3");
        assert_eq!(failure(&bench.ask(&erase).await), None);
        let bench = bench.restarted();
        assert_eq!(failure(&bench.ask(&erase).await), None);
        let mut once_more = erase.clone();
        once_more["requestId"] = "another erasure".into();
        assert_eq!(failure(&bench.ask(&once_more).await), Some(12));
        assert_eq!(bench.count().await, 2);
        assert_eq!(failure(&bench.ask(&first).await), None, "remembered across the restart");
        assert_eq!(bench.share.counts().1, 3, "no share was fetched twice");

        // After three days it is a request like any other.
        bench.wait(4 * 86_400);
        for number in 0..300 {
            let name = format!("nobody {number}");
            assert_eq!(failure(&bench.ask(&delete(&name)).await), Some(12));
        }
        assert_eq!(failure(&bench.ask(&erase).await), Some(12));
    }
}

#[tokio::test]
async fn a_crash_between_effect_and_reply_is_made_good() {
    let bench = Bench::new().await;
    // An insert whose reply was lost: the enrolment itself says by which request it was made.
    let first = insert("p-1", &bench.share.put("p-1", &person(1, 0)));
    assert_eq!(failure(&bench.ask(&first).await), None);
    bench.forget_replies().await;
    assert_eq!(failure(&bench.ask(&first).await), None);
    assert_eq!(bench.share.counts().1, 1, "nothing is fetched for what is done");

    // An erasure of which only the intention was noted.
    let erase = delete("p-1");
    bench.intend(&erase).await;
    assert_eq!(bench.service.count().await.unwrap().active, 1);
    assert_eq!(failure(&bench.ask(&erase).await), None);
    bench.forget_replies().await;
    bench.intend(&erase).await;
    assert_eq!(failure(&bench.ask(&erase).await), None, "erased by the attempt before");
}

#[tokio::test]
async fn counts_are_true_for_the_moment() {
    let bench = Bench::new().await;
    let count = request("referenceCount", "c");
    assert_eq!(bench.ask(&count).await["count"], "0");
    assert_eq!(bench.insert("p-1", &person(1, 0)).await, None);
    assert_eq!(bench.ask(&count).await["count"], "1");
    assert_eq!(bench.ask(&request("pendingJobs", "j")).await["jobscount"], "0");
    assert_eq!(failure(&bench.ask(&request("ping", "p")).await), None);
}
